/* winograd_tile.h: the transforms of Winograd's convolution F(m x m, 3 x 3); inside nn/ only.
 *
 * With the matrices B, G and A of Lavin and Gray (2016, section 4), an input tile d of t x t values
 * (t = m + 2), a 3 x 3 kernel g and an output tile y of m x m values:
 *
 *     y = A' [(G g G') . (B' d B)] A                  . element by element, ' transposed
 *     dd = B [(G g G') . (A dy A')] B'                the gradients, by the chain rule
 *     dg = G' [(B' d B) . (A dy A')] G
 *
 * Each function is the one-dimensional transform of a row or a column; a tile's columns are
 * transformed first, and then the rows of what that gives, `half`. A vector holds the same place of
 * a tile in neighbouring channels.
 */
#ifndef NN_WINOGRAD_TILE_H
#define NN_WINOGRAD_TILE_H

#include "nn/kernels/vec.h"

enum {
    TILE_OUT = WINOGRAD_M,          /* m */
    TILE_IN = WINOGRAD_M + 2,       /* t */
    TILE_POINTS = TILE_IN * TILE_IN /* products of a tile and a pair of channels */
};

/* A tile of 4 x 4 stays in registers; one of 6 x 6 would not, and goes through memory by columns
 * and rows. */
#if WINOGRAD_M == 2
#define TILE_LOOP UNROLL
#else
#define TILE_LOOP
#endif

typedef void transform(const vec *in, vec *out);

#if WINOGRAD_M == 2

/* out[4] = B' in[4] */
INLINE void tile_input(const vec *in, vec *out)
{
    out[0] = in[0] - in[2];
    out[1] = in[1] + in[2];
    out[2] = in[2] - in[1];
    out[3] = in[1] - in[3];
}

/* out[4] = B in[4] */
INLINE void tile_input_back(const vec *in, vec *out)
{
    out[0] = in[0];
    out[1] = in[1] - in[2] + in[3];
    out[2] = in[1] + in[2] - in[0];
    out[3] = -in[3];
}

/* out[2] = A' in[4] */
INLINE void tile_output(const vec *in, vec *out)
{
    out[0] = in[0] + in[1] + in[2];
    out[1] = in[1] - in[2] - in[3];
}

/* out[4] = A in[2] */
INLINE void tile_output_back(const vec *in, vec *out)
{
    out[0] = in[0];
    out[1] = in[0] + in[1];
    out[2] = in[0] - in[1];
    out[3] = -in[1];
}

/* out[4] = G in[3] */
INLINE void tile_kernel(const vec *in, vec *out)
{
    out[0] = in[0];
    out[1] = 0.5f * (in[0] + in[2]) + 0.5f * in[1];
    out[2] = 0.5f * (in[0] + in[2]) - 0.5f * in[1];
    out[3] = in[2];
}

/* out[3] = G' in[4] */
INLINE void tile_kernel_back(const vec *in, vec *out)
{
    out[0] = in[0] + 0.5f * (in[1] + in[2]);
    out[1] = 0.5f * (in[1] - in[2]);
    out[2] = 0.5f * (in[1] + in[2]) + in[3];
}

#else

/* The points 0, a, -a, b, -b and infinity with a = 1/sqrt(2) and b = sqrt(2) round less than the
 * usual 0, 1, -1, 2, -2 and infinity: products of small powers of them stay near 1. */
#define POINT_A 0.70710678118654752f
#define POINT_B 1.41421356237309505f
#define A2 0.5f /* powers of a and b */
#define B2 2.0f
#define A3 (POINT_A * 0.5f)
#define B3 (POINT_B * 2)

/* out[6] = B' in[6] */
INLINE void tile_input(const vec *in, vec *out)
{
    vec a = in[4] - B2 * in[2], b = POINT_A * (in[3] - B2 * in[1]);
    vec c = in[4] - A2 * in[2], e = POINT_B * (in[3] - A2 * in[1]);
    out[0] = in[0] - 2.5f * in[2] + in[4];
    out[1] = a + b;
    out[2] = a - b;
    out[3] = c + e;
    out[4] = c - e;
    out[5] = in[1] - 2.5f * in[3] + in[5];
}

/* out[6] = B in[6] */
INLINE void tile_input_back(const vec *in, vec *out)
{
    vec a = in[1] + in[2], b = POINT_A * (in[1] - in[2]);
    vec c = in[3] + in[4], e = POINT_B * (in[3] - in[4]);
    out[0] = in[0];
    out[1] = in[5] - B2 * b - A2 * e;
    out[2] = -2.5f * in[0] - B2 * a - A2 * c;
    out[3] = b + e - 2.5f * in[5];
    out[4] = in[0] + a + c;
    out[5] = in[5];
}

/* out[4] = A' in[6] */
INLINE void tile_output(const vec *in, vec *out)
{
    vec a = in[1] + in[2], b = in[1] - in[2], c = in[3] + in[4], e = in[3] - in[4];
    out[0] = in[0] + a + c;
    out[1] = POINT_A * b + POINT_B * e;
    out[2] = A2 * a + B2 * c;
    out[3] = A3 * b + B3 * e + in[5];
}

/* out[6] = A in[4] */
INLINE void tile_output_back(const vec *in, vec *out)
{
    vec a = in[0] + A2 * in[2], b = POINT_A * in[1] + A3 * in[3];
    vec c = in[0] + B2 * in[2], e = POINT_B * in[1] + B3 * in[3];
    out[0] = in[0];
    out[1] = a + b;
    out[2] = a - b;
    out[3] = c + e;
    out[4] = c - e;
    out[5] = in[3];
}

/* out[6] = G in[3] */
INLINE void tile_kernel(const vec *in, vec *out)
{
    vec a = (-2 / 3.0f) * in[0] - (1 / 3.0f) * in[2], b = (-2 / 3.0f * POINT_A) * in[1];
    vec c = (1 / 6.0f) * in[0] + (1 / 3.0f) * in[2], e = (1 / 6.0f * POINT_B) * in[1];
    out[0] = in[0];
    out[1] = a + b;
    out[2] = a - b;
    out[3] = c + e;
    out[4] = c - e;
    out[5] = in[2];
}

/* out[3] = G' in[6] */
INLINE void tile_kernel_back(const vec *in, vec *out)
{
    vec a = in[1] + in[2], b = in[1] - in[2], c = in[3] + in[4], e = in[3] - in[4];
    out[0] = in[0] - (2 / 3.0f) * a + (1 / 6.0f) * c;
    out[1] = (1 / 6.0f * POINT_B) * e - (2 / 3.0f * POINT_A) * b;
    out[2] = in[5] - (1 / 3.0f) * a + (1 / 3.0f) * c;
}

#endif

/* Transforms column `number` of a tile and puts it into half [to][TILE_IN or TILE_OUT]. */
INLINE void tile_column(transform *one_sided, int from, int to, int number, const vec *column,
                        vec *half)
{
    vec result[TILE_IN];
    one_sided(column, result);
    UNROLL
    for (int i = 0; i < to; i++) {
        half[i * from + number] = result[i];
    }
}

#endif
