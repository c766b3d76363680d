/* test_gradient.c: the trainer's gradients, losses and running statistics, and the predictor's
 * probabilities and activations, against a net in double precision; and that net against central
 * differences. */
#include "tests/unit/unit.h"

#include "nn/kernels/isa.h"
#include "tests/unit/digits.h"
#include "tests/unit/ref_net.h"

static const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof isas[0] };

/* Nets that meet every operation, alone and fused, in every neighbourhood. */
static const struct {
    const char *text;
    nn_shape input;
    int n;
} nets[] = {
    {"dense 7\nrelu\ndense 10", {5, 4, 1}, 9},
    {"dense 200\nrelu\nbatchnorm\ndense 120\nbatchnorm\nrelu\ndense 10", {12, 12, 1}, 33},
    {"conv 5 3x3 same\nrelu\nmaxpool 2\nconv 6 3x3\nrelu\nmaxpool 2\ndense 10", {13, 15, 1}, 11},
    {"conv 17 3x3\nrelu\nbatchnorm\nconv 18 3x3\nrelu\nmaxpool 2\ndense 10", {12, 12, 2}, 17},
    {"conv 8 3x3 same\nbatchnorm\nrelu\nmaxpool 2\nconv 24 3x3 same\nbatchnorm\nmaxpool 2\n"
     "relu\ndense 24\nbatchnorm\nrelu\ndense 10",
     {14, 11, 1},
     19},
    {"batchnorm\nconv 6 5x5 same stride 2\nbatchnorm\nmaxpool 2\nconv 4 1x1\nrelu\nmaxpool 3\n"
     "flatten\nbatchnorm\ndense 10\nrelu",
     {24, 24, 3},
     8},
    {"relu\nmaxpool 2\nrelu\nconv 4 2x2\nmaxpool 2\nrelu\nrelu\nbatchnorm\nrelu\nbatchnorm\nconv "
     "10 3x3",
     {16, 16, 1},
     5},
    {"conv 8 3x3 same stride 2\nrelu\ndropout 0\nbatchnorm momentum 0.5 epsilon 1e-5\nrelu\n"
     "dropout 0\ndense 10\nbatchnorm",
     {10, 10, 1},
     12},
    {"conv 6 3x3 same\nrelu\nconv 7 3x3\nrelu\nconv 5 2x2\ndense 10", {9, 9, 2}, 13},
    {"conv 8 3x3 same\nbatchnorm\nrelu\nmaxpool 2\nconv 60 3x3\nbatchnorm\nrelu\nmaxpool 2\n"
     "dense 10", /* several pieces in each slice, and gradients that live for one */
     {8, 8, 1},
     61},
    {"conv 16 3x3\nrelu\nconv 32 3x3 same\nrelu\nmaxpool 2\nconv 10 3x3\nrelu\nconv 50 3x3 same\n"
     "avgpool\ndense 10", /* dx of a whole slice for a convolution that takes it by pieces */
     {10, 10, 1},
     61},
    {"maxpool 2\ndropout 0\nconv 3 4x4\nmaxpool 3\nconv 10 2x2", {22, 23, 4}, 17},
    /* Residual blocks as they are commonly built: BatchNorm before and after, fused ReLUs, a
     * stride, an average instead of a large dense layer. */
    {"conv 8 3x3 same\nbatchnorm\nrelu\nshortcut\nconv 8 3x3 same\nbatchnorm\nrelu\n"
     "conv 8 3x3 same\nbatchnorm\nadd\nrelu\nmaxpool 2\nconv 16 3x3 same stride 2\nbatchnorm\n"
     "shortcut\nbatchnorm\nrelu\nconv 16 3x3 same\nadd\nrelu\nbatchnorm\navgpool\ndense 10",
     {14, 13, 1},
     19},
    /* A shortcut that gets the images, ReLU and dropout at both ends of a block, nested ones. */
    {"shortcut\nshortcut\nbatchnorm\ndropout 0\nadd\nconv 3 5x5 same\nrelu\nadd\nrelu\n"
     "conv 6 3x3\nrelu\nshortcut\nrelu\nconv 6 3x3 same\nbatchnorm\nrelu\ndropout 0\nadd\n"
     "dropout 0\nconv 12 1x1 stride 2\navgpool\nrelu\nshortcut\ndense 12\nshortcut\ndropout 0\n"
     "dense 12\nrelu\nadd\nbatchnorm\nadd\ndense 10",
     {9, 11, 3},
     21},
    /* An add on an add, a block that holds no arithmetic, a max-pool in a block, a large dense
     * layer in one, an add as the last layer. */
    {"conv 4 3x3 stride 2\nrelu\nshortcut\nconv 4 3x3 same\nshortcut\nconv 4 5x5 same\nrelu\nadd\n"
     "add\nshortcut\nmaxpool 1\nadd\navgpool\nshortcut\nshortcut\nflatten\nadd\nadd\n"
     "shortcut\ndense 80\nrelu\nshortcut\nbatchnorm\ndense 300\ndense 80\nadd\ndense 4\nadd\n"
     "dense 10\nshortcut\nrelu\ndense 10\nadd",
     {15, 12, 2},
     23},
    /* All strides and paddings of large and small kernels. */
    {"conv 8 5x5 stride 2\nbatchnorm\nrelu\nconv 9 3x3 same stride 2\nbatchnorm\nrelu\nshortcut\n"
     "conv 9 3x3 same\nadd\nconv 16 1x1 stride 2\nrelu\nconv 10 2x2 stride 2\navgpool",
     {27, 24, 1},
     33},
    {"conv 16 3x3 same stride 2\nrelu\nmaxpool 2\nconv 16 5x5 same stride "
     "3\nbatchnorm\nrelu\navgpool\n"
     "batchnorm\nrelu\ndense 10",
     {28, 28, 1},
     16},
    /* Behind a layer that wants no gradient: each kind that may come first. */
    {"standardize\ndense 30\nrelu\ndense 10", {1, 1, 200}, 13},
    {"standardize\ndropout 0\ndense 200\nbatchnorm\nrelu\ndense 10", {1, 1, 90}, 33},
    {"standardize\nconv 8 3x3 same\nrelu\nmaxpool 2\nconv 10 3x3\navgpool", {12, 10, 3}, 9},
    {"standardize\nshortcut\nconv 8 3x3 same\nbatchnorm\nadd\nrelu\navgpool\ndense 10",
     {9, 9, 8},
     17},
    {"standardize\nbatchnorm\nrelu\nshortcut\ndense 70\nadd\ndense 10", {1, 1, 70}, 11},
    {"standardize\nrelu\nmaxpool 2\nconv 10 1x1\navgpool", {8, 8, 2}, 5},
};
enum { NETS = sizeof nets / sizeof nets[0] };

typedef struct setup {
    nn_model *model;
    nn_images images;
    uint32_t rows[64];
    int n;
    size_t count; /* parameters */
    double *parameters;
} setup;

/* Fresh weights; gamma, beta, biases and running statistics are drawn too, so that none of them
 * hides behind a 0 or a 1. */
static setup setup_new(int net)
{
    nn_error error;
    setup s = {.n = nets[net].n};
    s.images = digits_new(64, nets[net].input, 7);
    assert_non_null(s.images.pixels);
    s.images.offset = -0.1f;
    s.model = nn_model_new(nets[net].text, nets[net].input, &error);
    if (!s.model) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(nn_model_classes(s.model), 10);
    nn_model_initialise(s.model, 5);
    nn_random random = nn_random_new(3, (uint64_t)net);
    for (int i = 0; i < s.model->count; i++) {
        const nn_layer *layer = &s.model->layers[i];
        float *w = s.model->values + layer->offset;
        size_t from = layer->decaying; /* gamma and beta, or the biases */
        for (size_t j = from; j < layer->parameters; j++) {
            w[j] += 0.5f * nn_random_uniform(&random) - 0.2f;
        }
    }
    for (uint32_t i = 0; i < 64; i++) {
        s.rows[i] = i;
    }
    nn_shuffle(&random, s.rows, 64);
    s.count = nn_model_parameters(s.model, NULL);
    s.parameters = malloc(s.count * sizeof(double));
    assert_non_null(s.parameters);
    ref_net_parameters(s.model, s.parameters);
    return s;
}

static void setup_free(setup *s)
{
    nn_model_free(s->model);
    digits_free(&s->images);
    free(s->parameters);
}

/* Entries at which the gradient is compared with (loss(w + e) - loss(w - e)) / 2e. Where a third
 * difference shows a kink of a ReLU or a max-pool between the two, the entry is passed over. */
static void test_oracle_against_central_differences(void **state)
{
    (void)state;
    for (int net = 0; net < NETS; net++) {
        setup s = setup_new(net);
        double *gradient = malloc(s.count * sizeof *gradient);
        assert_non_null(gradient);
        double size = 0;
        ref_net_loss(s.model, s.parameters, &s.images, s.rows, s.n, gradient, NULL);
        for (size_t i = 0; i < s.count; i++) {
            size = fmax(size, fabs(gradient[i]));
        }
        assert_true(size > 1e-3); /* a gradient of zeros would agree with anything dead */
        nn_random random = nn_random_new(11, (uint64_t)net);
        int compared = 0, tried = 60;
        for (int t = 0; t < tried; t++) {
            int layer;
            do {
                layer = (int)nn_random_below(&random, (uint32_t)s.model->count);
            } while (s.model->layers[layer].trainable == 0);
            size_t i = ref_net_offset(s.model, layer) +
                       nn_random_below(&random, (uint32_t)s.model->layers[layer].trainable);
            double slopes[2], kept = s.parameters[i];
            for (int half = 0; half < 2; half++) {
                double e = half ? 1e-6 : 2e-6;
                s.parameters[i] = kept + e;
                double up = ref_net_loss(s.model, s.parameters, &s.images, s.rows, s.n, NULL, NULL);
                s.parameters[i] = kept - e;
                double down =
                    ref_net_loss(s.model, s.parameters, &s.images, s.rows, s.n, NULL, NULL);
                slopes[half] = (up - down) / (2 * e);
                s.parameters[i] = kept;
            }
            if (fabs(slopes[0] - slopes[1]) < 1e-7 * size + 1e-8) {
                assert_true(fabs(slopes[1] - gradient[i]) < 1e-6 * size + 1e-8);
                compared++;
            }
        }
        assert_true(compared > tried / 2);
        free(gradient);
        setup_free(&s);
    }
}

static int is_batchnorm(const nn_model *model, int layer)
{
    return layer < model->count && strcmp(nn_model_layer(model, layer).kind, "batchnorm") == 0;
}

/* One step of the trainer: loss, gradient of each layer and running statistics. */
static void compare_step(int net, nn_isa isa, int plain, int threads)
{
    setup s = setup_new(net);
    nn_error error;
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = s.n + net % 3;
    options.threads = threads;
    options.isa = isa;
    options.plain = plain;
    nn_trainer *trainer = nn_trainer_new(s.model, &options, &error);
    assert_non_null(trainer);
    double *gradient = malloc(s.count * sizeof *gradient);
    double *running = malloc(s.count * sizeof *running);
    assert_non_null(gradient);
    assert_non_null(running);
    double loss = ref_net_loss(s.model, s.parameters, &s.images, s.rows, s.n, gradient, running);
    nn_metrics metrics = {0};
    assert_int_equal(nn_trainer_step(trainer, &s.images, s.rows, s.n, 0, &metrics, &error), 0);
    assert_int_equal(metrics.images, s.n);
    assert_true(fabs(metrics.loss / s.n - loss) < 2e-6 * loss);
    for (int i = 0; i < s.model->count; i++) {
        const nn_layer *layer = &s.model->layers[i];
        if (layer->parameters == 0) {
            continue;
        }
        size_t offset = ref_net_offset(s.model, i);
        const float *g = nn_trainer_gradient(trainer, i);
        /* A bias before BatchNorm has a gradient of exactly 0, and of rounding errors in floats. */
        int parts = layer->trainable == 0                                      ? 0
                    : is_batchnorm(s.model, i) || is_batchnorm(s.model, i + 1) ? 1
                                                                               : 2;
        size_t ends[] = {0, layer->weights, layer->trainable};
        for (int part = 0; part < parts; part++) {
            double distance = ref_distance(g + ends[part], gradient + offset + ends[part],
                                           ends[part + 1] - ends[part]);
            if (!(distance < 1e-5)) {
                fail_msg("net %d, %s, plain %d: '%s': gradient %d is off by %g", net,
                         nn_isa_name(isa), plain, layer->text, part, distance);
            }
        }
        assert_true(
            ref_distance(nn_model_weights(s.model, i), running + offset, layer->parameters) < 2e-6);
    }
    free(gradient);
    free(running);
    nn_trainer_free(trainer);
    setup_free(&s);
}

static void test_step_against_oracle(void **state)
{
    (void)state;
    for (int net = 0; net < NETS; net++) {
        for (int i = 0; i < ISAS; i++) {
            if (nn_isa_usable(isas[i])) {
                compare_step(net, isas[i], 0, 1 + i);
                compare_step(net, isas[i], 1, 2);
            }
        }
    }
}

static void test_predictor_against_oracle(void **state)
{
    (void)state;
    nn_error error;
    for (int net = 0; net < NETS; net++) {
        setup s = setup_new(net);
        double wanted[64 * 10];
        float got[64 * 10];
        ref_net_predict(s.model, s.parameters, &s.images, s.rows, 64, wanted);
        for (int i = 0; i < ISAS; i++) {
            if (!nn_isa_usable(isas[i])) {
                continue;
            }
            nn_predictor *predictor = nn_predictor_new(s.model, 7 + 30 * i, 2, isas[i], &error);
            assert_non_null(predictor);
            assert_int_equal(nn_predictor_run(predictor, &s.images, s.rows, 64, got, &error), 0);
            assert_true(ref_distance(got, wanted, 640) < 1e-5);
            nn_predictor_free(predictor);
        }
        setup_free(&s);
    }
}

/* Each layer's output, of images at both ends. */
static void test_activations_against_oracle(void **state)
{
    (void)state;
    nn_error error;
    for (int net = 0; net < NETS; net++) {
        setup s = setup_new(net);
        for (int layer = 0; layer < s.model->count; layer++) {
            size_t size = nn_shape_size(s.model->layers[layer].out);
            double *wanted = malloc(size * sizeof *wanted);
            float *got = malloc(size * sizeof *got);
            assert_non_null(wanted);
            assert_non_null(got);
            for (uint32_t row = 0; row < 64; row += 63) {
                ref_net_activation(s.model, s.parameters, &s.images, row, layer, wanted);
                assert_int_equal(nn_model_activation(s.model, &s.images, row, layer, got, &error),
                                 0);
                assert_true(ref_distance(got, wanted, size) < 1e-5);
            }
            free(wanted);
            free(got);
        }
        setup_free(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oracle_against_central_differences),
        cmocka_unit_test(test_step_against_oracle),
        cmocka_unit_test(test_predictor_against_oracle),
        cmocka_unit_test(test_activations_against_oracle),
    };
    return cmocka_run_group_tests_name("gradient", tests, NULL, NULL);
}
