/* kernels.c: element-wise kernels, written as plain loops that the compiler turns into vector code.
 * Compiled once for each instruction set. Those of BatchNorm are in kernels_batchnorm.c. */
#include "isa.h"

#include <math.h>
#include <string.h>

static void gather(size_t n, const uint8_t *bytes, float scale, float offset, float *x)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = (float)bytes[i] * scale + offset;
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

static void adam(size_t n, const nn_adam *a, const float *restrict g, float *restrict w,
                 float *restrict m, float *restrict v)
{
    const float beta1 = a->beta1, beta2 = a->beta2, epsilon = a->epsilon, rate = a->rate;
    for (size_t i = 0; i < n; i++) {
        m[i] += (g[i] - m[i]) * (1 - beta1);
        v[i] += (g[i] * g[i] - v[i]) * (1 - beta2);
        w[i] -= rate * m[i] / (sqrtf(v[i]) + epsilon);
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

const nn_kernels NN_KERNEL(nn_kernels) = {
    .gather = gather,
    .relu = relu,
    .mask = mask,
    .bias = bias,
    .reduce = reduce,
    .column_sums = column_sums,
    .adam = adam,
    .dropout = dropout,
    .pool = pool,
    .pool_backward = pool_backward,
};
