/* pairs.h: a CSV file of two columns, id and label, in memory: a submission or a competition's
 * answers. */
#ifndef PAIRS_H
#define PAIRS_H

#include <stddef.h>

struct pair {
    const char *id, *label;
    size_t line; /* in the file, from 1 */
};

struct pairs {
    char *text;   /* owns what the others point into */
    char *header; /* first line as it stands, without its line end; NULL where there is none */
    struct pair *items; /* [count], in the order of the file */
    size_t count;
};

/* Reads a file whose rows all have two fields. has_header: its first line is the header. Returns 0,
 * or -1 with one line in error that names file, line, finding and expectation. pairs_free accepts
 * one that was zeroed or failed to load. */
int pairs_read(const char *path, int has_header, struct pairs *pairs, char error[400]);
void pairs_free(struct pairs *pairs);

/* Sorts pointers to the pairs by id. Returns an array of count pointers that the caller frees, or
 * NULL where memory is short. *twice is the second of two pairs with the same id, NULL where there
 * is none. */
const struct pair **pairs_by_id(const struct pairs *pairs, const struct pair **twice);

/* Cuts a header into its two names, each of which gets up to 199 bytes. Returns 0, or -1 where it
 * has another number of fields. */
int pairs_header(const char *header, char id[200], char label[200]);

/* Appends a field as CSV has it: quoted where it must be. Returns the number of bytes, at most
 * 2 * strlen(field) + 2. */
size_t pairs_quote(const char *field, char *out);

#endif
