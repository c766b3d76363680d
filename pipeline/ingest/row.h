/* ingest_row.h: from the fields of a row to an image, for ingest_table.c only.
 *
 * In: the fields of the first row, then of each row, with their place in the file. Out: the rows of
 * a table, or one line that says what is wrong where.
 */
#ifndef INGEST_ROW_H
#define INGEST_ROW_H

#include "pipeline/ingest/table.h"

struct row_reader {
    const char *path;
    const struct table_options *options;
    struct table *table;
    char *error; /* [512] */
    int failed;  /* the first error is kept, everything after it ignored */
    size_t line; /* of the file, from 1 */

    /* How rows are read: row_decide fills these. columns is 0 before, and after an error. */
    size_t columns;
    int32_t *target; /* [columns], where in the image a pixel goes, or TARGET_... */
    size_t image;    /* bytes of an image */
    uint8_t *pixels; /* of the row at hand */
    size_t capacity; /* rows that there is room for */
};

/* What a column is if not a pixel. */
enum { TARGET_LABEL = -1, TARGET_ID = -2, TARGET_NONE = -3 };

/* Keeps the first error and returns -1. */
int row_fail(struct row_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int row_fail_memory(struct row_reader *reader);

/* Decides by the fields of the first row what the columns are, and makes room. 0 or -1. */
int row_decide(struct row_reader *reader, const struct text_list *fields);

/* Takes one field; those past the last column are ignored, row_end will tell. 0 or -1. */
int row_field(struct row_reader *reader, size_t column, const char *text, size_t length);

/* Ends the row, which had so many fields. 0 or -1. */
int row_end(struct row_reader *reader, size_t fields);

/* The fast lane: a whole line at the start of `text`, without quotes or blanks, its pixels plain
 * numbers of one to three digits, is taken as a row. Returns its length with the end of line; 0
 * where the line is of another kind or not whole, and then nothing has been taken. */
size_t row_plain(struct row_reader *reader, const char *text, size_t size);

#endif
