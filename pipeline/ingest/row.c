/* ingest/row.c: taking fields as pixels, labels and ids. See row.h. */
#include "pipeline/ingest/row.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ID = 255 }; /* bytes */

static int fail_field(struct row_reader *reader, size_t column, const char *text, size_t length,
                      const char *finding)
{
    char shown[FIELD_SHOWN];
    field_show(text, length, shown);
    return error_set(reader->error, "%s:%zu:%zu: '%s' %s", reader->table->path, reader->line,
                     column + 1, shown, finding);
}

/* ---------------------------------------------------------------- columns */

/* The place in the image of the pixel that comes i-th in the file. */
static size_t pixel_place(nn_shape shape, size_t i, int transpose)
{
    const size_t h = (size_t)shape.h, w = (size_t)shape.w, c = (size_t)shape.c;
    if (!transpose)
        return i;
    const size_t x = i / (h * c), y = i / c % h;
    return (y * w + x) * c + i % c;
}

static void aim(struct row_reader *reader, const struct layout *layout)
{
    const size_t image = layout_pixels(layout->shape);
    size_t pixel = 0;
    for (size_t i = 0; i < layout->columns; i++) {
        int32_t *target = &reader->target[i];
        if (i == layout->label)
            *target = TARGET_LABEL;
        else if (i == layout->id)
            *target = TARGET_ID;
        else if (image)
            *target = (int32_t)pixel_place(layout->shape, pixel++, reader->options->transpose);
        else
            *target = TARGET_NONE;
    }
}

/* Room for the row that comes next. */
static int next_row(struct row_reader *reader)
{
    struct table *table = reader->table;
    if (table_reserve(table))
        return error_memory(reader->error, table->path);
    reader->pixels = table->pixels + table->rows * layout_pixels(table->layout.shape);
    return 0;
}

int row_decide(struct row_reader *reader, const struct fields *fields)
{
    struct table *table = reader->table;
    if (layout_decide((const char *const *)fields->items, fields->count, &reader->options->request,
                      &table->layout, reader->error))
        return error_within(reader->error, "%s:%zu", table->path, reader->line);
    reader->target = malloc(table->layout.columns * sizeof *reader->target);
    if (!reader->target)
        return error_memory(reader->error, table->path);
    aim(reader, &table->layout);
    reader->columns = table->layout.columns;
    return next_row(reader);
}

/* ---------------------------------------------------------------- fields */

static int take_label(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    struct label_list *labels = reader->options->labels;
    const int is_train = reader->options->request.kind == TABLE_TRAIN;
    if (length == 0)
        return fail_field(reader, column, text, length, "is an empty label");
    if (length > MAX_LABEL || !field_is_clean(text, length))
        return fail_field(reader, column, text, length,
                          "is no label; expected up to 100 printable bytes");
    const int class =
        is_train ? label_list_add(labels, text, length) : label_list_find(labels, text, length);
    if (class < 0 && is_train)
        return error_set(reader->error,
                         "%s:%zu:%zu: more than %d different labels; is this the label column?",
                         reader->table->path, reader->line, column + 1, NN_MAX_CLASSES);
    if (class < 0)
        return fail_field(reader, column, text, length,
                          "is not among the labels of the training file");
    reader->table->classes[reader->table->rows] = (uint16_t) class;
    return 0;
}

static int take_id(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    if (length == 0)
        return fail_field(reader, column, text, length, "is an empty id");
    if (length > MAX_ID || !field_is_clean(text, length))
        return fail_field(reader, column, text, length,
                          "is no id; expected up to 255 printable bytes");
    if (fields_add(&reader->table->ids, text, length))
        return error_memory(reader->error, reader->table->path);
    return 0;
}

/* Every way to write a pixel: 7, 007, 7.0, 2.55e+02. -1 where the text is none. */
static int parse_pixel(const char *text, size_t length)
{
    char number[64];
    int value = 0;
    size_t i = 0;
    while (i < length && i < 3 && text[i] >= '0' && text[i] <= '9')
        value = 10 * value + (text[i++] - '0');
    if (i != length || length == 0) {
        if (length >= sizeof number)
            return -1;
        memcpy(number, text, length);
        number[length] = '\0';
        if (strlen(number) != length || !field_is_number(number))
            return -1;
        const double real = strtod(number, NULL);
        if (!(real >= 0 && real <= 255 && real == (double)(int)real))
            return -1;
        value = (int)real;
    }
    return value <= 255 ? value : -1;
}

int row_field(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    if (column >= reader->columns)
        return 0;
    const int32_t target = reader->target[column];
    if (target == TARGET_LABEL)
        return take_label(reader, column, text, length);
    if (target == TARGET_ID)
        return take_id(reader, column, text, length);
    if (target < 0)
        return 0;
    const int value = parse_pixel(text, length);
    if (value < 0)
        return fail_field(reader, column, text, length, "is not a number from 0 to 255");
    reader->pixels[target] = (uint8_t)value;
    return 0;
}

int row_end(struct row_reader *reader, size_t fields)
{
    struct table *table = reader->table;
    if (fields != reader->columns)
        return error_set(reader->error, "%s:%zu: expected %zu fields, got %zu", table->path,
                         reader->line, reader->columns, fields);
    table->lines[table->rows++] = reader->line;
    return next_row(reader);
}

/* ---------------------------------------------------------------- the fast lane */

/* A field up to its comma or end of line; NULL where it has quotes or blanks, which libcsv treats
 * specially. The line has an end. */
static const char *skip_text(const char *at)
{
    while (*at != ',' && *at != '\n' && *at != '\r') {
        if (*at == '"' || *at == ' ' || *at == '\t')
            return NULL;
        at++;
    }
    return at;
}

/* Four pixels "0,0,0,0," at once, where they lie side by side in the image, too: most of a digit's
 * image is paper. On MNIST this doubles the speed. */
static int take_zeros(const struct row_reader *reader, const char *at, const char *end,
                      size_t column)
{
    const int32_t *target = reader->target + column;
    if (end - at < 8 || column + 4 >= reader->columns || target[0] < 0 ||
        target[3] != target[0] + 3 || memcmp(at, "0,0,0,0,", 8))
        return 0;
    memset(reader->pixels + target[0], 0, 4);
    return 1;
}

/* A pixel of one to three digits; NULL where it is another one. The line has an end. */
static const char *take_digits(const char *at, uint8_t *pixel)
{
    const char *const start = at;
    unsigned value = 0, digit;
    while ((digit = (unsigned char)*at - (unsigned)'0') < 10) {
        value = 10 * value + digit;
        at++;
    }
    if (at == start || at - start > 3 || value > 255)
        return NULL;
    *pixel = (uint8_t)value;
    return at;
}

/* libcsv gives 300 MB/s and this loop several times as much, and nearly all files are of plain
 * numbers. Label and id are taken last, when it is certain that the line is whole and plain. */
int64_t row_plain(struct row_reader *reader, const char *text, size_t size)
{
    const char *const end = size ? memchr(text, '\n', size) : NULL;
    const char *at = text, *other[2]; /* where a label and an id begin */
    size_t other_column[2], others = 0;
    const size_t columns = reader->columns;
    if (!end || columns == 0 || *text == '\n' || *text == '\r')
        return 0;
    for (size_t column = 0; column < columns; column++) {
        while (take_zeros(reader, at, end, column)) {
            column += 4;
            at += 8;
        }
        const int32_t target = reader->target[column];
        if (target == TARGET_LABEL || target == TARGET_ID) {
            other[others] = at;
            other_column[others++] = column;
        }
        at = target >= 0 ? take_digits(at, reader->pixels + target) : skip_text(at);
        if (!at || (column + 1 < columns && *at++ != ','))
            return 0;
    }
    if (at != end && (*at != '\r' || at + 1 != end))
        return 0;

    for (size_t i = 0; i < others; i++) {
        const size_t length = (size_t)(skip_text(other[i]) - other[i]);
        if (row_field(reader, other_column[i], other[i], length))
            return FAILED;
    }
    if (row_end(reader, columns))
        return FAILED;
    reader->line++;
    return end + 1 - text;
}
