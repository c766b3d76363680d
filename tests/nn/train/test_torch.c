/* test_torch.c: one training step of two nets against PyTorch's, to 1e-4. The numbers and the
 * formulas of images and weights are from tests/fixtures/make_torch_fixture.py. */
#include "tests/unit/unit.h"

#include "nn/base/random.h"
#include "nn/kernels/isa.h"
#include "nn/model/model.h"
#include "tests/fixtures/torch_step.h"

enum { BATCH = 12 };

static const char *const texts[][2] = {
    {"baseline", "conv 32 3x3 same\nrelu\nmaxpool 2\nconv 64 3x3 same\nrelu\nmaxpool 2\n"
                 "dense 128\nrelu\ndense 10\n"},
    {"batchnorm",
     "conv 32 3x3\nrelu\nbatchnorm\nconv 32 3x3\nrelu\nmaxpool 2\nconv 64 3x3\nrelu\nbatchnorm\n"
     "conv 64 3x3\nrelu\nmaxpool 2\nconv 128 3x3\nrelu\nbatchnorm\ndense 512\nrelu\nbatchnorm\n"
     "dense 256\nrelu\ndense 10\n"},
};

static int at_least_0(int x)
{
    return x > 0 ? x : 0;
}

static void draw_images(uint8_t *pixels, uint16_t *labels)
{
    for (int n = 0; n < BATCH; n++) {
        int label = (3 * n + n / 5) % 10;
        labels[n] = (uint16_t)label;
        for (int y = 0; y < 28; y++) {
            for (int x = 0; x < 28; x++) {
                int ax = x - 6 - label, ay = y - 8 - n % 5;
                int bx = x - 20 + label / 2, by = y - 19 + n % 3;
                int ink = at_least_0(330 - 12 * (ax * ax + ay * ay)) +
                          at_least_0(280 - 9 * (bx * bx + by * by));
                pixels[(n * 28 + y) * 28 + x] = (uint8_t)(ink < 255 ? ink : 255);
            }
        }
    }
}

static void draw(float *values, size_t count, int layer, int part, double low, double high,
                 double scale)
{
    uint64_t start = ((uint64_t)layer << 40) + ((uint64_t)part << 36);
    for (size_t i = 0; i < count; i++) {
        double unit = (double)(nn_random_mix(start + i) >> 44) / 1048576;
        values[i] = (float)(low + (high - low) * unit) * (float)scale;
    }
}

static void draw_weights(nn_model *model)
{
    for (int i = 0; i < model->count; i++) {
        const nn_layer *layer = &model->layers[i];
        float *w = model->values + layer->offset;
        size_t c = layer->weights;
        if (strcmp(layer->kind->word.word, "batchnorm") == 0) {
            draw(w, c, i, 0, 0.5, 1.5, 1);
            draw(w + c, c, i, 1, -0.5, 0.5, 1);
            draw(w + 2 * c, c, i, 2, -0.5, 0.5, 1);
            draw(w + 3 * c, c, i, 3, 0.5, 1.5, 1);
        } else if (layer->parameters) {
            double fan = (double)c / layer->units;
            draw(w, c, i, 0, -1, 1, sqrt(6 / fan));
            draw(w + c, (size_t)layer->units, i, 1, -1, 1, 0.125);
        }
    }
}

/* Where a tensor of a layer begins: weights, biases; or gamma, beta, running mean and variance. */
static size_t part_begin(const nn_layer *layer, int part)
{
    return (size_t)part * layer->weights;
}

static void compare(const char *net, const nn_model *model, const nn_trainer *trainer)
{
    int norms = 0, entries = 0;
    double greatest = 1;
    for (size_t i = 0; i < sizeof torch_norms / sizeof torch_norms[0]; i++) {
        if (strcmp(torch_norms[i].net, net) == 0) {
            const nn_layer *layer = &model->layers[torch_norms[i].layer];
            size_t begin = part_begin(layer, torch_norms[i].part);
            size_t end = torch_norms[i].part ? layer->trainable : layer->weights;
            const float *g = nn_trainer_gradient(trainer, torch_norms[i].layer);
            double squares = 0;
            for (size_t j = begin; j < end; j++) {
                squares += (double)g[j] * (double)g[j];
            }
            assert_true(fabs(sqrt(squares) - torch_norms[i].norm) < 1e-4 * torch_norms[i].norm);
            norms++;
        }
    }
    for (size_t i = 0; i < sizeof torch_entries / sizeof torch_entries[0]; i++) {
        if (strcmp(torch_entries[i].net, net) != 0) {
            continue;
        }
        int number = torch_entries[i].layer, part = torch_entries[i].part;
        size_t at = part_begin(&model->layers[number], part) + (size_t)torch_entries[i].index;
        double after = torch_entries[i].after;
        double got = (double)nn_model_weights(model, number)[at];
        for (size_t j = 0; j < sizeof torch_norms / sizeof torch_norms[0]; j++) {
            if (strcmp(torch_norms[j].net, net) == 0 && torch_norms[j].layer == number &&
                torch_norms[j].part == part) {
                greatest = torch_norms[j].greatest;
            }
        }
        double gradient = (double)nn_trainer_gradient(trainer, number)[at];
        assert_true(part > 1 || fabs(gradient - torch_entries[i].gradient) < 1e-4 * greatest);
        /* Adam moves by up to 1e-3: a ten-thousandth of that beside the rounding of the weight. */
        assert_true(fabs(got - after) < 1e-7 + 1e-7 * fabs(after) * (part > 1 ? 20 : 1));
        entries++;
    }
    assert_true(norms >= 8);
    assert_true(entries >= 40);
}

static void step_like_torch(int which, nn_isa isa, int plain)
{
    uint8_t pixels[BATCH * 784];
    uint16_t labels[BATCH];
    uint32_t rows[BATCH];
    draw_images(pixels, labels);
    for (uint32_t i = 0; i < BATCH; i++) {
        rows[i] = i;
    }
    nn_error error;
    nn_images images = {.pixels = pixels,
                        .labels = labels,
                        .count = BATCH,
                        .shape = {28, 28, 1},
                        .scale = 1 / 255.0f};
    nn_model *model = nn_model_new(texts[which][1], images.shape, &error);
    assert_non_null(model);
    draw_weights(model);
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = BATCH;
    options.isa = isa;
    options.plain = plain;
    nn_trainer *trainer = nn_trainer_new(model, &options, &error);
    assert_non_null(trainer);
    nn_metrics metrics = {0};
    assert_int_equal(nn_trainer_step(trainer, &images, rows, BATCH, 1e-3f, &metrics, &error), 0);
    assert_string_equal(torch_losses[which].net, texts[which][0]);
    double loss = torch_losses[which].loss;
    assert_true(fabs(metrics.loss / BATCH - loss) < 1e-5 * loss);
    compare(texts[which][0], model, trainer);
    nn_trainer_free(trainer);
    nn_model_free(model);
}

static void test_net(int which)
{
    const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
    for (size_t i = 0; i < sizeof isas / sizeof isas[0]; i++) {
        if (nn_isa_usable(isas[i])) {
            step_like_torch(which, isas[i], 0);
            step_like_torch(which, isas[i], 1);
        }
    }
}

static void test_baseline(void **state)
{
    (void)state;
    test_net(0);
}

static void test_batchnorm(void **state)
{
    (void)state;
    test_net(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_baseline),
        cmocka_unit_test(test_batchnorm),
    };
    return cmocka_run_group_tests_name("torch", tests, NULL, NULL);
}
