/* kernels.h: the element-wise work that gains from vector instructions; inside nn/ only.
 *
 * One table of functions for each instruction set; nn_kernels_for(isa) in isa.h gives it. All of
 * them are pure and deterministic: the same numbers in, the same numbers out, in a fixed order.
 */
#ifndef NN_KERNELS_H
#define NN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* What Adam needs beside the arrays. rate holds the bias corrections of this step. */
typedef struct nn_adam {
    float beta1, beta2, epsilon, rate;
} nn_adam;

typedef struct nn_kernels {
    /* x[i] = bytes[i] * scale + offset */
    void (*gather)(size_t n, const uint8_t *bytes, float scale, float offset, float *x);

    /* y[i] = max(x[i], 0); x and y may be the same. */
    void (*relu)(size_t n, const float *x, float *y);

    /* dx[i] = 0 where x[i] is not above 0 */
    void (*mask)(size_t n, const float *x, float *dx);

    /* y [rows][columns] += bias, then max(y, 0) where relu is not 0. */
    void (*bias)(size_t rows, size_t columns, const float *bias, int relu, float *y);

    /* out[i] = the sum of parts[i], parts[i + stride], ... in this order */
    void (*reduce)(size_t n, const float *parts, size_t stride, int count, float *out);

    /* sums [columns] of x [rows][columns] */
    void (*column_sums)(size_t rows, size_t columns, const float *x, float *sums);

    /* m = m b1 + g (1 - b1); v = v b2 + g g (1 - b2); w -= rate m / (sqrt(v) + epsilon) */
    void (*adam)(size_t n, const nn_adam *adam, const float *g, float *w, float *m, float *v);

    /* x[i] = x[i] * scale, or 0 with a probability of threshold / 2^32, decided by key and i.
     * The same key gives the same zeros. */
    void (*dropout)(size_t n, uint64_t key, uint32_t threshold, float scale, float *x);

    /* k x k max-pool of one image: x [h][w][c], y and choice [h/k][w/k][c]. choice may be NULL. */
    void (*pool)(int h, int w, int c, int k, const float *x, float *y, uint8_t *choice);
    /* Overwrites dx [h][w][c]; with mask, only where y is above 0. */
    void (*pool_backward)(int h, int w, int c, int k, int mask, const float *y, const float *dy,
                          const uint8_t *choice, float *dx);
} nn_kernels;

#endif
