/* table.h: what was read from an input file: rows of numbers, with labels and ids. */
#ifndef TABLE_H
#define TABLE_H

#include "pipeline/base/file.h"
#include "pipeline/source/fields.h"
#include "pipeline/source/input.h"
#include "pipeline/table/columns.h"
#include "pipeline/table/labels.h"
#include "pipeline/table/layout.h"
#include "pipeline/table/spool.h"
#include "pipeline/table/texts.h"

struct table {
    const char *path; /* of the file; NULL: there is none */
    struct layout layout;
    struct head head;
    struct input *input; /* the file, open; table_free closes it */
    char *member;        /* of an archive, which is read, or NULL */
    const char *order;   /* how its columns were matched, where that is worth a word, or NULL */
    size_t rows, room;   /* room: rows that there is memory for */
    struct spool spool;  /* [rows][H][W][C]; nothing in it for a sample file */
    struct texts *texts; /* [columns of a table], shared by training and test file; the caller's */
    uint16_t *classes;   /* [rows], index into the labels; NULL where the file has no labels */
    size_t unlabelled;   /* rows of a test file that have an empty label, */
    size_t unlabelled_line; /* and where the first of them stands */
    struct fields ids;      /* [rows]; none where the file has none or they are the row numbers */
    uint32_t *lines;        /* [rows], where each row ends in the file, from 1 */
    struct fields names;    /* [columns] of the header; none where the file has no header */
    char *header;           /* the first line as it is; NULL where the file has no header */
    struct column_values values; /* of a sample: what its second column holds */
    struct table *rest;      /* of a training file: the rows whose Usage is not Training, or NULL */
    int is_rest;             /* it is another table's rest */
    char sha256[65];         /* of the file on disk */
    int64_t bytes;           /* on disk */
    struct file_state state; /* of the file before it was read */
    int settled;             /* whether that state can be relied on */
};

/* Room for one row more. 0 or -1 (memory). */
int table_reserve(struct table *table);

/* After the last row: the labels are put in order and the classes get their numbers by it, where
 * `labels` are those of a training file, else NULL; ids that are just 1, 2, 3, ... are dropped, and
 * labels of a test file that are all empty. 0 or FAILED. */
int table_complete(struct table *table, struct label_list *labels, struct error *error);

/* Keeps the path; accepts a table that was zeroed. */
void table_free(struct table *table);

#endif
