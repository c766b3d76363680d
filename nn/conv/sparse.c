/* sparse.c: 3 x 3 convolutions that are followed by ReLU and 2 x 2 max-pooling.
 *
 * Of the four outputs in a pooling window at most one has a gradient: the greatest, if it is above
 * 0. So the weight and data gradients need no more than a quarter of the multiply-adds, and as
 * much less as there are windows without a gradient; with the same result. Winograd's gradients
 * would be faster only where more than 0.7 of the windows have one, as in a net's first few steps;
 * so there is no dense alternative. The forward pass is Winograd's (winograd_path.h).
 *
 * An image is worked on in strips of rows that fit the first-level cache. First, each filter gets a
 * list of its gradients in the strip, and where the 3 x 3 patches begin from which those outputs
 * came. Then, filter by filter, with p = a patch of x or dx as three rows of 3 C numbers:
 *
 *     dw[f] += g p   with dw[f] in registers        dp += g w[f]   with w[f] in registers
 *
 * Weights and their gradients are held as [F][3][3 C], rows padded to whole vectors.
 */
#include "nn/conv/winograd_size.h"
#include "nn/kernels/vec.h"

enum {
    STRIP_FLOATS = 9 * 1024, /* of x or dx in a strip: two thirds of a 48 KB cache */
#if defined __AVX512F__ || defined __aarch64__
    MOST_VECTORS = 8 /* of a patch's row, in registers at a time; times three rows */
#else
    MOST_VECTORS = 4
#endif
};

/* How a slice is worked on. */
typedef struct work {
    const nn_conv_dims *d;
    int ph, pw;        /* pooled rows and columns */
    int strip;         /* pooled rows in a strip, at most */
    int plain;         /* x and dx can be used as they are, without padding */
    size_t patch_row;  /* floats of a patch's row, padded */
    size_t row, frame; /* floats of a row and of an image, with the padding around the image */
    size_t lists;      /* numbers in all lists, at most */
    float *x, *dx;     /* [frame] each, empty where plain */
    uint32_t *patch;   /* [f][strip * pw], where a patch begins, in floats from the strip's first */
    float *g;          /* [f][strip * pw] */
    uint32_t *end;     /* [f], of a filter's list */
} work;

static size_t patch_row(const nn_conv_dims *d)
{
    return vec_round(3 * (size_t)d->c);
}

static work work_sizes(const nn_conv_dims *d)
{
    work w = {.d = d, .ph = d->oh / 2, .pw = d->ow / 2, .patch_row = patch_row(d)};
    w.plain = d->pad == 0 && 3 * d->c % VEC == 0;
    w.row = (size_t)(d->w + 2 * d->pad) * d->c;
    if (!w.plain) {
        w.row = ((w.row + 15) / 16 | 1) * 16; /* rows an odd number of cache lines apart */
    }
    int rows = (int)(STRIP_FLOATS / w.row), most = rows < 4 ? 1 : (rows - 2) / 2;
    int strips = (w.ph + most - 1) / most;
    w.strip = strips ? (w.ph + strips - 1) / strips : 0; /* nearly equal ones */
    /* Vectors at the end of a patch's row may reach beyond it. */
    w.frame = w.plain ? 0 : vec_round(w.row * (d->h + 2 * d->pad) + VEC);
    w.lists = (size_t)d->f * w.strip * w.pw;
    return w;
}

static size_t work_floats(const nn_conv_dims *d)
{
    work w = work_sizes(d);
    return 2 * w.frame + 2 * w.lists + (size_t)d->f;
}

static work work_new(const nn_conv_dims *d, float *scratch)
{
    work w = work_sizes(d);
    w.x = scratch;
    w.dx = w.x + w.frame;
    w.g = w.dx + w.frame;
    w.patch = (uint32_t *)(w.g + w.lists);
    w.end = w.patch + w.lists;
    return w;
}

/* ---------------------------------------------------------------- lists */

/* Fills the lists of one strip; dy and choice are those of its first window. Written without
 * branches, because whether a gradient is 0 can't be foreseen. */
static void list_gradients(const work *w, int rows, const float *dy, const uint8_t *choice)
{
    const uint32_t filters = (uint32_t)w->d->f, most = (uint32_t)(w->strip * w->pw);
    const uint32_t c = (uint32_t)w->d->c, row = (uint32_t)w->row;
    const uint32_t within[5] = {0, c, row, row + c, 0}; /* the window's outputs' patches */
    uint32_t *restrict patch = w->patch, *restrict end = w->end;
    float *restrict g = w->g;
    for (uint32_t f = 0; f < filters; f++) {
        end[f] = f * most;
    }
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < w->pw; x++) {
            uint32_t window = 2 * ((uint32_t)y * row + (uint32_t)x * c);
            for (uint32_t f = 0; f < filters; f++) {
                uint32_t at = end[f], bits; /* a comparison of integers is cheaper here */
                memcpy(&bits, dy + f, sizeof bits);
                patch[at] = window + within[choice[f]];
                memcpy(g + at, &bits, sizeof bits);
                end[f] = at + ((choice[f] < 4) & (bits << 1 != 0));
            }
            dy += filters;
            choice += filters;
        }
    }
}

/* ---------------------------------------------------------------- the two products */

typedef struct patches {
    const uint32_t *patch; /* [count] */
    const float *g;        /* [count] */
    uint32_t count;
    size_t row; /* distance of the patches' rows in the image, and of their rows in dw or w */
    size_t patch_row;
} patches;

static patches list_of(const work *w, int f)
{
    uint32_t first = (uint32_t)(f * w->strip * w->pw);
    return (patches){w->patch + first, w->g + first, w->end[f] - first, w->row, w->patch_row};
}

/* dw += sum of g p, for 3 x `vectors` vectors of a filter. */
INLINE void add_weights(int vectors, patches p, const float *x, float *dw)
{
    vec sum[3][MOST_VECTORS];
    UNROLL
    for (int i = 0; i < 3; i++) {
        UNROLL
        for (int j = 0; j < vectors; j++) {
            sum[i][j] = vec_load(dw + (size_t)i * p.patch_row + j * VEC);
        }
    }
    for (uint32_t k = 0; k < p.count; k++) {
        const float *patch = x + p.patch[k];
        float g = p.g[k];
        UNROLL
        for (int i = 0; i < 3; i++) {
            HIDE(patch);
            UNROLL
            for (int j = 0; j < vectors; j++) {
                sum[i][j] += g * vec_load(patch + j * VEC);
            }
            patch += p.row;
        }
    }
    UNROLL
    for (int i = 0; i < 3; i++) {
        UNROLL
        for (int j = 0; j < vectors; j++) {
            vec_store(dw + (size_t)i * p.patch_row + j * VEC, sum[i][j]);
        }
    }
}

/* Each p += g w. */
INLINE void add_data(int vectors, patches p, const float *w, float *dx)
{
    vec weight[3][MOST_VECTORS];
    UNROLL
    for (int i = 0; i < 3; i++) {
        UNROLL
        for (int j = 0; j < vectors; j++) {
            weight[i][j] = vec_load(w + (size_t)i * p.patch_row + j * VEC);
        }
    }
    for (uint32_t k = 0; k < p.count; k++) {
        float *patch = dx + p.patch[k];
        float g = p.g[k];
        UNROLL
        for (int i = 0; i < 3; i++) {
            HIDE(patch);
            UNROLL
            for (int j = 0; j < vectors; j++) {
                vec_store(patch + j * VEC, vec_load(patch + j * VEC) + g * weight[i][j]);
            }
            patch += p.row;
        }
    }
}

/* Calls one of them with a number of vectors that is known when compiling. */
#define CASE(count, function, ...)                                                                 \
    case count:                                                                                    \
        function(count, __VA_ARGS__);                                                              \
        break;
#define CASES_TO_4(...)                                                                            \
    CASE(1, __VA_ARGS__) CASE(2, __VA_ARGS__) CASE(3, __VA_ARGS__) CASE(4, __VA_ARGS__)
#if defined __AVX512F__ || defined __aarch64__
#define CASES(...)                                                                                 \
    CASES_TO_4(__VA_ARGS__)                                                                        \
    CASE(5, __VA_ARGS__) CASE(6, __VA_ARGS__) CASE(7, __VA_ARGS__) CASE(8, __VA_ARGS__)
#else
#define CASES(...) CASES_TO_4(__VA_ARGS__)
#endif

/* Rows of more vectors than the registers take are cut into nearly equal chunks. */
static void add_all_weights(const work *w, const float *x, float *dw)
{
    int vectors = (int)(w->patch_row / VEC), chunks = (vectors + MOST_VECTORS - 1) / MOST_VECTORS;
    for (int f = 0; f < w->d->f; f++) {
        patches p = list_of(w, f);
        for (int chunk = 0; chunk < chunks; chunk++) {
            int from = vectors * chunk / chunks, to = vectors * (chunk + 1) / chunks;
            const float *patch = x + from * VEC;
            float *sum = dw + 3 * w->patch_row * f + from * VEC;
            switch (to - from) {
                CASES(add_weights, p, patch, sum)
            }
        }
    }
}

static void add_all_data(const work *w, const float *weights, float *dx)
{
    int vectors = (int)(w->patch_row / VEC), chunks = (vectors + MOST_VECTORS - 1) / MOST_VECTORS;
    for (int f = 0; f < w->d->f; f++) {
        patches p = list_of(w, f);
        for (int chunk = 0; chunk < chunks; chunk++) {
            int from = vectors * chunk / chunks, to = vectors * (chunk + 1) / chunks;
            const float *weight = weights + 3 * w->patch_row * f + from * VEC;
            float *patch = dx + from * VEC;
            switch (to - from) {
                CASES(add_data, p, weight, patch)
            }
        }
    }
}

/* ---------------------------------------------------------------- the passes */

static size_t dw_size(const nn_conv_dims *d)
{
    return 3 * patch_row(d) * d->f;
}

static void add_dbias(const work *w, float *dbias)
{
    for (int f = 0; f < w->d->f; f++) {
        patches p = list_of(w, f);
        float sum = 0;
        for (uint32_t k = 0; k < p.count; k++) {
            sum += p.g[k];
        }
        dbias[f] += sum;
    }
}

/* An image into its frame of zeros, or out of it. */
static void copy_in(const work *w, const float *image, float *framed)
{
    const nn_conv_dims *d = w->d;
    size_t row = (size_t)d->w * d->c;
    for (int y = 0; y < d->h; y++) {
        memcpy(framed + (y + d->pad) * w->row + (size_t)d->pad * d->c, image + y * row,
               row * sizeof *image);
    }
}

static void copy_out(const work *w, const float *framed, float *image)
{
    const nn_conv_dims *d = w->d;
    size_t row = (size_t)d->w * d->c;
    for (int y = 0; y < d->h; y++) {
        memcpy(image + y * row, framed + (y + d->pad) * w->row + (size_t)d->pad * d->c,
               row * sizeof *image);
    }
}

/* Both gradients; either of dx and dw may be NULL. They share the lists. */
static void backward(const nn_conv_dims *d, int n, const float *x, const float *dy,
                     const uint8_t *choice, const float *packed, float *dx, float *dw, float *dbias,
                     float *scratch)
{
    work w = work_new(d, scratch);
    size_t windows = (size_t)w.pw * d->f, image_size = (size_t)d->h * d->w * d->c;
    if (dw) {
        memset(dw, 0, dw_size(d) * sizeof *dw);
        memset(dbias, 0, (size_t)d->f * sizeof *dbias);
        memset(w.x, 0, w.frame * sizeof *w.x);
    }
    for (int image = 0; image < n; image++) {
        const float *from = dw ? x + image * image_size : NULL;
        float *to = dx ? dx + image * image_size : NULL, *sum = w.plain ? to : w.dx;
        if (dw && !w.plain) {
            copy_in(&w, from, w.x);
            from = w.x;
        }
        if (dx) {
            memset(sum, 0, (w.plain ? image_size : w.frame) * sizeof *sum);
        }
        for (int y = 0; y < w.ph; y += w.strip) {
            int rows = w.ph - y < w.strip ? w.ph - y : w.strip;
            size_t first = ((size_t)image * w.ph + y) * windows;
            list_gradients(&w, rows, dy + first, choice + first);
            if (dw) {
                add_all_weights(&w, from + 2 * y * w.row, dw);
                add_dbias(&w, dbias);
            }
            if (dx) {
                add_all_data(&w, packed, sum + 2 * y * w.row);
            }
        }
        if (dx && !w.plain) {
            copy_out(&w, sum, to);
        }
    }
}

static void backward_data(const nn_conv_dims *d, int n, const float *dy, const uint8_t *choice,
                          const float *packed, float *dx, float *scratch)
{
    backward(d, n, NULL, dy, choice, packed, dx, NULL, NULL, scratch);
}

static void backward_weights(const nn_conv_dims *d, int n, const float *x, const float *dy,
                             const uint8_t *choice, float *dw, float *dbias, float *scratch)
{
    backward(d, n, x, dy, choice, NULL, NULL, dw, dbias, scratch);
}

/* ---------------------------------------------------------------- weights */

static int supports(const nn_conv_dims *d, nn_epilogue epilogue)
{
    return epilogue == NN_EPILOGUE_RELU_POOL && d->k == 3 && d->stride == 1 && d->pad <= 1;
}

/* The path of the forward pass. */
static const nn_conv_path *dense(const nn_conv_dims *d)
{
    return winograd_wants_4(d) ? &NN_KERNEL(nn_conv_winograd4) : &NN_KERNEL(nn_conv_winograd);
}

static size_t forward_size(const nn_conv_dims *d)
{
    return dense(d)->forward_size(d);
}

static size_t dx_size(const nn_conv_dims *d)
{
    return 3 * patch_row(d) * d->f;
}

static size_t scratch_size(const nn_conv_dims *d, int n)
{
    size_t forward = dense(d)->scratch_size(d, n), backward = work_floats(d);
    return forward > backward ? forward : backward;
}

static void forward(const nn_conv_dims *d, int n, const float *x, const float *packed,
                    const float *bias, nn_epilogue epilogue, float *y, uint8_t *choice,
                    float *scratch)
{
    dense(d)->forward(d, n, x, packed, bias, epilogue, y, choice, scratch);
}

enum { TURN = 16 }; /* filters that are turned from columns to rows, or back, at once */

/* dx_packed [f][3][3 c] = weights [3][3][c][f] */
static void pack(const nn_conv_dims *d, const float *weights, float *forward_packed,
                 float *dx_packed, int c0, int c1)
{
    dense(d)->pack(d, weights, forward_packed, NULL, c0, c1);
    size_t row = patch_row(d), used = 3 * (size_t)d->c;
    for (int f = 0; f < d->f && dx_packed; f += TURN) {
        int end = d->f - f < TURN ? d->f : f + TURN;
        for (int i = 0; i < 9; i++) {
            const float *from = weights + (size_t)i * d->c * d->f;
            float *to = dx_packed + (size_t)(i / 3) * row + (size_t)(i % 3) * d->c;
            for (int c = c0; c < c1; c++) {
                for (int g = f; g < end; g++) {
                    to[3 * row * g + c] = from[(size_t)c * d->f + g];
                }
            }
        }
        for (int i = 3 * f; i < 3 * end && c1 == d->c; i++) {
            memset(dx_packed + row * i + used, 0, (row - used) * sizeof *dx_packed);
        }
    }
}

static void reduce(const nn_conv_dims *d, const float *dw, size_t stride, int parts,
                   float *gradient, int c0, int c1)
{
    size_t row = patch_row(d);
    float sums[TURN][VEC];
    for (int i = 0; i < 9; i++) {
        const float *from = dw + (size_t)(i / 3) * row + (size_t)(i % 3) * d->c;
        float *to = gradient + (size_t)i * d->c * d->f;
        for (int c = c0; c < c1; c += VEC) {
            int count = c1 - c < VEC ? c1 - c : VEC;
            for (int f = 0; f < d->f; f += TURN) {
                int filters = d->f - f < TURN ? d->f - f : TURN;
                for (int g = 0; g < filters; g++) {
                    const float *at = from + 3 * row * (f + g) + c;
                    vec sum = vec_load_part(at, count);
                    for (int part = 1; part < parts; part++) {
                        sum += vec_load_part(at + part * stride, count);
                    }
                    vec_store(sums[g], sum);
                }
                for (int k = 0; k < count; k++) {
                    for (int g = 0; g < filters; g++) {
                        to[(size_t)(c + k) * d->f + f + g] = sums[g][k];
                    }
                }
            }
        }
    }
}

const nn_conv_path NN_KERNEL(nn_conv_sparse) = {
    .name = "sparse",
    .supports = supports,
    .forward_size = forward_size,
    .dx_size = dx_size,
    .dw_size = dw_size,
    .scratch_size = scratch_size,
    .pack = pack,
    .forward = forward,
    .backward_data = backward_data,
    .backward_weights = backward_weights,
    .backward = backward,
    .reduce = reduce,
};
