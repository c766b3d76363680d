/* committee_names.c: the members of a committee by name, out of text and into it. */
#include "committee.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

/* One `experiment:seed` of length bytes. */
static int take_name(const char *text, size_t length, int64_t offset, struct candidate *candidate)
{
    char name[160];
    int64_t seed;
    while (length && strchr(BLANKS, text[length - 1]))
        length--;
    if (length >= sizeof name)
        return -1;
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    char *colon = strchr(name, ':');
    size_t stem = colon ? (size_t)(colon - name) : 0;
    for (size_t i = 0; i < stem; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
            return -1;
    if (stem == 0 || stem >= sizeof candidate->experiment ||
        parse_int(colon + 1, 0, INT32_MAX - offset, &seed))
        return -1;
    memset(candidate, 0, sizeof *candidate);
    memcpy(candidate->experiment, name, stem);
    candidate->seed = seed + offset;
    return 0;
}

int names_parse(const char *text, int64_t offset, struct candidate *candidates, char *error,
                size_t size)
{
    int n = 0;
    for (;; text++) {
        text += strspn(text, BLANKS);
        size_t length = strcspn(text, ",");
        if (n == BLEND_MEMBERS_MOST) {
            snprintf(error, size, "more than %d members", BLEND_MEMBERS_MOST);
            return -1;
        }
        if (take_name(text, length, offset, &candidates[n])) {
            snprintf(error, size,
                     "member %d ('%.*s'): expected an experiment's name and a seed, like single:1",
                     n + 1, length < 60 ? (int)length : 60, text);
            return -1;
        }
        for (int i = 0; i < n; i++)
            if (candidates[i].seed == candidates[n].seed &&
                strcmp(candidates[i].experiment, candidates[n].experiment) == 0) {
                snprintf(error, size, "member %d ('%.*s') stands there twice", n + 1,
                         length < 60 ? (int)length : 60, text);
                return -1;
            }
        n++;
        text += length;
        if (!*text)
            return n;
    }
}

char *names_write(const struct candidate *candidates, int n)
{
    static const char HEAD[] = "# a committee of runs that were named by their numbers\n"
                               "[committee]\nmembers = ";
    char *text = malloc(sizeof HEAD + (size_t)n * (sizeof candidates->experiment + 32));
    char *end = text;
    if (text)
        end += sprintf(end, "%s", HEAD);
    for (int i = 0; i < n && text; i++)
        end += sprintf(end, "%s:%lld%s", candidates[i].experiment, (long long)candidates[i].seed,
                       i + 1 < n ? ",\n    " : "\n");
    return text;
}
