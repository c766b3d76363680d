/* spool.h: rows of numbers on their way to the database, in a file that has no name, so that
 * any number of them takes no memory. */
#ifndef TABLE_SPOOL_H
#define TABLE_SPOOL_H

#include "pipeline/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Zeros are an empty one. Rows are bytes until the first one that is of floats. */
struct spool {
    size_t values; /* in a row */
    int floats;    /* a value is a float, else a byte */
    size_t rows;
    int file; /* its descriptor + 1; 0: none yet */
    char *buffer;
    size_t used, room; /* bytes of the buffer, which ends what is in the file */
    int64_t written;   /* bytes in the file */
};

/* A row is `values` bytes or floats, as spool->floats says. 0 or FAILED with a line. */
int spool_add(struct spool *spool, const void *row, struct error *error);

/* All rows so far become floats, and so will be those that come. */
int spool_widen(struct spool *spool, struct error *error);

/* Reads rows in order: up to `most` of them, from row `first`, into `rows`, as they are stored.
 * Returns how many, FAILED. */
int64_t spool_read(struct spool *spool, size_t first, size_t most, void *rows, struct error *error);

static inline size_t spool_row_size(const struct spool *spool)
{
    return spool->values * (spool->floats ? sizeof(float) : 1);
}

void spool_free(struct spool *spool);

#endif
