/* metrics.h: what a submission of probabilities is worth. */
#ifndef METRICS_H
#define METRICS_H

#include <stddef.h>

/* -ln p of the probability that was given to what is right, p kept from 1e-15 to 1 - 1e-15, as
 * Kaggle's multi-class log loss does. */
double metric_log_loss(double p);

/* Area under the receiver operating characteristic: the share of all pairs of a positive and
 * another row in which the positive one has the greater value, equal values counting one half.
 * values[n], positive[n] 0 or 1; O(n log n). *auc is NaN where all rows are of one kind. 0, or -1
 * where memory is short. */
int metric_auc(const double *values, const char *positive, size_t n, double *auc);

#endif
