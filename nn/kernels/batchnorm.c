/* batchnorm.c: statistics, forward and backward passes of BatchNorm over one slice.
 * Compiled once for each instruction set.
 *
 * Sums are taken in 32-bit floats over at most DEPTH numbers and in double beyond, and variance
 * from deviations of each block's own mean, joined by Chan's formula: the mean of squares minus the
 * square of the mean would lose every digit where the mean is large against the deviation.
 */
#include "nn/kernels/batchnorm.h"
#include "nn/kernels/vec.h"

typedef uint8_t choices __attribute__((vector_size(VEC))); /* one byte a lane */

enum { VECTORS = 4, BLOCK = VECTORS * VEC, DEPTH = 64 };

/* Rows are taken `factor` at a time, so that this many columns are a whole number of blocks. */
static size_t wide_factor(size_t columns)
{
    size_t a = columns, b = BLOCK;
    while (b) {
        size_t rest = a % b;
        a = b;
        b = rest;
    }
    return BLOCK / a;
}

/* Of n rows of one block of columns: the mean as floats can tell it, and the sums of deviations
 * from that (not quite 0: they refine the mean) and of their squares. */
INLINE void block_moments(size_t n, size_t stride, const float *x, float *mean, float *rest,
                          float *squares)
{
    vec m[VECTORS] = {0}, d[VECTORS] = {0}, s[VECTORS] = {0};
    for (size_t r = 0; r < n; r++) {
        UNROLL
        for (int i = 0; i < VECTORS; i++) {
            m[i] += vec_load(x + r * stride + i * VEC);
        }
    }
    UNROLL
    for (int i = 0; i < VECTORS; i++) {
        m[i] *= 1 / (float)n;
    }
    for (size_t r = 0; r < n; r++) {
        UNROLL
        for (int i = 0; i < VECTORS; i++) {
            vec deviation = vec_load(x + r * stride + i * VEC) - m[i];
            d[i] += deviation;
            s[i] += deviation * deviation;
        }
    }
    UNROLL
    for (int i = 0; i < VECTORS; i++) {
        vec_store(mean + i * VEC, m[i]);
        vec_store(rest + i * VEC, d[i]);
        vec_store(squares + i * VEC, s[i]);
    }
}

/* Joins the moments of n more numbers to those of `before` numbers (Chan et al. 1983, eq. 2.1). */
INLINE void join(double before, double n, double mean_n, double squares_n, double *mean,
                 double *squares)
{
    double delta = mean_n - *mean, share = n / (before + n);
    *mean += delta * share;
    *squares += squares_n + delta * delta * before * share;
}

static void moments(size_t rows, size_t columns, const float *x, double *mean, double *squares)
{
    size_t factor = wide_factor(columns), wide = factor * columns, wide_rows = rows / factor;
    memset(mean, 0, columns * sizeof *mean);
    memset(squares, 0, columns * sizeof *squares);
    for (size_t j = 0; wide_rows && j < wide; j += BLOCK) {
        double m[BLOCK] = {0}, s[BLOCK] = {0};
        for (size_t r = 0; r < wide_rows; r += DEPTH) {
            size_t n = wide_rows - r < DEPTH ? wide_rows - r : DEPTH;
            float block_mean[BLOCK], rest[BLOCK], block_squares[BLOCK];
            block_moments(n, wide, x + r * wide + j, block_mean, rest, block_squares);
            for (int i = 0; i < BLOCK; i++) {
                double shift = (double)rest[i] / (double)n;
                join((double)r, (double)n, (double)block_mean[i] + shift,
                     (double)block_squares[i] - shift * (double)rest[i], &m[i], &s[i]);
            }
        }
        for (size_t i = 0; i < BLOCK; i++) {
            size_t before = (j + i) / columns * wide_rows, channel = (j + i) % columns;
            join((double)before, (double)wide_rows, m[i], s[i], &mean[channel], &squares[channel]);
        }
    }
    for (size_t r = wide_rows * factor; r < rows; r++) {
        for (size_t j = 0; j < columns; j++) {
            join((double)r, 1, (double)x[r * columns + j], 0, &mean[j], &squares[j]);
        }
    }
}

static void forward(size_t rows, const nn_channels *c, int relu, const float *x, float *y)
{
    const float *center = c->center, *scale = c->scale, *shift = c->shift;
    size_t total = rows * c->count;
    for (size_t i = 0; i < total; i += c->period, x += c->period, y += c->period) {
        size_t n = total - i < c->period ? total - i : c->period;
        if (relu) {
            for (size_t j = 0; j < n; j++) {
                float value = (x[j] - center[j]) * scale[j] + shift[j];
                y[j] = 0 > value ? 0 : value;
            }
        } else {
            for (size_t j = 0; j < n; j++) {
                y[j] = (x[j] - center[j]) * scale[j] + shift[j];
            }
        }
    }
}

INLINE veci load_choice(const uint8_t *p, int part)
{
    choices bytes = {0};
    memcpy(&bytes, p, (size_t)part);
    return __builtin_convertvector(bytes, veci);
}

INLINE void store_choice(uint8_t *p, veci choice, int part)
{
    choices bytes = __builtin_convertvector(choice, choices);
    memcpy(p, &bytes, (size_t)part);
}

/* `part` channels of one window: values x[0], x[c], x[row], x[row + c]. */
INLINE void forward_window(const nn_channels *c, size_t at, size_t row, int relu, int part,
                           const float *x, float *y, float *deviation, uint8_t *choice)
{
    vec center = vec_load_part(c->center + at, part), scale = vec_load_part(c->scale + at, part);
    vec best_deviation = vec_load_part(x + at, part) - center;
    vec best = best_deviation * scale;
    veci taken = {0};
    UNROLL
    for (int p = 1; p < 4; p++) {
        size_t offset = (size_t)(p / 2) * row + (size_t)(p % 2) * c->count;
        vec other_deviation = vec_load_part(x + offset + at, part) - center;
        vec other = other_deviation * scale;
        veci better = other > best;
        best = vec_select(better, other, best);
        best_deviation = vec_select(better, other_deviation, best_deviation);
        taken = (better & p) | (~better & taken);
    }
    best += vec_load_part(c->shift + at, part);
    if (relu) {
        veci none = ~(best > 0);
        best = vec_relu(best);
        taken = (none & 4) | (~none & taken);
    }
    vec_store_part(y + at, best, part);
    if (deviation) {
        vec_store_part(deviation + at, best_deviation, part);
    }
    if (choice) {
        store_choice(choice + at, taken, part);
    }
}

/* Asks for the window below, which is needed a row of windows later. The values come from memory,
 * and the processor's own prefetching starts anew with each row: without this, BatchNorm with
 * pooling takes 1.7 times as long (28 x 28 x 32, batch 128). A prefetch behind the array does
 * nothing. */
INLINE void fetch_ahead(const float *window, size_t row, size_t count)
{
    for (size_t at = 0; at < 2 * count; at += 16) {
        __builtin_prefetch(window + at);
        __builtin_prefetch(window + row + at);
    }
}

static void forward_pool(int h, int w, const nn_channels *c, int relu, const float *x, float *y,
                         float *deviation, uint8_t *choice)
{
    size_t row = (size_t)w * c->count, whole = c->count / VEC * VEC;
    for (int i = 0; i < h / 2; i++) {
        for (int j = 0; j < w / 2; j++) {
            const float *window = x + (size_t)(2 * i) * row + (size_t)(2 * j) * c->count;
            fetch_ahead(window + 2 * row, row, c->count);
            for (size_t at = 0; at < whole; at += VEC) {
                forward_window(c, at, row, relu, VEC, window, y, deviation, choice);
            }
            if (whole < c->count) {
                forward_window(c, whole, row, relu, (int)(c->count - whole), window, y, deviation,
                               choice);
            }
            y += c->count;
            deviation = deviation ? deviation + c->count : NULL;
            choice = choice ? choice + c->count : NULL;
        }
    }
}

/* Adds the sums of one block of wide columns, all in blocks of DEPTH rows. With choice, x holds
 * deviations already. */
INLINE void block_sums(size_t wide_rows, size_t stride, const float *x, const float *center,
                       const uint8_t *choice, const float *dy, double *sum, double *product)
{
    for (size_t r = 0; r < wide_rows;) {
        size_t end = r + DEPTH < wide_rows ? r + DEPTH : wide_rows;
        vec a[VECTORS] = {0}, b[VECTORS] = {0};
        for (; r < end; r++) {
            UNROLL
            for (int i = 0; i < VECTORS; i++) {
                size_t at = r * stride + (size_t)i * VEC;
                vec d = vec_load(dy + at), deviation = vec_load(x + at);
                if (choice) {
                    d = (vec)((veci)d & (load_choice(choice + at, VEC) != 4));
                } else {
                    deviation -= vec_load(center + (size_t)i * VEC);
                }
                a[i] += d;
                b[i] += d * deviation;
            }
        }
        UNROLL
        for (int i = 0; i < VECTORS; i++) {
            for (int lane = 0; lane < VEC; lane++) {
                sum[i * VEC + lane] += (double)a[i][lane];
                product[i * VEC + lane] += (double)b[i][lane];
            }
        }
    }
}

INLINE void column_sums(size_t rows, size_t columns, const float *x, const float *center,
                        const uint8_t *choice, const float *dy, double *sum, double *product)
{
    size_t factor = wide_factor(columns), wide = factor * columns, wide_rows = rows / factor;
    memset(sum, 0, columns * sizeof *sum);
    memset(product, 0, columns * sizeof *product);
    for (size_t j = 0; wide_rows && j < wide; j += BLOCK) {
        float block_center[BLOCK];
        double a[BLOCK] = {0}, b[BLOCK] = {0};
        for (size_t i = 0; !choice && i < BLOCK; i++) {
            block_center[i] = center[(j + i) % columns];
        }
        block_sums(wide_rows, wide, x + j, block_center, choice ? choice + j : NULL, dy + j, a, b);
        for (size_t i = 0; i < BLOCK; i++) {
            sum[(j + i) % columns] += a[i];
            product[(j + i) % columns] += b[i];
        }
    }
    for (size_t r = wide_rows * factor; r < rows; r++) {
        for (size_t j = 0; j < columns; j++) {
            size_t at = r * columns + j;
            double d = choice && choice[at] == 4 ? 0 : (double)dy[at];
            sum[j] += d;
            product[j] += d * (double)(choice ? x[at] : x[at] - center[j]);
        }
    }
}

static void sums(size_t rows, const nn_channels *c, const float *x, const float *dy, double *sum,
                 double *product)
{
    column_sums(rows, c->count, x, c->center, NULL, dy, sum, product);
}

static void pool_sums(size_t rows, size_t columns, const float *deviation, const uint8_t *choice,
                      const float *dy, double *sum, double *product)
{
    column_sums(rows, columns, deviation, NULL, choice, dy, sum, product);
}

static void backward(size_t rows, const nn_channels *c, int mask, const float *x, const float *dy,
                     float *dx)
{
    const float *center = c->center, *scale = c->scale, *shift = c->shift, *slope = c->slope;
    size_t total = rows * c->count;
    for (size_t i = 0; i < total; i += c->period) {
        size_t n = total - i < c->period ? total - i : c->period;
        if (mask) {
            for (size_t j = 0; j < n; j++) {
                float value = dy[i + j] * scale[j] - (x[i + j] - center[j]) * slope[j] - shift[j];
                dx[i + j] = x[i + j] > 0 ? value : 0;
            }
        } else {
            for (size_t j = 0; j < n; j++) {
                dx[i + j] = dy[i + j] * scale[j] - (x[i + j] - center[j]) * slope[j] - shift[j];
            }
        }
    }
}

/* `part` channels at one place of the image, whose dy is given. */
INLINE void backward_place(const nn_channels *c, size_t at, int mask, int part, vec dy,
                           const float *x, float *dx)
{
    vec value = vec_load_part(x, part);
    vec deviation = value - vec_load_part(c->center + at, part);
    vec d = dy * vec_load_part(c->scale + at, part) -
            deviation * vec_load_part(c->slope + at, part) - vec_load_part(c->shift + at, part);
    if (mask) {
        d = (vec)((veci)d & (value > 0));
    }
    vec_store_part(dx, d, part);
}

INLINE void backward_window(const nn_channels *c, size_t at, size_t row, int mask, int part,
                            const float *x, const float *dy, const uint8_t *choice, float *dx)
{
    vec d = vec_load_part(dy + at, part);
    veci taken = load_choice(choice + at, part);
    UNROLL
    for (int p = 0; p < 4; p++) {
        size_t offset = (size_t)(p / 2) * row + (size_t)(p % 2) * c->count + at;
        vec here = (vec)((veci)d & (taken == p));
        backward_place(c, at, mask, part, here, x + offset, dx + offset);
    }
}

/* Places that no window covers: the last row of an odd height, the last column of an odd width. */
static void backward_rest(const nn_channels *c, int mask, size_t places, size_t stride,
                          const float *x, float *dx)
{
    for (size_t i = 0; i < places; i++) {
        for (size_t j = 0; j < c->count; j++) {
            size_t at = i * stride + j;
            float value = (c->center[j] - x[at]) * c->slope[j] - c->shift[j];
            dx[at] = mask && !(x[at] > 0) ? 0 : value;
        }
    }
}

static void pool_backward(int h, int w, const nn_channels *c, int mask, const float *x,
                          const float *dy, const uint8_t *choice, float *dx)
{
    size_t row = (size_t)w * c->count, whole = c->count / VEC * VEC;
    for (int i = 0; i < h / 2; i++) {
        for (int j = 0; j < w / 2; j++, dy += c->count, choice += c->count) {
            size_t window = (size_t)(2 * i) * row + (size_t)(2 * j) * c->count;
            fetch_ahead(x + window + 2 * row, row, c->count);
            for (size_t at = 0; at < whole; at += VEC) {
                backward_window(c, at, row, mask, VEC, x + window, dy, choice, dx + window);
            }
            if (whole < c->count) {
                backward_window(c, whole, row, mask, (int)(c->count - whole), x + window, dy,
                                choice, dx + window);
            }
        }
    }
    if (w % 2) {
        size_t last = row - c->count;
        backward_rest(c, mask, (size_t)(h / 2 * 2), row, x + last, dx + last);
    }
    if (h % 2) {
        size_t last = (size_t)(h - 1) * row;
        backward_rest(c, mask, (size_t)w, c->count, x + last, dx + last);
    }
}

const nn_batchnorm_kernels NN_KERNEL(nn_batchnorm_kernels) = {
    .moments = moments,
    .forward = forward,
    .forward_pool = forward_pool,
    .sums = sums,
    .pool_sums = pool_sums,
    .backward = backward,
    .pool_backward = pool_backward,
};
