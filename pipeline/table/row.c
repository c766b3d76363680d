/* row.c: taking fields as values, labels and ids. See row.h. */
#include "pipeline/table/row.h"

#include "pipeline/table/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_ID = 255 }; /* bytes */
_Static_assert(MAX_ID < sizeof(((struct row_reader *)0)->id), "an id fits");

static int fail_field(struct row_reader *reader, size_t column, const char *text, size_t length,
                      const char *finding)
{
    char shown[FIELD_SHOWN];
    field_show(text, length, shown);
    return error_set(reader->error, "%s:%zu:%zu: '%s' %s", reader->table->path, reader->line,
                     column + 1, shown, finding);
}

/* ---------------------------------------------------------------- labels, ids and the like */

static int take_label(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    struct label_list *labels = reader->options->labels;
    const int is_train = reader->options->kind == TABLE_TRAIN;
    if (length == 0 && !is_train) {
        struct table *table = reader->table;
        table->unlabelled_line = table->unlabelled++ ? table->unlabelled_line : reader->line;
        return 0;
    }
    if (length == 0)
        return fail_field(reader, column, text, length,
                          "is an empty label; expected one in each row of the training file");
    if (length > MAX_LABEL || !field_is_clean(text, length))
        return fail_field(reader, column, text, length,
                          "is no label; expected up to 100 printable bytes");
    char whole[FIELD_WHOLE];
    const size_t shorter = field_shorten(text, length, whole);
    if (shorter) {
        text = whole;
        length = shorter;
    }
    reader->class =
        is_train ? label_list_add(labels, text, length) : label_list_find(labels, text, length);
    if (reader->class >= 0)
        return 0;
    if (is_train)
        return error_set(reader->error,
                         "%s:%zu:%zu: more than %d different labels in %zu rows; Pixelmill "
                         "predicts classes; is this the label column? (make: LABEL= names another)",
                         reader->table->path, reader->line, column + 1, NN_MAX_CLASSES,
                         reader->table->rows + 1);
    return fail_field(reader, column, text, length, "is not among the labels of the training file");
}

static int take_id(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    if (length == 0)
        return fail_field(reader, column, text, length, "is an empty id");
    if (length > MAX_ID || !field_is_clean(text, length))
        return fail_field(reader, column, text, length,
                          "is no id; expected up to 255 printable bytes");
    memcpy(reader->id, text, length);
    reader->id_length = length;
    reader->has_id = 1;
    return 0;
}

/* The nameless column of a test file must be what it is taken for; a training file's may be
 * anything, for its ids are of no use, and `Unnamed: 0` and row names say what they are. */
static int check_index(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    char number[24];
    const struct table *table = reader->table;
    const int named = table->names.count && *table->names.items[column];
    if (reader->options->kind != TABLE_TEST || named || table->head.row_names)
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

/* Where one file holds all parts of a competition: Training, PublicTest, PrivateTest. */
static int take_usage(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    const int is_train = length >= 5 && !strncasecmp(text, "train", 5);
    const int is_test = length >= 4 && (!strncasecmp(text + length - 4, "test", 4) ||
                                        !strncasecmp(text, "test", 4) ||
                                        !strncasecmp(text, "public", length < 6 ? length : 6) ||
                                        !strncasecmp(text, "private", length < 7 ? length : 7));
    if (!is_train && !is_test)
        return fail_field(reader, column, text, length,
                          "is no use of a row; expected Training, PublicTest or PrivateTest, or "
                          "--ignore with the column's name (make: IGNORE=)");
    reader->for_rest = reader->table->rest && is_test;
    return 0;
}

/* ---------------------------------------------------------------- values */

/* All rows from this one on are floats. */
static int widen(struct row_reader *reader)
{
    struct table *table = reader->table;
    if (spool_widen(&table->spool, reader->error) ||
        (table->rest && spool_widen(&table->rest->spool, reader->error)))
        return FAILED;
    for (size_t i = 0; i < table->spool.values; i++)
        reader->floats[i] = reader->bytes[i];
    return 0;
}

static int put_value(struct row_reader *reader, int32_t target, float value)
{
    if (reader->table->spool.floats) {
        reader->floats[target] = value;
        return 0;
    }
    if (value >= 0 && value <= 255 && value == floorf(value)) {
        reader->bytes[target] = (uint8_t)value;
        return 0;
    }
    if (widen(reader))
        return FAILED;
    reader->floats[target] = value;
    return 0;
}

static const char BEYOND[] = "is too great; expected numbers from -3.4e38 to 3.4e38";

/* A number, but none that a 32-bit float can hold, or infinity. */
static int is_beyond(const char *text, size_t length)
{
    static const char *const INFINITE[] = {"inf", "infinity", NULL};
    char number[HEAD_NUMBER];
    if (length == 0 || length >= sizeof number)
        return 0;
    const char *const digits = number + (*text == '-' || *text == '+');
    memcpy(number, text, length);
    number[length] = '\0';
    for (const char *const *word = INFINITE; *word; word++)
        if (!strcasecmp(digits, *word))
            return 1;
    return field_is_number(number);
}

/* What is no number, in a table: a gap, or a text. */
static int put_text(struct row_reader *reader, size_t column, int32_t target, const char *text,
                    size_t length)
{
    struct texts *texts = &reader->table->texts[target];
    if (value_is_gap(text, length))
        return put_value(reader, target, texts_gap());
    if (is_beyond(text, length))
        return fail_field(reader, column, text, length, BEYOND);
    if (length > MAX_LABEL || !field_is_clean(text, length))
        return fail_field(reader, column, text, length,
                          "is neither a number nor a text of up to 100 printable bytes");
    if (reader->options->kind == TABLE_TEST && !texts->list.count)
        return fail_field(reader, column, text, length,
                          "is not a number, as all of this column in the training file are");
    if (reader->options->kind == TABLE_TEST)
        return put_value(reader, target, texts_value(texts_find(texts, text, length)));
    if (!texts->list.count)
        texts->line = reader->line;
    const int code = texts_code(texts, text, length);
    return code < 0 ? error_memory(reader->error, reader->table->path)
                    : put_value(reader, target, texts_value(code));
}

static int take_value(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    char number[HEAD_NUMBER];
    float value;
    const int32_t target = reader->target[column];
    if (length < sizeof number) {
        memcpy(number, text, length);
        number[length] = '\0';
        if (value_read(number, &value) == number + length)
            return put_value(reader, target, value);
    }
    if (reader->table->layout.is_table)
        return put_text(reader, column, target, text, length);
    if (value_is_gap(text, length))
        return fail_field(
            reader, column, text, length,
            "is not a number; expected one in each pixel, or --table where a row is no "
            "image (make: TABLE=1)");
    return fail_field(reader, column, text, length,
                      is_beyond(text, length) ? BEYOND : "is not a number");
}

/* One of several numbers in a field, which ends at a blank or at `end`, where no zero byte stands.
 * Returns where it ends; NULL where it is no number. */
static const char *read_packed(const char *at, const char *end, float *value)
{
    char number[HEAD_NUMBER];
    size_t length = 0;
    for (; at + length < end && at[length] != ' '; length++) {
        if (length + 1 == sizeof number)
            return NULL;
        number[length] = at[length];
    }
    number[length] = '\0';
    return value_read(number, value) == number + length ? at + length : NULL;
}

/* All numbers of a row, parted by blanks. */
static int take_packed(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    const size_t values = reader->table->spool.values;
    const char *const end = text + length;
    size_t n = 0;
    for (const char *at = text; at < end;) {
        float value;
        if (*at == ' ') {
            at++;
            continue;
        }
        const char *behind = read_packed(at, end, &value);
        if (!behind) {
            const char *blank = memchr(at, ' ', (size_t)(end - at));
            return fail_field(reader, column, at, (size_t)((blank ? blank : end) - at),
                              "is not a number");
        }
        if (n < values && put_value(reader, reader->place[n], value))
            return FAILED;
        n++;
        at = behind;
    }
    if (n == values)
        return 0;
    return error_set(reader->error, "%s:%zu:%zu: %zu numbers; expected %zu, as in the first row",
                     reader->table->path, reader->line, column + 1, n, values);
}

static int take_sample(struct row_reader *reader, const char *text, size_t length)
{
    char value[HEAD_NUMBER];
    snprintf(value, sizeof value, "%.*s", (int)(length < sizeof value ? length : 0), text);
    column_look(&reader->table->values, value);
    return 0;
}

static int take_field(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    switch (reader->target[column]) {
    case TARGET_LABEL:
        return take_label(reader, column, text, length);
    case TARGET_ID:
        return take_id(reader, column, text, length);
    case TARGET_INDEX:
        return check_index(reader, column, text, length);
    case TARGET_USAGE:
        return take_usage(reader, column, text, length);
    case TARGET_PACKED:
        return take_packed(reader, column, text, length);
    case TARGET_SAMPLE:
        return take_sample(reader, text, length);
    case TARGET_NONE:
        return 0;
    case TARGET_EMPTY:
        return length ? fail_field(reader, column, text, length,
                                   "is in a column without a name; expected it to be empty, or "
                                   "--ignore with the column's number")
                      : 0;
    default:
        return take_value(reader, column, text, length);
    }
}

int row_field(struct row_reader *reader, size_t column, const char *text, size_t length)
{
    char number[HEAD_NUMBER];
    if (column >= reader->columns) {
        reader->trailing = column == reader->columns && length == 0;
        return 0;
    }
    if (reader->separator != ',' && head_point(text, length, number)) {
        reader->table->head.comma = 1;
        return take_field(reader, column, number, length);
    }
    return take_field(reader, column, text, length);
}

/* ---------------------------------------------------------------- rows */

static int keep_row(struct row_reader *reader)
{
    struct table *const read = reader->table;
    struct table *const table = reader->for_rest ? read->rest : read;
    if (table_reserve(table) ||
        (reader->has_id && fields_add(&table->ids, reader->id, reader->id_length)))
        return error_memory(reader->error, table->path);
    table->lines[table->rows] = (uint32_t)reader->line;
    table->classes[table->rows++] = reader->class < 0 ? UINT16_MAX : (uint16_t)reader->class;
    reader->class = -1;
    reader->for_rest = reader->has_id = 0;
    if (!table->spool.values)
        return 0;
    return spool_add(&table->spool,
                     table->spool.floats ? (const void *)reader->floats : reader->bytes,
                     reader->error);
}

int row_end(struct row_reader *reader, size_t fields)
{
    const int trailing = reader->trailing && fields == reader->columns + 1;
    reader->trailing = 0;
    if (fields != reader->columns && !trailing)
        return error_set(reader->error, "%s:%zu: expected %zu fields, got %zu", reader->table->path,
                         reader->line, reader->columns, fields);
    return keep_row(reader);
}
