/* metrics.c: see metrics.h. */
#include "pipeline/score/metrics.h"

#include <math.h>
#include <stdlib.h>

double metric_log_loss(double p)
{
    const double least = 1e-15;
    return -log(fmin(fmax(p, least), 1 - least));
}

struct ranked {
    double value;
    int positive;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Rows of one value after the other: the positive ones of it win against all others below and draw
 * with those beside them. Twice the wins are whole numbers. */
static double auc_of(const struct ranked *ranked, size_t n)
{
    double twice = 0, positives = 0, others = 0;
    for (size_t i = 0; i < n;) {
        const double value = ranked[i].value;
        double here = 0, beside = 0;
        for (; i < n && ranked[i].value == value; i++) {
            here += ranked[i].positive;
            beside += !ranked[i].positive;
        }
        twice += here * (2 * others + beside);
        positives += here;
        others += beside;
    }
    return positives > 0 && others > 0 ? twice / (2 * positives * others) : NAN;
}

int metric_auc(const double *values, const char *positive, size_t n, double *auc)
{
    struct ranked *ranked = malloc((n + 1) * sizeof *ranked);
    if (!ranked)
        return -1;
    for (size_t i = 0; i < n; i++)
        ranked[i] = (struct ranked){values[i], positive[i] != 0};
    qsort(ranked, n, sizeof *ranked, compare_ranked);
    *auc = auc_of(ranked, n);
    free(ranked);
    return 0;
}
