/* ingest/tell.h: what was found out about a file, in a line for the person who gave it. */
#ifndef INGEST_TELL_H
#define INGEST_TELL_H

#include "pipeline/base/text.h"
#include "pipeline/table/survey.h"

/* Appends a line like `train.csv: header, ';', 5,000 rows; label = 'label' (column 1), 784 pixels
 * 28x28x1 of 0..255`, without its end, for a table that was read. survey is NULL for a sample. */
void tell_table(const struct table *table, const struct survey *survey, struct text *text);

#endif
