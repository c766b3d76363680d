/* test_residual.c: shortcut, add and avgpool: answers worked by hand, activations, and training
 * with them as a whole. Their gradients are compared in test_gradient.c. */
#include "tests/unit/net.h"

#include "nn/kernels/isa.h"
#include "nn/model/model.h"
#include "tests/unit/digits.h"

enum { COUNT = 120, BATCH = 27 };

static const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof isas[0] };
static const nn_shape shape = {28, 28, 1};

static const char *const residual =
    "conv 8 3x3 same stride 2\nbatchnorm\nrelu\nshortcut\ndropout 0.2\nconv 8 3x3 same\nbatchnorm\n"
    "relu\ndropout 0.1\nconv 8 3x3 same\nbatchnorm\nadd\nrelu\nconv 16 3x3 same stride "
    "2\nbatchnorm\n"
    "shortcut\nrelu\nshortcut\nconv 16 3x3 same\nrelu\ndropout 0.1\nadd\nadd\nrelu\navgpool\n"
    "dense 10\n";

/* ---------------------------------------------------------------- by hand */

static void set(nn_model *model, int layer, int n, const float *values)
{
    assert_int_equal(nn_model_layer(model, layer).parameters, n);
    memcpy(model->values + model->layers[layer].offset, values, (size_t)n * sizeof *values);
    model->version++;
}

static void expect(const float *got, int n, const float *wanted)
{
    for (int i = 0; i < n; i++) {
        if (!(fabsf(got[i] - wanted[i]) < 1e-5f)) {
            fail_msg("value %d is %g, expected %g", i, (double)got[i], (double)wanted[i]);
        }
    }
}

/* x = 2 goes to 1.5 x = 3, around f(3) = 2 3 + 1 = 7 to 7 + 3 = 10, and to the logits 10 - 10 and
 * -10 + 10. Both classes have 1/2 then, so d logits = (-1/2, 1/2) for label 0, d sum = -1,
 * df = -1 3 for its weight and -1 for its bias, and what comes before gets -1 (2 + 1). */
static void test_shortcut_by_hand(void **state)
{
    (void)state;
    const uint8_t pixel = 2;
    const uint16_t label = 0;
    const uint32_t row = 0;
    nn_images images = {
        .pixels = &pixel, .labels = &label, .count = 1, .shape = {1, 1, 1}, .scale = 1};
    for (int plain = 0; plain < 2; plain++) {
        for (int relu = 0; relu < 2; relu++) { /* a ReLU behind the add changes nothing here */
            nn_error error;
            nn_metrics metrics = {0};
            nn_model *model = model_new(relu ? "dense 1\nshortcut\ndense 1\nadd\nrelu\ndense 2"
                                             : "dense 1\nshortcut\ndense 1\nadd\ndense 2",
                                        images.shape);
            set(model, 0, 2, (float[]){1.5f, 0});
            set(model, 2, 2, (float[]){2, 1});
            set(model, 4 + relu, 4, (float[]){1, -1, -10, 10});
            const float outputs[] = {3, 3, 7, 10, 10};
            float out;
            for (int layer = 0; layer < 4 + relu; layer++) {
                assert_int_equal(nn_model_activation(model, &images, 0, layer, &out, &error), 0);
                expect(&out, 1, &outputs[layer]);
            }
            nn_trainer_options options = nn_trainer_defaults();
            options.plain = plain;
            nn_trainer *trainer = trainer_new(model, options);
            assert_int_equal(nn_trainer_step(trainer, &images, &row, 1, 0, &metrics, &error), 0);
            assert_true(fabs(metrics.loss - log(2)) < 1e-6);
            expect(nn_trainer_gradient(trainer, 4 + relu), 4, (float[]){-5, 5, -0.5f, 0.5f});
            expect(nn_trainer_gradient(trainer, 2), 2, (float[]){-3, -1});
            expect(nn_trainer_gradient(trainer, 0), 2, (float[]){-6, -3});
            nn_trainer_free(trainer);
            nn_model_free(model);
        }
    }
}

/* Two channels of four pixels: means 3 and 10. With both logits 0 the mean of channel 0 gets a
 * gradient of -1, each pixel of it a quarter of that, and the weight (1 + 2 + 3 + 6) / -4. */
static void test_average_by_hand(void **state)
{
    (void)state;
    const uint8_t pixels[] = {1, 5, 2, 15, 3, 20, 6, 0}; /* [2][2][2] */
    const uint16_t label = 0;
    const uint32_t row = 0;
    nn_error error;
    nn_metrics metrics = {0};
    nn_images images = {
        .pixels = pixels, .labels = &label, .count = 1, .shape = {2, 2, 2}, .scale = 1};
    for (int relu = 0; relu < 2; relu++) { /* of positive values: no change */
        nn_model *model =
            model_new(relu ? "conv 2 1x1\nrelu\navgpool\ndense 2" : "conv 2 1x1\navgpool\ndense 2",
                      images.shape);
        set(model, 0, 6, (float[]){1, 0, 0, 1, 0, 0}); /* [C][F] and biases: as it is */
        set(model, 2 + relu, 6, (float[]){1, 0, -1, 0, -3, 3});
        float means[2];
        assert_int_equal(nn_model_activation(model, &images, 0, 1 + relu, means, &error), 0);
        expect(means, 2, (float[]){3, 10});
        nn_trainer *trainer = trainer_new(model, nn_trainer_defaults());
        assert_int_equal(nn_trainer_step(trainer, &images, &row, 1, 0, &metrics, &error), 0);
        expect(nn_trainer_gradient(trainer, 2 + relu), 4, (float[]){-1.5f, -5, 1.5f, 5});
        /* [C][F]: channel 0's pixels, then channel 1's, times -1/4, for filter 0 only */
        expect(nn_trainer_gradient(trainer, 0), 6, (float[]){-3, 0, -10, 0, -1, 0});
        nn_trainer_free(trainer);
        nn_model_free(model);
    }
}

static void test_activation_errors(void **state)
{
    (void)state;
    nn_error error;
    float out[784];
    nn_images images = digits_new(3, shape, 1);
    nn_model *model = model_new("flatten\ndropout 0.5\ndense 10", shape);
    /* Layers that change nothing, before any that does: the image itself. */
    assert_int_equal(nn_model_activation(model, &images, 2, 1, out, &error), 0);
    for (int i = 0; i < 784; i++) {
        assert_true(fabsf(out[i] - (float)images.pixels[2 * 784 + i] / 255) < 1e-6f);
    }
    assert_int_equal(nn_model_activation(model, &images, 2, 3, out, &error), NN_ERROR_INPUT);
    assert_string_equal(error.text, "layer 3, expected 0 to 2");
    assert_int_equal(nn_model_activation(model, &images, 2, -1, out, &error), NN_ERROR_INPUT);
    assert_int_equal(nn_model_activation(model, &images, 3, 0, out, &error), NN_ERROR_INPUT);
    assert_string_equal(error.text, "image 3, expected less than 3");
    images.shape.w = 27;
    assert_int_equal(nn_model_activation(model, &images, 0, 0, out, &error), NN_ERROR_INPUT);
    assert_string_equal(error.text, "images of 28x27x1, expected 28x28x1");
    nn_model_free(model);
    digits_free(&images);
}

/* ---------------------------------------------------------------- training */

static void train(nn_trainer *trainer, const nn_images *images, int from, int to)
{
    nn_error error;
    nn_metrics metrics = {0};
    uint32_t rows[BATCH];
    for (int step = from; step < to; step++) {
        for (uint32_t i = 0; i < BATCH; i++) {
            rows[i] = ((uint32_t)step * 31 + i) % COUNT;
        }
        int n = step % 3 == 2 ? BATCH - 10 : BATCH;
        if (nn_trainer_step(trainer, images, rows, n, 1e-3f, &metrics, &error)) {
            fail_msg("%s", error.text);
        }
    }
}

/* The weights after some steps, as saved; resumed: in another trainer after half of them. */
static unsigned char *trained(const nn_images *images, nn_trainer_options options, int resumed)
{
    nn_error error;
    nn_model *model = model_new(residual, shape);
    nn_model_initialise(model, 1);
    nn_trainer *trainer = trainer_new(model, options);
    size_t size = nn_model_size(model), rest = nn_trainer_size(trainer);
    unsigned char *bytes = malloc(size + rest);
    assert_non_null(bytes);
    train(trainer, images, 0, 3);
    if (resumed) {
        nn_model_save(model, bytes);
        nn_trainer_save(trainer, bytes + size);
        nn_trainer_free(trainer);
        nn_model_free(model);
        model = model_new(residual, shape);
        trainer = trainer_new(model, options);
        assert_int_equal(nn_model_load(model, bytes, size, &error), 0);
        assert_int_equal(nn_trainer_load(trainer, bytes + size, rest, &error), 0);
    }
    train(trainer, images, 3, 6);
    nn_model_save(model, bytes);
    nn_trainer_free(trainer);
    nn_model_free(model);
    return bytes;
}

static void test_threads_do_not_matter(void **state)
{
    (void)state;
    nn_images images = digits_new(COUNT, shape, 3);
    nn_model *model = model_new(residual, shape);
    size_t size = nn_model_size(model);
    for (int variant = 0; variant < 2 * ISAS; variant++) {
        nn_trainer_options options = nn_trainer_defaults();
        options.batch = BATCH;
        options.isa = isas[variant / 2];
        options.plain = variant % 2;
        if (!nn_isa_usable(options.isa)) {
            continue;
        }
        options.threads = 1;
        unsigned char *wanted = trained(&images, options, 0);
        for (int threads = 2; threads <= 8; threads += 3) {
            options.threads = threads;
            unsigned char *got = trained(&images, options, threads == 5);
            assert_memory_equal(got, wanted, size);
            free(got);
        }
        options.seed++; /* of dropout: it reaches the weights */
        unsigned char *other = trained(&images, options, 0);
        assert_memory_not_equal(other, wanted, size);
        free(other);
        free(wanted);
    }
    nn_model_free(model);
    digits_free(&images);
}

/* Loss of the first batch with one weight moved by e; the same dropout each time. */
static double loss_with(const nn_images *images, int layer, size_t at, float e, float *gradient)
{
    nn_error error;
    nn_metrics metrics = {0};
    uint32_t rows[16];
    nn_model *model = model_new(residual, shape);
    nn_model_initialise(model, 4);
    model->values[model->layers[layer].offset + at] += e;
    nn_trainer_options options = nn_trainer_defaults();
    options.threads = 1;
    nn_trainer *trainer = trainer_new(model, options);
    for (uint32_t i = 0; i < 16; i++) {
        rows[i] = i;
    }
    assert_int_equal(nn_trainer_step(trainer, images, rows, 16, 0, &metrics, &error), 0);
    *gradient = nn_trainer_gradient(trainer, layer)[at];
    nn_trainer_free(trainer);
    nn_model_free(model);
    return metrics.loss / 16;
}

/* Central differences of the trainer itself, as the oracle knows no dropout. The images are noise:
 * of a digit's background many equal values would cross the kink of a ReLU together. */
static void test_gradient_through_dropout(void **state)
{
    (void)state;
    nn_images images = digits_new(COUNT, shape, 3);
    nn_random random = nn_random_new(2, 2);
    for (size_t i = 0; i < COUNT * 784; i++) {
        ((uint8_t *)images.pixels)[i] = (uint8_t)nn_random_below(&random, 256);
    }
    const int layers[] = {0, 5, 13, 18}; /* the convolutions before and in the two blocks */
    int alive = 0, right = 0;
    for (int t = 0; t < 40; t++) {
        int layer = layers[t % 4];
        size_t at = nn_random_below(&random, layer ? 576 : 72);
        float gradient, ignored;
        loss_with(&images, layer, at, 0, &gradient);
        double slope = (loss_with(&images, layer, at, 1e-3f, &ignored) -
                        loss_with(&images, layer, at, -1e-3f, &ignored)) /
                       2e-3;
        alive += fabsf(gradient) > 1e-3f;
        right += fabs(slope - (double)gradient) < 0.03 * fabs((double)gradient) + 4e-4;
    }
    assert_true(alive > 20);
    assert_true(right >= 36); /* a step may cross a kink of a ReLU */
    digits_free(&images);
}

/* Twenty images are learnt by heart; saved and loaded, the net says the same, and so do the logits
 * of its last layer. */
static void test_overfits_and_predicts(void **state)
{
    (void)state;
    nn_error error;
    uint32_t rows[20];
    float probabilities[200], again[200], logits[10];
    nn_images images = digits_new(COUNT, shape, 3);
    nn_model *model = model_new(residual, shape), *copy = model_new(residual, shape);
    nn_model_initialise(model, 42);
    nn_trainer *trainer = trainer_new(model, nn_trainer_defaults());
    nn_metrics first = {0}, last = {0};
    for (uint32_t i = 0; i < 20; i++) {
        rows[i] = i;
    }
    for (int step = 0; step < 300; step++) {
        last = (nn_metrics){0};
        assert_int_equal(nn_trainer_step(trainer, &images, rows, 20, 3e-3f, &last, &error), 0);
        first = step == 0 ? last : first;
    }
    assert_true(first.loss / 20 > 1);
    assert_true(last.loss / 20 < 0.05);
    nn_predictor *predictor = nn_predictor_new(model, 20, 1, NN_ISA_BEST, &error);
    assert_non_null(predictor);
    assert_int_equal(nn_predictor_run(predictor, &images, rows, 20, probabilities, &error), 0);
    assert_int_equal(nn_metrics_of(&images, rows, 20, probabilities, 10).correct, 20);
    nn_predictor_free(predictor);

    unsigned char *bytes = malloc(nn_model_size(model));
    assert_non_null(bytes);
    nn_model_save(model, bytes);
    assert_int_equal(nn_model_load(copy, bytes, nn_model_size(model), &error), 0);
    predictor = nn_predictor_new(copy, 7, 3, NN_ISA_BEST, &error);
    assert_non_null(predictor);
    assert_int_equal(nn_predictor_run(predictor, &images, rows, 20, again, &error), 0);
    nn_predictor_free(predictor);
    for (uint32_t i = 0; i < 20; i++) {
        expect(again + 10 * i, 10, probabilities + 10 * i);
        int layer = nn_model_layers(copy) - 1;
        assert_int_equal(nn_model_activation(copy, &images, i, layer, logits, &error), 0);
        for (int j = 0; j < 10; j++) {
            double ratio = log((double)again[10 * i] / (double)again[10 * i + (size_t)j]);
            assert_true(fabs(ratio - (double)(logits[0] - logits[j])) < 1e-3);
        }
    }
    free(bytes);
    nn_trainer_free(trainer);
    nn_model_free(model);
    nn_model_free(copy);
    digits_free(&images);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shortcut_by_hand),
        cmocka_unit_test(test_average_by_hand),
        cmocka_unit_test(test_activation_errors),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_gradient_through_dropout),
        cmocka_unit_test(test_overfits_and_predicts),
    };
    return cmocka_run_group_tests_name("residual", tests, NULL, NULL);
}
