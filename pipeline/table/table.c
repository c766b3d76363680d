/* table.c: see table.h. */
#include "pipeline/table/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* realloc that keeps the block where memory is short. */
static void *grow(void *block, size_t size, int *failed)
{
    void *more = realloc(block, size);
    *failed |= !more;
    return more ? more : block;
}

int table_reserve(struct table *table)
{
    int failed = 0;
    if (table->rows < table->room)
        return 0;
    const size_t room = table->room ? 2 * table->room : 1024;
    table->lines = grow(table->lines, room * sizeof *table->lines, &failed);
    table->classes = grow(table->classes, room * sizeof *table->classes, &failed);
    if (failed)
        return -1;
    table->room = room;
    return 0;
}

/* ---------------------------------------------------------------- labels */

/* Numbers of which hardly two are the same are measurements and no classes. */
static int check_labels(const struct table *table, const struct label_list *labels,
                        struct error *error)
{
    enum { FEW = 30, FEW_FRACTIONS = 10, ROWS_A_LABEL = 5 };
    const size_t column = table->layout.label;
    size_t numbers = 0, fractions = 0;
    char name[FIELD_SHOWN];
    for (size_t i = 0; i < labels->count; i++) {
        numbers += (size_t)field_is_number(labels->text[i]);
        fractions += (size_t)(strchr(labels->text[i], '.') != NULL);
    }
    if (numbers < labels->count || labels->count <= (fractions ? FEW_FRACTIONS : FEW) ||
        (!fractions && table->rows >= ROWS_A_LABEL * labels->count))
        return 0;
    snprintf(name, sizeof name, "column %zu", column + 1);
    if (column < table->names.count)
        field_show(table->names.items[column], strlen(table->names.items[column]), name);
    return error_set(error,
                     "%s: '%s' has %zu different numbers in %zu rows; Pixelmill predicts classes, "
                     "expected the same few labels again and again (make: LABEL= names another "
                     "column)",
                     table->path, name, labels->count, table->rows);
}

static void renumber(struct table *table, const uint16_t *number)
{
    for (size_t i = 0; i < table->rows; i++)
        if (table->classes[i] != UINT16_MAX)
            table->classes[i] = number[table->classes[i]];
}

/* Classes that only rows of a test have can't be learnt. */
static int check_learnt(const struct table *table, const struct label_list *labels,
                        struct error *error)
{
    char seen[NN_MAX_CLASSES] = {0};
    for (size_t i = 0; i < table->rows; i++)
        seen[table->classes[i]] = 1;
    for (size_t i = 0; i < labels->count; i++)
        if (!seen[i])
            return error_set(error,
                             "%s: label '%s' occurs in no row for training; expected each label of "
                             "a test row there, too",
                             table->path, labels->text[i]);
    return 0;
}

static int number_classes(struct table *table, struct label_list *labels, struct error *error)
{
    uint16_t number[NN_MAX_CLASSES];
    if (check_labels(table, labels, error) || check_learnt(table, labels, error))
        return FAILED;
    if (label_list_sort(labels, number))
        return error_memory(error, table->path);
    renumber(table, number);
    if (table->rest)
        renumber(table->rest, number);
    if (labels->count >= 2)
        return 0;
    return error_set(error, "%s: all labels are '%s'; expected at least two different ones",
                     table->path, labels->text[0]);
}

/* ---------------------------------------------------------------- ids */

static int is_whole(const char *text)
{
    return *text && !text[strspn(text, "0123456789")];
}

/* Ids that are all whole numbers, some of them in float form, get their shortest form; a text like
 * 1.0 among others such as 1.1 stays. */
static void shorten_ids(struct fields *ids)
{
    char whole[FIELD_WHOLE];
    for (size_t i = 0; i < ids->count; i++)
        if (!is_whole(ids->items[i]) && !field_shorten(ids->items[i], strlen(ids->items[i]), whole))
            return;
    for (size_t i = 0; i < ids->count; i++) {
        const size_t length = field_shorten(ids->items[i], strlen(ids->items[i]), whole);
        if (length && length <= strlen(ids->items[i]))
            memcpy(ids->items[i], whole, length + 1);
    }
}

static int are_row_numbers(const struct fields *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i + 1);
        if (strcmp(number, ids->items[i]))
            return 0;
    }
    return 1;
}

/* ---------------------------------------------------------------- the whole */

static int check_unlabelled(struct table *table, struct error *error)
{
    if (table->layout.label == NO_COLUMN || table->unlabelled == table->rows) {
        free(table->classes);
        table->classes = NULL;
        return 0;
    }
    if (!table->unlabelled)
        return 0;
    return error_set(error,
                     "%s:%zu:%zu: '' is an empty label, as in %zu of %zu rows; expected labels in "
                     "all rows of a test file or in none",
                     table->path, table->unlabelled_line, table->layout.label + 1,
                     table->unlabelled, table->rows);
}

static int fail_empty(const struct table *table, struct error *error)
{
    if (table->rest && table->rest->rows)
        return error_set(error,
                         "%s: none of %zu rows is for training, as column %zu, '%s', says; "
                         "expected some, or IGNORE='%s' (--ignore)",
                         table->path, table->rest->rows, table->layout.usage + 1,
                         table->names.items[table->layout.usage],
                         table->names.items[table->layout.usage]);
    return error_set(error, table->header ? "%s: has a header, but no rows" : "%s: has no rows",
                     table->path);
}

int table_complete(struct table *table, struct label_list *labels, struct error *error)
{
    if (table->rows == 0)
        return table->path ? fail_empty(table, error) : 0; /* the rest of a file that has none */
    if (check_unlabelled(table, error) || (labels && number_classes(table, labels, error)))
        return FAILED;
    shorten_ids(&table->ids);
    if (are_row_numbers(&table->ids))
        fields_free(&table->ids);
    return 0;
}

void table_free(struct table *table)
{
    spool_free(&table->spool);
    free(table->classes);
    fields_free(&table->ids);
    fields_free(&table->names);
    layout_free(&table->layout);
    head_free(&table->head);
    input_free(table->input);
    free(table->lines);
    free(table->header);
    free(table->member);
    *table = (struct table){.path = table->path};
}
