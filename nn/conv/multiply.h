/* multiply.h: products of small matrices that lie in the caches; inside nn/ only.
 *
 * C (+)= A B, with B and C in panels of 1 or 2 vectors' width. A block of up to MULTIPLY_ROWS rows
 * of C stays in registers while the depth is walked: at each step the panel's row of B is loaded
 * once and multiplied by one number of each row of A. That reaches the same share of the peak as
 * cblas_sgemm's path for small matrices, without its dispatch, on every instruction set.
 */
#ifndef NN_MULTIPLY_H
#define NN_MULTIPLY_H

#include "nn/kernels/vec.h"

#if defined __AVX512F__ || defined __aarch64__
enum { MULTIPLY_ROWS = 12 }; /* 24 sums, 2 vectors of B, 1 number of A: 32 registers */
#else
enum { MULTIPLY_ROWS = 6 }; /* 12 + 2 + 1: 16 registers */
#endif
enum { MULTIPLY_PANEL = 2 * VEC };

/* Where a matrix begins, and the distances of its rows and (of A only) columns. */
typedef struct multiply_a {
    const float *at;
    size_t row, column;
} multiply_a;

typedef struct multiply_b {
    const float *at;
    size_t row;
} multiply_b;

typedef struct multiply_c {
    float *at;
    size_t row;
} multiply_c;

INLINE void multiply_block(int rows, int vectors, multiply_a a, multiply_b b, multiply_c c,
                           int depth, int add)
{
    vec sum[MULTIPLY_ROWS][2];
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int j = 0; j < vectors; j++) {
            sum[i][j] = add ? vec_load(c.at + (size_t)i * c.row + j * VEC) : (vec){0};
        }
    }
    for (int p = 0; p < depth; p++) {
        vec row[2];
        UNROLL
        for (int j = 0; j < vectors; j++) {
            row[j] = vec_load(b.at + (size_t)p * b.row + j * VEC);
        }
        UNROLL
        for (int i = 0; i < rows; i++) {
            float s = a.at[(size_t)i * a.row + (size_t)p * a.column];
            UNROLL
            for (int j = 0; j < vectors; j++) {
                sum[i][j] += s * row[j];
            }
        }
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int j = 0; j < vectors; j++) {
            vec_store(c.at + (size_t)i * c.row + j * VEC, sum[i][j]);
        }
    }
}

/* The number of rows must be known when compiling, or the sums would not stay in registers. */
INLINE void multiply_rows(int rows, int vectors, multiply_a a, multiply_b b, multiply_c c,
                          int depth, int add)
{
#define ROWS(n)                                                                                    \
    case n:                                                                                        \
        multiply_block(n, vectors, a, b, c, depth, add);                                           \
        break;
    switch (rows) {
        ROWS(1)
        ROWS(2)
        ROWS(3)
        ROWS(4)
        ROWS(5)
        ROWS(6)
#if defined __AVX512F__ || defined __aarch64__
        ROWS(7)
        ROWS(8)
        ROWS(9)
        ROWS(10)
        ROWS(11)
        ROWS(12)
#endif
    }
#undef ROWS
}

INLINE void multiply_any(int rows, int width, int depth, multiply_a a, multiply_b b, multiply_c c,
                         int add)
{
    int blocks = (rows + MULTIPLY_ROWS - 1) / MULTIPLY_ROWS;
    for (int block = 0; block < blocks; block++) {
        int from = rows * block / blocks, to = rows * (block + 1) / blocks;
        multiply_a part = {a.at + (size_t)from * a.row, a.row, a.column};
        multiply_c out = {c.at + (size_t)from * c.row, c.row};
        if (width == VEC) {
            multiply_rows(to - from, 1, part, b, out, depth, add);
        } else {
            multiply_rows(to - from, 2, part, b, out, depth, add);
        }
    }
}

/* c [rows][width] = (add ? c : 0) + a [rows][depth] * b [depth][width], width VEC or 2 VEC; the
 * numbers of a row of a are neighbours. */
static void multiply(int rows, int width, int depth, multiply_a a, multiply_b b, multiply_c c,
                     int add)
{
    a.column = 1;
    multiply_any(rows, width, depth, a, b, c, add);
}

/* The same where the numbers of a column of a are neighbours. */
static void multiply_turned(int rows, int width, int depth, multiply_a a, multiply_b b,
                            multiply_c c, int add)
{
    a.row = 1;
    multiply_any(rows, width, depth, a, b, c, add);
}

#endif
