/* encode.c: see encode.h. */
#include "pipeline/table/encode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_INPUTS = 65536, CHUNK = 64 };

/* ---------------------------------------------------------------- the scale of images */

void encoding_scale(double low, double high, int bytes, double *zero, double *one)
{
    *zero = 0;
    if (low < 0)
        *zero = low >= -1 && low < -0.5 && high <= 1 && high > 0.5 ? -1 : low;
    else if (!bytes && low > high / 2)
        *zero = low;
    *one = high;
    if (*zero == -1 && high <= 1)
        *one = 1;
    else if (*zero == 0 && high > 0.5 && high <= 1)
        *one = 1;
    else if (*zero == 0 && high > 128 && high <= 255)
        *one = 255;
    if (!(*one > *zero))
        *one = *zero + 1;
}

/* ---------------------------------------------------------------- the inputs of a table */

/* What the training rows have in a column that also has texts: its different numbers, up to
 * TEXTS_MOST + 1, and which of its texts; rows of a test in the same file may have others. */
struct distinct {
    float items[TEXTS_MOST + 1];
    size_t count;
    char seen[TEXTS_MOST + 1]; /* by the code of a text */
};

static void note_number(struct distinct *numbers, float value)
{
    size_t i = 0;
    while (i < numbers->count && numbers->items[i] != value)
        i++;
    if (i == numbers->count && i <= TEXTS_MOST)
        numbers->items[numbers->count++] = value;
}

static void note_value(struct distinct *column, float value)
{
    const int code = texts_code_of(value);
    if (code >= 0)
        column->seen[code] = 1;
    else if (!isnan(value))
        note_number(column, value);
}

static int collect_numbers(struct table *train, const struct survey *survey,
                           struct distinct *numbers, struct error *error)
{
    float *rows = malloc((CHUNK * survey->values + 1) * sizeof *rows);
    int64_t got = rows ? 0 : error_memory(error, train->path);
    for (size_t at = 0; got >= 0 && at < train->rows; at += (size_t)got) {
        got = spool_read(&train->spool, at, CHUNK, rows, error);
        for (size_t i = 0; got > 0 && i < (size_t)got * survey->values; i++)
            if (survey->texts[i % survey->values])
                note_value(&numbers[i % survey->values], rows[i]);
    }
    free(rows);
    return got < 0 ? FAILED : 0;
}

static int compare_texts(const void *left, const void *right)
{
    const struct number *a = left, *b = right;
    return strcmp(a->text, b->text);
}

static int add_input(struct encoding *encoding, struct number input)
{
    struct number *more =
        realloc(encoding->inputs, (encoding->count + 1) * sizeof *encoding->inputs);
    if (!more)
        return -1;
    encoding->inputs = more;
    more[encoding->count++] = input;
    return 0;
}

/* One input a text, in the order of the texts; a number among texts is one, too. */
static int add_texts(struct encoding *encoding, const struct texts *texts,
                     const struct distinct *numbers, struct number input)
{
    const size_t first = encoding->count;
    input.number = NAN;
    for (size_t i = 0; i < texts->list.count; i++) {
        input.text = texts->list.items[i];
        if (numbers->seen[i] && add_input(encoding, input))
            return -1;
    }
    for (size_t i = 0; i < numbers->count; i++) {
        char number[32];
        const int length = snprintf(number, sizeof number, "%.9g", (double)numbers->items[i]);
        if (fields_add(&encoding->made, number, (size_t)length))
            return -1;
        input.text = encoding->made.items[encoding->made.count - 1];
        input.number = numbers->items[i];
        if (add_input(encoding, input))
            return -1;
    }
    qsort(encoding->inputs + first, encoding->count - first, sizeof *encoding->inputs,
          compare_texts);
    return 0;
}

/* Few texts are those that come again and again. */
static int are_few(const struct table *train, const struct texts *texts,
                   const struct distinct *numbers)
{
    enum { ALWAYS = 8, ROWS_A_TEXT = 4 };
    const size_t different = texts->list.count + numbers->count;
    return !texts->overflow && different <= TEXTS_MOST &&
           (different <= ALWAYS || different * ROWS_A_TEXT <= train->rows);
}

/* 'Name' (column 4): where the columns of a table stand in the file. */
static void name_column(const struct table *train, struct number *input)
{
    size_t value = 0, column = 0;
    while (!layout_is_value(&train->layout, column) || value++ < input->value)
        column++;
    input->column = column + 1;
    if (column < train->names.count)
        input->name = train->names.items[column];
}

/* A column of numbers, but for a few fields: those are more likely wrong than the column. */
static int fail_odd(const struct number *input, const struct texts *texts,
                    const struct table *train, const struct survey *survey, struct error *error)
{
    char name[FIELD_SHOWN], text[FIELD_SHOWN];
    const size_t odd = survey->texts[input->value];
    const char *const first = texts->list.items[0];
    snprintf(name, sizeof name, "%zu", input->column);
    if (input->name)
        field_show(input->name, strlen(input->name), name);
    field_show(first, strlen(first), text);
    return error_set(error,
                     "%s:%zu:%zu: '%s' is not a number, as '%s' has in %zu of %zu rows; expected a "
                     "number, or nothing where it is missing, or IGNORE='%s' (--ignore)",
                     train->path, texts->line, input->column, text, name,
                     train->rows - odd - survey->gaps[input->value], train->rows, name);
}

static int is_odd(const struct table *train, const struct survey *survey, size_t value)
{
    enum { NUMBERS_A_TEXT = 10 };
    const size_t texts = survey->texts[value];
    return train->rows - survey->gaps[value] >= (NUMBERS_A_TEXT + 1) * texts;
}

struct refused {
    struct text found, ignore;
    size_t count;
};

static void refuse(const struct number *input, const struct texts *texts, const struct table *train,
                   const struct survey *survey, struct refused *refused)
{
    char name[FIELD_SHOWN], text[FIELD_SHOWN];
    const char *const first = texts->list.items[0];
    snprintf(name, sizeof name, "%zu", input->column);
    if (input->name)
        field_show(input->name, strlen(input->name), name);
    field_show(first, strlen(first), text);
    if (refused->count++ < 3)
        text_format(
            &refused->found, "%s'%s' (column %zu: '%s' in line %zu, %zu text%s in %zu rows)",
            refused->count > 1 ? ", " : "", name, input->column, text, texts->line,
            survey->texts[input->value], survey->texts[input->value] == 1 ? "" : "s", train->rows);
    text_format(&refused->ignore, "%s%s", refused->count > 1 ? "," : "", name);
}

static int fail_refused(const struct table *train, struct refused *refused, struct error *error)
{
    if (text_failed(&refused->found) || text_failed(&refused->ignore))
        error_memory(error, train->path);
    else
        error_set(error,
                  "%s: %s%s %s neither numbers nor a few texts; expected them to be left out: "
                  "IGNORE='%s' (--ignore)",
                  train->path, text_of(&refused->found), refused->count > 3 ? ", ..." : "",
                  refused->count > 1 ? "are" : "is", text_of(&refused->ignore));
    return FAILED;
}

static int find_input(const struct table *train, const struct survey *survey, size_t value,
                      const struct distinct *numbers, struct encoding *encoding,
                      struct refused *refused, struct error *error)
{
    const struct texts *texts = &train->texts[value];
    struct number input = {.value = value};
    int failed = 0;
    name_column(train, &input);
    if (!survey->texts[value])
        failed = add_input(encoding, input);
    else if (are_few(train, texts, &numbers[value]))
        failed = add_texts(encoding, texts, &numbers[value], input);
    else if (is_odd(train, survey, value))
        return fail_odd(&input, texts, train, survey, error);
    else
        refuse(&input, texts, train, survey, refused);
    return failed ? error_memory(error, train->path) : 0;
}

static int find_inputs(struct table *train, const struct survey *survey,
                       const struct distinct *numbers, struct encoding *encoding,
                       struct error *error)
{
    struct refused refused = {.count = 0};
    int rc = 0;
    for (size_t i = 0; i < survey->values && !rc; i++)
        rc = find_input(train, survey, i, numbers, encoding, &refused, error);
    if (!rc && refused.count)
        rc = fail_refused(train, &refused, error);
    if (!rc && encoding->count > MOST_INPUTS)
        rc = error_set(error, "%s: %zu columns; expected up to %d", train->path, encoding->count,
                       MOST_INPUTS);
    text_free(&refused.found);
    text_free(&refused.ignore);
    return rc ? FAILED : 0;
}

int encoding_find(struct table *train, const struct survey *survey, struct encoding *encoding,
                  struct error *error)
{
    *encoding = (struct encoding){.floats = train->spool.floats,
                                  .one = 1,
                                  .low = (double)survey->least,
                                  .high = (double)survey->greatest};
    if (!train->layout.is_table) {
        encoding_scale(encoding->low, encoding->high, !train->spool.floats, &encoding->zero,
                       &encoding->one);
        return 0;
    }
    struct distinct *numbers = calloc(survey->values, sizeof *numbers);
    if (!numbers)
        return error_memory(error, train->path);
    const int rc = collect_numbers(train, survey, numbers, error) ||
                   find_inputs(train, survey, numbers, encoding, error);
    free(numbers);
    return rc ? FAILED : 0;
}

void encoding_free(struct encoding *encoding)
{
    free(encoding->inputs);
    fields_free(&encoding->made);
    *encoding = (struct encoding){0};
}

/* ---------------------------------------------------------------- rows */

size_t encoding_size(const struct encoding *encoding, const struct table *table)
{
    const size_t values = encoding->inputs ? encoding->count : table->spool.values;
    return values * (encoding->floats ? sizeof(float) : 1);
}

static int has_text(const struct number *input, const struct table *table, float value)
{
    const int code = texts_code_of(value);
    if (code < 0)
        return value == input->number;
    if (code == TEXTS_MOST)
        return 0;
    return !strcmp(table->texts[input->value].list.items[code], input->text);
}

void encoding_row(struct encoding *encoding, const struct table *table, const void *row, void *to)
{
    const float *values = row;
    float *floats = to;
    if (!encoding->inputs) {
        memcpy(to, row, encoding_size(encoding, table));
        return;
    }
    int unseen = 0;
    for (size_t i = 0; i < encoding->count; i++) {
        const struct number *input = &encoding->inputs[i];
        const float value = values[input->value];
        const int is_gap = isnan(value) && texts_code_of(value) < 0;
        if (!input->text || is_gap) {
            floats[i] = value;
            continue;
        }
        /* The inputs of one column stand side by side. */
        float found = 0;
        for (; i < encoding->count && encoding->inputs[i].value == input->value; i++)
            found += floats[i] = (float)has_text(&encoding->inputs[i], table, value);
        i--;
        unseen |= found == 0;
    }
    encoding->unseen += (size_t)unseen;
}
