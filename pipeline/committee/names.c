/* committee_names.c: the members of a committee by name, out of text and into it. */
#include "pipeline/committee/committee.h"

#include <ctype.h>
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
    if (parse_int(colon + 1, 0, INT32_MAX, first))
        return -1;
    *last = *first;
    return dash ? parse_int(dash + 1, *first, INT32_MAX, last) : 0;
}

/* Appends one member; -1 with a line in error where it is there already, or one too many. */
static int append(struct candidate *candidates, int *n, const char *experiment, int64_t seed,
                  char *error, size_t size)
{
    if (*n == BLEND_MEMBERS_MOST) {
        snprintf(error, size, "more than %d members", BLEND_MEMBERS_MOST);
        return -1;
    }
    for (int i = 0; i < *n; i++)
        if (candidates[i].seed == seed && strcmp(candidates[i].experiment, experiment) == 0) {
            snprintf(error, size, "'%s:%lld' stands there twice", experiment, (long long)seed);
            return -1;
        }
    struct candidate *c = &candidates[(*n)++];
    *c = (struct candidate){.seed = seed};
    snprintf(c->experiment, sizeof c->experiment, "%s", experiment);
    return 0;
}

int names_parse(const char *text, int64_t offset, struct candidate *candidates, char *error,
                size_t size)
{
    char experiment[128];
    int64_t first, last;
    int n = 0;
    for (int place = 1;; place++, text++) {
        text += strspn(text, BLANKS);
        size_t length = strcspn(text, ",");
        if (take_name(text, length, experiment, &first, &last)) {
            snprintf(error, size,
                     "member %d ('%.*s'): expected an experiment's name and a seed or seeds, like "
                     "single:1 or single:1-5",
                     place, length < 60 ? (int)length : 60, text);
            return -1;
        }
        for (int64_t seed = first; seed <= last; seed++)
            if (append(candidates, &n, experiment, seed + offset, error, size))
                return -1;
        text += length;
        if (!*text)
            return n;
    }
}

/* How many from the first one on are of one experiment with seeds that follow each other. */
static int row_of(const struct candidate *c, int n)
{
    int row = 1;
    while (row < n && c[row].seed == c[0].seed + row &&
           strcmp(c[row].experiment, c[0].experiment) == 0)
        row++;
    return row;
}

/* What does not fit into the one line that a list may have stands in comments below it: the table
 * member knows all of them. */
char *names_write(const struct candidate *candidates, int n)
{
    static const char HEAD[] = "# a committee of runs that were named by their numbers\n"
                               "[committee]\nmembers = ";
    char *text = malloc(sizeof HEAD + (size_t)n * (sizeof candidates->experiment + 64)),
         *end = text;
    size_t line = strlen("members = ");
    if (text)
        end += sprintf(end, "%s", HEAD);
    for (int i = 0, row; i < n && text; i += row) {
        char name[sizeof candidates->experiment + 64];
        row = row_of(&candidates[i], n - i);
        size_t length = (size_t)snprintf(name, sizeof name, "%s:%lld", candidates[i].experiment,
                                         (long long)candidates[i].seed);
        if (row > 1)
            length += (size_t)snprintf(name + length, sizeof name - length, "-%lld",
                                       (long long)candidates[i + row - 1].seed);
        int fits = i == 0 || line + 2 + length <= LINE_MOST;
        end += sprintf(end, "%s%s", i == 0 ? "" : fits ? ", " : "\n# and ", name);
        line = fits ? line + 2 + length : strlen("# and ") + length;
    }
    if (text)
        sprintf(end, "\n");
    return text;
}
