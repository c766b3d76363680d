/* pairs.h: a CSV file of two columns, id and label, in memory: a submission or a competition's
 * answers. */
#ifndef PAIRS_H
#define PAIRS_H

#include "pipeline/base/error.h"

#include <stddef.h>

struct pair {
    char *id, *label;
    size_t line; /* in the file, from 1 */
};

struct pairs {
    char *header;       /* first line as it stands, without its line end; NULL: not asked for */
    struct pair *items; /* [count], in the order of the file */
    size_t count;
};

/* Reads a file whose rows all have two fields. has_header: its first line is the header. Returns 0,
 * or FAILED with one line that names file, line, finding and expectation. pairs_free accepts one
 * that was zeroed or failed to load. */
int pairs_read(const char *path, int has_header, struct pairs *pairs, struct error *error);
void pairs_free(struct pairs *pairs);

/* Sorts pointers to the pairs by id. Returns an array of count pointers that the caller frees, or
 * NULL where memory is short. *twice is the second of two pairs with the same id, NULL where there
 * is none. */
const struct pair **pairs_by_id(const struct pairs *pairs, const struct pair **twice);

/* Cuts a header into its two names, each of which gets up to 199 bytes. Returns 0, or FAILED where
 * it has another number of fields. */
int pairs_header(const char *header, char id[200], char label[200]);

#endif
