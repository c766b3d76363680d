/* ingest/warn.h: what is strange in files that can be read all the same. */
#ifndef INGEST_WARN_H
#define INGEST_WARN_H

#include "pipeline/table/encode.h"

/* Appends lines, each `warning  N ...`: rows that training and test file share, equal rows with
 * different labels, labels with one row, constant rows and columns, test values out of the range of
 * training, texts that no training row has. test is NULL where there is none. 0 or -1 (memory). */
int warn_all(const struct table *train, const struct survey *of_train, const struct table *test,
             const struct survey *of_test, const struct label_list *labels,
             const struct encoding *encoding, struct text *text);

#endif
