/* ingest/layout.h: what the columns of an input file are.
 *
 * In: the fields of the file's first row and what the command line says. Out: whether that row is a
 * header, which column is the label, which the id, and how large an image is. No file is touched.
 */
#ifndef INGEST_LAYOUT_H
#define INGEST_LAYOUT_H

#include "nn/nn.h"
#include "pipeline/base/error.h"

#include <stddef.h>
#include <stdint.h>

enum table_kind { TABLE_TRAIN, TABLE_TEST, TABLE_SAMPLE, TABLE_KINDS };

#define NO_COLUMN SIZE_MAX

/* What the first row is. Names that are just counted, or that a program made up of the numbers of
 * an image, say nothing about the columns. */
enum header_kind { HEADER_NONE, HEADER_NAMES, HEADER_NUMBERS };

enum header_asked { HEADER_FOUND_OUT, HEADER_YES, HEADER_NO }; /* --header */

/* What is known before the file is opened. */
struct layout_request {
    enum table_kind kind;
    const char *label, *id;    /* columns on the command line, by name or number, or NULL */
    const char *const *ignore; /* [n_ignore] likewise, those that are left out */
    int n_ignore;
    enum header_asked header;
    nn_shape shape;         /* --shape, or for the test file that of the training file; h 0: none */
    int train_header;       /* for the other files: header_kind of the training file */
    const char *train_path; /* its path, */
    size_t train_columns;   /* and how many columns it has */
};

struct layout {
    int header; /* header_kind */
    size_t columns;
    size_t label, id; /* NO_COLUMN where there is none */
    size_t index;     /* one without a name, of row numbers, that is left out; or NO_COLUMN */
    size_t empty;     /* a last one without a name, that must be empty; or NO_COLUMN */
    char *left_out;   /* [columns], 1: on the command line; layout_free */
    nn_shape shape;   /* all other columns, row by row; 0x0x0 for the sample file */
};

/* The rules, in their order:
 * - Header: --header; else some field is no number, or all count 0, 1, 2, ... or 1, 2, 3, ..., or
 *   are numbers of which each one that was there before has got .1, .2, ... appended (as pandas
 * saves a file that had none). Training and test file both have one or neither. One such field
 * alone, with no known name, is a label in letters unless the training file has a header, so that
 * the first image of a bare file is not lost.
 * - Label: the column named by the request, else label, class, target, y, digit, letter, emotion,
 *   diagnosis, species or category in any case; in a training file with a header of numbers the
 *   first column; in a training file without header the first column; in a test file without header
 * the first column where it is one column wider than the image and the training file has no header
 * either.
 * - Left out: columns that the request ignores, and a first column that is nameless or called
 *   `Unnamed: 0`, unless it is the id by request.
 *   A last column that is nameless, or empty in a first row that is no header, must be empty.
 * - Id: the column named by the request, else id, ImageId or image_id in any case; else the first
 *   column where the file is one column wider than the image.
 * - Image: all other columns; the shape asked for, else a square of one channel, else of three.
 * - The sample file has its ids in the first column, unless a column is named as above.
 * Returns 0, or FAILED with one line in error. */
int layout_decide(const char *const *fields, size_t n, const struct layout_request *request,
                  struct layout *layout, struct error *error);

void layout_free(struct layout *layout);

int layout_is_pixel(const struct layout *layout, size_t column);
size_t layout_pixels(nn_shape shape); /* bytes of an image */

#endif
