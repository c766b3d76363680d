/* list.c: the questions that there are. See ask.h. */
#include "pipeline/ask/ask.h"
#include "pipeline/db/question.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static int is_question(const struct dirent *entry)
{
    return question_name_length(entry->d_name) > 0;
}

/* The names of the questions in the order of the alphabet, each in an entry that the caller frees.
 * Returns their number or FAILED. */
static int names_of(const char *folder, struct dirent ***entries, struct error *error)
{
    int n = scandir(folder, entries, is_question, alphasort);
    for (int i = 0; i < n; i++)
        (*entries)[i]->d_name[question_name_length((*entries)[i]->d_name)] = '\0';
    return n < 0 ? error_system(error, folder) : n;
}

static void names_free(struct dirent **entries, int n)
{
    for (int i = 0; i < n; i++)
        free(entries[i]);
    if (n >= 0)
        free(entries);
}

int ask_list(const char *folder, struct text *out, struct error *error)
{
    struct dirent **entries;
    struct text sql = {0};
    int width = 0, n = names_of(folder, &entries, error), rc = n < 0 ? FAILED : 0;
    for (int i = 0; i < n; i++) {
        const int length = (int)strlen(entries[i]->d_name);
        width = length > width ? length : width;
    }
    for (int i = 0; i < n && !rc; i++) {
        text_cut(&sql, 0);
        rc = question_read(folder, entries[i]->d_name, &sql, error);
        const char *comment = text_of(&sql) + strspn(text_of(&sql), "- ");
        text_format(out, "%-*s  %.*s\n", width, entries[i]->d_name, (int)strcspn(comment, "\n"),
                    comment);
    }
    names_free(entries, n);
    text_free(&sql);
    if (!rc && text_failed(out))
        rc = error_memory(error, "the list of questions");
    return rc;
}

/* How many letters must be changed, put in or left out to make one name of another (Levenshtein
 * 1965); names have less than QUESTION_NAME_SIZE bytes. */
static size_t distance(const char *a, const char *b)
{
    size_t row[QUESTION_NAME_SIZE + 1], length = strlen(b);
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t before = row[0]++;
        for (size_t j = 0; j < length; j++) {
            const size_t above = row[j + 1], change = before + (a[i] != b[j]);
            const size_t gap = (row[j] < above ? row[j] : above) + 1;
            row[j + 1] = change < gap ? change : gap;
            before = above;
        }
    }
    return row[length];
}

int ask_nearest(const char *folder, const char *name, struct text *nearest, struct error *error)
{
    struct dirent **entries;
    size_t least = strlen(name) / 3 + 1; /* what differs in more letters is another name */
    int n = names_of(folder, &entries, error);
    least = least < 2 ? 2 : least;
    for (int i = 0; i < n; i++) {
        const size_t changes = distance(name, entries[i]->d_name);
        if (changes >= least)
            continue;
        least = changes;
        text_cut(nearest, 0);
        text_add(nearest, entries[i]->d_name);
    }
    names_free(entries, n);
    return n < 0 ? FAILED : 0;
}
