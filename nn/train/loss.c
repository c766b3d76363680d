/* loss.c: softmax, its cross-entropy with the labels, and what is counted over labelled images. */
#include "nn/train/loss.h"

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

/* loss = log(sum exp(y)) - sum t[j] y[j];  dy[j] = (softmax(y)[j] - t[j]) / batch */
void nn_loss_slice(const nn_images *images, const uint32_t *rows, int n, int batch, int classes,
                   double smoothing, const float *y, float *dy, nn_slice_metrics *metrics)
{
    const double share = 1.0 / batch, rest = smoothing / classes, most = 1 - smoothing + rest;
    metrics->loss = 0;
    metrics->correct = 0;
    for (int i = 0; i < n; i++, y += classes, dy += classes) {
        const float *targets = NULL;
        int label, best;
        if (images->targets) {
            targets = images->targets + rows[i] * (size_t)classes;
            greatest(targets, classes, &label);
        } else {
            label = images->labels[rows[i]];
        }
        double shift = (double)greatest(y, classes, &best);
        double exponentials[NN_MAX_CLASSES], sum = 0, wanted = 0;
        for (int j = 0; j < classes; j++) {
            exponentials[j] = exp((double)y[j] - shift);
            sum += exponentials[j];
        }
        for (int j = 0; j < classes; j++) {
            double target = targets ? (double)targets[j] : j == label ? most : rest;
            dy[j] = (float)((exponentials[j] / sum - target) * share);
            wanted += target * (double)y[j];
        }
        metrics->loss += log(sum) + shift - wanted;
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
