/* loss.h: the cross-entropy of softmax with the labels; inside nn/ only. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "nn/nn.h"

/* What one slice of a batch adds to the metrics; a cache line, so that threads share none. */
typedef struct nn_slice_metrics {
    double loss;
    size_t correct;
    char padding[48];
} nn_slice_metrics;

/* Logits y [n][classes] against the targets of the images rows[0..n): a label, of which `smoothing`
 * is dealt to all classes alike (Szegedy et al. 2016, section 7), or images->targets as they are.
 * Writes dy [n][classes], the gradient of the mean over `batch` images, and the slice's sums. */
void nn_loss_slice(const nn_images *images, const uint32_t *rows, int n, int batch, int classes,
                   double smoothing, const float *y, float *dy, nn_slice_metrics *metrics);

#endif
