/* number.c: see number.h. */
#include "pipeline/base/number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int number_whole(const char *text, int64_t least, int64_t greatest, int64_t *value)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (strspn(text, "+-0123456789") != strlen(text) || end == text || *end || errno ||
        number < least || number > greatest)
        return -1;
    *value = number;
    return 0;
}

int number_real(const char *text, double least, double greatest, double *value)
{
    char *end;
    double number = strtod(text, &end);
    if (strspn(text, "+-.eE0123456789") != strlen(text) || end == text || *end ||
        !(number >= least && number <= greatest))
        return -1;
    *value = number;
    return 0;
}

/* Only a text with a point is in float form: 12e4 may be somebody's id. Doubles below 2^53 are
 * exact. */
size_t number_shorten(const char *text, size_t length, char whole[NUMBER_WHOLE])
{
    const double limit = 9007199254740992.0;
    char number[64];
    double value;
    if (length >= sizeof number || !memchr(text, '.', length))
        return 0;
    memcpy(number, text, length);
    number[length] = '\0';
    if (strlen(number) != length || number_real(number, -limit, limit, &value) ||
        fabs(value) == limit || value != floor(value))
        return 0;
    return (size_t)snprintf(whole, NUMBER_WHOLE, "%.0f", value + 0.0);
}

const char *number_plain(const char *text, char whole[NUMBER_WHOLE])
{
    return number_shorten(text, strlen(text), whole) ? whole : text;
}

double number_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
