/* row.h: from the fields of a row to its numbers.
 *
 * In: what the columns are, then the fields of each row, with their place in the file. Out: the
 * rows of a table. Functions return FAILED with one line in `error` that says what is wrong where.
 */
#ifndef TABLE_ROW_H
#define TABLE_ROW_H

#include "pipeline/table/table.h"

struct row_options {
    enum table_kind kind;
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

    /* How rows are read: row_begin fills these. columns is 0 before. */
    size_t columns;
    int32_t *target; /* [columns], where in the row a value goes, or TARGET_...; the caller's */
    int32_t *place;  /* [values], where the i-th number of a column that holds all of them goes */

    /* The row at hand. */
    uint8_t *bytes; /* [values], while all values so far are whole numbers from 0 to 255 */
    float *floats;  /* [values], afterwards, as table->spool.floats says */
    int class;      /* -1: none */
    char id[256];   /* of id_length bytes, where has_id */
    size_t id_length;
    int has_id;
    int for_rest; /* it goes to table->rest */
};

/* What a column is if not a value. */
enum {
    TARGET_LABEL = -1,
    TARGET_ID = -2,
    TARGET_NONE = -3,
    TARGET_INDEX = -4,
    TARGET_EMPTY = -5,
    TARGET_PACKED = -6,
    TARGET_USAGE = -7,
    TARGET_SAMPLE = -8 /* the second column of a sample: its values are looked at */
};

/* By table->head and table->layout; before all others. row_end_all frees what it takes. */
int row_begin(struct row_reader *reader);
void row_end_all(struct row_reader *reader);

/* Takes one field; those past the last column are ignored, row_end will tell. */
int row_field(struct row_reader *reader, size_t column, const char *text, size_t length);

/* Ends the row, which had so many fields. */
int row_end(struct row_reader *reader, size_t fields);

/* The fast lane: a whole line at the start of `text`, without quotes or blanks, its values plain
 * numbers, is taken as a row. Returns its length with the end of line; 0 where the line is of
 * another kind or not whole, and then nothing has been taken; FAILED. */
int64_t row_plain(struct row_reader *reader, const char *text, size_t size);

#endif
