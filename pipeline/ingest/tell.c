/* ingest/tell.c: see tell.h. */
#include "pipeline/ingest/tell.h"

#include "pipeline/ingest/form.h"

#include <string.h>

/* 42000 as 42,000. */
static void tell_count(struct text *text, size_t count)
{
    if (count >= 1000) {
        tell_count(text, count / 1000);
        text_format(text, ",%03zu", count % 1000);
    } else {
        text_format(text, "%zu", count);
    }
}

static void tell_column(const struct table *table, const char *what, size_t column,
                        struct text *text)
{
    char shown[FIELD_SHOWN];
    text_format(text, "%s", what);
    if (column < table->names.count) {
        const char *name = table->names.items[column];
        field_show(name, strlen(name), shown);
        text_format(text, "'%s' (column %zu)", shown, column + 1);
    } else {
        text_format(text, "column %zu", column + 1);
    }
}

static void tell_pixels(const struct table *table, struct text *text)
{
    const nn_shape shape = table->layout.shape;
    const size_t pixels = layout_pixels(shape);
    unsigned least = 255, most = 0;
    for (size_t i = 0; i < table->rows * pixels; i++) {
        const unsigned value = table->pixels[i];
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    tell_count(text, pixels);
    text_format(text, " pixel%s %dx%dx%d of %u..%u", pixels == 1 ? "" : "s", shape.h, shape.w,
                shape.c, least, most);
}

void tell_table(const struct table *table, struct text *text)
{
    static const char *const HEADERS[] = {[HEADER_NONE] = "no header",
                                          [HEADER_NAMES] = "header",
                                          [HEADER_NUMBERS] = "header of numbers"};
    const struct layout *layout = &table->layout;
    const char *slash = strrchr(table->path, '/');
    text_format(text, "%s: %s, %s, ", slash ? slash + 1 : table->path, HEADERS[layout->header],
                form_separator_name(table->separator));
    tell_count(text, table->rows);
    text_format(text, " row%s; ", table->rows == 1 ? "" : "s");
    if (layout->label != NO_COLUMN)
        tell_column(table, "label = ", layout->label, text);
    if (layout->id != NO_COLUMN)
        tell_column(table, layout->label == NO_COLUMN ? "id = " : ", id = ", layout->id, text);
    if (layout_pixels(layout->shape)) {
        text_add(text, layout->label == NO_COLUMN && layout->id == NO_COLUMN ? "" : ", ");
        tell_pixels(table, text);
    }
    for (size_t i = 0; layout->left_out && i < layout->columns; i++) {
        if (i == layout->index)
            tell_column(table, ", without the row numbers of ", i, text);
        else if (layout->left_out[i])
            tell_column(table, ", without ", i, text);
    }
    if (table->order)
        text_format(text, ", %s", table->order);
    text_add(text, "\n");
}
