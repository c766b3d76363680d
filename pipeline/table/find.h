/* find.h: finding columns by what they are called. */
#ifndef TABLE_FIND_H
#define TABLE_FIND_H

#include "pipeline/table/layout.h"

/* What the decisions about one file look at and fill. */
struct deciding {
    const struct layout_request *request;
    enum table_kind kind;
    const struct head *head;
    const struct layout *train; /* NULL for the training file itself */
    struct layout *layout;
    struct error *error;
};

static inline int column_of_train(const struct deciding *d)
{
    return d->kind == TABLE_TRAIN;
}

static inline const char *column_name(const struct deciding *d, size_t column)
{
    return layout_name(d->head, column);
}

/* The column of that name, exactly; the one that the command line means, by its name or by its
 * number from 1; the first of a name that is known for what it holds. NO_COLUMN where there is
 * none. */
size_t column_named(const struct fields *names, const char *name);
size_t column_asked(const struct deciding *d, const char *asked);
size_t column_known(const struct deciding *d, int (*is_known)(const char *));

/* FAILED with a line: the command line asks for a column that there is not. */
int column_fail(const struct deciding *d, const char *option, const char *asked);

/* Columns that are left out: those of --ignore (0, or FAILED with a line), those without a name,
 * and Usage. The former two come before all others. */
int column_find_ignored(const struct deciding *d);
void column_find_nameless(const struct deciding *d);
void column_find_usage(const struct deciding *d);

#endif
