/* batchnorm.h: the passes over data that BatchNorm consists of; inside nn/ only.
 *
 * One table of functions for each instruction set; nn_batchnorm_kernels_for(isa) gives it.
 */
#ifndef NN_KERNELS_BATCHNORM_H
#define NN_KERNELS_BATCHNORM_H

#include "nn/kernels/isa.h"

/* Numbers for each channel, repeated over a period (a multiple of the number of channels), so that
 * data can be processed without looking at where a channel begins.
 *
 *     forward    y  = (x - center) scale + shift
 *     backward   dx = dy scale - (x - center) slope - shift */
typedef struct nn_channels {
    size_t count, period;
    const float *center, *scale, *shift, *slope;
} nn_channels;

/* The period to use. */
size_t nn_channels_period(size_t count);

typedef struct nn_batchnorm_kernels {
    /* Mean and sum of squared deviations of each column of x [rows][columns]. */
    void (*moments)(size_t rows, size_t columns, const float *x, double *mean, double *squares);

    /* x and y [rows][count]; max(y, 0) where relu is not 0. */
    void (*forward)(size_t rows, const nn_channels *c, int relu, const float *x, float *y);

    /* The same with a 2 x 2 max-pool: x [h][w][count], y [h/2][w/2][count]. choice says which of
     * the window's values was taken (0..3, row by row), or 4 where relu made it 0; deviation is
     * that value minus center. choice and deviation may be NULL. */
    void (*forward_pool)(int h, int w, const nn_channels *c, int relu, const float *x, float *y,
                         float *deviation, uint8_t *choice);

    /* For each column of [rows][count]: the sum of dy, and of dy (x - center). */
    void (*sums)(size_t rows, const nn_channels *c, const float *x, const float *dy, double *sum,
                 double *product);
    /* The same from pooled values; a choice of 4 takes no part. */
    void (*pool_sums)(size_t rows, size_t columns, const float *deviation, const uint8_t *choice,
                      const float *dy, double *sum, double *product);

    /* dx, and 0 where mask is not 0 and x is not above 0. dx and dy may be the same. */
    void (*backward)(size_t rows, const nn_channels *c, int mask, const float *x, const float *dy,
                     float *dx);
    /* The same where dy [h/2][w/2][count] and choice are pooled; dx is not dy. */
    void (*pool_backward)(int h, int w, const nn_channels *c, int mask, const float *x,
                          const float *dy, const uint8_t *choice, float *dx);
} nn_batchnorm_kernels;

NN_KERNEL_DECLARE(nn_batchnorm_kernels, nn_batchnorm_kernels);

#endif
