/* ingest/table.h: what was read from an input file: a table of images, wholly in memory. */
#ifndef INGEST_TABLE_H
#define INGEST_TABLE_H

#include "pipeline/base/file.h"
#include "pipeline/ingest/fields.h"
#include "pipeline/ingest/labels.h"
#include "pipeline/ingest/layout.h"

struct table {
    const char *path; /* of the file; NULL: there is none */
    struct layout layout;
    char separator;          /* of its fields */
    const char *order;       /* how its columns were matched, where that is worth a word, or NULL */
    size_t rows, room;       /* room: rows that there is memory for */
    uint8_t *pixels;         /* [rows][H][W][C]; nothing in it for a sample file */
    uint16_t *classes;       /* [rows], index into the labels; NULL where the file has no labels */
    struct fields ids;       /* [rows]; none where the file has none or they are the row numbers */
    size_t *lines;           /* [rows], where each row ends in the file, from 1 */
    struct fields names;     /* [columns] of the header; none where the file has no header */
    char *header;            /* the first line as it is; NULL where the file has no header */
    char sha256[65];         /* of the file on disk */
    int64_t bytes;           /* on disk */
    struct file_state state; /* of the file before it was read */
    int settled;             /* whether that state can be relied on */
};

/* Room for one row more. 0 or -1 (memory). */
int table_reserve(struct table *table);

/* After the last row: the labels are put in order and the classes get their numbers by it, where
 * `labels` are those of a training file, else NULL; ids that are just 1, 2, 3, ... are dropped. 0
 * or FAILED. */
int table_complete(struct table *table, struct label_list *labels, struct error *error);

/* Keeps the path; accepts a table that was zeroed. */
void table_free(struct table *table);

#endif
