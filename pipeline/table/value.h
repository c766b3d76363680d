/* value.h: numbers in fields, fast: most of a competition's files are nothing else. */
#ifndef TABLE_VALUE_H
#define TABLE_VALUE_H

#include <stddef.h>

/* Reads the decimal number that begins at `at`, like 7, -1, .5 or 2.55e+02, whose text is followed
 * by something that does not belong to it. Returns where it ends; NULL where there is none or it is
 * no finite 32-bit float. */
const char *value_read(const char *at, float *value);

/* Whether a field stands for a missing number: empty, or NA, N/A, NaN, null, None, ? or - in any
 * case. */
int value_is_gap(const char *text, size_t length);

#endif
