/* ingest_ids.h: the competition's own ids of the test images.
 *
 * In: tables that were read (ingest_table.h). Out: ids that are unique, taken from the test file or
 * from the sample submission. Functions return 0, or -1 with one line in error.
 */
#ifndef INGEST_IDS_H
#define INGEST_IDS_H

#include "pipeline/ingest/table.h"

/* -1 where two rows have the same id. */
int ids_check_unique(const char *path, const struct table *table, char error[512]);

/* The sample must have as many rows as the test file. Where the test file has an id column, the
 * sample must have the same ids in whatever order; otherwise its ids become those of the test. */
int ids_take_sample(const char *test_path, struct table *test, const char *sample_path,
                    struct table *sample, char error[512]);

#endif
