/* ingest/tell.c: see tell.h. */
#include "pipeline/ingest/tell.h"

#include "pipeline/source/form.h"

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

static void tell_pixels(const struct table *table, const struct survey *survey, struct text *text)
{
    const nn_shape shape = table->layout.shape;
    const size_t pixels = nn_shape_size(shape);
    tell_count(text, pixels);
    text_format(text, " pixel%s %dx%dx%d of %g..%g", pixels == 1 ? "" : "s", shape.h, shape.w,
                shape.c, (double)survey->least, (double)survey->greatest);
    if (table->layout.packed != NO_COLUMN)
        tell_column(table, " in ", table->layout.packed, text);
    if (table->layout.planes)
        text_add(text, ", channel by channel");
}

static void tell_columns(const struct survey *survey, struct text *text)
{
    size_t texts = 0, gaps = 0;
    for (size_t i = 0; i < survey->values; i++) {
        texts += (size_t)(survey->texts[i] > 0);
        gaps += survey->gaps[i];
    }
    tell_count(text, survey->values - texts);
    text_format(text, " column%s of numbers", survey->values - texts == 1 ? "" : "s");
    if (texts)
        text_format(text, ", %zu of texts", texts);
    if (gaps) {
        text_add(text, ", ");
        tell_count(text, gaps);
        text_format(text, " gap%s", gaps == 1 ? "" : "s");
    }
}

/* The file without its folders; of an archive also what was read of it: data.zip:train.csv. */
static void tell_name(const struct table *table, struct text *text)
{
    char shown[FIELD_SHOWN];
    const char *name = table->path;
    const char *asked = table->input ? input_member(table->input) : NULL;
    const char *const end = asked ? asked - 1 : name + strlen(name);
    for (const char *at = name; at < end; at++)
        if (*at == '/')
            name = at + 1;
    text_add_bytes(text, name, (size_t)(end - name));
    if (!table->member)
        return;
    field_show(table->member, strlen(table->member), shown);
    text_format(text, ":%s", shown);
}

void tell_table(const struct table *table, const struct survey *survey, struct text *text)
{
    static const char *const HEADERS[] = {[HEADER_NONE] = "no header",
                                          [HEADER_NAMES] = "header",
                                          [HEADER_NUMBERS] = "header of numbers"};
    const struct layout *layout = &table->layout;
    tell_name(table, text);
    text_format(text, ": %s, %s, ", HEADERS[layout->header],
                form_separator_name(table->head.separator));
    tell_count(text, table->rows);
    text_format(text, " row%s; ", table->rows == 1 ? "" : "s");
    if (layout->label != NO_COLUMN)
        tell_column(table, "label = ", layout->label, text);
    if (layout->id != NO_COLUMN)
        tell_column(table, layout->label == NO_COLUMN ? "id = " : ", id = ", layout->id, text);
    if (survey) {
        text_add(text, layout->label == NO_COLUMN && layout->id == NO_COLUMN ? "" : ", ");
        if (layout->is_table)
            tell_columns(survey, text);
        else
            tell_pixels(table, survey, text);
    }
    for (size_t i = 0; layout->left_out && i < layout->columns; i++) {
        if (i == layout->index && table->head.row_names)
            text_add(text, ", without the row names");
        else if (i == layout->index)
            tell_column(table, ", without the row numbers of ", i, text);
        else if (i == layout->usage && table->is_rest)
            tell_column(table, ", the test rows by ", i, text);
        else if (i == layout->usage && !table->rest)
            tell_column(table, ", without ", i, text);
        else if (i == layout->usage)
            tell_column(table, ", parted by ", i, text);
        else if (layout->left_out[i])
            tell_column(table, ", without ", i, text);
    }
    if (table->order)
        text_format(text, ", %s", table->order);
    if (table->head.comma)
        text_add(text, ", decimal commas");
}
