/* ingest/row.c: taking fields as pixels, labels and ids. See row.h. */
#include "pipeline/ingest/row.h"

#include "pipeline/ingest/match.h"

#include <math.h>
#include <stdio.h>
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

/* place[i]: which pixel of the training file the i-th one is. */
static void aim(struct row_reader *reader, const struct layout *layout, const size_t *place)
{
    const size_t image = layout_pixels(layout->shape);
    size_t pixel = 0;
    for (size_t i = 0; i < layout->columns; i++) {
        int32_t *target = &reader->target[i];
        if (i == layout->label)
            *target = TARGET_LABEL;
        else if (i == layout->id)
            *target = TARGET_ID;
        else if (i == layout->empty)
            *target = layout->left_out[i] ? TARGET_NONE : TARGET_EMPTY;
        else if (i == layout->index)
            *target = TARGET_INDEX;
        else if (image && layout_is_pixel(layout, i))
            *target =
                (int32_t)pixel_place(layout->shape, place[pixel++], reader->options->transpose);
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

static int keep_names(struct row_reader *reader, const struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        if (fields_add(&reader->table->names, fields->items[i], strlen(fields->items[i])))
            return error_memory(reader->error, reader->table->path);
    return 0;
}

/* Whether names tell which pixels are the same in both files. */
static int are_named(const struct row_reader *reader)
{
    return reader->options->request.kind == TABLE_TEST && reader->options->train->names.count &&
           reader->table->names.count;
}

/* Test pixels that have other names, or the same ones counted from another base, go by position. */
static void note_names(struct row_reader *reader)
{
    const struct table *train = reader->options->train;
    struct table *table = reader->table;
    size_t i = 0, j = 0;
    while (i < train->names.count && !layout_is_pixel(&train->layout, i))
        i++;
    while (j < table->names.count && !layout_is_pixel(&table->layout, j))
        j++;
    if (strcmp(train->names.items[i], table->names.items[j]))
        table->order = "named otherwise, matched by position";
}

static int aim_all(struct row_reader *reader)
{
    const struct table *table = reader->table;
    const size_t columns = table->layout.columns;
    size_t *place = malloc(columns * sizeof *place);
    int rc = 0;
    reader->target = malloc(columns * sizeof *reader->target);
    if (!place || !reader->target)
        rc = error_memory(reader->error, table->path);
    for (size_t i = 0; i < columns && !rc; i++)
        place[i] = i;
    if (!rc && are_named(reader))
        rc = match_pixels(reader->options->train, table, place, reader->error);
    if (!rc && are_named(reader))
        note_names(reader);
    for (size_t i = 0, pixels = layout_pixels(table->layout.shape); !rc && i < pixels; i++)
        if (place[i] != i)
            reader->table->order = "matched by name, in another order";
    if (!rc)
        aim(reader, &table->layout, place);
    free(place);
    return rc;
}

void row_separate(struct row_reader *reader, char separator)
{
    reader->separator = separator;
    for (size_t i = 0; i < sizeof reader->zeros; i++)
        reader->zeros[i] = (char)(i % 2 ? separator : '0');
    reader->table->separator = separator;
}

int row_decide(struct row_reader *reader, const struct fields *fields)
{
    struct table *table = reader->table;
    const int rc = layout_decide((const char *const *)fields->items, fields->count,
                                 &reader->options->request, &table->layout, reader->error);
    if (table->layout.header == HEADER_NAMES && keep_names(reader, fields))
        return FAILED;
    /* Where it is the number of pixels that is wrong, names say it better. */
    if (rc && table->layout.shape.h && are_named(reader) &&
        match_pixels(reader->options->train, table, NULL, reader->error))
        return FAILED;
    if (rc)
        return error_within(reader->error, "%s:%zu", table->path, reader->line);
    if (aim_all(reader))
        return FAILED;
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
    char whole[FIELD_WHOLE];
    const size_t shorter = field_shorten(text, length, whole);
    if (shorter) {
        text = whole;
        length = shorter;
    }
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

/* The nameless column of a test file must be what it is taken for; a training file's may be
 * anything, for its ids are of no use, and `Unnamed: 0` says what it is. */
static int check_index(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    char number[24];
    const struct table *table = reader->table;
    const int named = table->names.count && *table->names.items[column];
    if (reader->options->request.kind != TABLE_TEST || named)
        return 0;
    for (size_t base = 0; base < 2; base++) {
        const int digits = snprintf(number, sizeof number, "%zu", table->rows + base);
        if ((size_t)digits == length && !memcmp(number, text, length))
            return 0;
    }
    return fail_field(reader, column, text, length,
                      "is no row number, so that this nameless column is more than that; expected "
                      "--id 1 to take it as the ids, or --ignore 1 (make: ID=1, IGNORE=1)");
}

enum { NO_PIXEL = -1, NO_WHOLE = -2 };

/* Every way to write a pixel: 7, 007, 7.0, 2.55e+02. */
static int parse_pixel(const char *text, size_t length)
{
    char number[64];
    int value = 0;
    size_t i = 0;
    while (i < length && i < 3 && text[i] >= '0' && text[i] <= '9')
        value = 10 * value + (text[i++] - '0');
    if (i != length || length == 0) {
        if (length >= sizeof number)
            return NO_PIXEL;
        memcpy(number, text, length);
        number[length] = '\0';
        if (strlen(number) != length || !field_is_number(number))
            return NO_PIXEL;
        const double real = strtod(number, NULL);
        if (real != floor(real))
            return NO_WHOLE;
        if (!(real >= 0 && real <= 255))
            return NO_PIXEL;
        value = (int)real;
    }
    return value <= 255 ? value : NO_PIXEL;
}

int row_field(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    if (column >= reader->columns) {
        reader->trailing = column == reader->columns && length == 0;
        return 0;
    }
    const int32_t target = reader->target[column];
    if (target == TARGET_LABEL)
        return take_label(reader, column, text, length);
    if (target == TARGET_ID)
        return take_id(reader, column, text, length);
    if (target == TARGET_EMPTY && length)
        return fail_field(
            reader, column, text, length,
            "is in a column without a name; expected it to be empty, or --ignore with "
            "the column's number");
    if (target == TARGET_INDEX)
        return check_index(reader, column, text, length);
    if (target < 0)
        return 0;
    const int value = parse_pixel(text, length);
    if (value == NO_WHOLE)
        return fail_field(reader, column, text, length,
                          "is a fraction; expected whole numbers from 0 to 255");
    if (value < 0)
        return fail_field(reader, column, text, length, "is not a number from 0 to 255");
    reader->pixels[target] = (uint8_t)value;
    return 0;
}

int row_end(struct row_reader *reader, size_t fields)
{
    struct table *table = reader->table;
    const int trailing = reader->trailing && fields == reader->columns + 1;
    reader->trailing = 0;
    if (fields != reader->columns && !trailing)
        return error_set(reader->error, "%s:%zu: expected %zu fields, got %zu", table->path,
                         reader->line, reader->columns, fields);
    table->lines[table->rows++] = reader->line;
    return next_row(reader);
}

/* ---------------------------------------------------------------- the fast lane */

/* A field up to its separator or end of line; NULL where it has quotes or blanks, which libcsv
 * treats specially. The line has an end. */
static const char *skip_text(const char *at, char separator)
{
    while (*at != separator && *at != '\n' && *at != '\r') {
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
        target[3] != target[0] + 3 || memcmp(at, reader->zeros, 8))
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
    const char *at = text, *other[4]; /* where label, id, row number and empty column begin */
    size_t other_column[4], others = 0;
    const size_t columns = reader->columns;
    const char separator = reader->separator;
    if (!end || columns == 0 || *text == '\n' || *text == '\r')
        return 0;
    for (size_t column = 0; column < columns; column++) {
        while (take_zeros(reader, at, end, column)) {
            column += 4;
            at += 8;
        }
        const int32_t target = reader->target[column];
        if (target < 0 && target != TARGET_NONE) {
            other[others] = at;
            other_column[others++] = column;
        }
        at = target >= 0 ? take_digits(at, reader->pixels + target) : skip_text(at, separator);
        if (!at || (column + 1 < columns && *at++ != separator))
            return 0;
    }
    if (at != end && (*at != '\r' || at + 1 != end))
        return 0;

    for (size_t i = 0; i < others; i++) {
        const size_t length = (size_t)(skip_text(other[i], separator) - other[i]);
        if (row_field(reader, other_column[i], other[i], length))
            return FAILED;
    }
    if (row_end(reader, columns))
        return FAILED;
    reader->line++;
    return end + 1 - text;
}
