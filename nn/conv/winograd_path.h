/* winograd_path.h: 3 x 3 convolutions of stride 1 by Winograd's minimal filtering, for tiles of
 * WINOGRAD_M x WINOGRAD_M outputs. Included once by winograd.c and by winograd4.c, which make the
 * paths of 2 and of 4: all of the loops' counts follow from that number.
 *
 * Images are cut into tiles of 2 x 2 outputs. A tile's 4 x 4 inputs and the 3 x 3 kernel are
 * transformed to 16 points each, where convolution is a product point by point: 16 multiply-adds
 * for each pair of channels in place of 36. Over many tiles and all channels, each of the points is
 * a matrix product [tiles][C] x [C][F]. fast.md has the whole story and the formulas.
 *
 * A slice is worked on in blocks of tiles, small enough that a block's transformed input and output
 * stay in the second-level cache. Scratch holds, for a block:
 *
 *     v [points][tiles][C]   transformed input, or the gradient of it
 *     m [points][tiles][F]   transformed output (a panel of F in the forward pass), or its gradient
 *
 * with rows padded to whole vectors. winograd_weights.h has the weights' side of it.
 */
#ifndef NN_WINOGRAD_PATH_H
#define NN_WINOGRAD_PATH_H

#include "nn/conv/multiply.h"
#include "nn/conv/shared.h"
#include "nn/conv/winograd_size.h"
#include "nn/conv/winograd_tile.h"
#include "nn/conv/winograd_weights.h"

enum { SCRATCH_FLOATS = 128 * 1024 }; /* wanted for a block's v and m together */

static int supports(const nn_conv_dims *d, nn_epilogue epilogue)
{
    return d->k == 3 && d->stride == 1 && d->pad <= 1 && epilogue != NN_EPILOGUE_RELU_POOL &&
           (TILE_OUT == 2 || winograd_wants_4(d));
}

/* ---------------------------------------------------------------- sizes and places */

/* Points are an odd number of cache lines apart, so that they don't share a cache's sets. */
static size_t point_stride(size_t rows, size_t columns)
{
    return ((rows * vec_round(columns) + 15) / 16 | 1) * 16;
}

static int block_tiles(const nn_conv_dims *d)
{
    size_t a_tile = TILE_POINTS * (vec_round((size_t)d->c) + vec_round((size_t)d->f));
    int tiles = (int)(SCRATCH_FLOATS / a_tile) / MULTIPLY_ROWS * MULTIPLY_ROWS;
    return tiles < 24 ? 24 : tiles;
}

static size_t scratch_size(const nn_conv_dims *d, int n)
{
    (void)n;
    size_t tiles = (size_t)block_tiles(d);
    return vec_round((size_t)d->c) + 2 * vec_round((size_t)d->f) + packed_size(d->c, d->f) +
           TILE_POINTS * (point_stride(tiles, (size_t)d->c) + point_stride(tiles, (size_t)d->f));
}

/* The arrays of a call, and how its images are cut. */
typedef struct work {
    const nn_conv_dims *d;
    int rows, columns; /* of tiles in an image */
    int tiles;         /* in a block, at most */
    size_t c, f;       /* rounded up to whole vectors */
    size_t v_point, m_point;
    float *v, *m;
    float *zeros; /* [c + f], stands for what lies outside an image */
    float *sums;  /* [f], of dbias */
    float *dg;    /* [points][C][f], the transformed weights' gradient */
} work;

static work work_new(const nn_conv_dims *d, int pooled, float *scratch)
{
    work w = {.d = d, .tiles = block_tiles(d)};
    int oh = pooled ? d->oh / 2 * 2 : d->oh, ow = pooled ? d->ow / 2 * 2 : d->ow;
    w.rows = (oh + TILE_OUT - 1) / TILE_OUT;
    w.columns = (ow + TILE_OUT - 1) / TILE_OUT;
    w.c = vec_round((size_t)d->c);
    w.f = vec_round((size_t)d->f);
    w.v_point = point_stride((size_t)w.tiles, (size_t)d->c);
    w.m_point = point_stride((size_t)w.tiles, (size_t)d->f);
    w.v = scratch;
    w.m = w.v + TILE_POINTS * w.v_point;
    w.zeros = w.m + TILE_POINTS * w.m_point;
    w.sums = w.zeros + w.c + w.f;
    w.dg = w.sums + w.f;
    memset(w.zeros, 0, (w.c + w.f) * sizeof *w.zeros);
    memset(w.sums, 0, w.f * sizeof *w.sums);
    return w;
}

typedef struct place {
    int image, row, column;
} place;

static place tile_place(const work *w, int tile)
{
    int a_image = w->rows * w->columns, inside = tile % a_image;
    return (place){tile / a_image, inside / w->columns, inside % w->columns};
}

/* The next tile's place; divisions would cost as much as some transforms. */
static inline place tile_next(const work *w, place p)
{
    if (++p.column == w->columns) {
        p.column = 0;
        if (++p.row == w->rows) {
            p.row = 0;
            p.image++;
        }
    }
    return p;
}

/* Where the size x size values of a tile lie that begins at (row, column) of an image of h x w
 * values; `outside` for those outside of it. */
INLINE void tile_pointers(int size, const float *image, int row, int column, int h, int w, int c,
                          const float *outside, const float **pointers)
{
    UNROLL
    for (int y = 0; y < size; y++) {
        int within = row + y >= 0 && row + y < h;
        ptrdiff_t first = ((ptrdiff_t)(row + y) * w + column) * c;
        UNROLL
        for (int x = 0; x < size; x++) {
            const float *at = image + first + (ptrdiff_t)x * c;
            int inside = within & (column + x >= 0) & (column + x < w);
            pointers[y * size + x] = inside ? at : outside;
        }
    }
}

/* ---------------------------------------------------------------- transforms of a block */

/* v = B' x B for the tiles first <= tile < first + count of the slice. */
static void transform_input(const work *w, const float *x, int first, int count)
{
    const nn_conv_dims *d = w->d;
    place p = tile_place(w, first);
    for (int t = 0; t < count; t++, p = tile_next(w, p)) {
        const float *from[TILE_POINTS];
        tile_pointers(TILE_IN, x + (size_t)p.image * d->h * d->w * d->c, p.row * TILE_OUT - d->pad,
                      p.column * TILE_OUT - d->pad, d->h, d->w, d->c, w->zeros, from);
        for (int c = 0; c < d->c; c += VEC) {
            int part = d->c - c < VEC ? d->c - c : VEC;
            vec half[TILE_POINTS];
            TILE_LOOP
            for (int i = 0; i < TILE_IN; i++) {
                vec column[TILE_IN];
                UNROLL
                for (int j = 0; j < TILE_IN; j++) {
                    column[j] = vec_load_part(from[j * TILE_IN + i] + c, part);
                }
                tile_column(tile_input, TILE_IN, TILE_IN, i, column, half);
            }
            float *to = w->v + (size_t)t * w->c + c;
            TILE_LOOP
            for (int i = 0; i < TILE_IN; i++) {
                vec row[TILE_IN];
                tile_input(half + i * TILE_IN, row);
                UNROLL
                for (int j = 0; j < TILE_IN; j++, to += w->v_point) {
                    vec_store(to, row[j]);
                }
            }
        }
    }
}

/* m = A dy A', and adds dy to the sums of the filters. */
static void transform_gradient(const work *w, const float *dy, int first, int count)
{
    const nn_conv_dims *d = w->d;
    place p = tile_place(w, first);
    for (int t = 0; t < count; t++, p = tile_next(w, p)) {
        const float *from[TILE_OUT * TILE_OUT];
        tile_pointers(TILE_OUT, dy + (size_t)p.image * d->oh * d->ow * d->f, p.row * TILE_OUT,
                      p.column * TILE_OUT, d->oh, d->ow, d->f, w->zeros, from);
        for (int f = 0; f < d->f; f += VEC) {
            int part = d->f - f < VEC ? d->f - f : VEC;
            vec half[TILE_POINTS], sum = {0};
            TILE_LOOP
            for (int i = 0; i < TILE_OUT; i++) {
                vec column[TILE_OUT];
                UNROLL
                for (int j = 0; j < TILE_OUT; j++) {
                    column[j] = vec_load_part(from[j * TILE_OUT + i] + f, part);
                    sum += column[j];
                }
                tile_column(tile_output_back, TILE_OUT, TILE_IN, i, column, half);
            }
            vec_store(w->sums + f, vec_load(w->sums + f) + sum);
            float *to = w->m + (size_t)t * w->f + f;
            TILE_LOOP
            for (int i = 0; i < TILE_IN; i++) {
                vec row[TILE_IN];
                tile_output_back(half + i * TILE_OUT, row);
                UNROLL
                for (int j = 0; j < TILE_IN; j++, to += w->m_point) {
                    vec_store(to, row[j]);
                }
            }
        }
    }
}

/* What becomes of the values y [m][m] of one tile. */
INLINE void store_tile(const work *w, place p, const vec *y, nn_epilogue epilogue, int f, int part,
                       float *to, uint8_t *choice)
{
    const nn_conv_dims *d = w->d;
    int pooled = epilogue == NN_EPILOGUE_RELU_POOL, step = pooled ? 2 : 1;
    int h = d->oh / step, wide = d->ow / step;
    UNROLL
    for (int i = 0; i < TILE_OUT; i += step) {
        UNROLL
        for (int j = 0; j < TILE_OUT; j += step) {
            int row = (p.row * TILE_OUT + i) / step, column = (p.column * TILE_OUT + j) / step;
            if (row >= h || column >= wide) {
                continue;
            }
            size_t at = (((size_t)p.image * h + row) * wide + column) * d->f + f;
            const vec *value = y + i * TILE_OUT + j;
            if (pooled) {
                vec window[4] = {value[0], value[1], value[TILE_OUT], value[TILE_OUT + 1]};
                store_window(window, to + at, choice ? choice + at : NULL, part);
            } else {
                store_value(*value, epilogue, to + at, part);
            }
        }
    }
}

/* y = epilogue(A' m A + bias) for filters f0 <= f < f0 + width; m holds these columns only. */
INLINE void transform_output(const work *w, nn_epilogue epilogue, int first, int count, int f0,
                             int width, const float *bias, float *y, uint8_t *choice)
{
    place p = tile_place(w, first);
    for (int t = 0; t < count; t++, p = tile_next(w, p)) {
        for (int f = f0; f < f0 + width && f < w->d->f; f += VEC) {
            int part = w->d->f - f < VEC ? w->d->f - f : VEC;
            vec b = vec_load_part(bias + f, part);
            const float *from = w->m + (size_t)t * width + (f - f0);
            vec half[TILE_POINTS], out[TILE_OUT * TILE_OUT];
            TILE_LOOP
            for (int i = 0; i < TILE_IN; i++) {
                vec column[TILE_IN];
                UNROLL
                for (int j = 0; j < TILE_IN; j++) {
                    column[j] = vec_load(from + (j * TILE_IN + i) * w->m_point);
                }
                tile_column(tile_output, TILE_IN, TILE_OUT, i, column, half);
            }
            UNROLL
            for (int i = 0; i < TILE_OUT; i++) {
                tile_output(half + i * TILE_IN, out + i * TILE_OUT);
                UNROLL
                for (int j = 0; j < TILE_OUT; j++) {
                    out[i * TILE_OUT + j] += b;
                }
            }
            store_tile(w, p, out, epilogue, f, part, y, choice);
        }
    }
}

/* dx += B v B' for channels c0 <= c < c0 + width; v holds these columns only. Tiles overlap by two
 * values; an image's dx is cleared when its first tile comes. */
static void transform_dx(const work *w, int first, int count, int c0, int width, float *dx)
{
    const nn_conv_dims *d = w->d;
    size_t image = (size_t)d->h * d->w * d->c;
    place p = tile_place(w, first);
    for (int t = 0; t < count; t++, p = tile_next(w, p)) {
        float *to = dx + p.image * image;
        if (c0 == 0 && p.row == 0 && p.column == 0) {
            memset(to, 0, image * sizeof *to);
        }
        int row = p.row * TILE_OUT - d->pad, column = p.column * TILE_OUT - d->pad;
        for (int c = c0; c < c0 + width && c < d->c; c += VEC) {
            int part = d->c - c < VEC ? d->c - c : VEC;
            const float *from = w->v + (size_t)t * width + (c - c0);
            vec half[TILE_POINTS];
            TILE_LOOP
            for (int i = 0; i < TILE_IN; i++) {
                vec in[TILE_IN];
                UNROLL
                for (int j = 0; j < TILE_IN; j++) {
                    in[j] = vec_load(from + (j * TILE_IN + i) * w->v_point);
                }
                tile_column(tile_input_back, TILE_IN, TILE_IN, i, in, half);
            }
            TILE_LOOP
            for (int i = 0; i < TILE_IN; i++) {
                vec out[TILE_IN];
                if (row + i < 0 || row + i >= d->h) {
                    continue;
                }
                tile_input_back(half + i * TILE_IN, out);
                UNROLL
                for (int j = 0; j < TILE_IN; j++) {
                    if (column + j >= 0 && column + j < d->w) {
                        float *at = to + ((size_t)(row + i) * d->w + column + j) * d->c + c;
                        vec_store_part(at, vec_load_part(at, part) + out[j], part);
                    }
                }
            }
        }
    }
}

/* ---------------------------------------------------------------- the three passes */

/* out [point][count][width] = in [point][count][depth] * packed [point][depth][width] */
static void multiply_points(int count, int depth, const float *in, size_t in_row, size_t in_point,
                            const float *packed, int width, float *out, size_t out_point)
{
    for (int i = 0; i < TILE_POINTS; i++) {
        multiply(count, width, depth, (multiply_a){in + i * in_point, in_row, 1},
                 (multiply_b){packed + (size_t)i * depth * width, (size_t)width},
                 (multiply_c){out + i * out_point, (size_t)width}, 0);
    }
}

static void forward(const nn_conv_dims *d, int n, const float *x, const float *packed,
                    const float *bias, nn_epilogue epilogue, float *y, uint8_t *choice,
                    float *scratch)
{
    work w = work_new(d, epilogue == NN_EPILOGUE_RELU_POOL, scratch);
    int all = n * w.rows * w.columns;
    for (int first = 0; first < all; first += w.tiles) {
        int count = all - first < w.tiles ? all - first : w.tiles;
        transform_input(&w, x, first, count);
        for (int f = 0; f < d->f; f += MULTIPLY_PANEL) {
            int width = panel_width(w.f, f);
            multiply_points(count, d->c, w.v, w.c, w.v_point,
                            packed + TILE_POINTS * (size_t)d->c * f, width, w.m, w.m_point);
            if (epilogue == NN_EPILOGUE_RELU_POOL) {
                transform_output(&w, NN_EPILOGUE_RELU_POOL, first, count, f, width, bias, y,
                                 choice);
            } else if (epilogue == NN_EPILOGUE_RELU) {
                transform_output(&w, NN_EPILOGUE_RELU, first, count, f, width, bias, y, NULL);
            } else {
                transform_output(&w, NN_EPILOGUE_NONE, first, count, f, width, bias, y, NULL);
            }
        }
    }
}

/* dg (+)= v' m */
static void multiply_dg(const work *w, int count, int add)
{
    const nn_conv_dims *d = w->d;
    for (int i = 0; i < TILE_POINTS; i++) {
        for (int f = 0; f < d->f; f += MULTIPLY_PANEL) {
            multiply_turned(d->c, panel_width(w->f, f), count,
                            (multiply_a){w->v + i * w->v_point, 1, w->c},
                            (multiply_b){w->m + i * w->m_point + f, w->f},
                            (multiply_c){w->dg + (size_t)i * d->c * w->f + f, w->f}, add);
        }
    }
}

/* Both gradients; either of dx and dw may be NULL. They share the transform of dy. */
static void backward(const nn_conv_dims *d, int n, const float *x, const float *dy,
                     const uint8_t *choice, const float *packed, float *dx, float *dw, float *dbias,
                     float *scratch)
{
    (void)choice;
    work w = work_new(d, 0, scratch);
    int all = n * w.rows * w.columns;
    for (int first = 0; first < all; first += w.tiles) {
        int count = all - first < w.tiles ? all - first : w.tiles;
        transform_gradient(&w, dy, first, count);
        if (dw) {
            transform_input(&w, x, first, count);
            multiply_dg(&w, count, first > 0);
        }
        for (int c = 0; dx && c < d->c; c += MULTIPLY_PANEL) {
            int width = panel_width(w.c, c);
            multiply_points(count, d->f, w.m, w.f, w.m_point,
                            packed + TILE_POINTS * (size_t)d->f * c, width, w.v, w.v_point);
            transform_dx(&w, first, count, c, width, dx);
        }
    }
    if (dw) {
        transform_dw(d, w.dg, dw);
        memcpy(dbias, w.sums, (size_t)d->f * sizeof *dbias);
    }
}

static void backward_data(const nn_conv_dims *d, int n, const float *dy, const uint8_t *choice,
                          const float *packed, float *dx, float *scratch)
{
    backward(d, n, NULL, dy, choice, packed, dx, NULL, NULL, scratch);
}

static void backward_weights(const nn_conv_dims *d, int n, const float *x, const float *dy,
                             const uint8_t *choice, float *dw, float *dbias, float *scratch)
{
    backward(d, n, x, dy, choice, NULL, NULL, dw, dbias, scratch);
}

/* The path's table but for its name. */
#define WINOGRAD_PATH                                                                              \
    .supports = supports, .forward_size = forward_size, .dx_size = dx_size, .dw_size = dw_size,    \
    .scratch_size = scratch_size, .pack = pack, .forward = forward,                                \
    .backward_data = backward_data, .backward_weights = backward_weights, .backward = backward,    \
    .reduce = reduce_padded

#endif
