/* layout.h: what the columns of an input file are, and what was asked for. decide.h has the rules.
 */
#ifndef TABLE_LAYOUT_H
#define TABLE_LAYOUT_H

#include "nn/nn.h"
#include "pipeline/base/error.h"
#include "pipeline/source/kind.h"
#include "pipeline/table/head.h"

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

void layout_free(struct layout *layout);

int layout_is_left_out(const struct layout *layout, size_t column); /* not asked for, or nameless */
int layout_is_value(const struct layout *layout, size_t column);

/* Names of columns that are the label or the id. */
int layout_is_label_name(const char *name);
int layout_is_id_name(const char *name);

/* The fields of the header, or of the first row. */
static inline const char *layout_name(const struct head *head, size_t column)
{
    return head->rows[0].items[column];
}

#endif
