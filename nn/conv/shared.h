/* shared.h: what the ways of computing a convolution share: the epilogues, for the outputs of
 * VEC neighbouring filters, and the sum of weight gradients; inside nn/ only. */
#ifndef NN_CONV_SHARED_H
#define NN_CONV_SHARED_H

#include "nn/conv/path.h"
#include "nn/kernels/vec.h"

/* y[0], or max(y[0], 0) with RELU, to `to`. */
INLINE void store_value(vec y, nn_epilogue epilogue, float *to, int part)
{
    vec_store_part(to, epilogue == NN_EPILOGUE_NONE ? y : vec_relu(y), part);
}

/* The greatest of a window's four values (row by row) to `to`, 0 where none is above 0; and, unless
 * NULL, to `choice` which one it was (the first of equals), 4 where none is above 0. */
INLINE void store_window(const vec *y, float *to, uint8_t *choice, int part)
{
    vec best = y[0];
    veci index = {0};
    UNROLL
    for (int i = 1; i < 4; i++) {
        veci above = y[i] > best;
        best = vec_select(above, y[i], best);
        index = (above & i) | (~above & index);
    }
    vec_store_part(to, vec_relu(best), part);
    if (choice) {
        veci dead = best <= 0;
        vec_bytes_store(choice, (dead & 4) | (~dead & index), part);
    }
}

/* gradient [k][k][c][f] = the sum of `parts` arrays of that form with f padded to whole vectors, in
 * their order, for c0 <= c < c1. */
static inline void reduce_padded(const nn_conv_dims *d, const float *dw, size_t stride, int parts,
                                 float *gradient, int c0, int c1)
{
    size_t filters = vec_round((size_t)d->f);
    for (int tap = 0; tap < d->k * d->k; tap++) {
        for (int c = c0; c < c1; c++) {
            const float *from = dw + ((size_t)tap * d->c + c) * filters;
            float *to = gradient + ((size_t)tap * d->c + c) * d->f;
            for (int f = 0; f < d->f; f += VEC) {
                vec sum = vec_load(from + f);
                for (int part = 1; part < parts; part++) {
                    sum += vec_load(from + part * stride + f);
                }
                vec_store_part(to + f, sum, d->f - f < VEC ? d->f - f : VEC);
            }
        }
    }
}

#endif
