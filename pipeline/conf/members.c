/* members.c: see members.h. */
#include "pipeline/conf/members.h"

#include "pipeline/base/number.h"
#include "pipeline/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

enum { LINE_MOST = 190 }; /* bytes of a line that the parser of experiment files takes whole */

/* One `experiment:seed` or `experiment:first-last` of length bytes. */
static int take_name(const char *text, size_t length, char experiment[128], int64_t *first,
                     int64_t *last)
{
    char name[160];
    while (length && strchr(BLANKS, text[length - 1]))
        length--;
    if (length >= sizeof name)
        return -1;
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    char *colon = strchr(name, ':'), *dash = colon ? strchr(colon, '-') : NULL;
    size_t stem = colon ? (size_t)(colon - name) : 0;
    for (size_t i = 0; i < stem; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
            return -1;
    if (stem == 0 || stem >= 128)
        return -1;
    snprintf(experiment, 128, "%.*s", (int)stem, name);
    if (dash)
        *dash = '\0';
    if (number_whole(colon + 1, 0, INT32_MAX, first))
        return -1;
    *last = *first;
    return dash ? number_whole(dash + 1, *first, INT32_MAX, last) : 0;
}

/* Appends one member; -1 with a line in error where it is there already, or one too many. */
static int append(struct conf_member *members, int *n, const char *experiment, int64_t seed,
                  struct error *error)
{
    if (*n == CONF_MEMBERS_MOST)
        return error_set(error, "more than %d members", CONF_MEMBERS_MOST);
    for (int i = 0; i < *n; i++)
        if (members[i].seed == seed && strcmp(members[i].experiment, experiment) == 0)
            return error_set(error, "'%s:%lld' stands there twice", experiment, (long long)seed);
    struct conf_member *c = &members[(*n)++];
    *c = (struct conf_member){.seed = seed};
    snprintf(c->experiment, sizeof c->experiment, "%s", experiment);
    return 0;
}

int members_parse(const char *text, int64_t offset, struct conf_member *members,
                  struct error *error)
{
    char experiment[128];
    int64_t first, last;
    int n = 0;
    for (int place = 1;; place++, text++) {
        text += strspn(text, BLANKS);
        size_t length = strcspn(text, ",");
        if (take_name(text, length, experiment, &first, &last))
            return error_set(
                error,
                "member %d ('%.*s'): expected an experiment's name and a seed or seeds, like "
                "single:1 or single:1-5",
                place, length < 60 ? (int)length : 60, text);
        for (int64_t seed = first; seed <= last; seed++)
            if (append(members, &n, experiment, seed + offset, error))
                return -1;
        text += length;
        if (!*text)
            return n;
    }
}

/* How many from the first one on are of one experiment with seeds that follow each other. */
static int row_of(const struct conf_member *c, int n)
{
    int row = 1;
    while (row < n && c[row].seed == c[0].seed + row &&
           strcmp(c[row].experiment, c[0].experiment) == 0)
        row++;
    return row;
}

/* What does not fit into the one line that a list may have stands in comments below it: the table
 * member knows all of them. */
char *members_write(const struct conf_member *members, int n)
{
    struct text text = {0};
    text_add(&text,
             "# a committee of runs that were named by their numbers\n[committee]\nmembers = ");
    size_t line = strlen("members = ");
    for (int i = 0, row; i < n; i += row) {
        char name[sizeof members->experiment + 64];
        row = row_of(&members[i], n - i);
        size_t length = (size_t)snprintf(name, sizeof name, "%s:%lld", members[i].experiment,
                                         (long long)members[i].seed);
        if (row > 1)
            length += (size_t)snprintf(name + length, sizeof name - length, "-%lld",
                                       (long long)members[i + row - 1].seed);
        int fits = i == 0 || line + 2 + length <= LINE_MOST;
        text_format(&text, "%s%s", i == 0 ? "" : fits ? ", " : "\n# and ", name);
        line = fits ? line + 2 + length : strlen("# and ") + length;
    }
    text_add(&text, "\n");
    if (!text_failed(&text))
        return text.bytes;
    text_free(&text);
    return NULL;
}
