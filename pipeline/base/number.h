/* number.h: numbers out of text, and the clock. */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdint.h>

/* Whole numbers and fractions in decimal notation, the end checked, nothing before or behind.
 * Return 0, or -1 where the text is none from least to greatest. */
int number_whole(const char *text, int64_t least, int64_t greatest, int64_t *value);
int number_real(const char *text, double least, double greatest, double *value);

double number_seconds(void); /* of a clock that only goes forward */

#endif
