/* kernels.c: element-wise kernels, written as plain loops that the compiler turns into vector code.
 * Compiled once for each instruction set. Those of BatchNorm are in batchnorm.c. */
#include "nn/kernels/kernels.h"

#include <math.h>
#include <string.h>

static void gather(size_t n, const uint8_t *bytes, float scale, float offset, float *x)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = (float)bytes[i] * scale + offset;
    }
}

static void gather_values(size_t n, const float *values, float scale, float offset, float *x)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = values[i] * scale + offset;
    }
}

/* A NaN passes both comparisons of the clamp, and is no number that equals itself. */
static void standardize(size_t rows, size_t columns, const float *means, const float *deviations,
                        float limit, const float *x, float *y)
{
    for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
        for (size_t j = 0; j < columns; j++) {
            float value = (x[j] - means[j]) / deviations[j];
            value = value > limit ? limit : value;
            value = value < -limit ? -limit : value;
            y[j] = deviations[j] > 0 && value == value ? value : 0;
        }
    }
}

/* Written so that a NaN stays one. */
static void relu(size_t n, const float *x, float *y)
{
    for (size_t i = 0; i < n; i++) {
        y[i] = 0 > x[i] ? 0 : x[i];
    }
}

static void mask(size_t n, const float *restrict x, float *restrict dx)
{
    for (size_t i = 0; i < n; i++) {
        dx[i] = x[i] > 0 ? dx[i] : 0;
    }
}

static void add(size_t n, const float *a, const float *b, int relu_too, float *y)
{
    if (relu_too) {
        for (size_t i = 0; i < n; i++) {
            float sum = a[i] + b[i];
            y[i] = 0 > sum ? 0 : sum;
        }
    } else {
        for (size_t i = 0; i < n; i++) {
            y[i] = a[i] + b[i];
        }
    }
}

static void bias(size_t rows, size_t columns, const float *restrict b, int relu_too,
                 float *restrict y)
{
    for (size_t r = 0; r < rows; r++, y += columns) {
        if (relu_too) {
            for (size_t j = 0; j < columns; j++) {
                float sum = y[j] + b[j];
                y[j] = 0 > sum ? 0 : sum;
            }
        } else {
            for (size_t j = 0; j < columns; j++) {
                y[j] += b[j];
            }
        }
    }
}

static void reduce(size_t n, const float *restrict parts, size_t stride, int count,
                   float *restrict out)
{
    enum { BLOCK = 64 }; /* sums that stay in registers while the parts are walked */
    size_t i = 0;
    for (; i + BLOCK <= n; i += BLOCK) {
        float sum[BLOCK];
        memcpy(sum, parts + i, sizeof sum);
        for (int p = 1; p < count; p++) {
            const float *part = parts + (size_t)p * stride + i;
            for (int j = 0; j < BLOCK; j++) {
                sum[j] += part[j];
            }
        }
        memcpy(out + i, sum, sizeof sum);
    }
    for (; i < n; i++) {
        float sum = parts[i];
        for (int p = 1; p < count; p++) {
            sum += parts[(size_t)p * stride + i];
        }
        out[i] = sum;
    }
}

static void column_sums(size_t rows, size_t columns, const float *restrict x, float *restrict sums)
{
    memset(sums, 0, columns * sizeof *sums);
    for (size_t r = 0; r < rows; r++, x += columns) {
        for (size_t j = 0; j < columns; j++) {
            sums[j] += x[j];
        }
    }
}

static void adam(size_t n, const nn_update *u, const float *restrict g, float *restrict w,
                 float *restrict m, float *restrict v)
{
    const float beta1 = u->beta1, beta2 = u->beta2, epsilon = u->epsilon, rate = u->rate;
    const float share = u->share, keep = 1 - u->decay, penalty = u->penalty;
    for (size_t i = 0; i < n; i++) {
        float gradient = g[i] * share + w[i] * penalty;
        m[i] += (gradient - m[i]) * (1 - beta1);
        v[i] += (gradient * gradient - v[i]) * (1 - beta2);
        w[i] = w[i] * keep - rate * m[i] / (sqrtf(v[i]) + epsilon);
    }
}

static void sgd(size_t n, const nn_update *u, const float *restrict g, float *restrict w,
                float *restrict m)
{
    const float momentum = u->momentum, share = u->share, penalty = u->penalty;
    const float of_g = u->nesterov ? u->rate : 0;
    const float of_m = u->nesterov ? u->rate * momentum : u->rate;
    for (size_t i = 0; i < n; i++) {
        float gradient = g[i] * share + w[i] * penalty;
        m[i] = m[i] * momentum + gradient;
        w[i] -= of_g * gradient + of_m * m[i];
    }
}

static void average(size_t n, float share, const float *restrict w, float *restrict a)
{
    for (size_t i = 0; i < n; i++) {
        a[i] += (w[i] - a[i]) * share;
    }
}

static void dropout(size_t n, uint64_t key, uint32_t threshold, float scale, float *x)
{
    /* An integer hash of the index, with one half of the key added before and one in the middle:
     * two rounds of shift and odd multiplication mix 32 bits well enough to draw zeros from. */
    const uint32_t before = (uint32_t)key, middle = (uint32_t)(key >> 32);
    for (size_t i = 0; i < n; i++) {
        uint32_t h = (uint32_t)i + before;
        h = (h ^ (h >> 16)) * 0x21f0aaadu;
        h = (h ^ (h >> 15) ^ middle) * 0xd35a2d97u;
        h ^= h >> 15;
        x[i] = h < threshold ? 0 : x[i] * scale;
    }
}

/* Raises y to the values where they are greater; so many channels of one window's place p. */
static void raise_to(int c, uint8_t p, const float *restrict values, float *restrict y,
                     uint8_t *restrict choice)
{
    for (int f = 0; choice && f < c; f++) {
        choice[f] = values[f] > y[f] ? p : choice[f];
    }
    for (int f = 0; f < c; f++) {
        y[f] = values[f] > y[f] ? values[f] : y[f];
    }
}

static void pool(int h, int w, int c, int k, const float *x, float *y, uint8_t *choice)
{
    size_t row = (size_t)w * (size_t)c;
    for (int i = 0; i < h / k; i++) {
        for (int j = 0; j < w / k; j++, y += c) {
            const float *window = x + (size_t)(i * k) * row + (size_t)(j * k) * (size_t)c;
            memcpy(y, window, (size_t)c * sizeof *y);
            if (choice) {
                memset(choice, 0, (size_t)c);
            }
            for (int p = 1; p < k * k; p++) {
                raise_to(c, (uint8_t)p, window + (size_t)(p / k) * row + (size_t)(p % k * c), y,
                         choice);
            }
            choice = choice ? choice + c : NULL;
        }
    }
}

static void pool_backward(int h, int w, int c, int k, int masked, const float *y, const float *dy,
                          const uint8_t *choice, float *dx)
{
    size_t row = (size_t)w * (size_t)c;
    memset(dx, 0, (size_t)h * row * sizeof *dx);
    for (int i = 0; i < h / k; i++) {
        for (int j = 0; j < w / k; j++, y += c, dy += c, choice += c) {
            float *window = dx + (size_t)(i * k) * row + (size_t)(j * k) * (size_t)c;
            for (int f = 0; f < c; f++) {
                if (!masked || y[f] > 0) {
                    int p = choice[f];
                    window[(size_t)(p / k) * row + (size_t)(p % k * c + f)] = dy[f];
                }
            }
        }
    }
}

/* What the nodes of a field add up to along a row y: sums [nodes_x]. */
static void row_of_nodes(const nn_field *f, int h, int y, const float *nodes, float *sums)
{
    for (int i = 0; i < f->nodes_x; i++) {
        sums[i] = 0;
    }
    for (int j = 0; j < f->nodes_y; j++) {
        float weight = f->weights_y[j * h + y];
        for (int i = 0; weight != 0 && i < f->nodes_x; i++) {
            sums[i] += weight * nodes[j * f->nodes_x + i];
        }
    }
}

/* Adds the field's shifts in row y to the places xs and ys [w]. */
static void add_field(const nn_field *f, int h, int w, int y, float *restrict xs,
                      float *restrict ys)
{
    float along_x[NN_MAX_NODES], along_y[NN_MAX_NODES];
    row_of_nodes(f, h, y, f->nodes, along_x);
    row_of_nodes(f, h, y, f->nodes + f->nodes_x * f->nodes_y, along_y);
    for (int i = 0; i < f->nodes_x; i++) {
        const float *weights = f->weights_x + i * w;
        const float by_x = along_x[i], by_y = along_y[i];
        for (int x = 0; x < w; x++) {
            xs[x] += weights[x] * by_x;
            ys[x] += weights[x] * by_y;
        }
    }
}

static float within(float x, float most)
{
    x = x < 0 ? 0 : x;
    return x > most ? most : x;
}

static void warp(int h, int w, int c, const float *restrict frame, const nn_warp *a,
                 const nn_field *field, float *restrict out, float *restrict scratch)
{
    const int stride = w + NN_FRAME;
    const size_t row = (size_t)(w + 15) / 16 * 16;
    float *xs = scratch, *ys = xs + row, *tx = ys + row, *ty = tx + row;
    int32_t *at = (int32_t *)(ty + row);
    for (int y = 0; y < h; y++) {
        /* Places in the frame, where the image begins at (1, 1). */
        const float x0 = a->xy * (float)y + a->x + 1, y0 = a->yy * (float)y + a->y + 1;
        for (int x = 0; x < w; x++) {
            xs[x] = a->xx * (float)x + x0;
            ys[x] = a->yx * (float)x + y0;
        }
        if (field) {
            add_field(field, h, w, y, xs, ys);
        }
        for (int x = 0; x < w; x++) {
            float sx = within(xs[x], (float)(w + 1)), sy = within(ys[x], (float)(h + 1));
            int32_t ix = (int32_t)sx, iy = (int32_t)sy;
            tx[x] = sx - (float)ix;
            ty[x] = sy - (float)iy;
            at[x] = iy * stride + ix;
        }
        if (c == 1) {
            for (int x = 0; x < w; x++, out++) {
                const float *p = frame + at[x], *q = p + stride;
                float above = p[0] + (p[1] - p[0]) * tx[x], below = q[0] + (q[1] - q[0]) * tx[x];
                *out = above + (below - above) * ty[x];
            }
            continue;
        }
        for (int x = 0; x < w; x++) {
            for (int i = 0; i < c; i++, out++) {
                const float *p = frame + (size_t)at[x] * (size_t)c + i, *q = p + stride * c;
                float above = p[0] + (p[c] - p[0]) * tx[x], below = q[0] + (q[c] - q[0]) * tx[x];
                *out = above + (below - above) * ty[x];
            }
        }
    }
}

static void average_pool(size_t places, size_t c, const float *x, float *y)
{
    column_sums(places, c, x, y);
    for (size_t j = 0; j < c; j++) {
        y[j] /= (float)places;
    }
}

const nn_kernels NN_KERNEL(nn_kernels) = {
    .gather = gather,
    .gather_values = gather_values,
    .standardize = standardize,
    .relu = relu,
    .mask = mask,
    .add = add,
    .bias = bias,
    .reduce = reduce,
    .column_sums = column_sums,
    .adam = adam,
    .sgd = sgd,
    .average = average,
    .warp = warp,
    .dropout = dropout,
    .pool = pool,
    .pool_backward = pool_backward,
    .average_pool = average_pool,
};
