/* plain.c: the fast lane, for lines of plain numbers. See row_plain in row.h. */
#include "pipeline/table/row.h"

#include "pipeline/table/value.h"

#include <string.h>

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
        target[1] != target[0] + 1 || target[2] != target[0] + 2 || target[3] != target[0] + 3 ||
        memcmp(at, reader->zeros, 8))
        return 0;
    if (reader->table->spool.floats)
        memset(reader->floats + target[0], 0, 4 * sizeof *reader->floats);
    else
        memset(reader->bytes + target[0], 0, 4);
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

/* The columns of a plain line that are no values: where they begin. */
struct others {
    const char *at[4]; /* label, id, row number and empty column */
    size_t column[4], count;
};

/* Behind the last column of a plain line, whose values are taken on the way; NULL where it is of
 * another kind. The line has an end. */
static const char *take_line(struct row_reader *reader, const char *at, const char *end,
                             struct others *others)
{
    const size_t columns = reader->columns;
    const char separator = reader->separator;
    const int floats = reader->table->spool.floats;
    for (size_t column = 0; column < columns; column++) {
        while (take_zeros(reader, at, end, column)) {
            column += 4;
            at += 8;
        }
        const int32_t target = reader->target[column];
        if (target < 0 && target != TARGET_NONE) {
            if (target < TARGET_EMPTY)
                return NULL;
            others->at[others->count] = at;
            others->column[others->count++] = column;
        }
        if (target < 0)
            at = skip_text(at, separator);
        else if (floats)
            at = value_read(at, reader->floats + target);
        else
            at = take_digits(at, reader->bytes + target);
        if (!at || (column + 1 < columns && *at++ != separator))
            return NULL;
    }
    return at;
}

/* libcsv gives 300 MB/s and this loop several times as much, and nearly all files are of plain
 * numbers. Label and id are taken last, when it is certain that the line is whole and plain. */
int64_t row_plain(struct row_reader *reader, const char *text, size_t size)
{
    const char *const end = size ? memchr(text, '\n', size) : NULL;
    struct others others = {.count = 0};
    if (!end || reader->columns == 0 || *text == '\n' || *text == '\r')
        return 0;
    const char *const at = take_line(reader, text, end, &others);
    if (!at || (at != end && (*at != '\r' || at + 1 != end)))
        return 0;
    for (size_t i = 0; i < others.count; i++) {
        const size_t length = (size_t)(skip_text(others.at[i], reader->separator) - others.at[i]);
        if (row_field(reader, others.column[i], others.at[i], length))
            return FAILED;
    }
    if (row_end(reader, reader->columns))
        return FAILED;
    reader->line++;
    return end + 1 - text;
}
