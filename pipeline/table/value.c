/* value.c: see number.h. */
#include "pipeline/table/value.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Powers of ten that are exact as doubles. */
static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { MOST_POWER = 22, MOST_DIGITS = 15 };

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

struct decimal {
    uint64_t digits;
    int count;    /* of them, leading zeros left out */
    int exponent; /* of ten */
    int any;      /* there is a digit at all */
};

static const char *read_digits(const char *at, struct decimal *d, int behind_point)
{
    for (; is_digit(*at); at++) {
        d->any = 1;
        d->exponent -= behind_point;
        if (d->count > MOST_DIGITS) {
            d->exponent++; /* too long for the fast way, which is not taken then */
            d->count++;
            continue;
        }
        d->digits = 10 * d->digits + (uint64_t)(*at - '0');
        d->count += d->digits > 0;
    }
    return at;
}

static const char *read_exponent(const char *at, struct decimal *d)
{
    const char *digits = at + 1;
    const int negative = *digits == '-';
    int exponent = 0;
    digits += *digits == '-' || *digits == '+';
    if ((*at != 'e' && *at != 'E') || !is_digit(*digits))
        return at;
    for (; is_digit(*digits); digits++)
        exponent = exponent < 10000 ? 10 * exponent + (*digits - '0') : exponent;
    d->exponent += negative ? -exponent : exponent;
    return digits;
}

const char *value_read(const char *at, float *value)
{
    const char *const begin = at;
    struct decimal d = {0};
    at += *at == '-' || *at == '+';
    at = read_digits(at, &d, 0);
    if (*at == '.')
        at = read_digits(at + 1, &d, 1);
    if (!d.any)
        return NULL;
    at = read_exponent(at, &d);
    double real = (double)d.digits;
    if (d.count > MOST_DIGITS || d.exponent > MOST_POWER || d.exponent < -MOST_POWER)
        real = fabs(strtod(begin, NULL));
    else
        real = d.exponent < 0 ? real / POWERS[-d.exponent] : real * POWERS[d.exponent];
    *value = (float)(*begin == '-' ? -real : real);
    return isfinite(*value) ? at : NULL;
}

int value_is_gap(const char *text, size_t length)
{
    static const char *const GAPS[] = {"", "NA", "N/A", "NaN", "null", "None", "?", "-", NULL};
    for (const char *const *gap = GAPS; *gap; gap++)
        if (strlen(*gap) == length && !strncasecmp(text, *gap, length))
            return 1;
    return 0;
}
