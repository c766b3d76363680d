/* ingest_table.h: an input file as a table of images, wholly in memory.
 *
 * In: a CSV file (see ingest_source.h) and what is known about it. Out: its images as bytes, their
 * classes and ids. A file with anything wrong in it gives no table but one line that names the
 * place: `train.csv:17: expected 785 fields, got 784`.
 */
#ifndef INGEST_TABLE_H
#define INGEST_TABLE_H

#include "pipeline/ingest/layout.h"
#include "pipeline/ingest/text.h"

struct table {
    struct layout layout;
    size_t rows;
    uint8_t *pixels;      /* [rows][H][W][C]; NULL for a sample file */
    uint16_t *classes;    /* [rows], index into the labels; NULL where the file has no labels */
    struct text_list ids; /* [rows]; none where the file has none or they are the row numbers */
    size_t *lines;        /* [rows], where each row ends in the file, from 1 */
    char *header;         /* the first line as it is; NULL where the file has no header */
    char sha256[65];      /* of the file on disk */
    int64_t bytes;        /* on disk */
};

struct table_options {
    struct layout_request request;
    int transpose;             /* the file holds each image column by column */
    struct label_list *labels; /* filled from the training file, looked up for the test file */
};

/* Returns 0 or -1 with one line in error. table_free accepts a table that was zeroed or failed. */
int table_read(const char *path, const struct table_options *options, struct table *table,
               char error[512]);
void table_free(struct table *table);

#endif
