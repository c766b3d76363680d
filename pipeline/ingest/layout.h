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

/* What is known before the file is opened. */
struct layout_request {
    enum table_kind kind;
    const char *label, *id; /* columns named on the command line, or NULL */
    nn_shape shape;         /* --shape, or for the test file that of the training file; h 0: none */
    int train_header;       /* for the other files: whether the training file has a header */
};

struct layout {
    int header;
    size_t columns;
    size_t label, id; /* NO_COLUMN where there is none */
    nn_shape shape;   /* all other columns, row by row; 0x0x0 for the sample file */
};

/* The rules, in their order:
 * - Header: some field is no number. One such field alone, with no known name, is a label in
 *   letters unless the training file has a header, so that the first image of a bare file is not
 *   lost.
 * - Label: the column named by the request, else label, class, target, y or digit in any case; in a
 *   training file without header the first column; in a test file without header the first column
 *   where it is one column wider than the image and the training file has no header either.
 * - Id: the column named by the request, else id, ImageId or image_id in any case; else the first
 *   column where the file is one column wider than the image.
 * - Image: all other columns; the shape asked for, else a square of one channel, else of three.
 * - The sample file has its ids in the first column, unless a column is named as above.
 * Returns 0, or FAILED with one line in error. */
int layout_decide(const char *const *fields, size_t n, const struct layout_request *request,
                  struct layout *layout, struct error *error);

size_t layout_pixels(nn_shape shape); /* bytes of an image */

#endif
