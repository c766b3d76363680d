/* number.h: numbers out of text, and the clock. */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* Whole numbers and fractions in decimal notation, the end checked, nothing before or behind.
 * Return 0, or -1 where the text is none from least to greatest. */
int number_whole(const char *text, int64_t least, int64_t greatest, int64_t *value);
int number_real(const char *text, double least, double greatest, double *value);

/* A whole number in float form, like 7.0 or 7.000000000000000000e+00, in its shortest form, `7`;
 * returns its length. 0 for every other text, and nothing is written then. */
enum { NUMBER_WHOLE = 24 };
size_t number_shorten(const char *text, size_t length, char whole[NUMBER_WHOLE]);

/* The text, or its shortest form in `whole` where it has one: what tells whether two labels are the
 * same. */
const char *number_plain(const char *text, char whole[NUMBER_WHOLE]);

double number_seconds(void); /* of a clock that only goes forward */

#endif
