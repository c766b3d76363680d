/* ingest/table.c: see table.h. */
#include "pipeline/ingest/table.h"

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
    table->pixels = grow(table->pixels, room * layout_pixels(table->layout.shape) + 1, &failed);
    if (failed)
        return -1;
    table->room = room;
    return 0;
}

static int number_classes(struct table *table, struct label_list *labels, struct error *error)
{
    uint16_t number[NN_MAX_CLASSES];
    if (label_list_sort(labels, number))
        return error_memory(error, table->path);
    for (size_t i = 0; i < table->rows; i++)
        table->classes[i] = number[table->classes[i]];
    if (labels->count >= 2)
        return 0;
    return error_set(error, "%s: all labels are '%s'; expected at least two different ones",
                     table->path, labels->text[0]);
}

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

int table_complete(struct table *table, struct label_list *labels, struct error *error)
{
    if (table->rows == 0)
        return error_set(error, table->header ? "%s: has a header, but no rows" : "%s: has no rows",
                         table->path);
    if (table->layout.label == NO_COLUMN) {
        free(table->classes);
        table->classes = NULL;
    }
    if (labels && number_classes(table, labels, error))
        return FAILED;
    shorten_ids(&table->ids);
    if (are_row_numbers(&table->ids))
        fields_free(&table->ids);
    return 0;
}

void table_free(struct table *table)
{
    free(table->pixels);
    free(table->classes);
    fields_free(&table->ids);
    fields_free(&table->names);
    layout_free(&table->layout);
    free(table->lines);
    free(table->header);
    *table = (struct table){.path = table->path};
}
