/* softmax.c: from logits to probabilities: p[j] = exp(y[j]) / sum exp(y). */
#include "nn/base/softmax.h"

#include <math.h>

float nn_greatest(const float *x, int n, int *where)
{
    int best = 0;
    for (int i = 1; i < n; i++) {
        best = x[i] > x[best] ? i : best;
    }
    *where = best;
    return x[best];
}

void nn_softmax(int n, int classes, const float *y, float *probabilities)
{
    for (int i = 0; i < n; i++, y += classes, probabilities += classes) {
        int best;
        double shift = (double)nn_greatest(y, classes, &best);
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
