/* test_training.c: what training as a whole must hold: it learns, it repeats bit for bit whatever
 * the number of threads, it can be interrupted, its fast paths agree with the plain one, it says
 * where a NaN arose. */
#include "tests/unit/unit.h"

#include "nn/kernels/kernels.h"
#include "tests/unit/digits.h"

enum { COUNT = 200 };

static const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof isas[0] };
static const nn_shape shape = {28, 28, 1};

/* A model, its trainer, images and their order. */
typedef struct setup {
    nn_model *model;
    nn_trainer *trainer;
    nn_images images;
    uint32_t rows[COUNT];
} setup;

static setup setup_new(const char *text, nn_trainer_options options)
{
    nn_error error;
    setup s = {.images = digits_new(COUNT, shape, 3)};
    assert_non_null(s.images.pixels);
    s.model = nn_model_new(text, shape, &error);
    if (!s.model) {
        fail_msg("%s", error.text);
    }
    nn_model_initialise(s.model, 42);
    s.trainer = nn_trainer_new(s.model, &options, &error);
    if (!s.trainer) {
        fail_msg("%s", error.text);
    }
    nn_random random = nn_random_new(8, 8);
    for (uint32_t i = 0; i < COUNT; i++) {
        s.rows[i] = i;
    }
    nn_shuffle(&random, s.rows, COUNT);
    return s;
}

static void setup_free(setup *s)
{
    nn_trainer_free(s->trainer);
    nn_model_free(s->model);
    digits_free(&s->images);
}

/* Steps `from` to `to`, of batches of `batch` images; each fourth is short. */
static nn_metrics train(setup *s, int from, int to, int batch)
{
    nn_error error;
    nn_metrics metrics = {0};
    for (int step = from; step < to; step++) {
        int n = step % 4 == 3 ? batch - batch / 3 : batch;
        const uint32_t *rows = s->rows + step * 37 % (COUNT - batch);
        if (nn_trainer_step(s->trainer, &s->images, rows, n, 1e-3f, &metrics, &error)) {
            fail_msg("%s", error.text);
        }
    }
    return metrics;
}

/* All weights, moments and the count of steps, as bytes. */
static unsigned char *state_of(const setup *s, size_t *size)
{
    size_t weights = nn_model_size(s->model);
    *size = weights + nn_trainer_size(s->trainer);
    unsigned char *bytes = malloc(*size);
    assert_non_null(bytes);
    nn_model_save(s->model, bytes);
    nn_trainer_save(s->trainer, bytes + weights);
    return bytes;
}

static nn_trainer_options options_of(int batch, int threads)
{
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = batch;
    options.threads = threads;
    return options;
}

/* A table of numbers: rows of 1 x 1 x C, more columns than an image may have channels. Those of
 * thirds of the columns are raised that tell the class; others are drawn. */
static void test_learns_a_table(void **state)
{
    (void)state;
    enum { COLUMNS = 90 };
    static uint8_t pixels[COUNT][COLUMNS];
    static uint16_t labels[COUNT];
    float probabilities[COUNT * 3];
    uint32_t rows[COUNT];
    nn_error error;
    nn_metrics metrics = {0};
    nn_random random = nn_random_new(1, 1);
    for (uint32_t i = 0; i < COUNT; i++) {
        rows[i] = i;
        labels[i] = (uint16_t)(i % 3);
        for (int j = 0; j < COLUMNS; j++) {
            pixels[i][j] = (uint8_t)(nn_random_below(&random, 200) + (j % 3 == labels[i] ? 50 : 0));
        }
    }
    nn_images table = {.pixels = pixels[0],
                       .labels = labels,
                       .count = COUNT,
                       .shape = {1, 1, COLUMNS},
                       .scale = 1.0f / 255};
    nn_model *model =
        nn_model_new("dense 200\nbatchnorm\nrelu\ndropout 0.1\ndense 3", table.shape, &error);
    assert_non_null(model);
    nn_model_initialise(model, 1);
    nn_trainer_options options = options_of(64, 2);
    nn_trainer *trainer = nn_trainer_new(model, &options, &error);
    nn_predictor *predictor = nn_predictor_new(model, 64, 2, NN_ISA_BEST, &error);
    assert_non_null(trainer);
    assert_non_null(predictor);
    for (int step = 0; step < 200; step++) {
        const uint32_t *from = rows + step * 37 % (COUNT - 64);
        assert_int_equal(nn_trainer_step(trainer, &table, from, 64, 1e-2f, &metrics, &error), 0);
    }
    assert_int_equal(nn_predictor_run(predictor, &table, NULL, COUNT, probabilities, &error), 0);
    metrics = nn_metrics_of(&table, NULL, COUNT, probabilities, 3);
    assert_true(metrics.correct > COUNT * 95 / 100);
    nn_predictor_free(predictor);
    nn_trainer_free(trainer);
    nn_model_free(model);
}

static void test_overfits_twenty_images(void **state)
{
    (void)state;
    const char *const texts[] = {
        "conv 8 3x3 same\nrelu\nmaxpool 2\nconv 16 3x3\nrelu\nmaxpool 2\ndense 32\nrelu\ndense 10",
        "conv 8 3x3\nbatchnorm\nrelu\nmaxpool 2\nconv 16 3x3 same\nrelu\nbatchnorm\nmaxpool 2\n"
        "dense 32\nbatchnorm\nrelu\ndense 10",
    };
    for (size_t i = 0; i < 2; i++) {
        setup s = setup_new(texts[i], options_of(20, 2));
        nn_error error;
        nn_metrics first = {0}, last = {0};
        float probabilities[200];
        nn_trainer_step(s.trainer, &s.images, s.rows, 20, 3e-3f, &first, &error);
        for (int step = 0; step < 300; step++) {
            last = (nn_metrics){0};
            nn_trainer_step(s.trainer, &s.images, s.rows, 20, 3e-3f, &last, &error);
        }
        assert_true(first.loss / 20 > 1);
        assert_true(last.loss / 20 < 0.01);
        assert_int_equal(last.correct, 20);
        /* The predictor agrees; 300 steps bring the running statistics within 5 % (0.99^300). */
        nn_predictor *predictor = nn_predictor_new(s.model, 20, 1, NN_ISA_BEST, &error);
        assert_non_null(predictor);
        assert_int_equal(nn_predictor_run(predictor, &s.images, s.rows, 20, probabilities, &error),
                         0);
        nn_metrics seen = nn_metrics_of(&s.images, s.rows, 20, probabilities, 10);
        assert_int_equal(seen.correct, 20);
        assert_true(seen.loss / 20 < 0.1);
        nn_predictor_free(predictor);
        setup_free(&s);
    }
}

/* 1, 2, 3, 4 and 9 threads on each instruction set, and 1 and 4 without fast paths; with dropout.
 */
static void test_threads_do_not_matter(void **state)
{
    (void)state;
    const struct {
        const char *net;
        int batch;
    } cases[] = {
        {"baseline", 20}, {"batchnorm", 27}, {"baseline-bn", 19}, {"mlp", 50}, {"baseline", 50}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        for (int variant = 0; variant < 2 * ISAS; variant++) {
            nn_isa isa = isas[variant / 2];
            size_t size;
            unsigned char *wanted = NULL;
            for (int t = 0; nn_isa_usable(isa) && t < (variant % 2 ? 2 : 5); t++) {
                const int counts[] = {1, 4, 2, 3, 9};
                nn_trainer_options options = options_of(cases[c].batch, counts[t]);
                options.isa = isa;
                options.plain = variant % 2;
                setup s = setup_new(net_text(cases[c].net), options);
                train(&s, 0, 4, cases[c].batch);
                unsigned char *got = state_of(&s, &size);
                if (wanted) {
                    assert_memory_equal(got, wanted, size);
                    free(got);
                } else {
                    wanted = got;
                }
                setup_free(&s);
            }
            free(wanted);
        }
    }
}

static void test_seed_matters(void **state)
{
    (void)state;
    size_t size;
    unsigned char *bytes[3];
    for (int i = 0; i < 3; i++) {
        nn_trainer_options options = options_of(16, 1);
        options.seed = i == 2 ? 43 : 42; /* of dropout only: the initial weights are the same */
        setup s = setup_new("dense 40\nrelu\ndropout 0.5\ndense 10", options);
        train(&s, 0, 2, 16);
        bytes[i] = state_of(&s, &size);
        setup_free(&s);
    }
    assert_memory_equal(bytes[0], bytes[1], size);
    assert_memory_not_equal(bytes[0], bytes[2], size);
    for (int i = 0; i < 3; i++) {
        free(bytes[i]);
    }
}

static void test_resumes_bit_for_bit(void **state)
{
    (void)state;
    const char *const names[] = {"baseline", "batchnorm"};
    for (size_t i = 0; i < 2; i++) {
        nn_error error;
        size_t size, weights;
        setup whole = setup_new(net_text(names[i]), options_of(24, 2));
        train(&whole, 0, 3, 24);
        unsigned char *middle = state_of(&whole, &size);
        train(&whole, 3, 6, 24);
        unsigned char *wanted = state_of(&whole, &size);

        setup resumed = setup_new(net_text(names[i]), options_of(24, 1));
        train(&resumed, 3, 5, 24); /* what it did before loading must not matter */
        weights = nn_model_size(resumed.model);
        assert_int_equal(nn_model_load(resumed.model, middle, weights, &error), 0);
        assert_int_equal(nn_trainer_load(resumed.trainer, middle + weights, size - weights, &error),
                         0);
        train(&resumed, 3, 6, 24);
        unsigned char *got = state_of(&resumed, &size);
        assert_memory_equal(got, wanted, size);

        middle[weights] ^= 1;
        assert_int_equal(nn_trainer_load(resumed.trainer, middle + weights, size - weights, &error),
                         NN_ERROR_FORMAT);
        middle[weights] ^= 1;
        assert_int_equal(
            nn_trainer_load(resumed.trainer, middle + weights, size - weights - 1, &error),
            NN_ERROR_FORMAT);
        free(middle);
        free(wanted);
        free(got);
        setup_free(&whole);
        setup_free(&resumed);
    }
}

/* Fast and plain paths round differently; after a few steps they must still be close. */
static void test_plain_agrees_with_fast(void **state)
{
    (void)state;
    const char *const names[] = {"baseline", "batchnorm", "baseline-bn", "quick"};
    for (size_t i = 0; i < 4; i++) {
        double losses[2];
        for (int plain = 0; plain < 2; plain++) {
            nn_trainer_options options = options_of(32, 2);
            options.plain = plain;
            setup s = setup_new(net_text(names[i]), options);
            train(&s, 0, 3, 32);
            nn_metrics metrics = train(&s, 4, 6, 32);
            losses[plain] = metrics.loss / (double)metrics.images;
            setup_free(&s);
        }
        assert_true(losses[1] > 0.01);
        assert_true(fabs(losses[0] - losses[1]) < 2e-3 * losses[1]);
    }
}

/* Two steps of a net whose gradients are known: Adam in double precision (epsilon as Keras). */
static void test_adam(void **state)
{
    (void)state;
    nn_trainer_options options = options_of(8, 1);
    options.beta1 = 0.8f;
    options.beta2 = 0.95f;
    options.epsilon = 1e-3f;
    setup s = setup_new("dense 10", options);
    nn_error error;
    nn_metrics metrics = {0};
    double m[7850] = {0}, v[7850] = {0}, w[7850];
    const float *weights = nn_model_weights(s.model, 0);
    for (int i = 0; i < 7850; i++) {
        w[i] = (double)weights[i];
    }
    for (int t = 1; t <= 3; t++) {
        double moved = 0, rate = 0.01 * t;
        assert_int_equal(
            nn_trainer_step(s.trainer, &s.images, s.rows, 8, (float)rate, &metrics, &error), 0);
        const float *g = nn_trainer_gradient(s.trainer, 0);
        for (int i = 0; i < 7850; i++) {
            m[i] = 0.8 * m[i] + 0.2 * (double)g[i];
            v[i] = 0.95 * v[i] + 0.05 * (double)g[i] * (double)g[i];
            double alpha = rate * sqrt(1 - pow(0.95, t)) / (1 - pow(0.8, t));
            double change = alpha * m[i] / (sqrt(v[i]) + 1e-3);
            w[i] -= change;
            moved = fmax(moved, fabs(change));
            assert_true(fabs((double)weights[i] - w[i]) < 2e-6 * (fabs(w[i]) + rate));
        }
        assert_true(moved > rate / 10);
    }
    setup_free(&s);
}

/* With weights of 1 into each of two outputs, a dropped input shows in the logits. */
static void test_dropout(void **state)
{
    (void)state;
    enum { SIZE = 5000 };
    for (int i = 0; i < ISAS; i++) {
        if (!nn_isa_usable(isas[i])) {
            continue;
        }
        const nn_kernels *kernels = nn_kernels_for(isas[i]);
        float values[3][SIZE];
        int zeros = 0, both = 0;
        for (int j = 0; j < SIZE; j++) {
            values[0][j] = values[1][j] = values[2][j] = 1;
        }
        kernels->dropout(SIZE, 0x123456789abcdef0u, 0x40000000u, 1.25f, values[0]);
        kernels->dropout(SIZE, 0x123456789abcdef0u, 0x40000000u, 1.25f, values[1]);
        kernels->dropout(SIZE, 0x123456789abcdef1u, 0x40000000u, 1.25f, values[2]);
        assert_memory_equal(values[0], values[1], sizeof values[0]);
        for (int j = 0; j < SIZE; j++) {
            assert_true(values[0][j] == 0 || values[0][j] == 1.25f);
            zeros += values[0][j] == 0;
            both += values[0][j] == 0 && values[2][j] == 0;
        }
        assert_true(fabs(zeros - SIZE * 0.25) < 5 * sqrt(SIZE * 0.1875));
        assert_true(fabs(both - SIZE * 0.0625) < 5 * sqrt(SIZE * 0.0586));
    }
}

/* Other zeros in each step and for each image, even where image and weights are the same. */
static void test_dropout_is_drawn_anew(void **state)
{
    (void)state;
    nn_error error;
    nn_metrics one = {0}, next = {0}, two = {0};
    uint32_t same[2];
    setup s = setup_new("dense 60\ndropout 0.5\ndense 10", options_of(16, 1));
    setup t = setup_new("dense 60\ndropout 0.5\ndense 10", options_of(16, 1));
    same[0] = same[1] = s.rows[0];
    assert_int_equal(nn_trainer_step(s.trainer, &s.images, same, 1, 0, &one, &error), 0);
    assert_int_equal(nn_trainer_step(s.trainer, &s.images, same, 1, 0, &next, &error), 0);
    assert_int_equal(nn_trainer_step(t.trainer, &t.images, same, 2, 0, &two, &error), 0);
    assert_true(fabs(one.loss - next.loss) > 1e-6);
    assert_true(fabs(two.loss - 2 * one.loss) > 1e-6);
    setup_free(&s);
    setup_free(&t);
}

/* Central differences of the loss with the very same zeros: seed and step decide them. */
static double loss_with(setup *s, const unsigned char *fresh, int layer, size_t at, double change,
                        float *gradient)
{
    nn_error error;
    nn_metrics metrics = {0};
    size_t weights = nn_model_size(s->model);
    assert_int_equal(nn_model_load(s->model, fresh, weights, &error), 0);
    assert_int_equal(
        nn_trainer_load(s->trainer, fresh + weights, nn_trainer_size(s->trainer), &error), 0);
    ((float *)nn_model_weights(s->model, layer))[at] += (float)change;
    assert_int_equal(nn_trainer_step(s->trainer, &s->images, s->rows, 16, 0, &metrics, &error), 0);
    *gradient = nn_trainer_gradient(s->trainer, layer)[at];
    return metrics.loss / 16;
}

static void test_gradient_through_dropout(void **state)
{
    (void)state;
    nn_trainer_options options = options_of(16, 2);
    options.plain = 1; /* packs nothing, so that weights may be changed by hand */
    setup s = setup_new("dense 30\ndropout 0.4\ndense 20\nrelu\ndropout 0.3\ndense 10", options);
    size_t size;
    unsigned char *fresh = state_of(&s, &size);
    nn_random random = nn_random_new(2, 2);
    int alive = 0, right = 0;
    for (int t = 0; t < 40; t++) {
        int layer = t % 2 ? 2 : 0;
        size_t at = nn_random_below(&random, layer ? 600 : 784 * 30);
        float gradient, ignored;
        loss_with(&s, fresh, layer, at, 0, &gradient);
        double slope = (loss_with(&s, fresh, layer, at, 4e-3, &ignored) -
                        loss_with(&s, fresh, layer, at, -4e-3, &ignored)) /
                       8e-3;
        alive += gradient != 0;
        right += fabs(slope - (double)gradient) < 1e-3 * fabs((double)gradient) + 3e-5;
    }
    assert_true(alive > 20);
    assert_true(right >= 38); /* a step may cross a kink of the ReLU */
    free(fresh);
    setup_free(&s);
}

static void test_nan_is_reported(void **state)
{
    (void)state;
    const struct {
        const char *net;
        int layer;
        const char *text;
    } cases[] = {{"baseline", 3, "conv 64 3x3 same"},
                 {"baseline", 0, "conv 32 3x3 same"},
                 {"baseline", 6, "dense 128"},
                 {"batchnorm", 2, "batchnorm"},
                 {"batchnorm", 25, "dense 10"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int plain = 0; plain < 2; plain++) {
            nn_trainer_options options = options_of(16, 2);
            options.plain = plain;
            setup s = setup_new(net_text(cases[i].net), options);
            nn_error error;
            nn_metrics metrics = {0};
            size_t count = nn_model_layer(s.model, cases[i].layer).trainable;
            for (size_t j = 0; j < count; j++) {
                ((float *)nn_model_weights(s.model, cases[i].layer))[j] = NAN;
            }
            assert_int_equal(
                nn_trainer_step(s.trainer, &s.images, s.rows, 16, 1e-3f, &metrics, &error),
                NN_ERROR_NAN);
            assert_non_null(strstr(error.text, "step 1: the loss is"));
            if (!strstr(error.text, cases[i].text)) {
                fail_msg("%s, expected '%s'", error.text, cases[i].text);
            }
            assert_int_equal(metrics.images, 0);
            setup_free(&s);
        }
    }
}

static void test_input_errors(void **state)
{
    (void)state;
    nn_error error;
    nn_metrics metrics = {0};
    setup s = setup_new("dense 9", options_of(16, 1));
    s.rows[0] = COUNT;
    assert_int_equal(nn_trainer_step(s.trainer, &s.images, s.rows, 16, 1e-3f, &metrics, &error),
                     NN_ERROR_INPUT);
    assert_string_equal(error.text, "image 200, expected less than 200");
    for (uint32_t i = 0; s.images.labels[s.rows[0] = i] != 9; i++) {
    }
    assert_int_equal(nn_trainer_step(s.trainer, &s.images, s.rows, 1, 1e-3f, &metrics, &error),
                     NN_ERROR_INPUT);
    assert_non_null(strstr(error.text, "has label 9, expected less than 9"));
    assert_int_equal(nn_trainer_step(s.trainer, &s.images, s.rows, 17, 1e-3f, &metrics, &error),
                     NN_ERROR_INPUT);
    assert_string_equal(error.text, "a batch of 17 images, expected 1 to 16");
    nn_images small = s.images;
    small.shape.h = 14;
    assert_int_equal(nn_trainer_step(s.trainer, &small, s.rows, 1, 1e-3f, &metrics, &error),
                     NN_ERROR_INPUT);
    assert_string_equal(error.text, "images of 14x28x1, expected 28x28x1");
    nn_images unlabelled = s.images;
    unlabelled.labels = NULL;
    assert_int_equal(nn_trainer_step(s.trainer, &unlabelled, s.rows, 1, 1e-3f, &metrics, &error),
                     NN_ERROR_INPUT);
    nn_trainer_options options = options_of(0, 1);
    assert_null(nn_trainer_new(s.model, &options, &error));
    assert_string_equal(error.text, "a batch of 0 images, expected 1 to 65536");
    setup_free(&s);
}

/* A probability of 0 counts as 1e-7, the first of equal probabilities is the prediction. */
static void test_metrics(void **state)
{
    (void)state;
    const uint16_t labels[] = {2, 0, 1};
    const float probabilities[] = {0.25f, 0.25f, 0.5f, 0, 1, 0, 0.5f, 0.5f, 0};
    const uint32_t rows[] = {1, 2};
    nn_images images = {.labels = labels, .count = 3};
    nn_metrics all = nn_metrics_of(&images, NULL, 3, probabilities, 3);
    assert_int_equal(all.images, 3);
    assert_int_equal(all.correct, 1);
    assert_true(fabs(all.loss - (2 * log(2) + 7 * log(10))) < 1e-9);
    nn_metrics some = nn_metrics_of(&images, rows, 2, probabilities + 3, 3);
    assert_true(fabs(some.loss - (log(2) + 7 * log(10))) < 1e-9);
}

static void test_profile(void **state)
{
    (void)state;
    setup s = setup_new(net_text("baseline"), options_of(16, 1));
    train(&s, 0, 1, 16);
    assert_true(nn_trainer_seconds(s.trainer, 0) == 0);
    nn_trainer_profile(s.trainer, 1);
    train(&s, 1, 2, 16);
    assert_true(nn_trainer_seconds(s.trainer, 0) > 0);
    assert_true(nn_trainer_seconds(s.trainer, 6) > 0);
    setup_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overfits_twenty_images),
        cmocka_unit_test(test_learns_a_table),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_seed_matters),
        cmocka_unit_test(test_resumes_bit_for_bit),
        cmocka_unit_test(test_plain_agrees_with_fast),
        cmocka_unit_test(test_adam),
        cmocka_unit_test(test_dropout),
        cmocka_unit_test(test_dropout_is_drawn_anew),
        cmocka_unit_test(test_gradient_through_dropout),
        cmocka_unit_test(test_nan_is_reported),
        cmocka_unit_test(test_input_errors),
        cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_profile),
    };
    return cmocka_run_group_tests_name("training", tests, NULL, NULL);
}
