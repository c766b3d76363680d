/* encode.h: from the rows that were read to those that are stored: what comes to a net in
 * each place, and on what scale. */
#ifndef TABLE_ENCODE_H
#define TABLE_ENCODE_H

#include "pipeline/base/text.h"
#include "pipeline/table/survey.h"

/* A number of a stored row: that of a column, or whether a column has a certain text. */
struct number {
    size_t value;     /* which number of a row that was read */
    const char *name; /* of the column; NULL where it has no name: see column */
    size_t column;    /* from 1 */
    const char *text; /* NULL: the number itself */
    float number;     /* where the text is that of a number: its value, else NaN */
};

struct encoding {
    int floats;            /* a stored number is a float, else a byte */
    double zero, one;      /* what a net sees as 0 and as 1 */
    double low, high;      /* in the training file */
    struct number *inputs; /* [count] of a table; NULL: rows are stored as they are */
    size_t count;
    struct fields made; /* texts of numbers */
    size_t unseen;      /* rows of the test file with a text that no training row has */
};

/* By the training file. FAILED with a line where columns are neither numbers nor few texts.
 * encoding_free in both cases. */
int encoding_find(struct table *train, const struct survey *survey, struct encoding *encoding,
                  struct error *error);
void encoding_free(struct encoding *encoding);

/* Bytes of a stored row, and one of them out of one that was read. */
size_t encoding_size(const struct encoding *encoding, const struct table *table);
void encoding_row(struct encoding *encoding, const struct table *table, const void *row, void *to);

/* The scale of images whose numbers go from low to high: a net sees low as 0 and the greatest that
 * the kind of numbers has as 1. bytes: they are all whole, from 0 to 255. */
void encoding_scale(double low, double high, int bytes, double *zero, double *one);

#endif
