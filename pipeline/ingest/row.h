/* ingest/row.h: from the fields of a row to an image.
 *
 * In: the fields of the first row, then of each row, with their place in the file. Out: the rows of
 * a table. Functions return FAILED with one line in `error` that says what is wrong where.
 */
#ifndef INGEST_ROW_H
#define INGEST_ROW_H

#include "pipeline/ingest/table.h"

struct row_options {
    struct layout_request request;
    char separator;            /* 0: found out */
    int transpose;             /* the file holds each image column by column */
    const struct table *train; /* for the test file: the training file as it was read */
    struct label_list *labels; /* filled from the training file, looked up for the test file */
};

struct row_reader {
    const struct row_options *options;
    struct table *table;
    struct error *error;
    size_t line;  /* of the file, from 1 */
    int trailing; /* one empty field follows the last column of this row */
    char separator;
    char zeros[8]; /* four pixels of zero with their separators */

    /* How rows are read: row_decide fills these. columns is 0 before. */
    size_t columns;
    int32_t *target; /* [columns], where in the image a pixel goes, or TARGET_...; the caller's */
    uint8_t *pixels; /* of the row at hand */
};

/* What a column is if not a pixel. */
enum { TARGET_LABEL = -1, TARGET_ID = -2, TARGET_NONE = -3, TARGET_INDEX = -4, TARGET_EMPTY = -5 };

/* Sets what parts the fields; before all others. */
void row_separate(struct row_reader *reader, char separator);

/* Decides by the fields of the first row what the columns are, and makes room. */
int row_decide(struct row_reader *reader, const struct fields *fields);

/* Takes one field; those past the last column are ignored, row_end will tell. */
int row_field(struct row_reader *reader, size_t column, const char *text, size_t length);

/* Ends the row, which had so many fields. */
int row_end(struct row_reader *reader, size_t fields);

/* The fast lane: a whole line at the start of `text`, without quotes or blanks, its pixels plain
 * numbers of one to three digits, is taken as a row. Returns its length with the end of line; 0
 * where the line is of another kind or not whole, and then nothing has been taken; FAILED. */
int64_t row_plain(struct row_reader *reader, const char *text, size_t size);

#endif
