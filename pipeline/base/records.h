/* records.h: a CSV file of some columns, wholly in memory: a submission or a competition's answers.
 *
 * The first column is the id. */
#ifndef RECORDS_H
#define RECORDS_H

#include "pipeline/base/error.h"
#include "pipeline/base/text.h"

#include <stddef.h>

struct records {
    char *header;  /* first line as it stands, without its line end; NULL: not asked for */
    char **names;  /* [columns] of the header; NULL: not asked for */
    int columns;   /* of every row; 0: the file is empty */
    size_t count;  /* rows, the header not counted */
    size_t *lines; /* [count], in which line of the file a row ends, from 1 */
    size_t *at;    /* [count][columns], where in `fields` a field begins */
    struct text fields;
    size_t room; /* rows that there is memory for */
};

/* Reads a file whose rows all have the same number of fields. has_header: its first row is the
 * header. Returns 0, or FAILED with one line that names file, line, finding and expectation.
 * records_free accepts one that was zeroed or failed to load. */
int records_read(const char *path, int has_header, struct records *records, struct error *error);
void records_free(struct records *records);

/* Lives as long as the records. */
const char *records_field(const struct records *records, size_t row, int column);

/* The numbers of the rows, sorted by id: an array of count that the caller frees, or NULL where
 * memory is short. *twice is the second of two rows with the same id, SIZE_MAX where there is
 * none. */
size_t *records_by_id(const struct records *records, size_t *twice);

/* Cuts a header into its names: an array of *columns texts that records_free_names frees, or NULL
 * where it is no row of CSV or memory is short. */
char **records_names(const char *header, int *columns);
void records_free_names(char **names, int columns);

#endif
