/* ingest/layout.h: what the columns of an input file are.
 *
 * In: the first rows of all files and what the command line says. Out: whether a file has a header,
 * which column is the label, which the id, and whether a row is an image, of what size, or a row of
 * a table. No file is touched.
 */
#ifndef INGEST_LAYOUT_H
#define INGEST_LAYOUT_H

#include "nn/nn.h"
#include "pipeline/base/error.h"
#include "pipeline/ingest/head.h"
#include "pipeline/ingest/kind.h"

#include <stddef.h>
#include <stdint.h>

#define NO_COLUMN SIZE_MAX

/* What the first row is. Names that are just counted, or that a program made up of the numbers of
 * an image, say nothing about the columns. */
enum header_kind { HEADER_NONE, HEADER_NAMES, HEADER_NUMBERS };

enum header_asked { HEADER_FOUND_OUT, HEADER_YES, HEADER_NO };             /* --header */
enum channels_asked { CHANNELS_FOUND_OUT, CHANNELS_LAST, CHANNELS_FIRST }; /* --channels */

/* What is asked for on the command line, and the heads of the files. */
struct layout_request {
    const char *label, *id;    /* columns, by name or number, or NULL */
    const char *const *ignore; /* [n_ignore] likewise, those that are left out */
    int n_ignore;
    enum header_asked header;
    enum channels_asked channels;
    int table;                             /* a row is no image */
    nn_shape shape;                        /* h 0: none */
    const struct head *heads[TABLE_KINDS]; /* NULL: there is no such file */
};

struct layout {
    int header; /* header_kind */
    size_t columns;
    size_t label, id; /* NO_COLUMN where there is none */
    size_t index;     /* one without a name, of row numbers, that is left out; or NO_COLUMN */
    size_t empty;     /* a last one without a name, that must be empty; or NO_COLUMN */
    size_t packed;    /* one that holds all numbers of a row, parted by blanks; or NO_COLUMN */
    size_t usage;     /* one that says what part of the competition a row is for; or NO_COLUMN */
    char *left_out;   /* [columns], 1: on the command line; layout_free */
    int is_table;     /* the numbers of a row are no image */
    int planes;       /* of an image: its channels come one after the other */
    nn_shape shape;   /* all other columns, row by row; of a table 1 x 1 x columns; 0x0x0 for the
                         sample file */
};

/* The rules, in their order:
 * - Header: --header; else some field is no number, or all count 0, 1, 2, ... or 1, 2, 3, ..., or
 *   are numbers of which each one that was there before has got .1, .2, ... appended (as pandas
 *   saves a file that had none); where the second row holds texts, too, the first one must be
 *   different from it in kind. Training and test file both have one or neither. One such field
 *   alone, with no known name, is a label in letters unless the training file has a header, so that
 *   the first image of a bare file is not lost.
 * - Label: the column named by the request; else the one that the test file lacks, where it is just
 *   one; else label, class, target, y, digit, letter, emotion, diagnosis, species or category in
 *   any case; else the second name of the sample file. In a training file without names the first
 *   column, unless just one column holds texts, which then is it; in a test file without names the
 *   same column where the file is as wide as the training file, unless it holds ids: all different
 *   in the first rows, where those of the training file are not.
 * - Left out: columns that the request ignores, a column called Usage, and a first column that is
 *   nameless or called `Unnamed: 0`, unless it is the id by request.
 *   A last column that is nameless, or without a header empty in all rows of the head, must be
 * empty.
 * - Id: the column named by the request, else the sample's first name, else id, ImageId or image_id
 *   in any case, else a first column whose name ends in id; else the first column where the file is
 *   one column wider than an image.
 * - Values: all other columns, or the numbers in a column that has several, parted by blanks. They
 *   are an image where --shape says so, or where they are a square of one or of three channels and
 *   look like pixels by their names, or without names by their values; else a table's row.
 * - The sample file has its ids in the first column, unless a column is named as above.
 * train is NULL for the training file itself. Returns 0, or FAILED with one line in error that
 * begins with the file. */
int layout_decide(const struct layout_request *request, enum table_kind kind,
                  const struct layout *train, struct layout *layout, struct error *error);

void layout_free(struct layout *layout);

int layout_is_value(const struct layout *layout, size_t column);
size_t layout_values(nn_shape shape); /* numbers in a row */

/* header.c: what the first row of a head is. train_header is header_kind of the training file. */
int header_find(const struct head *head, const struct layout_request *request, int train_header);

/* image.c: whether the values of the training file are an image, of what shape, in what order of
 * channels. Fills is_table, planes and shape. 0 or FAILED with one line. */
int image_find(const struct head *head, const struct layout_request *request, struct layout *layout,
               struct error *error);

/* Names of columns that are the label or the id. */
int layout_is_label_name(const char *name);
int layout_is_id_name(const char *name);

/* The fields of the header, or of the first row. */
static inline const char *layout_name(const struct head *head, size_t column)
{
    return head->rows[0].items[column];
}

/* find.c: finding columns by what they are called. What the decisions about one file look at and
 * fill: */
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
int column_is_left_out(const struct layout *layout, size_t column);

#endif
