/* ids.h: the competition's own ids of the test images.
 *
 * In: tables that were read. Out: ids that are unique, taken from the test file or from the sample
 * submission. Functions return 0, or FAILED with one line in error.
 */
#ifndef TABLE_IDS_H
#define TABLE_IDS_H

#include "pipeline/table/table.h"

/* FAILED where two rows have the same id. */
int ids_check_unique(const struct table *table, struct error *error);

/* The sample must have as many rows as the test file. Where the test file has an id column, the
 * sample must have the same ids in whatever order; otherwise its ids become those of the test. */
int ids_take_sample(struct table *test, struct table *sample, struct error *error);

#endif
