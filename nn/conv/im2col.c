/* im2col.c: any convolution as a product of matrices. Compiled once for each instruction set.
 *
 * Each output pixel's receptive field becomes a row of a matrix (im2col), [pixels][k k c]; the
 * weights [k][k][c][f] are the other matrix as they lie. Several images are taken at a time where
 * they are small, so that the product has some hundred rows and stays in the cache.
 */
#include "nn/conv/path.h"

#include <cblas.h>
#include <string.h>

enum { WANTED_ROWS = 512 };

static size_t pixels_of(const nn_conv_dims *d)
{
    return (size_t)d->oh * (size_t)d->ow;
}

static size_t depth_of(const nn_conv_dims *d)
{
    return (size_t)d->k * (size_t)d->k * (size_t)d->c;
}

/* A 1 x 1 kernel at stride 1 finds its rows in x. */
static int is_plain_product(const nn_conv_dims *d)
{
    return d->k == 1 && d->stride == 1 && d->pad == 0;
}

static int chunk_of(const nn_conv_dims *d, int n)
{
    int images = (int)(WANTED_ROWS / pixels_of(d)) + 1;
    return images < n ? images : n;
}

static int supports(const nn_conv_dims *d, nn_epilogue epilogue)
{
    (void)d;
    return epilogue != NN_EPILOGUE_RELU_POOL;
}

static size_t no_size(const nn_conv_dims *d)
{
    (void)d;
    return 0;
}

static size_t dw_size(const nn_conv_dims *d)
{
    return depth_of(d) * (size_t)d->f;
}

static size_t scratch_size(const nn_conv_dims *d, int n)
{
    return is_plain_product(d) ? 0 : (size_t)chunk_of(d, n) * pixels_of(d) * depth_of(d);
}

static void pack(const nn_conv_dims *d, const float *weights, float *forward, float *dx, int c0,
                 int c1)
{
    (void)d, (void)weights, (void)forward, (void)dx, (void)c0, (void)c1;
}

/* One image's receptive fields: x [h][w][c] to rows [oh ow][k k c]. */
static void gather_rows(const nn_conv_dims *d, const float *x, float *rows)
{
    size_t c = (size_t)d->c, run = (size_t)d->k * c;
    for (int oy = 0; oy < d->oh; oy++) {
        for (int ox = 0; ox < d->ow; ox++) {
            int left = ox * d->stride - d->pad;
            int from = left < 0 ? -left : 0;
            int to = left + d->k > d->w ? d->w - left : d->k;
            for (int ky = 0; ky < d->k; ky++, rows += run) {
                int y = oy * d->stride - d->pad + ky;
                if (y < 0 || y >= d->h || from >= to) {
                    memset(rows, 0, run * sizeof *rows);
                    continue;
                }
                const float *source = x + (size_t)(y * d->w + left + from) * c;
                memset(rows, 0, (size_t)from * c * sizeof *rows);
                memcpy(rows + (size_t)from * c, source, (size_t)(to - from) * c * sizeof *rows);
                memset(rows + (size_t)to * c, 0, (size_t)(d->k - to) * c * sizeof *rows);
            }
        }
    }
}

/* The transpose of gather_rows: adds each row to the places where it came from. */
static void scatter_rows(const nn_conv_dims *d, const float *rows, float *dx)
{
    size_t c = (size_t)d->c, run = (size_t)d->k * c;
    memset(dx, 0, (size_t)d->h * (size_t)d->w * c * sizeof *dx);
    for (int oy = 0; oy < d->oh; oy++) {
        for (int ox = 0; ox < d->ow; ox++) {
            int left = ox * d->stride - d->pad;
            int from = left < 0 ? -left : 0;
            int to = left + d->k > d->w ? d->w - left : d->k;
            for (int ky = 0; ky < d->k; ky++, rows += run) {
                int y = oy * d->stride - d->pad + ky;
                if (y < 0 || y >= d->h || from >= to) {
                    continue;
                }
                float *target = dx + (size_t)(y * d->w + left + from) * c;
                const float *source = rows + (size_t)from * c;
                for (size_t i = 0; i < (size_t)(to - from) * c; i++) {
                    target[i] += source[i];
                }
            }
        }
    }
}

/* The matrix of n images: in scratch, or x itself. */
static const float *rows_of(const nn_conv_dims *d, int n, const float *x, float *scratch)
{
    if (is_plain_product(d)) {
        return x;
    }
    size_t in = (size_t)d->h * (size_t)d->w * (size_t)d->c;
    for (int i = 0; i < n; i++) {
        gather_rows(d, x + (size_t)i * in, scratch + (size_t)i * pixels_of(d) * depth_of(d));
    }
    return scratch;
}

static void forward(const nn_conv_dims *d, int n, const float *x, const float *packed,
                    const float *bias, nn_epilogue epilogue, float *y, uint8_t *choice,
                    float *scratch)
{
    (void)choice;
    size_t in = (size_t)d->h * (size_t)d->w * (size_t)d->c, f = (size_t)d->f;
    int depth = (int)depth_of(d), chunk = chunk_of(d, n);
    for (int i = 0; i < n; i += chunk) {
        int images = n - i < chunk ? n - i : chunk;
        size_t rows = (size_t)images * pixels_of(d);
        const float *matrix = rows_of(d, images, x + (size_t)i * in, scratch);
        float *out = y + (size_t)i * pixels_of(d) * f;
        /* y [rows][f] = matrix [rows][depth] w [depth][f] */
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, d->f, depth, 1, matrix,
                    depth, packed, d->f, 0, out, d->f);
        for (size_t r = 0; r < rows; r++, out += f) {
            for (size_t j = 0; j < f; j++) {
                float sum = out[j] + bias[j];
                out[j] = epilogue == NN_EPILOGUE_RELU && 0 > sum ? 0 : sum;
            }
        }
    }
}

static void backward_data(const nn_conv_dims *d, int n, const float *dy, const uint8_t *choice,
                          const float *packed, float *dx, float *scratch)
{
    (void)choice;
    size_t in = (size_t)d->h * (size_t)d->w * (size_t)d->c;
    int depth = (int)depth_of(d), chunk = chunk_of(d, n);
    for (int i = 0; i < n; i += chunk) {
        int images = n - i < chunk ? n - i : chunk;
        int rows = images * (int)pixels_of(d);
        float *out = dx + (size_t)i * in;
        float *matrix = is_plain_product(d) ? out : scratch;
        /* dmatrix [rows][depth] = dy [rows][f] w^T [f][depth] */
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, depth, d->f, 1,
                    dy + (size_t)i * pixels_of(d) * (size_t)d->f, d->f, packed, d->f, 0, matrix,
                    depth);
        for (int j = 0; !is_plain_product(d) && j < images; j++) {
            scatter_rows(d, matrix + (size_t)j * pixels_of(d) * depth_of(d), out + (size_t)j * in);
        }
    }
}

/* sum [f] += all rows of x [rows][f], some rows at a time: one long sum would round more. */
static void add_rows(size_t rows, size_t f, const float *x, float *sum)
{
    enum { SOME = 64 };
    for (size_t r = 0; r < rows; r += SOME) {
        size_t end = rows - r < SOME ? rows : r + SOME;
        for (size_t j = 0; j < f; j += SOME) {
            float part[SOME] = {0};
            size_t count = f - j < SOME ? f - j : SOME;
            for (size_t i = r; i < end; i++) {
                for (size_t k = 0; k < count; k++) {
                    part[k] += x[i * f + j + k];
                }
            }
            for (size_t k = 0; k < count; k++) {
                sum[j + k] += part[k];
            }
        }
    }
}

static void backward_weights(const nn_conv_dims *d, int n, const float *x, const float *dy,
                             const uint8_t *choice, float *dw, float *dbias, float *scratch)
{
    (void)choice;
    size_t in = (size_t)d->h * (size_t)d->w * (size_t)d->c, f = (size_t)d->f;
    int depth = (int)depth_of(d), chunk = chunk_of(d, n);
    memset(dbias, 0, f * sizeof *dbias);
    for (int i = 0; i < n; i += chunk) {
        int images = n - i < chunk ? n - i : chunk;
        size_t rows = (size_t)images * pixels_of(d);
        const float *matrix = rows_of(d, images, x + (size_t)i * in, scratch);
        const float *gradient = dy + (size_t)i * pixels_of(d) * f;
        /* dw [depth][f] (+)= matrix^T [depth][rows] dy [rows][f] */
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, depth, d->f, (int)rows, 1, matrix,
                    depth, gradient, d->f, i > 0, dw, d->f);
        add_rows(rows, f, gradient, dbias);
    }
}

static void reduce(const nn_conv_dims *d, const float *dw, size_t stride, int parts,
                   float *gradient, int c0, int c1)
{
    size_t f = (size_t)d->f, c = (size_t)d->c;
    for (size_t tap = 0; tap < (size_t)d->k * (size_t)d->k; tap++) {
        size_t from = (tap * c + (size_t)c0) * f, to = (tap * c + (size_t)c1) * f;
        for (size_t i = from; i < to; i++) {
            float sum = dw[i];
            for (int p = 1; p < parts; p++) {
                sum += dw[(size_t)p * stride + i];
            }
            gradient[i] = sum;
        }
    }
}

const nn_conv_path NN_KERNEL(nn_conv_im2col) = {
    .name = "im2col",
    .supports = supports,
    .forward_size = no_size,
    .dx_size = no_size,
    .dw_size = dw_size,
    .scratch_size = scratch_size,
    .pack = pack,
    .forward = forward,
    .backward_data = backward_data,
    .backward_weights = backward_weights,
    .reduce = reduce,
};
