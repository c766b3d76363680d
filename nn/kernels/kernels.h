/* kernels.h: the element-wise work that gains from vector instructions; inside nn/ only.
 *
 * One table of functions for each instruction set; nn_kernels_for(isa) gives it. All of
 * them are pure and deterministic: the same numbers in, the same numbers out, in a fixed order.
 */
#ifndef NN_KERNELS_H
#define NN_KERNELS_H

#include "nn/kernels/isa.h"

/* What a step's update needs beside the arrays. */
typedef struct nn_update {
    float beta1, beta2, epsilon; /* Adam's */
    float momentum;              /* SGD's */
    int nesterov;
    float rate;    /* for Adam with the bias corrections of this step */
    float share;   /* of the gradient that counts: below 1 where it is clipped */
    float decay;   /* the weights' share that is taken off, as ADAMW does it */
    float penalty; /* the weights' share that is added to the gradient, as ADAM and SGD do it */
} nn_update;

/* A frame is an image with one pixel before and two behind it, along x and y: so much wider. */
enum { NN_FRAME = 3 };

enum {
    NN_WARP_ROWS = 5, /* of scratch that a warp needs, each of W floats, rounded up to 16 */
    NN_MAX_NODES = 32 /* of a field, along x or y */
};

/* Where a pixel comes from: (xx x + xy y + x0, yx x + yy y + y0). */
typedef struct nn_warp {
    float xx, xy, x, yx, yy, y;
} nn_warp;

/* Shifts that are added to it: sum over nodes of weights_y[j][y] weights_x[i][x] nodes[j][i]. */
typedef struct nn_field {
    int nodes_x, nodes_y;
    const float *weights_x, *weights_y; /* [nodes_x][w], [nodes_y][h] */
    const float *nodes;                 /* [2][nodes_y][nodes_x], along x and along y */
} nn_field;

typedef struct nn_kernels {
    /* x[i] = bytes[i] * scale + offset */
    void (*gather)(size_t n, const uint8_t *bytes, float scale, float offset, float *x);
    /* x[i] = values[i] * scale + offset, rounded as bytes of the same numbers are */
    void (*gather_values)(size_t n, const float *values, float scale, float offset, float *x);

    /* y [rows][columns] = (x - mean) / deviation of the column, clamped to -limit..limit; 0 where x
     * is NaN or the deviation is 0. y and x may be the same. */
    void (*standardize)(size_t rows, size_t columns, const float *means, const float *deviations,
                        float limit, const float *x, float *y);

    /* y[i] = max(x[i], 0); x and y may be the same. */
    void (*relu)(size_t n, const float *x, float *y);

    /* dx[i] = 0 where x[i] is not above 0 */
    void (*mask)(size_t n, const float *x, float *dx);

    /* y[i] = a[i] + b[i], then max(y[i], 0) where relu is not 0; y and a may be the same. */
    void (*add)(size_t n, const float *a, const float *b, int relu, float *y);

    /* y [rows][columns] += bias, then max(y, 0) where relu is not 0. */
    void (*bias)(size_t rows, size_t columns, const float *bias, int relu, float *y);

    /* out[i] = the sum of parts[i], parts[i + stride], ... in this order */
    void (*reduce)(size_t n, const float *parts, size_t stride, int count, float *out);

    /* sums [columns] of x [rows][columns] */
    void (*column_sums)(size_t rows, size_t columns, const float *x, float *sums);

    /* With g = share g + penalty w, after w -= decay w:
     * m = m b1 + g (1 - b1); v = v b2 + g g (1 - b2); w -= rate m / (sqrt(v) + epsilon) */
    void (*adam)(size_t n, const nn_update *update, const float *g, float *w, float *m, float *v);

    /* m = m momentum + g; w -= rate m, or rate (g + momentum m) */
    void (*sgd)(size_t n, const nn_update *update, const float *g, float *w, float *m);

    /* average += (w - average) share */
    void (*average)(size_t n, float share, const float *w, float *average);

    /* Bilinear: out [h][w][c] from frame [h + 3][w + 3][c]; what comes from beyond the frame has
     * the value of its border. field may be NULL. scratch: NN_WARP_ROWS rows. */
    void (*warp)(int h, int w, int c, const float *frame, const nn_warp *warp,
                 const nn_field *field, float *out, float *scratch);

    /* x[i] = x[i] * scale, or 0 with a probability of threshold / 2^32, decided by key and i.
     * The same key gives the same zeros. */
    void (*dropout)(size_t n, uint64_t key, uint32_t threshold, float scale, float *x);

    /* k x k max-pool of one image: x [h][w][c], y and choice [h/k][w/k][c]. choice may be NULL. */
    void (*pool)(int h, int w, int c, int k, const float *x, float *y, uint8_t *choice);
    /* Overwrites dx [h][w][c]; with mask, only where y is above 0. */
    void (*pool_backward)(int h, int w, int c, int k, int mask, const float *y, const float *dy,
                          const uint8_t *choice, float *dx);

    /* y [c] = the means over x [places][c] */
    void (*average_pool)(size_t places, size_t c, const float *x, float *y);
} nn_kernels;

NN_KERNEL_DECLARE(nn_kernels, nn_kernels);

#endif
