/* loss.c: softmax, its cross-entropy with the labels, and what is counted over labelled images. */
#include "loss.h"

#include <math.h>

/* The greatest of n values; *where is its first place. A NaN is passed over. */
static float greatest(const float *x, int n, int *where)
{
    int best = 0;
    for (int i = 1; i < n; i++) {
        best = x[i] > x[best] ? i : best;
    }
    *where = best;
    return x[best];
}

/* loss = log(sum exp(y)) - y[label];  dy[j] = (softmax(y)[j] - (j == label)) / batch */
void nn_loss_slice(const nn_images *images, const uint32_t *rows, int n, int batch, int classes,
                   const float *y, float *dy, nn_slice_metrics *metrics)
{
    const double share = 1.0 / batch;
    metrics->loss = 0;
    metrics->correct = 0;
    for (int i = 0; i < n; i++, y += classes, dy += classes) {
        int label = images->labels[rows[i]], best;
        double shift = (double)greatest(y, classes, &best);
        double exponentials[NN_MAX_CLASSES], sum = 0;
        for (int j = 0; j < classes; j++) {
            exponentials[j] = exp((double)y[j] - shift);
            sum += exponentials[j];
        }
        for (int j = 0; j < classes; j++) {
            dy[j] = (float)((exponentials[j] / sum - (j == label)) * share);
        }
        metrics->loss += log(sum) + shift - (double)y[label];
        metrics->correct += best == label;
    }
}

void nn_softmax(int n, int classes, const float *y, float *probabilities)
{
    for (int i = 0; i < n; i++, y += classes, probabilities += classes) {
        int best;
        double shift = (double)greatest(y, classes, &best);
        double exponentials[NN_MAX_CLASSES], sum = 0;
        for (int j = 0; j < classes; j++) {
            exponentials[j] = exp((double)y[j] - shift);
            sum += exponentials[j];
        }
        for (int j = 0; j < classes; j++) {
            probabilities[j] = (float)(exponentials[j] / sum);
        }
    }
}

nn_metrics nn_metrics_of(const nn_images *images, const uint32_t *rows, size_t n,
                         const float *probabilities, int classes)
{
    const double floor = 1e-7;
    nn_metrics metrics = {.images = n};
    for (size_t i = 0; i < n; i++, probabilities += classes) {
        int label = images->labels[rows ? rows[i] : i], best;
        greatest(probabilities, classes, &best);
        metrics.loss -= log(fmax((double)probabilities[label], floor));
        metrics.correct += best == label;
    }
    return metrics;
}
