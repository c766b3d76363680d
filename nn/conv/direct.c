/* direct.c: convolutions of few input channels (the first layer) and stride 1, directly.
 *
 * With one to four channels there is too little to do for each input value to pay for any
 * transform. All loops run over neighbouring filters in vectors; sums stay in registers: in the
 * forward pass those of 2 x MOST_COLUMNS outputs, in the weight gradient those of up to 3 x 4 taps
 * (a tap is a place (ky, kx, c) of the kernel). Images are copied into a frame of zeros first, so
 * that no loop has to look at borders.
 *
 *     forward       y[oy][ox][f] = bias[f] + sum of x[oy + ky][ox + kx][c] w[ky][kx][c][f]
 *     gradient      dw[ky][kx][c][f] = sum over oy, ox of x[oy + ky][ox + kx][c] dy[oy][ox][f]
 *
 * Packed weights and the weight gradient's own form are [k][k][c][f] with f padded to whole
 * vectors.
 */
#include "nn/conv/shared.h"
#include "nn/kernels/vec.h"

#if defined __AVX512F__ || defined __aarch64__
enum { MOST_COLUMNS = 6, DW_VECTORS = 2 }; /* 24 sums of 32 registers */
#else
enum { MOST_COLUMNS = 2, DW_VECTORS = 1 };
#endif
enum { MOST_VECTORS = 2, MOST_ROWS = 3, MOST_TAPS = 4 };

static int supports(const nn_conv_dims *d, nn_epilogue epilogue)
{
    (void)epilogue;
    return d->c <= 4 && d->stride == 1 && d->k <= 7;
}

static size_t packed_size(const nn_conv_dims *d)
{
    return (size_t)d->k * d->k * d->c * vec_round((size_t)d->f);
}

static size_t none(const nn_conv_dims *d)
{
    (void)d;
    return 0;
}

/* An image within its frame: rows of `row` floats. */
typedef struct frame {
    const float *at;
    size_t row;
} frame;

static size_t scratch_size(const nn_conv_dims *d, int n)
{
    (void)n;
    return (size_t)(d->h + 2 * d->pad) * (d->w + 2 * d->pad) * d->c;
}

static frame frame_new(const nn_conv_dims *d, const float *image, float *scratch)
{
    size_t inner = (size_t)d->w * d->c, row = (size_t)(d->w + 2 * d->pad) * d->c;
    if (d->pad == 0) {
        return (frame){image, row};
    }
    memset(scratch, 0, scratch_size(d, 1) * sizeof *scratch);
    for (int y = 0; y < d->h; y++) {
        memcpy(scratch + (y + d->pad) * row + (size_t)d->pad * d->c, image + y * inner,
               inner * sizeof *image);
    }
    return (frame){scratch, row};
}

/* ---------------------------------------------------------------- forward */

/* Where the outputs of an image go. */
typedef struct target {
    float *y;
    uint8_t *choice; /* may be NULL */
    nn_epilogue epilogue;
} target;

/* rows x columns outputs from (oy, ox) on, for the filters f <= . < f + vectors * VEC. */
INLINE void forward_block(int rows, int columns, int vectors, const nn_conv_dims *d, frame x,
                          const float *packed, const float *bias, target to, int oy, int ox, int f)
{
    size_t filters = vec_round((size_t)d->f);
    vec sum[2][MOST_COLUMNS][MOST_VECTORS];
    UNROLL
    for (int v = 0; v < vectors; v++) {
        int part = d->f - f - v * VEC < VEC ? d->f - f - v * VEC : VEC;
        vec b = vec_load_part(bias + f + v * VEC, part);
        UNROLL
        for (int i = 0; i < rows * columns; i++) {
            sum[i / columns][i % columns][v] = b;
        }
    }
    const float *w = packed + f;
    for (int ky = 0; ky < d->k; ky++) {
        const float *above = x.at + (size_t)(oy + ky) * x.row + (size_t)ox * d->c;
        for (int tap = 0; tap < d->k * d->c; tap++, above++, w += filters) {
            vec row[MOST_VECTORS];
            UNROLL
            for (int v = 0; v < vectors; v++) {
                row[v] = vec_load(w + v * VEC);
            }
            UNROLL
            for (int i = 0; i < rows; i++) {
                const float *from = above + i * x.row;
                UNROLL
                for (int j = 0; j < columns; j++) {
                    float value = from[j * d->c];
                    UNROLL
                    for (int v = 0; v < vectors; v++) {
                        sum[i][j][v] += value * row[v];
                    }
                }
            }
        }
    }
    UNROLL
    for (int v = 0; v < vectors; v++) {
        int first = f + v * VEC, part = d->f - first < VEC ? d->f - first : VEC;
        if (rows == 2 && to.epilogue == NN_EPILOGUE_RELU_POOL) {
            UNROLL
            for (int j = 0; j + 1 < columns; j += 2) {
                vec window[4] = {sum[0][j][v], sum[0][j + 1][v], sum[1][j][v], sum[1][j + 1][v]};
                size_t at = ((size_t)(oy / 2) * (d->ow / 2) + ox / 2 + j / 2) * d->f + first;
                store_window(window, to.y + at, to.choice ? to.choice + at : NULL, part);
            }
            continue;
        }
        UNROLL
        for (int i = 0; i < rows; i++) {
            UNROLL
            for (int j = 0; j < columns; j++) {
                float *at = to.y + ((size_t)(oy + i) * d->ow + ox + j) * d->f + first;
                store_value(sum[i][j][v], to.epilogue, at, part);
            }
        }
    }
}

/* The same with numbers that are known when compiling. */
INLINE void forward_columns(int rows, int columns, int vectors, const nn_conv_dims *d, frame x,
                            const float *packed, const float *bias, target to, int oy, int ox,
                            int f)
{
#define COLUMNS(count)                                                                             \
    case count:                                                                                    \
        forward_block(rows, count, vectors, d, x, packed, bias, to, oy, ox, f);                    \
        break;
    switch (columns) {
        COLUMNS(1)
        COLUMNS(2)
#if defined __AVX512F__ || defined __aarch64__
        COLUMNS(3)
        COLUMNS(4)
        COLUMNS(5)
        COLUMNS(6)
#endif
    }
#undef COLUMNS
}

static void forward_image(const nn_conv_dims *d, frame x, const float *packed, const float *bias,
                          target to, int f, int vectors)
{
    int pooled = to.epilogue == NN_EPILOGUE_RELU_POOL;
    int oh = pooled ? d->oh / 2 * 2 : d->oh, ow = pooled ? d->ow / 2 * 2 : d->ow;
    for (int oy = 0; oy < oh; oy += 2) {
        for (int ox = 0; ox < ow; ox += MOST_COLUMNS) {
            int columns = ow - ox < MOST_COLUMNS ? ow - ox : MOST_COLUMNS;
            if (oy + 1 < oh && vectors == MOST_VECTORS) {
                forward_columns(2, columns, MOST_VECTORS, d, x, packed, bias, to, oy, ox, f);
            } else if (oy + 1 < oh) {
                forward_columns(2, columns, 1, d, x, packed, bias, to, oy, ox, f);
            } else if (vectors == MOST_VECTORS) {
                forward_columns(1, columns, MOST_VECTORS, d, x, packed, bias, to, oy, ox, f);
            } else {
                forward_columns(1, columns, 1, d, x, packed, bias, to, oy, ox, f);
            }
        }
    }
}

static void forward(const nn_conv_dims *d, int n, const float *x, const float *packed,
                    const float *bias, nn_epilogue epilogue, float *y, uint8_t *choice,
                    float *scratch)
{
    int pooled = epilogue == NN_EPILOGUE_RELU_POOL;
    size_t out = (size_t)(pooled ? d->oh / 2 : d->oh) * (pooled ? d->ow / 2 : d->ow) * d->f;
    for (int image = 0; image < n; image++) {
        frame in = frame_new(d, x + (size_t)image * d->h * d->w * d->c, scratch);
        target to = {y + image * out, choice ? choice + image * out : NULL, epilogue};
        for (int f = 0; f < d->f; f += MOST_VECTORS * VEC) {
            int vectors = d->f - f > VEC ? MOST_VECTORS : 1;
            forward_image(d, in, packed, bias, to, f, vectors);
        }
    }
}

/* ---------------------------------------------------------------- weight gradient */

/* What is left of VEC filters' pooled gradients at one of the window's four outputs. */
INLINE vec chosen(vec dy, veci choice, int output)
{
    return (vec)((choice == output) & (veci)dy);
}

/* A part of the taps: rows ky <= . < ky + rows of the kernel, taps in them, vectors of filters. */
typedef struct taps {
    int ky, first, f;
} taps;

typedef vec dw_sums[MOST_ROWS][MOST_TAPS][DW_VECTORS];

/* sum += x g for the taps of one output */
INLINE void dw_output(int rows, int count, int vectors, const float *x, size_t row, const vec *g,
                      dw_sums sum)
{
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int j = 0; j < count; j++) {
            float value = x[i * row + j];
            UNROLL
            for (int v = 0; v < vectors; v++) {
                sum[i][j][v] += value * g[v];
            }
        }
    }
}

/* dw += one image's. Its sums are taken apart from the others', which rounds less. */
INLINE void dw_block(int rows, int count, int vectors, const nn_conv_dims *d, frame x,
                     const float *dy, const uint8_t *choice, taps part, float *dw)
{
    dw_sums sum = {0};
    int oh = choice ? d->oh / 2 * 2 : d->oh, across = choice ? d->ow / 2 : d->ow;
    int tail = d->f - part.f - (vectors - 1) * VEC; /* filters in the last vector */
    tail = tail < VEC ? tail : VEC;
    for (int oy = 0; oy < oh; oy++) {
        const float *above = x.at + (size_t)(oy + part.ky) * x.row + part.first;
        size_t at = (size_t)(choice ? oy / 2 : oy) * across * d->f + part.f;
        for (int ox = 0; ox < across; ox++, at += d->f) {
            vec g[DW_VECTORS];
            UNROLL
            for (int v = 0; v < vectors; v++) {
                g[v] = vec_load_part(dy + at + v * VEC, v == vectors - 1 ? tail : VEC);
            }
            if (!choice) {
                dw_output(rows, count, vectors, above, x.row, g, sum);
                above += d->c;
                continue;
            }
            veci which[DW_VECTORS];
            UNROLL
            for (int v = 0; v < vectors; v++) {
                int lanes = v == vectors - 1 ? tail : VEC;
                which[v] = vec_bytes_load(choice + at + v * VEC, lanes) - oy % 2 * 2;
            }
            UNROLL
            for (int side = 0; side < 2; side++) {
                vec part_g[DW_VECTORS];
                UNROLL
                for (int v = 0; v < vectors; v++) {
                    part_g[v] = chosen(g[v], which[v], side);
                }
                dw_output(rows, count, vectors, above, x.row, part_g, sum);
                above += d->c;
            }
        }
    }
    size_t filters = vec_round((size_t)d->f);
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int j = 0; j < count; j++) {
            float *to = dw + ((size_t)(part.ky + i) * d->k * d->c + part.first + j) * filters;
            UNROLL
            for (int v = 0; v < vectors; v++) {
                float *at = to + part.f + v * VEC;
                vec_store(at, vec_load(at) + sum[i][j][v]);
            }
        }
    }
}

INLINE void dw_taps(int rows, int count, int vectors, const nn_conv_dims *d, frame x,
                    const float *dy, const uint8_t *choice, taps part, float *dw)
{
    switch (count) {
    case 1:
        dw_block(rows, 1, vectors, d, x, dy, choice, part, dw);
        break;
    case 2:
        dw_block(rows, 2, vectors, d, x, dy, choice, part, dw);
        break;
    case 3:
        dw_block(rows, 3, vectors, d, x, dy, choice, part, dw);
        break;
    default:
        dw_block(rows, 4, vectors, d, x, dy, choice, part, dw);
        break;
    }
}

INLINE void dw_rows(int rows, int count, int vectors, const nn_conv_dims *d, frame x,
                    const float *dy, const uint8_t *choice, taps part, float *dw)
{
    switch (rows) {
    case 1:
        dw_taps(1, count, vectors, d, x, dy, choice, part, dw);
        break;
    case 2:
        dw_taps(2, count, vectors, d, x, dy, choice, part, dw);
        break;
    default:
        dw_taps(3, count, vectors, d, x, dy, choice, part, dw);
        break;
    }
}

/* Cuts the kernel's k rows of k c taps into nearly equal parts. */
static void dw_image(const nn_conv_dims *d, frame x, const float *dy, const uint8_t *choice,
                     float *dw)
{
    int taps_in_row = d->k * d->c;
    int row_parts = (d->k + MOST_ROWS - 1) / MOST_ROWS;
    int tap_parts = (taps_in_row + MOST_TAPS - 1) / MOST_TAPS;
    for (int i = 0; i < row_parts * tap_parts; i++) {
        int r = i / tap_parts, t = i % tap_parts;
        taps part = {.ky = d->k * r / row_parts, .first = taps_in_row * t / tap_parts};
        int rows = d->k * (r + 1) / row_parts - part.ky;
        int count = taps_in_row * (t + 1) / tap_parts - part.first;
        for (; part.f < d->f; part.f += DW_VECTORS * VEC) {
            int both = DW_VECTORS == 2 && d->f - part.f > VEC;
            if (both && choice) {
                dw_rows(rows, count, DW_VECTORS, d, x, dy, choice, part, dw);
            } else if (both) {
                dw_rows(rows, count, DW_VECTORS, d, x, dy, NULL, part, dw);
            } else if (choice) {
                dw_rows(rows, count, 1, d, x, dy, choice, part, dw);
            } else {
                dw_rows(rows, count, 1, d, x, dy, NULL, part, dw);
            }
        }
    }
}

/* dbias += the sum of `outputs` rows of dy [f]; with choice, of those values that have a place. */
INLINE void add_dbias(const nn_conv_dims *d, const float *dy, const uint8_t *choice, int outputs,
                      float *dbias)
{
    for (int f = 0; f < d->f; f += VEC) {
        int part = d->f - f < VEC ? d->f - f : VEC;
        vec sum[4] = {0}; /* several, because an addition takes some cycles */
        for (int i = 0; i < outputs; i++) {
            size_t at = (size_t)i * d->f + f;
            vec g = vec_load_part(dy + at, part);
            if (choice) {
                g = (vec)((vec_bytes_load(choice + at, part) < 4) & (veci)g);
            }
            sum[i % 4] += g;
        }
        vec all = (sum[0] + sum[1]) + (sum[2] + sum[3]);
        vec_store_part(dbias + f, vec_load_part(dbias + f, part) + all, part);
    }
}

static size_t image_out(const nn_conv_dims *d, const uint8_t *choice)
{
    return choice ? (size_t)(d->oh / 2) * (d->ow / 2) * d->f : (size_t)d->oh * d->ow * d->f;
}

static void backward_weights(const nn_conv_dims *d, int n, const float *x, const float *dy,
                             const uint8_t *choice, float *dw, float *dbias, float *scratch)
{
    size_t out = image_out(d, choice);
    memset(dw, 0, packed_size(d) * sizeof *dw);
    memset(dbias, 0, (size_t)d->f * sizeof *dbias);
    for (int image = 0; image < n; image++) {
        frame in = frame_new(d, x + (size_t)image * d->h * d->w * d->c, scratch);
        const uint8_t *which = choice ? choice + image * out : NULL;
        dw_image(d, in, dy + image * out, which, dw);
        if (which) {
            add_dbias(d, dy + image * out, which, (d->oh / 2) * (d->ow / 2), dbias);
        } else {
            add_dbias(d, dy + image * out, NULL, d->oh * d->ow, dbias);
        }
    }
}

/* ---------------------------------------------------------------- data gradient */

/* The dot product of VEC filters' gradients at an output with a tap's weights, summed over f. */
static float dot(const nn_conv_dims *d, const float *dy, const uint8_t *choice, int output,
                 const float *weights)
{
    vec sum = {0};
    for (int f = 0; f < d->f; f += VEC) {
        int part = d->f - f < VEC ? d->f - f : VEC;
        vec g = vec_load_part(dy + f, part);
        g = choice ? chosen(g, vec_bytes_load(choice + f, part), output) : g;
        sum += g * vec_load_part(weights + f, part);
    }
    float all = 0;
    for (int lane = 0; lane < VEC; lane++) {
        all += sum[lane];
    }
    return all;
}

/* Slow, for nets in which such a layer is not the first. Here the weights are used as they are. */
static void backward_data(const nn_conv_dims *d, int n, const float *dy, const uint8_t *choice,
                          const float *weights, float *dx, float *scratch)
{
    (void)scratch;
    int step = choice ? 2 : 1, across = d->ow / step;
    int oh = d->oh / step * step, ow = across * step;
    memset(dx, 0, (size_t)n * d->h * d->w * d->c * sizeof *dx);
    for (int i = 0; i < n * oh * ow; i++) {
        int image = i / (oh * ow), oy = i / ow % oh, ox = i % ow, output = oy % 2 * 2 + ox % 2;
        size_t row = (size_t)image * (oh / step) + oy / step;
        size_t at = (row * across + ox / step) * d->f;
        for (int tap = 0; tap < d->k * d->k; tap++) {
            int y = oy - d->pad + tap / d->k, x = ox - d->pad + tap % d->k;
            if (y < 0 || y >= d->h || x < 0 || x >= d->w) {
                continue;
            }
            float *to = dx + (((size_t)image * d->h + y) * d->w + x) * d->c;
            for (int c = 0; c < d->c; c++) {
                to[c] += dot(d, dy + at, choice ? choice + at : NULL, output,
                             weights + ((size_t)tap * d->c + c) * d->f);
            }
        }
    }
}

/* ---------------------------------------------------------------- weights */

static void pack(const nn_conv_dims *d, const float *weights, float *forward_packed,
                 float *dx_packed, int c0, int c1)
{
    (void)dx_packed;
    size_t filters = vec_round((size_t)d->f), used = (size_t)d->f;
    for (int tap = 0; tap < d->k * d->k && forward_packed; tap++) {
        for (int c = c0; c < c1; c++) {
            float *to = forward_packed + ((size_t)tap * d->c + c) * filters;
            memcpy(to, weights + ((size_t)tap * d->c + c) * used, used * sizeof *to);
            memset(to + used, 0, (filters - used) * sizeof *to);
        }
    }
}

const nn_conv_path NN_KERNEL(nn_conv_direct) = {
    .name = "direct",
    .supports = supports,
    .forward_size = packed_size,
    .dx_size = none,
    .dw_size = packed_size,
    .scratch_size = scratch_size,
    .pack = pack,
    .forward = forward,
    .backward_data = backward_data,
    .backward_weights = backward_weights,
    .reduce = reduce_padded,
};
