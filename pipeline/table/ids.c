/* ids.c: checking and taking ids. See ids.h. */
#include "pipeline/table/ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    const char *id;
    size_t row; /* from 0 */
};

/* The ids in the order of their texts; a table without ids of its own has 1, 2, 3, ... */
struct sorted {
    struct entry *entries; /* [rows]; NULL where memory is short */
    char (*numbers)[24];   /* [rows]; NULL where the table has ids */
};

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    const int order = strcmp(a->id, b->id);
    if (order)
        return order;
    return a->row < b->row ? -1 : a->row > b->row;
}

static void sorted_free(struct sorted *sorted)
{
    free(sorted->entries);
    free(sorted->numbers);
    *sorted = (struct sorted){0};
}

static struct sorted sort_ids(const struct table *table)
{
    struct sorted sorted = {.entries = malloc(table->rows * sizeof *sorted.entries)};
    if (!table->ids.count)
        sorted.numbers = malloc(table->rows * sizeof *sorted.numbers);
    if (!table->ids.count && !sorted.numbers)
        sorted_free(&sorted);
    if (!sorted.entries)
        return sorted;
    for (size_t i = 0; i < table->rows; i++) {
        if (sorted.numbers)
            snprintf(sorted.numbers[i], sizeof *sorted.numbers, "%zu", i + 1);
        sorted.entries[i] =
            (struct entry){sorted.numbers ? sorted.numbers[i] : table->ids.items[i], i};
    }
    qsort(sorted.entries, table->rows, sizeof *sorted.entries, compare_entries);
    return sorted;
}

int ids_check_unique(const struct table *table, struct error *error)
{
    char shown[FIELD_SHOWN];
    int rc = 0;
    if (!table->ids.count)
        return 0;
    struct sorted sorted = sort_ids(table);
    if (!sorted.entries)
        return error_memory(error, table->path);
    for (size_t i = 1; i < table->rows && !rc; i++) {
        const struct entry *first = &sorted.entries[i - 1], *second = &sorted.entries[i];
        if (strcmp(first->id, second->id))
            continue;
        field_show(second->id, strlen(second->id), shown);
        rc = error_set(error, "%s:%zu:%zu: id '%s' is there already, in line %zu", table->path,
                       (size_t)table->lines[second->row], table->layout.id + 1, shown,
                       (size_t)table->lines[first->row]);
    }
    sorted_free(&sorted);
    return rc;
}

/* Both have the same number of unique ids, so the sets are equal where the sorted lists are. */
static int check_same(const struct table *test, const struct table *sample, struct error *error)
{
    char shown[FIELD_SHOWN];
    int rc = 0;
    struct sorted mine = sort_ids(test), theirs = sort_ids(sample);
    if (!mine.entries || !theirs.entries)
        rc = error_memory(error, sample->path);
    for (size_t i = 0; i < test->rows && !rc; i++) {
        const struct entry *a = &mine.entries[i], *b = &theirs.entries[i];
        const int order = strcmp(a->id, b->id);
        if (order == 0)
            continue;
        const char *id = order < 0 ? a->id : b->id;
        field_show(id, strlen(id), shown);
        if (order < 0)
            rc = error_set(error, "%s: lacks id '%s' of %s", sample->path, shown, test->path);
        else
            rc = error_set(error, "%s:%zu:%zu: id '%s' is not in %s", sample->path,
                           (size_t)sample->lines[b->row], sample->layout.id + 1, shown, test->path);
    }
    sorted_free(&mine);
    sorted_free(&theirs);
    return rc;
}

int ids_take_sample(struct table *test, struct table *sample, struct error *error)
{
    if (sample->rows != test->rows)
        return error_set(error, "%s: expected %zu row%s, as %s has, got %zu", sample->path,
                         test->rows, test->rows == 1 ? "" : "s", test->path, sample->rows);
    if (test->layout.id != NO_COLUMN)
        return check_same(test, sample, error);
    test->ids = sample->ids;
    sample->ids = (struct fields){0};
    return 0;
}
