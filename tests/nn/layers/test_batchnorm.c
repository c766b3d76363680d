/* test_batchnorm.c: BatchNorm's kernels on each instruction set against the formulas in double
 * precision, over random shapes and with means far from zero. */
#include "tests/unit/unit.h"

#include "nn/kernels/batchnorm.h"

static const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof isas[0], MOST = 130 };
static const double tolerance = 2e-6;

/* Images x, their tables by channel, and the tables over a period. */
typedef struct problem {
    int n, h, w;
    size_t c, rows, size; /* size: of one image */
    float *x, *dy, *tables;
    double mean[MOST], squares[MOST];
    nn_channels channels;
} problem;

static float *floats(size_t n)
{
    float *p = calloc(n + 16, sizeof *p);
    assert_non_null(p);
    return p;
}

static problem problem_new(nn_random *random, size_t c, double offset)
{
    problem p = {.n = 1 + (int)nn_random_below(random, 6), .c = c};
    p.h = 2 + (int)nn_random_below(random, 12);
    p.w = 2 + (int)nn_random_below(random, 12);
    p.size = (size_t)p.h * (size_t)p.w * c;
    p.rows = (size_t)(p.n * p.h * p.w);
    p.x = floats(p.rows * c);
    p.dy = floats(p.rows * c);
    size_t period = nn_channels_period(c);
    assert_int_equal(period % c, 0);
    p.tables = floats(4 * period);
    for (size_t i = 0; i < p.rows * c; i++) {
        p.x[i] = nn_random_normal(random) * (1 + (float)(i % c % 3)) + (float)offset;
        p.dy[i] = nn_random_normal(random);
    }
    for (size_t j = 0; j < c; j++) {
        p.mean[j] = p.squares[j] = 0;
        for (size_t r = 0; r < p.rows; r++) {
            p.mean[j] += (double)p.x[r * c + j] / (double)p.rows;
        }
        for (size_t r = 0; r < p.rows; r++) {
            p.squares[j] += pow((double)p.x[r * c + j] - p.mean[j], 2);
        }
        for (int table = 0; table < 4; table++) {
            float value = table ? nn_random_normal(random) : (float)p.mean[j];
            for (size_t k = j; k < period; k += c) {
                p.tables[(size_t)table * period + k] = value;
            }
        }
    }
    p.channels = (nn_channels){
        c, period, p.tables, p.tables + period, p.tables + 2 * period, p.tables + 3 * period};
    return p;
}

static void problem_free(problem *p)
{
    free(p->x);
    free(p->dy);
    free(p->tables);
}

/* The greatest |got - wanted| may be this share of the greatest |wanted|. */
static void assert_close(const char *what, const double *wanted, const double *got, size_t n,
                         double share)
{
    double difference = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        double d = fabs(got[i] - wanted[i]);
        difference = d > difference || isnan(d) ? d : difference;
        size = fmax(size, fabs(wanted[i]));
    }
    if (!(difference <= share * size)) {
        fail_msg("%s: off by %g of %g", what, difference, size);
    }
}

static double *doubles_of(const float *x, size_t n)
{
    double *y = malloc((n + 1) * sizeof *y);
    assert_non_null(y);
    for (size_t i = 0; i < n; i++) {
        y[i] = (double)x[i];
    }
    return y;
}

static void assert_floats_close(const char *what, const double *wanted, const float *got, size_t n)
{
    double *y = doubles_of(got, n);
    assert_close(what, wanted, y, n, tolerance);
    free(y);
}

static void check_moments(const nn_batchnorm_kernels *k, const problem *p)
{
    double mean[MOST], squares[MOST];
    k->moments(p->rows, p->c, p->x, mean, squares);
    assert_close("mean", p->mean, mean, p->c, tolerance);
    for (size_t j = 0; j < p->c; j++) {
        assert_close("squares", &p->squares[j], &squares[j], 1, tolerance);
    }
}

/* Value of channel j after scale and shift, without the ReLU. */
static double normal(const problem *p, size_t at)
{
    size_t j = at % p->c;
    return ((double)p->x[at] - (double)p->channels.center[j]) * (double)p->channels.scale[j] +
           (double)p->channels.shift[j];
}

static void check_plain(const nn_batchnorm_kernels *k, const problem *p, int relu)
{
    size_t n = p->rows * p->c;
    float *y = floats(n);
    double *wanted = doubles_of(p->x, n), sum[MOST] = {0}, product[MOST] = {0}, a[MOST], b[MOST];
    for (size_t i = 0; i < n; i++) {
        wanted[i] = relu ? fmax(normal(p, i), 0) : normal(p, i);
    }
    k->forward(p->rows, &p->channels, relu, p->x, y);
    assert_floats_close("forward", wanted, y, n);

    for (size_t i = 0; i < n; i++) {
        sum[i % p->c] += (double)p->dy[i];
        product[i % p->c] +=
            (double)p->dy[i] * ((double)p->x[i] - (double)p->channels.center[i % p->c]);
    }
    k->sums(p->rows, &p->channels, p->x, p->dy, a, b);
    assert_close("sum", sum, a, p->c, tolerance);
    assert_close("product", product, b, p->c, tolerance);

    for (size_t i = 0; i < n; i++) {
        size_t j = i % p->c;
        double d =
            (double)p->dy[i] * (double)p->channels.scale[j] -
            ((double)p->x[i] - (double)p->channels.center[j]) * (double)p->channels.slope[j] -
            (double)p->channels.shift[j];
        wanted[i] = relu && !(p->x[i] > 0) ? 0 : d;
    }
    memcpy(y, p->dy, n * sizeof *y);
    k->backward(p->rows, &p->channels, relu, p->x, y, y);
    assert_floats_close("backward", wanted, y, n);
    free(y);
    free(wanted);
}

/* Where the taken value of a window is: its greatest normalised one. */
static size_t window_best(const problem *p, size_t image, size_t i, size_t j, size_t f, int *taken)
{
    size_t best = 0;
    for (size_t t = 0; t < 4; t++) {
        size_t at = image * p->size + ((2 * i + t / 2) * (size_t)p->w + 2 * j + t % 2) * p->c + f;
        if (t == 0 || normal(p, at) > normal(p, best)) {
            best = at;
            *taken = (int)t;
        }
    }
    return best;
}

static void check_pool(const nn_batchnorm_kernels *k, const problem *p, int relu)
{
    size_t oh = (size_t)p->h / 2, ow = (size_t)p->w / 2, out = oh * ow * p->c;
    size_t n = (size_t)p->n * out, all = p->rows * p->c;
    float *y = floats(n), *deviation = floats(n), *dx = floats(all);
    uint8_t *choice = malloc(n + 1);
    double *wanted = calloc(all + 1, sizeof *wanted), *dense = calloc(all + 1, sizeof *dense);
    double sum[MOST] = {0}, product[MOST] = {0}, a[MOST], b[MOST];
    assert_non_null(choice);
    assert_non_null(wanted);
    assert_non_null(dense);
    for (size_t i = 0; i < (size_t)p->n; i++) {
        k->forward_pool(p->h, p->w, &p->channels, relu, p->x + i * p->size, y + i * out,
                        deviation + i * out, choice + i * out);
    }
    for (size_t i = 0; i < n; i++) {
        size_t image = i / out, f = i % p->c, column = i / p->c % ow, row = i / p->c / ow % oh;
        int taken;
        size_t best = window_best(p, image, row, column, f, &taken);
        wanted[i] = relu ? fmax(normal(p, best), 0) : normal(p, best);
        taken = relu && !(normal(p, best) > 0) ? 4 : taken;
        assert_int_equal(choice[i], taken);
        double off = (double)p->x[best] - (double)p->channels.center[f];
        assert_true(fabs((double)deviation[i] - off) <= 1e-6 * (fabs(off) + 1));
        if (taken < 4) {
            dense[best] = (double)p->dy[i];
            sum[f] += (double)p->dy[i];
            product[f] += (double)p->dy[i] * off;
        }
    }
    assert_floats_close("forward_pool", wanted, y, n);
    k->pool_sums(n / p->c, p->c, deviation, choice, p->dy, a, b);
    assert_close("pooled sum", sum, a, p->c, tolerance);
    assert_close("pooled product", product, b, p->c, tolerance);

    for (size_t i = 0; i < all; i++) {
        size_t j = i % p->c;
        double d =
            dense[i] * (double)p->channels.scale[j] -
            ((double)p->x[i] - (double)p->channels.center[j]) * (double)p->channels.slope[j] -
            (double)p->channels.shift[j];
        wanted[i] = relu && !(p->x[i] > 0) ? 0 : d;
    }
    for (size_t i = 0; i < (size_t)p->n; i++) {
        k->pool_backward(p->h, p->w, &p->channels, relu, p->x + i * p->size, p->dy + i * out,
                         choice + i * out, dx + i * p->size);
    }
    assert_floats_close("pool_backward", wanted, dx, all);
    free(y);
    free(deviation);
    free(dx);
    free(choice);
    free(wanted);
    free(dense);
}

static void test_kernels(void **state)
{
    (void)state;
    const size_t channels[] = {1, 2, 3, 5, 8, 10, 16, 24, 31, 32, 33, 48, 64, 100, 127, 128, 130};
    nn_random random = nn_random_new(6, 6);
    for (size_t i = 0; i < 3 * sizeof channels / sizeof channels[0]; i++) {
        problem p = problem_new(&random, channels[i / 3], 0.3);
        for (int isa = 0; isa < ISAS; isa++) {
            if (nn_isa_usable(isas[isa])) {
                const nn_batchnorm_kernels *k = nn_batchnorm_kernels_for(isas[isa]);
                check_moments(k, &p);
                for (int relu = 0; relu < 2; relu++) {
                    check_plain(k, &p, relu);
                    check_pool(k, &p, relu);
                }
            }
        }
        problem_free(&p);
    }
}

/* A mean of a thousand deviations: the mean of squares less the squared mean would keep one digit.
 */
static void test_moments_far_from_zero(void **state)
{
    (void)state;
    nn_random random = nn_random_new(5, 5);
    for (size_t c = 1; c <= MOST; c += 43) {
        problem p = problem_new(&random, c, 2000);
        for (int isa = 0; isa < ISAS; isa++) {
            if (nn_isa_usable(isas[isa])) {
                check_moments(nn_batchnorm_kernels_for(isas[isa]), &p);
            }
        }
        problem_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernels),
        cmocka_unit_test(test_moments_far_from_zero),
    };
    return cmocka_run_group_tests_name("batchnorm", tests, NULL, NULL);
}
