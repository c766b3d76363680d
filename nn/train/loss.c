/* loss.c: the cross-entropy of softmax with the labels, and its gradient. */
#include "nn/train/loss.h"

#include "nn/base/softmax.h"

#include <math.h>

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
            nn_greatest(targets, classes, &label);
        } else {
            label = images->labels[rows[i]];
        }
        double shift = (double)nn_greatest(y, classes, &best);
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
