/* test_conv.c: each way of computing a convolution, on each instruction set that the machine has,
 * against the definitions in double precision; and that it writes nothing beside its arrays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/conv/path.h"
#include "tests/unit/ref_conv.h"

enum { MOST_SLICES = 3, GUARD = 64 }; /* floats after each array */

static const float guard_value = 12345.5f;
static const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof isas[0] };

/* An array with a guard behind it, 64-byte aligned, filled with a NaN's bits where nothing else. */
static void *array_new(size_t bytes)
{
    size_t all = (bytes + GUARD * sizeof(float) + 63) / 64 * 64;
    unsigned char *p = aligned_alloc(64, all);
    assert_non_null(p);
    memset(p, 0xff, bytes);
    for (size_t i = 0; i < GUARD; i++) {
        memcpy(p + bytes + i * sizeof(float), &guard_value, sizeof guard_value);
    }
    return p;
}

static float *floats_new(size_t n)
{
    return array_new(n * sizeof(float));
}

static void guard_check(const void *array, size_t bytes)
{
    for (size_t i = 0; i < GUARD; i++) {
        const unsigned char *at = (const unsigned char *)array + bytes + i * sizeof(float);
        assert_memory_equal(at, &guard_value, sizeof guard_value);
    }
}

static void fill(nn_random *random, float *array, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        array[i] = nn_random_normal(random);
    }
}

/* One problem: its arrays, and the right answers. */
typedef struct problem {
    nn_conv_dims d;
    int n;
    nn_epilogue epilogue;
    size_t x_size, y_size, w_size, out_size; /* out: after the epilogue */
    float *x, *weights, *bias, *dy;          /* dy [out_size] */
    uint8_t *choice;                         /* [out_size], random */
    double *y, *full_dy, *dx, *dw, *dbias;
} problem;

static nn_conv_dims dims_of(int h, int w, int c, int f, int k, int stride, int pad)
{
    int oh = (h + 2 * pad - k) / stride + 1, ow = (w + 2 * pad - k) / stride + 1;
    return (nn_conv_dims){h, w, c, oh, ow, f, k, stride, pad};
}

static double *doubles_new(size_t n)
{
    double *p = malloc((n ? n : 1) * sizeof *p);
    assert_non_null(p);
    return p;
}

static problem problem_new(nn_random *random, nn_conv_dims d, int n, nn_epilogue epilogue)
{
    problem p = {.d = d, .n = n, .epilogue = epilogue};
    p.x_size = (size_t)n * d.h * d.w * d.c;
    p.y_size = (size_t)n * d.oh * d.ow * d.f;
    p.w_size = (size_t)d.k * d.k * d.c * d.f;
    p.out_size =
        epilogue == NN_EPILOGUE_RELU_POOL ? (size_t)n * (d.oh / 2) * (d.ow / 2) * d.f : p.y_size;
    p.x = floats_new(p.x_size);
    p.weights = floats_new(p.w_size);
    p.bias = floats_new((size_t)d.f);
    p.dy = floats_new(p.out_size);
    p.choice = array_new(p.out_size);
    fill(random, p.x, p.x_size);
    fill(random, p.weights, p.w_size);
    fill(random, p.bias, (size_t)d.f);
    fill(random, p.dy, p.out_size);
    for (size_t i = 0; i < p.out_size; i++) {
        p.choice[i] = (uint8_t)nn_random_below(random, 5);
    }
    p.y = doubles_new(p.y_size);
    p.full_dy = doubles_new(p.y_size);
    p.dx = doubles_new(p.x_size);
    p.dw = doubles_new(p.w_size);
    p.dbias = doubles_new((size_t)d.f);
    ref_conv_forward(&d, n, p.x, p.weights, p.bias, p.y);
    if (epilogue == NN_EPILOGUE_RELU_POOL) {
        ref_conv_unpool(&d, n, p.dy, p.choice, p.full_dy);
    } else {
        for (size_t i = 0; i < p.y_size; i++) {
            p.full_dy[i] = p.dy[i];
        }
    }
    ref_conv_backward(&d, n, p.x, p.weights, p.full_dy, p.dx, p.dw, p.dbias);
    return p;
}

static void problem_free(problem *p)
{
    free(p->x);
    free(p->weights);
    free(p->bias);
    free(p->dy);
    free(p->choice);
    free(p->y);
    free(p->full_dy);
    free(p->dx);
    free(p->dw);
    free(p->dbias);
}

/* max |got - right| / max |right|, with its place and shape where it is too much. What is right may
 * happen to be nearly 0, as sums of random numbers do; `usual` is the size that it has on average.
 */
static void compare(const char *what, const nn_conv_path *path, nn_isa isa, const problem *p,
                    const float *got, const double *right, size_t n, double usual, double tolerance)
{
    double most = usual, error = 0;
    for (size_t i = 0; i < n; i++) {
        double difference = fabs(got[i] - right[i]);
        most = fabs(right[i]) > most ? fabs(right[i]) : most;
        error = difference > error || isnan(difference) ? difference : error;
    }
    if (!(error <= tolerance * most)) {
        fail_msg("%s of %s (%s): relative error %.3g, expected at most %.3g; "
                 "%d x %dx%dx%d -> %dx%dx%d, kernel %d, stride %d, pad %d, epilogue %d",
                 what, path->name, nn_isa_name(isa), error / most, tolerance, p->n, p->d.h, p->d.w,
                 p->d.c, p->d.oh, p->d.ow, p->d.f, p->d.k, p->d.stride, p->d.pad, (int)p->epilogue);
    }
}

/* The pooled values, and that each choice is the place of the greatest value, as far as rounding
 * lets one tell. */
static void check_pool(const nn_conv_path *path, nn_isa isa, const problem *p, const float *got,
                       const uint8_t *choice, double tolerance)
{
    const nn_conv_dims *d = &p->d;
    int ph = d->oh / 2, pw = d->ow / 2;
    double *right = doubles_new(p->out_size), most = 0;
    for (size_t i = 0; i < p->y_size; i++) {
        most = fabs(p->y[i]) > most ? fabs(p->y[i]) : most;
    }
    for (size_t i = 0; i < p->out_size; i++) {
        size_t f = i % d->f, px = i / d->f % pw, py = i / d->f / pw % ph,
               image = i / d->f / pw / ph;
        double window[5], best = 0;
        for (int q = 0; q < 4; q++) {
            size_t oy = 2 * py + q / 2, ox = 2 * px + q % 2;
            window[q] = p->y[((image * d->oh + oy) * d->ow + ox) * d->f + f];
            best = window[q] > best ? window[q] : best;
        }
        window[4] = 0;
        right[i] = best;
        if (choice) {
            assert_in_range(choice[i], 0, 4);
            assert_true(window[choice[i]] >= best - tolerance * most);
            assert_true((choice[i] == 4) == (got[i] == 0));
        }
    }
    compare("pooled y", path, isa, p, got, right, p->out_size, 1, tolerance);
    free(right);
}

static void check_forward(const nn_conv_path *path, nn_isa isa, const problem *p,
                          const float *packed, float *scratch, double tolerance)
{
    float *y = floats_new(p->out_size);
    uint8_t *choice = array_new(p->out_size);
    path->forward(&p->d, p->n, p->x, packed, p->bias, p->epilogue, y, choice, scratch);
    guard_check(y, p->out_size * sizeof *y);
    guard_check(choice, p->out_size);
    if (p->epilogue == NN_EPILOGUE_RELU_POOL) {
        check_pool(path, isa, p, y, choice, tolerance);
        path->forward(&p->d, p->n, p->x, packed, p->bias, p->epilogue, y, NULL, scratch);
        check_pool(path, isa, p, y, NULL, tolerance);
    } else {
        double *right = doubles_new(p->y_size);
        for (size_t i = 0; i < p->y_size; i++) {
            right[i] = p->epilogue == NN_EPILOGUE_RELU && p->y[i] < 0 ? 0 : p->y[i];
        }
        compare("y", path, isa, p, y, right, p->y_size, 1, tolerance);
        free(right);
    }
    free(y);
    free(choice);
}

/* What a backward pass over all images gives. */
typedef struct gradients {
    float *dx, *dw, *dbias;
} gradients;

static gradients gradients_new(const problem *p)
{
    return (gradients){floats_new(p->x_size), floats_new(p->w_size), floats_new((size_t)p->d.f)};
}

static void gradients_free(gradients *g)
{
    free(g->dx);
    free(g->dw);
    free(g->dbias);
}

/* One slice, images from <= i < to: both gradients together or one after the other. */
static void run_slice(const nn_conv_path *path, const problem *p, int from, int to, int together,
                      const float *packed_dx, float *dx, float *dw, float *dbias, float *scratch)
{
    size_t x_image = p->x_size / p->n, y_image = p->out_size / p->n;
    int pooled = p->epilogue == NN_EPILOGUE_RELU_POOL;
    const uint8_t *choice = pooled ? p->choice + from * y_image : NULL;
    const float *x = p->x + from * x_image, *dy = p->dy + from * y_image;
    dx += from * x_image;
    if (together) {
        path->backward(&p->d, to - from, x, dy, choice, packed_dx, dx, dw, dbias, scratch);
    } else {
        path->backward_weights(&p->d, to - from, x, dy, choice, dw, dbias, scratch);
        path->backward_data(&p->d, to - from, dy, choice, packed_dx, dx, scratch);
    }
}

/* All images, in some slices whose weight gradients are then summed. */
static gradients run_backward(const nn_conv_path *path, const problem *p, int slices, int together,
                              const float *packed_dx, float *scratch)
{
    const nn_conv_dims *d = &p->d;
    size_t size = path->dw_size(d), filters = (size_t)d->f;
    gradients all = gradients_new(p);
    float *parts = floats_new(size * slices), *dbias = floats_new(filters);
    for (int i = 0; i < slices; i++) {
        float *dw = floats_new(size);
        run_slice(path, p, p->n * i / slices, p->n * (i + 1) / slices, together, packed_dx, all.dx,
                  dw, dbias, scratch);
        guard_check(dw, size * sizeof *dw);
        guard_check(dbias, filters * sizeof *dbias);
        memcpy(parts + i * size, dw, size * sizeof *dw);
        for (size_t f = 0; f < filters; f++) {
            all.dbias[f] = (i ? all.dbias[f] : 0) + dbias[f];
        }
        free(dw);
    }
    path->reduce(d, parts, size, slices, all.dw, 0, d->c / 2);
    path->reduce(d, parts, size, slices, all.dw, d->c / 2, d->c);
    guard_check(all.dx, p->x_size * sizeof *all.dx);
    guard_check(all.dw, p->w_size * sizeof *all.dw);
    free(parts);
    free(dbias);
    return all;
}

/* The same inputs give the same bits, together or one after the other. */
static void check_same(const problem *p, const gradients *a, const gradients *b)
{
    assert_memory_equal(a->dx, b->dx, p->x_size * sizeof *a->dx);
    assert_memory_equal(a->dw, b->dw, p->w_size * sizeof *a->dw);
    assert_memory_equal(a->dbias, b->dbias, (size_t)p->d.f * sizeof *a->dbias);
}

static void check_backward(const nn_conv_path *path, nn_isa isa, const problem *p,
                           const float *packed_dx, float *scratch, double tolerance)
{
    double usual = sqrt((double)p->out_size / p->d.f);
    for (int slices = 1; slices <= MOST_SLICES && slices <= p->n; slices++) {
        gradients got = run_backward(path, p, slices, 0, packed_dx, scratch);
        compare("dx", path, isa, p, got.dx, p->dx, p->x_size, 1, tolerance);
        compare("dw", path, isa, p, got.dw, p->dw, p->w_size, 1, tolerance);
        compare("dbias", path, isa, p, got.dbias, p->dbias, (size_t)p->d.f, usual, tolerance);
        gradients again = run_backward(path, p, slices, path->backward != NULL, packed_dx, scratch);
        check_same(p, &got, &again);
        gradients_free(&got);
        gradients_free(&again);
    }
}

static void check_problem(const nn_conv_path *path, nn_isa isa, const problem *p, double tolerance)
{
    const nn_conv_dims *d = &p->d;
    size_t scratch_size = path->scratch_size(d, p->n);
    size_t forward_size = path->forward_size(d), dx_size = path->dx_size(d);
    float *scratch = floats_new(scratch_size);
    float *packed = floats_new(forward_size), *packed_dx = floats_new(dx_size);
    for (int part = 0; part < 2; part++) {
        path->pack(d, p->weights, packed, packed_dx, d->c * part / 2, d->c * (part + 1) / 2);
    }
    guard_check(packed, forward_size * sizeof *packed);
    guard_check(packed_dx, dx_size * sizeof *packed_dx);

    check_forward(path, isa, p, forward_size ? packed : p->weights, scratch, tolerance);
    check_backward(path, isa, p, dx_size ? packed_dx : p->weights, scratch, tolerance);
    guard_check(scratch, scratch_size * sizeof *scratch);
    free(scratch);
    free(packed);
    free(packed_dx);
}

typedef const nn_conv_path *lookup(nn_isa isa);

/* Returns how many instruction sets computed the problem. */
static int check_shape(lookup *path_for, nn_random *random, nn_conv_dims d, int n,
                       nn_epilogue epilogue, double tolerance)
{
    int done = 0;
    problem p = problem_new(random, d, n, epilogue);
    for (int i = 0; i < ISAS; i++) {
        if (nn_isa_usable(isas[i]) && path_for(isas[i])->supports(&d, epilogue)) {
            check_problem(path_for(isas[i]), isas[i], &p, tolerance);
            done++;
        }
    }
    problem_free(&p);
    return done;
}

static int between(nn_random *random, int least, int most)
{
    return least + (int)nn_random_below(random, (uint32_t)(most - least + 1));
}

static void check_random_shapes(lookup *path_for, uint64_t seed, int k, int stride, int most_c,
                                double tolerance)
{
    nn_random random = nn_random_new(seed, 0);
    int done = 0;
    for (int round = 0; round < 60; round++) {
        int pad = between(&random, 0, 1) * (k / 2);
        int h = between(&random, k, 17), w = between(&random, k, 17);
        int wide = round % 6 == 0; /* now and then many channels */
        int c = between(&random, 1, wide || most_c < 40 ? most_c : 40);
        int f = between(&random, 1, wide ? 130 : 40);
        nn_conv_dims d = dims_of(h, w, c, f, k, stride, pad);
        done += check_shape(path_for, &random, d, between(&random, 1, wide ? 2 : 6),
                            (nn_epilogue)(round % 3), tolerance);
    }
    assert_true(done > 0);
}

/* The layers of the nets that the project starts from. */
static void check_known_shapes(lookup *path_for, int first_only, double tolerance)
{
    static const int shapes[][4] = {/* size, c, f, pad */
                                    {28, 1, 32, 1},  {28, 1, 32, 0},   {28, 3, 16, 1},
                                    {14, 32, 64, 1}, {26, 32, 32, 0},  {12, 32, 64, 0},
                                    {10, 64, 64, 0}, {4, 64, 128, 0},  {12, 24, 48, 1},
                                    {6, 48, 64, 1},  {7, 128, 128, 1}, {5, 256, 256, 1}};
    nn_random random = nn_random_new(7, 1);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const int *s = shapes[i];
        if (!first_only || s[1] <= 4) {
            nn_conv_dims d = dims_of(s[0], s[0], s[1], s[2], 3, 1, s[3]);
            check_shape(path_for, &random, d, 4, NN_EPILOGUE_NONE, tolerance);
            check_shape(path_for, &random, d, 3, NN_EPILOGUE_RELU_POOL, tolerance);
        }
    }
    /* A long slice: sums of 12,544 terms. */
    check_shape(path_for, &random, dims_of(28, 28, 1, 16, 3, 1, 1), 16, NN_EPILOGUE_RELU,
                tolerance);
    check_shape(path_for, &random, dims_of(28, 28, 1, 16, 3, 1, 1), 16, NN_EPILOGUE_RELU_POOL,
                tolerance);
}

static void winograd_agrees(void **state)
{
    (void)state;
    check_known_shapes(nn_conv_winograd_for, 0, 2e-6);
    check_random_shapes(nn_conv_winograd_for, 1, 3, 1, 130, 2e-6);
}

/* Tiles of 4 x 4 outputs round more. */
static void winograd4_agrees(void **state)
{
    (void)state;
    check_known_shapes(nn_conv_winograd4_for, 0, 2e-5);
    check_random_shapes(nn_conv_winograd4_for, 8, 3, 1, 130, 2e-5);
}

/* Its forward pass is one of the two above; its backward passes are as exact as any. */
static void sparse_agrees(void **state)
{
    (void)state;
    check_known_shapes(nn_conv_sparse_for, 0, 2e-5);
    check_random_shapes(nn_conv_sparse_for, 2, 3, 1, 130, 2e-5);
}

static void direct_agrees(void **state)
{
    (void)state;
    check_known_shapes(nn_conv_direct_for, 1, 2e-6);
    check_random_shapes(nn_conv_direct_for, 3, 3, 1, 4, 2e-6);
    check_random_shapes(nn_conv_direct_for, 4, 5, 1, 4, 2e-6);
    check_random_shapes(nn_conv_direct_for, 5, 2, 1, 3, 2e-6);
}

/* A weight that is not a number must reach the loss, where the trainer looks for it: no ReLU and no
 * pooling may turn it into a zero. */
static void nan_survives(void **state)
{
    (void)state;
    lookup *paths[] = {nn_conv_direct_for, nn_conv_sparse_for, nn_conv_winograd4_for,
                       nn_conv_winograd_for};
    nn_random random = nn_random_new(9, 0);
    nn_conv_dims d = dims_of(8, 8, 3, 20, 3, 1, 1);
    for (size_t i = 0; i < ISAS * sizeof paths / sizeof paths[0]; i++) {
        nn_isa isa = isas[i % ISAS];
        for (int epilogue = 0; epilogue < 3 && nn_isa_usable(isa); epilogue++) {
            const nn_conv_path *path = paths[i / ISAS](isa);
            if (!path->supports(&d, (nn_epilogue)epilogue)) {
                continue;
            }
            problem p = problem_new(&random, d, 1, (nn_epilogue)epilogue);
            float *packed = floats_new(path->forward_size(&d)), *y = floats_new(p.out_size);
            float *scratch = floats_new(path->scratch_size(&d, 1));
            p.weights[4] = NAN; /* of filter 4 */
            memset(y, 0, p.out_size * sizeof *y);
            path->pack(&d, p.weights, packed, NULL, 0, d.c);
            path->forward(&d, 1, p.x, packed, p.bias, p.epilogue, y, NULL, scratch);
            for (size_t at = 0; at < p.out_size; at++) {
                /* The kernel's first tap lies outside the image at its first row and column. */
                size_t pixel = at / 20, across = epilogue == NN_EPILOGUE_RELU_POOL ? 4 : 8;
                if (at % 20 == 4 && pixel / across > 0 && pixel % across > 0) {
                    assert_true(isnan(y[at]));
                }
            }
            free(packed);
            free(y);
            free(scratch);
            problem_free(&p);
        }
    }
}

static void im2col_agrees(void **state)
{
    (void)state;
    check_known_shapes(nn_conv_im2col_for, 0, 2e-6);
    check_random_shapes(nn_conv_im2col_for, 6, 3, 2, 130, 2e-6);
    check_random_shapes(nn_conv_im2col_for, 7, 5, 1, 20, 2e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(winograd_agrees), cmocka_unit_test(winograd4_agrees),
        cmocka_unit_test(sparse_agrees),   cmocka_unit_test(direct_agrees),
        cmocka_unit_test(im2col_agrees),   cmocka_unit_test(nan_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
