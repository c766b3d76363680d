/* ingest/collect.h: a competition's files, read and understood together. */
#ifndef INGEST_COLLECT_H
#define INGEST_COLLECT_H

#include "pipeline/table/encode.h"
#include "pipeline/table/read.h"

struct ingested {
    const char *name;                /* of the dataset */
    struct table table[TABLE_KINDS]; /* one without a path: there is none */
    struct label_list labels;
    struct texts *texts; /* [values] of a table; NULL for images */
    size_t texts_count;
    struct survey survey[TABLE_SAMPLE]; /* of training and test file */
    struct encoding encoding;
    struct submission_column *columns; /* [columns_count], of a submission */
    int columns_count;
    struct text reading[TABLE_KINDS]; /* how each file was read, in a line */
    struct text warnings;             /* lines */
};

struct collect_options {
    struct layout_request request; /* its heads are filled here */
    int transpose;
    char separator; /* of training and test file; 0: found out */

    /* A file is begun; and now and then the rows so far and the bytes on disk that they took. */
    void (*begin)(void *context, const char *path);
    void (*progress)(void *context, size_t rows, int64_t bytes);
    void *context;
};

/* Reads the files whose paths are in ingested->table. Returns 0, or FAILED with a line that says
 * what is wrong where; collect_free in both cases. */
int collect(struct ingested *ingested, const struct collect_options *options, struct error *error);
void collect_free(struct ingested *ingested);

#endif
