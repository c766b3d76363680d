/* product.c: one matrix product as many small ones.
 *
 * Up to 10^6 multiply-adds OpenBLAS (0.3.21, AVX-512 kernels) multiplies matrices where they lie;
 * beyond, it first copies both into packed form, which does not pay for the thin products of a
 * batch. Measured on one Zen 5 core, for 32 images and a block of 392 inputs of a dense layer of
 * 128: whole 121, 148, 170 GFLOP/s (forward, dx, dw), in these pieces 199, 216, 211.
 */
#include "nn/base/product.h"

#include <cblas.h>
#include <stddef.h>

/* Weak, so that the library links with any CBLAS; others than OpenBLAS have no threads to turn off
 * or are told by their own environment variables. */
extern void openblas_set_num_threads(int threads) __attribute__((weak));

void nn_product_single_thread(void)
{
    if (openblas_set_num_threads) {
        openblas_set_num_threads(1);
    }
}

enum { MOST = 900000, GRAIN = 16, RIGHT_COLUMNS = 64, RIGHT_DEPTH = 512 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Columns of a piece with so many rows and such a depth. */
static int columns_of(int rows, int depth)
{
    int columns = MOST / rows / depth / GRAIN * GRAIN;
    return columns > GRAIN ? columns : GRAIN;
}

void nn_product(nn_product_kind kind, int m, int n, int k, const float *a, int a_row,
                const float *b, int b_row, float *c, int c_row)
{
    const int right = kind == NN_PRODUCT_RIGHT, left = kind == NN_PRODUCT_LEFT;
    const int rows = left ? 32 : 16, depth = right ? least(k, RIGHT_DEPTH) : k;
    const int columns = right ? RIGHT_COLUMNS : columns_of(rows, k);
    for (int j = 0; j < n; j += columns) {
        for (int i = 0; i < m; i += rows) {
            for (int d = 0; d < k; d += depth) {
                const float *from_a = left ? a + i : a + (size_t)i * (size_t)a_row + d;
                const float *from_b = right ? b + (size_t)j * (size_t)b_row + d : b + j;
                cblas_sgemm(CblasRowMajor, left ? CblasTrans : CblasNoTrans,
                            right ? CblasTrans : CblasNoTrans, least(m - i, rows),
                            least(n - j, columns), least(k - d, depth), 1, from_a, a_row, from_b,
                            b_row, d > 0, c + (size_t)i * (size_t)c_row + j, c_row);
            }
        }
    }
}
