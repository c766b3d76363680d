/* aim.c: what becomes of each column of a file: the reader of rows is made ready. See row.h.
 */
#include "pipeline/table/match.h"
#include "pipeline/table/row.h"

#include <stdlib.h>
#include <string.h>

/* The place in the image of the pixel that comes i-th in the file. */
static size_t pixel_place(const struct layout *layout, size_t i, int transpose)
{
    const nn_shape shape = layout->shape;
    const size_t h = (size_t)shape.h, w = (size_t)shape.w, c = (size_t)shape.c;
    const size_t channel = layout->planes ? i / (h * w) : i % c;
    const size_t pixel = layout->planes ? i % (h * w) : i / c;
    const size_t y = transpose ? pixel % h : pixel / w, x = transpose ? pixel / h : pixel % w;
    return (y * w + x) * c + channel;
}

/* order[i]: which value of the training file the i-th one is. */
static void aim(struct row_reader *reader, const size_t *order)
{
    const struct layout *layout = &reader->table->layout;
    const int is_sample = reader->options->kind == TABLE_SAMPLE;
    const size_t sampled = is_sample ? (size_t)(layout->id == 0) : NO_COLUMN;
    size_t value = 0;
    for (size_t i = 0; i < layout->columns; i++) {
        int32_t *target = &reader->target[i];
        if (i == layout->label)
            *target = TARGET_LABEL;
        else if (i == layout->id)
            *target = TARGET_ID;
        else if (i == layout->usage)
            *target = TARGET_USAGE;
        else if (layout->left_out[i])
            *target = TARGET_NONE;
        else if (i == layout->empty)
            *target = TARGET_EMPTY;
        else if (i == layout->index)
            *target = TARGET_INDEX;
        else if (i == layout->packed)
            *target = TARGET_PACKED;
        else if (layout->shape.h && layout_is_value(layout, i))
            *target = reader->place[order[value++]];
        else
            *target = i == sampled ? TARGET_SAMPLE : TARGET_NONE;
    }
}

static int keep_names(struct row_reader *reader)
{
    const struct fields *first = &reader->table->head.rows[0];
    if (reader->table->layout.header != HEADER_NAMES)
        return 0;
    for (size_t i = 0; i < first->count; i++)
        if (fields_add(&reader->table->names, first->items[i], strlen(first->items[i])))
            return error_memory(reader->error, reader->table->path);
    return 0;
}

/* Whether names tell which values are the same in both files. */
static int are_named(const struct row_reader *reader)
{
    return reader->options->kind == TABLE_TEST && reader->options->train->names.count &&
           reader->table->names.count && reader->table->layout.packed == NO_COLUMN;
}

/* Test values that have other names, or the same ones counted from another base, go by position. */
static void note_names(struct row_reader *reader)
{
    const struct table *train = reader->options->train;
    struct table *table = reader->table;
    size_t i = 0, j = 0;
    while (i < train->names.count && !layout_is_value(&train->layout, i))
        i++;
    while (j < table->names.count && !layout_is_value(&table->layout, j))
        j++;
    if (strcmp(train->names.items[i], table->names.items[j]))
        table->order = "named otherwise, matched by position";
}

static int match(struct row_reader *reader, size_t *order)
{
    struct table *table = reader->table;
    const size_t values = nn_shape_size(table->layout.shape);
    if (!are_named(reader))
        return 0;
    if (match_pixels(reader->options->train, table, order, reader->error))
        return FAILED;
    note_names(reader);
    for (size_t i = 0; i < values; i++)
        if (order[i] != i)
            table->order = "matched by name, in another order";
    return 0;
}

static int make_room(struct row_reader *reader, size_t **order)
{
    const struct table *table = reader->table;
    const size_t values = nn_shape_size(table->layout.shape), columns = table->layout.columns;
    const size_t room = (values > columns ? values : columns) + 1;
    *order = malloc(room * sizeof **order);
    reader->target = malloc(room * sizeof *reader->target);
    reader->place = malloc(room * sizeof *reader->place);
    reader->bytes = calloc(room, 1);
    reader->floats = calloc(room, sizeof *reader->floats);
    if (!*order || !reader->target || !reader->place || !reader->bytes || !reader->floats)
        return error_memory(reader->error, table->path);
    for (size_t i = 0; i < room; i++)
        (*order)[i] = i;
    for (size_t i = 0; i < values; i++)
        reader->place[i] = (int32_t)pixel_place(&table->layout, i, reader->options->transpose);
    return 0;
}

int row_begin(struct row_reader *reader)
{
    struct table *table = reader->table;
    size_t *order = NULL;
    reader->separator = table->head.separator;
    for (size_t i = 0; i < sizeof reader->zeros; i++)
        reader->zeros[i] = (char)(i % 2 ? reader->separator : '0');
    table->spool.values = nn_shape_size(table->layout.shape);
    table->spool.floats = table->layout.is_table;
    int rc = make_room(reader, &order) || keep_names(reader) || match(reader, order) ? FAILED : 0;
    if (!rc)
        aim(reader, order);
    free(order);
    reader->columns = table->layout.columns;
    reader->class = -1;
    return rc;
}

void row_end_all(struct row_reader *reader)
{
    free(reader->target);
    free(reader->place);
    free(reader->bytes);
    free(reader->floats);
}
