/* product.h: matrix products in pieces that OpenBLAS computes fastest; inside nn/ only. */
#ifndef NN_PRODUCT_H
#define NN_PRODUCT_H

typedef enum nn_product_kind {
    NN_PRODUCT,      /* c = a b */
    NN_PRODUCT_LEFT, /* c = a^T b */
    NN_PRODUCT_RIGHT /* c = a b^T */
} nn_product_kind;

/* c [m][n], over a depth of k. a_row, b_row, c_row: floats from one row to the next, as stored. */
void nn_product(nn_product_kind kind, int m, int n, int k, const float *a, int a_row,
                const float *b, int b_row, float *c, int c_row);

/* Makes the BLAS library compute each product in the thread that asks for it: the threads are ours.
 */
void nn_product_single_thread(void);

#endif
