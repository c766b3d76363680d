/* path.h: what the ways of computing a convolution have in common; inside nn/ only.
 *
 * A path is a set of pure functions over one slice of the batch: they read and write the arrays
 * that they are given, keep nothing, allocate nothing and start no thread. The model picks a path
 * for each convolution when it is built; tests/unit/ref_conv.c is the oracle
 * that the tests hold them against.
 */
#ifndef NN_CONV_H
#define NN_CONV_H

#include "nn/kernels/isa.h"

typedef struct nn_conv_dims {
    int h, w, c;   /* input  [n][h][w][c] */
    int oh, ow, f; /* output [n][oh][ow][f] */
    int k, stride; /* kernel k x k */
    int pad;       /* zeros around the input, on each side */
} nn_conv_dims;

/* What happens to an output value before it is stored. */
typedef enum nn_epilogue {
    NN_EPILOGUE_NONE,     /* y = conv + bias */
    NN_EPILOGUE_RELU,     /* y = max(conv + bias, 0) */
    NN_EPILOGUE_RELU_POOL /* 2 x 2 max-pool of the latter, floor; see `choice` */
} nn_epilogue;

typedef struct nn_conv_path {
    const char *name;

    /* Whether this path computes such a convolution with such an epilogue. */
    int (*supports)(const nn_conv_dims *d, nn_epilogue epilogue);

    /* Floats of the packed weights (0: weights are used as they are) for forward and for the data
     * gradient, of the weight gradient's own form, and of scratch for slices of up to n images. */
    size_t (*forward_size)(const nn_conv_dims *d);
    size_t (*dx_size)(const nn_conv_dims *d);
    size_t (*dw_size)(const nn_conv_dims *d);
    size_t (*scratch_size)(const nn_conv_dims *d, int n);

    /* Packing, for input channels c0 <= c < c1, so that threads can share the work.
     * weights [k][k][c][f]; forward or dx may be NULL where it is not needed. */
    void (*pack)(const nn_conv_dims *d, const float *weights, float *forward, float *dx, int c0,
                 int c1);

    /* From here on n is 1 or more, and arrays had best begin at cache lines.
     * y [n][oh][ow][f], or with RELU_POOL [n][oh/2][ow/2][f] and choice of the same shape: which of
     * the window's four values was the greatest (0..3, row by row), or 4 where it was not above 0.
     * choice may be NULL (inference). */
    void (*forward)(const nn_conv_dims *d, int n, const float *x, const float *packed,
                    const float *bias, nn_epilogue epilogue, float *y, uint8_t *choice,
                    float *scratch);

    /* Overwrites dx [n][h][w][c]. dy [n][oh][ow][f] is the gradient before the epilogue (a RELU's
     * zeros are in it already); with RELU_POOL dy is pooled, and choice (else NULL) says where
     * it belongs. */
    void (*backward_data)(const nn_conv_dims *d, int n, const float *dy, const uint8_t *choice,
                          const float *packed, float *dx, float *scratch);

    /* Overwrites dw (in the path's own form) and dbias [f] with this slice's sums. */
    void (*backward_weights)(const nn_conv_dims *d, int n, const float *x, const float *dy,
                             const uint8_t *choice, float *dw, float *dbias, float *scratch);

    /* Both at once, where a path gains by it; otherwise NULL. */
    void (*backward)(const nn_conv_dims *d, int n, const float *x, const float *dy,
                     const uint8_t *choice, const float *packed_dx, float *dx, float *dw,
                     float *dbias, float *scratch);

    /* Sums `parts` weight gradients in the path's own form (part i at dw + i * stride) in their
     * order into gradient [k][k][c][f], for input channels c0 <= c < c1. */
    void (*reduce)(const nn_conv_dims *d, const float *dw, size_t stride, int parts,
                   float *gradient, int c0, int c1);
} nn_conv_path;

NN_KERNEL_DECLARE(nn_conv_path, nn_conv_direct);
NN_KERNEL_DECLARE(nn_conv_path, nn_conv_sparse);
NN_KERNEL_DECLARE(nn_conv_path, nn_conv_winograd4);
NN_KERNEL_DECLARE(nn_conv_path, nn_conv_winograd);
NN_KERNEL_DECLARE(nn_conv_path, nn_conv_im2col);

/* The fastest path that computes such a convolution; im2col where plain is not 0. */
const nn_conv_path *nn_conv_choose(const nn_conv_dims *d, nn_epilogue epilogue, nn_isa isa,
                                   int plain);

#endif
