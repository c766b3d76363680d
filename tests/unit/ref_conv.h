/* ref_conv.h: convolution and its gradients in double precision, as the definitions say; the oracle
 * of the fast paths. Shapes and words as in nn/conv/path.h. */
#ifndef REF_CONV_H
#define REF_CONV_H

#include "nn/conv/path.h"

/* y [n][oh][ow][f] = conv(x, weights) + bias, before any epilogue. */
void ref_conv_forward(const nn_conv_dims *d, int n, const float *x, const float *weights,
                      const float *bias, double *y);

/* From the gradient dy [n][oh][ow][f] before the epilogue: dx [n][h][w][c], dw [k][k][c][f],
 * dbias [f]. */
void ref_conv_backward(const nn_conv_dims *d, int n, const float *x, const float *weights,
                       const double *dy, double *dx, double *dw, double *dbias);

/* dy [n][oh][ow][f] from the gradient of the pooled output [n][oh/2][ow/2][f] and choice. */
void ref_conv_unpool(const nn_conv_dims *d, int n, const float *pooled, const uint8_t *choice,
                     double *dy);

#endif
