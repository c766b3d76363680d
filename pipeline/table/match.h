/* match.h: which pixel of the training file a column of the test file is, by their names. */
#ifndef TABLE_MATCH_H
#define TABLE_MATCH_H

#include "pipeline/table/table.h"

/* Fills place[i], for the i-th pixel column of the test file, with the number of that pixel in the
 * training file, both from 0. Names decide where both files have a header. By position go files
 * of which no names agree, and those that number the same pixels from another base (pixel0,
 * pixel1, ... and pixel1, pixel2, ...). Returns 0, or FAILED with a line that names the first
 * column that only one of the two files has; `place` may be NULL where only that is asked. */
int match_pixels(const struct table *train, const struct table *test, size_t *place,
                 struct error *error);

#endif
