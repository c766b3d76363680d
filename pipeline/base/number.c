/* number.c: see number.h. */
#include "pipeline/base/number.h"

#include <errno.h>
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

double number_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
