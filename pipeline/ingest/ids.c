/* ingest_ids.c: checking and taking ids. See ingest_ids.h. */
#include "pipeline/ingest/ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    const char *id;
    size_t row; /* from 0 */
};

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    const int order = strcmp(a->id, b->id);
    if (order)
        return order;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* The ids in the order of their texts; a table without ids of its own has 1, 2, 3, ..., which are
 * written into numbers[rows][24]. NULL where memory is short. */
static struct entry *sort_ids(const struct table *table, char (**numbers)[24])
{
    struct entry *entries = malloc(table->rows * sizeof *entries);
    *numbers = table->ids.count ? NULL : malloc(table->rows * sizeof **numbers);
    if (!entries || (!table->ids.count && !*numbers)) {
        free(entries);
        return NULL;
    }
    for (size_t i = 0; i < table->rows; i++) {
        if (*numbers)
            snprintf((*numbers)[i], sizeof **numbers, "%zu", i + 1);
        entries[i] = (struct entry){*numbers ? (*numbers)[i] : table->ids.items[i], i};
    }
    qsort(entries, table->rows, sizeof *entries, compare_entries);
    return entries;
}

int ids_check_unique(const char *path, const struct table *table, char error[512])
{
    if (!table->ids.count)
        return 0;
    char(*numbers)[24];
    struct entry *entries = sort_ids(table, &numbers);
    int result = -1;
    if (!entries) {
        snprintf(error, 512, "%s: out of memory", path);
        return -1;
    }
    for (size_t i = 1; i < table->rows; i++) {
        if (!strcmp(entries[i - 1].id, entries[i].id)) {
            char shown[40];
            text_show(entries[i].id, strlen(entries[i].id), shown, sizeof shown);
            snprintf(error, 512, "%s:%zu:%zu: id '%s' is there already, in line %zu", path,
                     table->lines[entries[i].row], table->layout.id + 1, shown,
                     table->lines[entries[i - 1].row]);
            goto done;
        }
    }
    result = 0;
done:
    free(entries);
    return result;
}

/* Both have the same number of unique ids, so the sets are equal where the sorted lists are. */
static int check_same(const char *test_path, const struct table *test, const char *sample_path,
                      const struct table *sample, char error[512])
{
    char(*test_numbers)[24] = NULL, (*sample_numbers)[24] = NULL;
    struct entry *mine = sort_ids(test, &test_numbers);
    struct entry *theirs = sort_ids(sample, &sample_numbers);
    int result = -1;
    if (!mine || !theirs) {
        snprintf(error, 512, "%s: out of memory", sample_path);
        goto done;
    }
    for (size_t i = 0; i < test->rows; i++) {
        const int order = strcmp(mine[i].id, theirs[i].id);
        if (order) {
            const int missing = order < 0;
            const char *id = missing ? mine[i].id : theirs[i].id;
            char shown[40];
            text_show(id, strlen(id), shown, sizeof shown);
            if (missing)
                snprintf(error, 512, "%s: lacks id '%s' of %s", sample_path, shown, test_path);
            else
                snprintf(error, 512, "%s:%zu:%zu: id '%s' is not in %s", sample_path,
                         sample->lines[theirs[i].row], sample->layout.id + 1, shown, test_path);
            goto done;
        }
    }
    result = 0;
done:
    free(mine);
    free(theirs);
    free(test_numbers);
    free(sample_numbers);
    return result;
}

int ids_take_sample(const char *test_path, struct table *test, const char *sample_path,
                    struct table *sample, char error[512])
{
    if (sample->rows != test->rows) {
        snprintf(error, 512, "%s: expected %zu rows, as %s has, got %zu", sample_path, test->rows,
                 test_path, sample->rows);
        return -1;
    }
    if (test->layout.id != NO_COLUMN)
        return check_same(test_path, test, sample_path, sample, error);
    test->ids = sample->ids;
    sample->ids = (struct text_list){0};
    return 0;
}
