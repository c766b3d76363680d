/* decide.c: see decide.h. */
#include "pipeline/table/decide.h"

#include "pipeline/source/form.h"
#include "pipeline/table/find.h"
#include "pipeline/table/header.h"
#include "pipeline/table/image.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int ends_in_id(const char *name)
{
    const size_t length = strlen(name);
    return length > 2 && (!strcmp(name + length - 2, "Id") || !strcmp(name + length - 2, "ID") ||
                          !strcasecmp(name + length - 3, "_id"));
}

/* ---------------------------------------------------------------- the label */

/* The column of the training file that the test file lacks; NO_COLUMN unless it is just one. */
static size_t find_lacking(const struct deciding *d)
{
    const struct head *test = d->request->heads[TABLE_TEST];
    size_t lacking = NO_COLUMN, count = 0;
    if (d->layout->header != HEADER_NAMES || !test || !test->count)
        return NO_COLUMN;
    for (size_t i = 0; i < d->layout->columns; i++) {
        if (layout_is_left_out(d->layout, i) ||
            column_named(&test->rows[0], column_name(d, i)) != NO_COLUMN)
            continue;
        lacking = i;
        count++;
    }
    return count == 1 ? lacking : NO_COLUMN;
}

/* The sample's second name. */
static size_t find_sampled(const struct deciding *d)
{
    const struct head *sample = d->request->heads[TABLE_SAMPLE];
    if (d->layout->header != HEADER_NAMES || !sample || !sample->count ||
        sample->rows[0].count != 2)
        return NO_COLUMN;
    return column_named(&d->head->rows[0], sample->rows[0].items[1]);
}

/* The only column of a file without names in which a row holds a text. */
static size_t find_texts(const struct deciding *d)
{
    size_t found = NO_COLUMN, count = 0;
    for (size_t i = 0; i < d->layout->columns; i++) {
        int is_text = 0;
        for (size_t row = d->layout->header != HEADER_NONE; row < d->head->count; row++) {
            const struct fields *fields = &d->head->rows[row];
            is_text |= i < fields->count && *fields->items[i] &&
                       !field_is_number(fields->items[i]) && !strchr(fields->items[i], ' ');
        }
        if (!is_text || layout_is_left_out(d->layout, i))
            continue;
        found = i;
        count++;
    }
    return count == 1 ? found : NO_COLUMN;
}

static int fail_label(const struct deciding *d)
{
    const size_t columns = d->layout->columns;
    if (columns == 1 && strchr(column_name(d, 0), ' '))
        return error_set(d->error,
                         "fields parted by blanks, or by nothing; expected ',', ';', '|' or tab "
                         "between them");
    return error_set(
        d->error,
        "no label column among %zu column%s, parted by %s; expected one named label, class, "
        "target, y, digit, letter, emotion, diagnosis, species or category, or one "
        "that the test file lacks, or --label NAME (make: LABEL=NAME)",
        columns, columns == 1 ? "" : "s", form_separator_name(d->head->separator));
}

static int find_train_label(const struct deciding *d)
{
    struct layout *layout = d->layout;
    if (d->request->label) {
        layout->label = column_asked(d, d->request->label);
        return layout->label == NO_COLUMN ? column_fail(d, "--label", d->request->label) : 0;
    }
    if (layout->header == HEADER_NAMES) {
        layout->label = find_lacking(d);
        if (layout->label == NO_COLUMN)
            layout->label = column_known(d, layout_is_label_name);
        if (layout->label == NO_COLUMN)
            layout->label = find_sampled(d);
        if (layout->label == NO_COLUMN)
            return fail_label(d);
        return 0;
    }
    layout->label = find_texts(d);
    for (size_t i = 0; layout->label == NO_COLUMN; i++)
        if (i == layout->columns || !layout_is_left_out(layout, i))
            layout->label = i;
    return layout->label < layout->columns ? 0 : error_set(d->error, "has one column only");
}

static int are_different(const struct head *head, size_t column, size_t first)
{
    for (size_t i = first; i < head->count; i++)
        for (size_t j = first; j < i; j++)
            if (column < head->rows[i].count && column < head->rows[j].count &&
                !strcmp(head->rows[i].items[column], head->rows[j].items[column]))
                return 0;
    return 1;
}

/* Whether a test file has ids where the training file has labels: of these some come again. */
static int are_ids(const struct deciding *d, size_t column)
{
    enum { LEAST = 16 }; /* rows; fewer labels may well differ */
    const struct head *train = d->request->heads[TABLE_TRAIN];
    const size_t first = d->layout->header != HEADER_NONE;
    return d->head->count >= LEAST && are_different(d->head, column, first) &&
           *d->head->rows[first].items[column] && !are_different(train, column, first);
}

/* In a test file a label is not needed; where there is one it is used to judge. */
static void find_test_label(const struct deciding *d)
{
    const struct layout *train = d->train;
    struct layout *layout = d->layout;
    const struct head *of_train = d->request->heads[TABLE_TRAIN];
    if (train->header == HEADER_NAMES && layout->header == HEADER_NAMES)
        layout->label = column_named(&d->head->rows[0], layout_name(of_train, train->label));
    else if (train->header != HEADER_NAMES && layout->columns == train->columns)
        layout->label = train->label;
    if (layout->label != NO_COLUMN && layout->header != HEADER_NAMES && !d->request->id &&
        are_ids(d, layout->label)) {
        layout->id = layout->label;
        layout->label = NO_COLUMN;
    }
}

/* ---------------------------------------------------------------- the id */

static size_t find_id_by_name(const struct deciding *d)
{
    const struct head *sample = d->request->heads[TABLE_SAMPLE];
    size_t id = NO_COLUMN;
    if (d->layout->header != HEADER_NAMES)
        return NO_COLUMN;
    if (d->kind != TABLE_SAMPLE && sample && sample->count && sample->rows[0].count >= 2)
        id = column_named(&d->head->rows[0], sample->rows[0].items[0]);
    if (id == NO_COLUMN || layout_is_left_out(d->layout, id))
        id = column_known(d, layout_is_id_name);
    if (id == NO_COLUMN && !layout_is_left_out(d->layout, 0) && ends_in_id(column_name(d, 0)) &&
        are_different(d->head, 0, 1))
        id = 0;
    return id;
}

/* The training file's ids are no values. A number is the column of the test file: here it is the
 * one of that name, or without names the one in its place where the test file lacks just the label.
 */
static size_t find_train_id(const struct deciding *d)
{
    const struct layout *layout = d->layout;
    const struct head *test = d->request->heads[TABLE_TEST];
    const char *const asked = d->request->id;
    const size_t named = layout->header ? column_named(&d->head->rows[0], asked) : NO_COLUMN;
    const size_t column = column_asked(d, asked);
    if (named != NO_COLUMN || column == NO_COLUMN)
        return named;
    if (!test)
        return column;
    if (!test->count || column >= test->rows[0].count)
        return NO_COLUMN;
    if (layout->header == HEADER_NAMES)
        return column_named(&d->head->rows[0], layout_name(test, column));
    if (test->rows[0].count + 1 != layout->columns)
        return NO_COLUMN;
    return column + (column >= layout->label);
}

/* A number is the column of the test file. */
static int find_id(const struct deciding *d)
{
    struct layout *layout = d->layout;
    const char *asked = d->request->id;
    if (!asked)
        layout->id = layout->id == NO_COLUMN ? find_id_by_name(d) : layout->id;
    else if (column_of_train(d))
        layout->id = find_train_id(d);
    else if (d->kind == TABLE_SAMPLE)
        layout->id = layout->header ? column_named(&d->head->rows[0], asked) : NO_COLUMN;
    else
        layout->id = column_asked(d, asked);
    if (asked && layout->id == NO_COLUMN && !column_of_train(d))
        return column_fail(d, "--id", asked);
    if (layout->id == layout->label)
        layout->id = NO_COLUMN;
    if (layout->index == layout->label || layout->index == layout->id)
        layout->index = NO_COLUMN;
    return 0;
}

/* ---------------------------------------------------------------- values */

/* Whether a field is several numbers parted by blanks. */
static int is_packed(const char *text)
{
    size_t numbers = 0;
    char *end;
    for (strtof(text, &end); end != text; strtof(text = end, &end))
        numbers++;
    return numbers >= 4 && !text[strspn(text, " ")];
}

static size_t find_packed(const struct deciding *d)
{
    const size_t row = d->layout->header != HEADER_NONE;
    if (row >= d->head->count)
        return NO_COLUMN;
    const struct fields *fields = &d->head->rows[row];
    for (size_t i = 0; i < fields->count && i < d->layout->columns; i++)
        if (!layout_is_left_out(d->layout, i) && i != d->layout->label && i != d->layout->id &&
            is_packed(fields->items[i]))
            return i;
    return NO_COLUMN;
}

/* Beside a column that holds all numbers, others hold none of a row. */
static void leave_others(struct layout *layout)
{
    for (size_t i = 0; layout->packed != NO_COLUMN && i < layout->columns; i++)
        if (i != layout->packed && i != layout->label && i != layout->id)
            layout->left_out[i] |= !layout_is_left_out(layout, i);
}

/* The test file has as many values as the training file. */
static int fit_train(const struct deciding *d)
{
    struct layout *layout = d->layout;
    const size_t expected = nn_shape_size(d->train->shape);
    size_t values = 0;
    layout->shape = d->train->shape;
    layout->is_table = d->train->is_table;
    layout->planes = d->train->planes;
    if ((layout->packed == NO_COLUMN) != (d->train->packed == NO_COLUMN))
        return error_set(d->error,
                         "%s all numbers of a row in one column, and %s %s; expected both or "
                         "neither",
                         layout->packed == NO_COLUMN ? "does not hold" : "holds",
                         d->request->heads[TABLE_TRAIN]->path,
                         layout->packed == NO_COLUMN ? "does" : "does not");
    if (layout->packed != NO_COLUMN)
        return 0;
    for (size_t i = 0; i < layout->columns; i++)
        values += (size_t)layout_is_value(layout, i);
    if (values == expected + 1 && layout->id == NO_COLUMN && layout_is_value(layout, 0) &&
        (layout->header != HEADER_NAMES || d->train->header != HEADER_NAMES ||
         column_named(&d->request->heads[TABLE_TRAIN]->rows[0], column_name(d, 0)) == NO_COLUMN)) {
        layout->id = 0;
        return 0;
    }
    /* Where both have names, those tell better what is wrong. */
    if (values == expected || (layout->header == HEADER_NAMES && d->train->header == HEADER_NAMES))
        return 0;
    return error_set(d->error, "%zu column%s of values; expected %zu, as %s has", values,
                     values == 1 ? "" : "s", expected, d->request->heads[TABLE_TRAIN]->path);
}

/* --header is about training and test file. */
static int find_header(const struct deciding *d, int train_header)
{
    struct layout_request request = *d->request;
    if (d->kind == TABLE_SAMPLE)
        request.header = HEADER_FOUND_OUT;
    return header_find(d->head, &request, train_header);
}

static int decide(const struct deciding *d)
{
    struct layout *layout = d->layout;
    const int train_header = d->train ? d->train->header : HEADER_NONE;
    layout->header = find_header(d, train_header);
    if (d->head->row_names)
        layout->header = HEADER_NAMES;
    if (d->kind == TABLE_TEST && !layout->header != !train_header)
        return error_set(d->error,
                         "%s a header, but %s has %s; expected both or neither, or --header "
                         "yes|no (make: HEADER=yes)",
                         layout->header ? "has" : "lacks", d->request->heads[TABLE_TRAIN]->path,
                         layout->header ? "none" : "one");
    column_find_nameless(d);
    if (column_find_ignored(d))
        return FAILED;
    if (d->kind == TABLE_SAMPLE) {
        if (find_id(d))
            return FAILED;
        layout->id = layout->id == NO_COLUMN ? 0 : layout->id;
        return 0;
    }
    column_find_usage(d);
    if (column_of_train(d) && find_train_label(d))
        return FAILED;
    if (!column_of_train(d))
        find_test_label(d);
    if (find_id(d))
        return FAILED;
    layout->packed = find_packed(d);
    leave_others(layout);
    return column_of_train(d) ? image_find(d->head, d->request, layout, d->error) : fit_train(d);
}

int layout_decide(const struct layout_request *request, enum table_kind kind,
                  const struct layout *train, struct layout *layout, struct error *error)
{
    const struct head *head = request->heads[kind];
    const struct deciding d = {request, kind, head, train, layout, error};
    *layout = (struct layout){.label = NO_COLUMN,
                              .id = NO_COLUMN,
                              .index = NO_COLUMN,
                              .empty = NO_COLUMN,
                              .packed = NO_COLUMN,
                              .usage = NO_COLUMN};
    if (!head->count)
        return error_set(error, "%s: has no rows", head->path);
    layout->columns = head->rows[0].count;
    if (!decide(&d))
        return 0;
    layout_free(layout);
    return error_within(error, "%s:1", head->path);
}
