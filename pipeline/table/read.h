/* read.h: from a CSV file to a table.
 *
 * In: a file (see source.h) and what is known about it. Out: its images as bytes, their classes and
 * ids. A file with anything wrong in it gives no table but one line that names the place:
 * `train.csv:17: expected 785 fields, got 784`.
 */
#ifndef TABLE_READ_H
#define TABLE_READ_H

#include "pipeline/table/row.h"

struct read_options {
    struct row_options rows;

    /* Called now and then with the rows so far and the bytes on disk that they took. */
    void (*progress)(void *context, size_t rows, int64_t bytes);
    void *context;
};

/* Reads table->path; all else of the table is filled. Returns 0 or FAILED; table_free in both
 * cases. */
int read_table(struct table *table, const struct read_options *options, struct error *error);

#endif
