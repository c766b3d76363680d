/* find.c: finding columns by what they are called. See find.h. */
#include "pipeline/table/find.h"

#include "pipeline/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The column of that name, exactly. */
size_t column_named(const struct fields *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (!strcmp(names->items[i], name))
            return i;
    return NO_COLUMN;
}

/* The column that the command line means: by its name, or by its number from 1. */
size_t column_asked(const struct deciding *d, const char *asked)
{
    size_t column = NO_COLUMN;
    char *end;
    if (d->layout->header)
        column = column_named(&d->head->rows[0], asked);
    if (column != NO_COLUMN || *asked < '1' || *asked > '9')
        return column;
    const unsigned long number = strtoul(asked, &end, 10);
    return *end || number > d->layout->columns ? NO_COLUMN : number - 1;
}

/* Names the first columns that there are. */
int column_fail(const struct deciding *d, const char *option, const char *asked)
{
    enum { NAMED = 5 };
    const size_t columns = d->layout->columns;
    struct text names = {0};
    for (size_t i = 0; d->layout->header && i < columns && i < NAMED; i++) {
        char shown[FIELD_SHOWN];
        field_show(column_name(d, i), strlen(column_name(d, i)), shown);
        text_format(&names, "%s'%s'", i ? ", " : "", shown);
    }
    if (d->layout->header)
        text_format(&names, "%s or ", columns > NAMED ? ", ..." : "");
    const int rc = error_set(d->error,
                             "no column is named '%.100s', as %s says; expected %sa number from 1 "
                             "to %zu",
                             asked, option, text_of(&names), columns);
    text_free(&names);
    return rc;
}

size_t column_known(const struct deciding *d, int (*is_known)(const char *))
{
    for (size_t i = 0; d->layout->header == HEADER_NAMES && i < d->layout->columns; i++)
        if (!layout_is_left_out(d->layout, i) && is_known(column_name(d, i)))
            return i;
    return NO_COLUMN;
}

/* ---------------------------------------------------------------- columns left out */

#define NOT_TOLD (NO_COLUMN - 1)

/* A number is a column of the training file. In the test file it is the column of that name;
 * without names the one in the same place, where only the label may be missing. NOT_TOLD where that
 * is not certain. */
static size_t find_ignored_number(const struct deciding *d, size_t column)
{
    const struct layout *train = d->train, *layout = d->layout;
    if (train->header == HEADER_NAMES && layout->header == HEADER_NAMES)
        return column_named(&d->head->rows[0], layout_name(d->request->heads[TABLE_TRAIN], column));
    if (layout->columns == train->columns)
        return column;
    if (layout->columns + 1 != train->columns)
        return NOT_TOLD;
    return column == train->label ? NO_COLUMN : column - (column > train->label);
}

static size_t find_ignored_column(const struct deciding *d, const char *asked)
{
    char *end;
    const unsigned long number = strtoul(asked, &end, 10);
    if (d->layout->header && column_named(&d->head->rows[0], asked) != NO_COLUMN)
        return column_named(&d->head->rows[0], asked);
    if (d->kind == TABLE_TRAIN)
        return column_asked(d, asked);
    if (d->kind == TABLE_SAMPLE || *asked < '1' || *asked > '9' || *end ||
        number > d->train->columns)
        return NO_COLUMN;
    return find_ignored_number(d, number - 1);
}

int column_find_ignored(const struct deciding *d)
{
    struct layout *layout = d->layout;
    layout->left_out = calloc(layout->columns + 1, 1);
    if (!layout->left_out)
        return error_memory(d->error, "columns");
    for (int i = 0; i < d->request->n_ignore; i++) {
        const char *asked = d->request->ignore[i];
        const size_t column = find_ignored_column(d, asked);
        if (column == NOT_TOLD)
            return error_set(d->error,
                             "--ignore %.100s: which column that is can't be told, for %s has "
                             "%zu columns and this file %zu; expected names",
                             asked, d->request->heads[TABLE_TRAIN]->path, d->train->columns,
                             layout->columns);
        if (column != NO_COLUMN)
            layout->left_out[column] = 1;
        else if (column_of_train(d))
            return column_fail(d, "--ignore", asked);
    }
    return 0;
}

/* Whether a column has nothing in all rows of the head. */
static int is_empty(const struct head *head, size_t column)
{
    for (size_t row = 0; row < head->count; row++)
        if (column < head->rows[row].count && *head->rows[row].items[column])
            return 0;
    return 1;
}

/* A first column without a name holds row numbers, a last one nothing. */
void column_find_nameless(const struct deciding *d)
{
    struct layout *layout = d->layout;
    const size_t last = layout->columns - 1;
    if (layout->columns > 1 &&
        (layout->header ? !*column_name(d, last) || !strncmp(column_name(d, last), "Unnamed: ", 9)
                        : is_empty(d->head, last)))
        layout->empty = last;
    if (layout->header && (!*column_name(d, 0) || !strcmp(column_name(d, 0), "Unnamed: 0")))
        layout->index = 0;
}

void column_find_usage(const struct deciding *d)
{
    for (size_t i = 0; d->layout->header == HEADER_NAMES && i < d->layout->columns; i++) {
        const char *name = column_name(d, i);
        if (!strcasecmp(name + strspn(name, " "), "usage") && !d->layout->left_out[i])
            d->layout->usage = i;
    }
}
