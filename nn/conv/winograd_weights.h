/* winograd_weights.h: the weights' side of winograd_path.h; inside nn/ only.
 *
 * The transformed weights come in panels of MULTIPLY_PANEL columns (the last may have half as
 * many): [F panel][points][C][columns] for forward, [C panel][points][F][columns] for dx. The
 * weight gradient is [3][3][C][F]. The last index of each is padded to whole vectors.
 */
#ifndef NN_WINOGRAD_WEIGHTS_H
#define NN_WINOGRAD_WEIGHTS_H

#include "nn/conv/multiply.h"
#include "nn/conv/path.h"
#include "nn/conv/winograd_tile.h"

static size_t packed_size(int depth, int columns)
{
    return TILE_POINTS * (size_t)depth * vec_round((size_t)columns);
}

static size_t forward_size(const nn_conv_dims *d)
{
    return packed_size(d->c, d->f);
}
static size_t dx_size(const nn_conv_dims *d)
{
    return packed_size(d->f, d->c);
}
static size_t dw_size(const nn_conv_dims *d)
{
    return 9 * (size_t)d->c * vec_round((size_t)d->f);
}

static int panel_width(size_t columns, int from)
{
    return columns - (size_t)from < MULTIPLY_PANEL ? VEC : MULTIPLY_PANEL;
}

/* dw [3][3][C][F] from dg [points][C][F]: G' dg G */
static void transform_dw(const nn_conv_dims *d, const float *dg, float *dw)
{
    size_t size = (size_t)d->c * vec_round((size_t)d->f);
    for (size_t at = 0; at < size; at += VEC) {
        vec half[TILE_IN * 3]; /* [TILE_IN][3], turned */
        UNROLL
        for (int x = 0; x < TILE_IN; x++) {
            vec column[TILE_IN];
            UNROLL
            for (int y = 0; y < TILE_IN; y++) {
                column[y] = vec_load(dg + (y * TILE_IN + x) * size + at);
            }
            tile_kernel_back(column, half + x * 3);
        }
        UNROLL
        for (int y = 0; y < 3; y++) {
            vec row[TILE_IN], out[3];
            UNROLL
            for (int x = 0; x < TILE_IN; x++) {
                row[x] = half[x * 3 + y];
            }
            tile_kernel_back(row, out);
            UNROLL
            for (int x = 0; x < 3; x++) {
                vec_store(dw + (y * 3 + x) * size + at, out[x]);
            }
        }
    }
}

/* G g G' of one input channel's kernels for VEC filters. */
INLINE void transform_kernel(const nn_conv_dims *d, const float *weights, int c, int f, int part,
                             vec *out)
{
    vec in[9], half[3 * TILE_IN]; /* half [3][TILE_IN], turned */
    for (int i = 0; i < 9; i++) {
        in[i] = vec_load_part(weights + ((size_t)i * d->c + c) * d->f + f, part);
    }
    UNROLL
    for (int x = 0; x < 3; x++) {
        vec column[3] = {in[x], in[3 + x], in[6 + x]};
        tile_kernel(column, half + x * TILE_IN);
    }
    UNROLL
    for (int y = 0; y < TILE_IN; y++) {
        vec row[3] = {half[y], half[TILE_IN + y], half[2 * TILE_IN + y]};
        tile_kernel(row, out + y * TILE_IN);
    }
}

enum { PACK_CHANNELS = 4 };

/* Writes the transformed kernels [PACK_CHANNELS][points][VEC] of `count` input channels from c on
 * and `part` filters from f on to dx's panels: a few neighbouring channels at once, because each
 * row of a panel is another cache line. The last channel also clears the columns that pad its
 * panel. */
INLINE void pack_dx(const nn_conv_dims *d, const float *points, int c, int count, int f, int part,
                    float *packed)
{
    size_t channels = vec_round((size_t)d->c);
    int panel = c / MULTIPLY_PANEL * MULTIPLY_PANEL, width = panel_width(channels, panel);
    int padding = c + count == d->c ? (int)(channels - (size_t)d->c) : 0;
    for (int i = 0; i < TILE_POINTS; i++) {
        float *to = packed + TILE_POINTS * (size_t)d->f * panel + (c - panel) +
                    ((size_t)i * d->f + f) * width;
        for (int j = 0; j < part; j++, to += width) {
            for (int k = 0; k < count; k++) {
                to[k] = points[(k * TILE_POINTS + i) * VEC + j];
            }
            for (int k = 0; k < padding; k++) {
                to[count + k] = 0;
            }
        }
    }
}

static void pack_forward(const nn_conv_dims *d, const vec *points, int c, int f, float *packed)
{
    int panel = f / MULTIPLY_PANEL * MULTIPLY_PANEL;
    int width = panel_width(vec_round((size_t)d->f), panel);
    float *to = packed + TILE_POINTS * (size_t)d->c * panel + (f - panel);
    for (int i = 0; i < TILE_POINTS; i++) {
        vec_store(to + ((size_t)i * d->c + c) * width, points[i]);
    }
}

static void pack(const nn_conv_dims *d, const float *weights, float *forward_packed,
                 float *dx_packed, int c0, int c1)
{
    float kept[PACK_CHANNELS * TILE_POINTS * VEC];
    for (int c = c0, end; c < c1; c = end) {
        end = (c / PACK_CHANNELS + 1) * PACK_CHANNELS; /* keeps within a panel */
        end = end < c1 ? end : c1;
        for (int f = 0; f < d->f; f += VEC) {
            int part = d->f - f < VEC ? d->f - f : VEC;
            for (int k = c; k < end; k++) {
                vec points[TILE_POINTS];
                transform_kernel(d, weights, k, f, part, points);
                if (forward_packed) {
                    pack_forward(d, points, k, f, forward_packed);
                }
                for (int i = 0; i < TILE_POINTS; i++) {
                    vec_store(kept + ((k - c) * TILE_POINTS + i) * VEC, points[i]);
                }
            }
            if (dx_packed && end - c == PACK_CHANNELS) {
                pack_dx(d, kept, c, PACK_CHANNELS, f, part, dx_packed);
            } else if (dx_packed) {
                pack_dx(d, kept, c, end - c, f, part, dx_packed);
            }
        }
    }
}

#endif
