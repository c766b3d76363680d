/* metrics.c: what is counted over labelled images, from their probabilities. */
#include "nn/base/softmax.h"

#include <math.h>

nn_metrics nn_metrics_of(const nn_images *images, const uint32_t *rows, size_t n,
                         const float *probabilities, int classes)
{
    const double floor = 1e-7;
    nn_metrics metrics = {.images = n};
    for (size_t i = 0; i < n; i++, probabilities += classes) {
        int label = images->labels[rows ? rows[i] : i], best;
        nn_greatest(probabilities, classes, &best);
        metrics.loss -= log(fmax((double)probabilities[label], floor));
        metrics.correct += best == label;
    }
    return metrics;
}
