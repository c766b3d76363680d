/* softmax.h: from logits to probabilities; inside nn/ only. */
#ifndef NN_SOFTMAX_H
#define NN_SOFTMAX_H

#include "nn/nn.h"

/* Softmax of y [n][classes]. */
void nn_softmax(int n, int classes, const float *y, float *probabilities);

/* The greatest of n values; *where is its first place. A NaN is passed over. */
float nn_greatest(const float *x, int n, int *where);

#endif
