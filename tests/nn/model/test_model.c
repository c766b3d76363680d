/* test_model.c: models from text, their counts and errors, initial weights, saving and loading. */
#include "tests/unit/net.h"

#include "tests/unit/digits.h"

static const nn_shape digit = {28, 28, 1};

/* Counts as Keras shows them. */
static void test_parameter_counts(void **state)
{
    (void)state;
    const struct {
        const char *net;
        size_t parameters, trainable;
    } counts[] = {
        {"baseline", 421642, 421642},
        {"batchnorm", 538346, 538346 - 1472},
        {"mlp", 570506, 570506 - 1536},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        nn_model *model = model_new(net_text(counts[i].net), digit);
        size_t trainable, sum = 0;
        assert_int_equal(nn_model_parameters(model, &trainable), counts[i].parameters);
        assert_int_equal(trainable, counts[i].trainable);
        for (int j = 0; j < nn_model_layers(model); j++) {
            sum += nn_model_layer(model, j).parameters;
        }
        assert_int_equal(sum, counts[i].parameters);
        assert_int_equal(nn_model_classes(model), 10);
        nn_model_free(model);
    }
}

static void test_shapes(void **state)
{
    (void)state;
    nn_model *model = model_new("# a net\n\n  conv 8 5x5 same stride 2 # halves\r\n"
                                "\tbatchnorm epsilon 1e-5 momentum 0.9\nmaxpool 3\nflatten\n"
                                "conv 3 1x1 valid\ndense 7\n shortcut\ndense 7\nadd\navgpool",
                                (nn_shape){13, 28, 2});
    const struct {
        const char *kind, *text;
        int line;
        nn_shape out;
        size_t parameters;
        double macs;
    } wanted[] = {
        {"conv", "conv 8 5x5 same stride 2", 3, {7, 14, 8}, 408, 25.0 * 2 * 8 * 7 * 14},
        {"batchnorm", "batchnorm epsilon 1e-5 momentum 0.9", 4, {7, 14, 8}, 32, 0},
        {"maxpool", "maxpool 3", 5, {2, 4, 8}, 0, 0},
        {"flatten", "flatten", 6, {1, 1, 64}, 0, 0},
        {"conv", "conv 3 1x1 valid", 7, {1, 1, 3}, 195, 192},
        {"dense", "dense 7", 8, {1, 1, 7}, 28, 21},
        {"shortcut", "shortcut", 9, {1, 1, 7}, 0, 0},
        {"dense", "dense 7", 10, {1, 1, 7}, 56, 49},
        {"add", "add", 11, {1, 1, 7}, 0, 0},
        {"avgpool", "avgpool", 12, {1, 1, 7}, 0, 0},
    };
    assert_int_equal(nn_model_layers(model), 10);
    for (int i = 0; i < 10; i++) {
        nn_layer_info layer = nn_model_layer(model, i);
        assert_string_equal(layer.kind, wanted[i].kind);
        assert_string_equal(layer.text, wanted[i].text);
        assert_int_equal(layer.line, wanted[i].line);
        assert_memory_equal(&layer.out, &wanted[i].out, sizeof layer.out);
        assert_int_equal(layer.parameters, wanted[i].parameters);
        assert_true(layer.macs == wanted[i].macs);
        assert_int_equal(strlen(nn_layer_path(model, i, NN_ISA_BEST)) > 0, i == 0 || i == 4);
    }
    nn_model_free(model);
}

static void test_text_errors(void **state)
{
    (void)state;
    const struct {
        const char *text, *message;
    } bad[] = {
        {"", "the model has no layer"},
        {"# nothing\n\n", "the model has no layer"},
        {"dense 10\n\nconvolution 3", "line 3: 'convolution 3': unknown layer, expected conv, "
                                      "dense, batchnorm, relu, maxpool, dropout, flatten, "
                                      "shortcut, add, avgpool or standardize"},
        {"relu\nstandardize\ndense 10",
         "line 2: 'standardize': it prepares the input, expected as the first layer"},
        {"standardize\n\nstandardize\ndense 10",
         "line 3: 'standardize': it prepares the input, expected as the first layer"},
        {"standardize 2\ndense 10", "line 1: 'standardize 2': '2' is not expected here"},
        {"standardize", "line 1: 'standardize': the model has no layer that computes anything, "
                        "expected one such as dense"},
        {"standardize\nflatten\ndropout 0.5", "line 3: 'dropout 0.5': the model has no layer that "
                                              "computes anything, expected one such as dense"},
        {"conv", "line 1: 'conv': expected the number of filters"},
        {"conv x 3x3", "line 1: 'conv x 3x3': the number of filters is 'x', expected a whole "
                       "number from 1 to 65536"},
        {"conv 0 3x3", "line 1: 'conv 0 3x3': the number of filters is '0', expected a whole "
                       "number from 1 to 65536"},
        {"conv 8", "line 1: 'conv 8': expected the kernel's size, such as 3x3"},
        {"conv 8 3", "line 1: 'conv 8 3': the kernel is '3', expected KxK with K from 1 to 31"},
        {"conv 8 3x4",
         "line 1: 'conv 8 3x4': the kernel is '3x4', expected KxK with K from 1 to 31"},
        {"conv 8 2x2 same", "line 1: 'conv 8 2x2 same': 'same' needs an odd kernel, got 2x2"},
        {"conv 8 3x3 same valid", "line 1: 'conv 8 3x3 same valid': 'valid' is not expected here"},
        {"conv 8 3x3 stride", "line 1: 'conv 8 3x3 stride': expected the stride"},
        {"conv 8 3x3 stride 0", "line 1: 'conv 8 3x3 stride 0': the stride is '0', expected a "
                                "whole number from 1 to 31"},
        {"conv 8 29x29", "line 1: 'conv 8 29x29': the kernel does not fit into its input of "
                         "28x28x1"},
        {"relu\nmaxpool 15\nmaxpool 2",
         "line 3: 'maxpool 2': the window does not fit into its input of 1x1x1"},
        {"maxpool 16", "line 1: 'maxpool 16': the window is '16', expected a whole number from 1 "
                       "to 15"},
        {"dense 10 relu", "line 1: 'dense 10 relu': 'relu' is not expected here"},
        {"dense 9999999999", "line 1: 'dense 9999999999': the number of outputs is '9999999999', "
                             "expected a whole number from 1 to 65536"},
        {"dropout 1", "line 1: 'dropout 1': the probability is '1', expected a number from 0 to "
                      "below 1"},
        {"dropout nan", "line 1: 'dropout nan': the probability is 'nan', expected a number from "
                        "0 to below 1"},
        {"batchnorm momentum 2", "line 1: 'batchnorm momentum 2': the momentum is '2', expected a "
                                 "number from 0 to below 1"},
        {"batchnorm 0.9", "line 1: 'batchnorm 0.9': '0.9' is not expected here"},
        {"conv 65536 3x3 same", "line 1: 'conv 65536 3x3 same': 655360 parameters and 51380224 "
                                "outputs are more than can be handled"},
        {"dense 1", "line 1: 'dense 1': 1 values come out of the last layer, expected one for "
                    "each of 2 to 1024 classes"},
        {"conv 10 3x3", "line 1: 'conv 10 3x3': 6760 values come out of the last layer, expected "
                        "one for each of 2 to 1024 classes"},
        {"relu\nadd\ndense 10",
         "line 2: 'add': expected a shortcut on a line before that no other add closes"},
        {"shortcut\nrelu\nadd\nrelu\nadd\ndense 10",
         "line 5: 'add': expected a shortcut on a line before that no other add closes"},
        {"relu\nshortcut\nrelu\ndense 10", "line 2: 'shortcut': expected an add on a line behind"},
        {"shortcut\n\nshortcut # within\nrelu\nadd\ndense 10",
         "line 1: 'shortcut': expected an add on a line behind"},
        {"relu\nshortcut\nconv 4 3x3\nadd\ndense 10",
         "line 4: 'add': its input is 26x26x4, expected 28x28x1 as the shortcut of line 2 keeps"},
        {"shortcut\nshortcut\nrelu\nadd\nflatten\nadd\ndense 10",
         "line 6: 'add': its input is 1x1x784, expected 28x28x1 as the shortcut of line 1 keeps"},
        {"shortcut\n# nothing\nadd\ndense 10",
         "line 3: 'add': expected a layer between it and the shortcut of line 1"},
        {"shortcut 2\nrelu\nadd", "line 1: 'shortcut 2': '2' is not expected here"},
        {"avgpool 2", "line 1: 'avgpool 2': '2' is not expected here"},
        {"flatten",
         "line 1: 'flatten': the model has no layer that computes anything, expected one "
         "such as dense"},
        {"dropout 0.5\nflatten # twice\n\ndropout 0.5",
         "line 4: 'dropout 0.5': the model has no layer that computes anything, expected one such "
         "as dense"},
        {"relu a b c d e f g h", "line 1: 'relu a b c d e f g h': too long, expected one layer"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        nn_error error = {0};
        assert_null(nn_model_new(bad[i].text, digit, &error));
        assert_int_equal(error.code, NN_ERROR_MODEL);
        assert_string_equal(error.text, bad[i].message);
    }
    nn_error error;
    assert_null(nn_model_new("dense 10", (nn_shape){0, 28, 1}, &error));
    assert_int_equal(error.code, NN_ERROR_MODEL);
    char many[(NN_MAX_LAYERS + 1) * 5 + 1] = "";
    for (int i = 0; i <= NN_MAX_LAYERS; i++) {
        strcat(many, "relu\n");
    }
    assert_null(nn_model_new(many, digit, &error));
    assert_string_equal(error.text, "line 129: more than 128 layers");
}

/* A table of numbers is 1 x 1 x its columns, and may have more of them than an image channels. */
static void test_tables_of_numbers(void **state)
{
    (void)state;
    nn_error error;
    assert_null(nn_model_new("relu\nconv 8 3x3 same\ndense 3", (nn_shape){1, 1, 13}, &error));
    assert_int_equal(error.code, NN_ERROR_MODEL);
    assert_string_equal(error.text,
                        "line 2: 'conv 8 3x3 same': a convolution needs an image; this input is "
                        "1x1x13, a table of numbers without neighbours, expected dense");
    assert_null(nn_model_new("conv 8 1x1\ndense 3", (nn_shape){1, 1, 13}, &error));
    assert_null(nn_model_new("dense 3", (nn_shape){1, 2, 65}, &error));
    assert_null(nn_model_new("dense 3", (nn_shape){1, 1, 65537}, &error));
    assert_string_equal(error.text, "the input is 1x1x65537, expected 1 to 4096 rows and columns "
                                    "and 1 to 64 channels, or 1x1 with up to 65536");
    nn_model_free(model_new("dense 3", (nn_shape){1, 1, 65536}));
    nn_model_free(model_new("batchnorm\ndense 30\nrelu\ndropout 0.1\nshortcut\ndense 30\nadd\n"
                            "flatten\ndense 3",
                            (nn_shape){1, 1, 65}));
}

/* The way in which a layer is computed is asked for an instruction set. */
static void test_paths(void **state)
{
    (void)state;
    nn_model *model = model_new("conv 32 3x3\nrelu\nconv 32 3x3\nrelu\nmaxpool 2\nconv 64 3x3\n"
                                "relu\nconv 8 5x5\ndense 10",
                                digit);
    static const char *const paths[] = {"direct",    "", "sparse", "", "",
                                        "winograd4", "", "im2col", ""};
    const nn_isa isas[] = {NN_ISA_BEST, NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
    for (int i = 0; i < nn_model_layers(model); i++) {
        for (int j = 0; j < 4; j++) { /* one that this machine does not have counts as the best */
            assert_string_equal(nn_layer_path(model, i, isas[j]), paths[i]);
        }
    }
    nn_model_free(model);
}

static void moments(const float *values, size_t n, double *mean, double *deviation, double *most)
{
    double sum = 0, squares = 0;
    *most = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
        *most = fmax(*most, fabs((double)values[i]));
    }
    *mean = sum / (double)n;
    *deviation = sqrt(squares / (double)n - *mean * *mean);
}

static void test_initial_weights(void **state)
{
    (void)state;
    nn_model *model = model_new("conv 64 3x3 same\nbatchnorm\nrelu\nmaxpool 2\nconv 48 3x3 same\n"
                                "dropout 0.5\ndense 100",
                                (nn_shape){8, 8, 16});
    double mean, deviation, most;
    nn_model_initialise(model, 42);
    /* He normal, although BatchNorm stands between it and the ReLU: sqrt(2 / (9 16)). */
    const float *w = nn_model_weights(model, 0);
    moments(w, 9 * 16 * 64, &mean, &deviation, &most);
    assert_true(fabs(mean) < 5 * 0.118 / 96);
    assert_true(fabs(deviation - sqrt(2.0 / 144)) < 0.003);
    assert_true(most > 3 * deviation); /* it has a normal's tails */
    for (int i = 0; i < 64; i++) {
        assert_true(w[9 * 16 * 64 + i] == 0);
        assert_true(nn_model_weights(model, 1)[i] == 1);
        assert_true(nn_model_weights(model, 1)[64 + i] == 0);
        assert_true(nn_model_weights(model, 1)[128 + i] == 0);
        assert_true(nn_model_weights(model, 1)[192 + i] == 1);
    }
    /* Glorot uniform: limit sqrt(6 / (fan in + fan out)), deviation limit / sqrt(3). */
    double limit = sqrt(6.0 / (9 * 64 + 9 * 48));
    moments(nn_model_weights(model, 4), 9 * 64 * 48, &mean, &deviation, &most);
    assert_true(most <= limit && most > 0.999 * limit);
    assert_true(fabs(deviation - limit / sqrt(3)) < 0.001);
    limit = sqrt(6.0 / (768 + 100));
    moments(nn_model_weights(model, 6), 76800, &mean, &deviation, &most);
    assert_true(most <= limit && most > 0.999 * limit);

    float first = w[0];
    nn_model_initialise(model, 43);
    assert_true(w[0] != first);
    nn_model_initialise(model, 42);
    assert_true(w[0] == first);
    nn_model_free(model);
}

static void test_save_and_load(void **state)
{
    (void)state;
    nn_error error;
    nn_model *model = model_new(net_text("batchnorm"), digit);
    nn_model *copy = model_new(net_text("batchnorm"), digit);
    nn_model_initialise(model, 1);
    size_t size = nn_model_size(model);
    unsigned char *bytes = malloc(2 * size);
    assert_non_null(bytes);
    nn_model_save(model, bytes);
    assert_memory_equal(bytes, "NNWEIGHT", 8);
    /* The first weight follows the header of 32 bytes, its lowest byte first. */
    uint32_t bits;
    memcpy(&bits, nn_model_weights(model, 0), 4);
    assert_int_equal(bytes[32] | bytes[33] << 8 | bytes[34] << 16 | (uint32_t)bytes[35] << 24,
                     bits);
    assert_int_equal(nn_model_load(copy, bytes, size, &error), NN_OK);
    for (int i = 0; i < nn_model_layers(model); i++) {
        assert_memory_equal(nn_model_weights(model, i), nn_model_weights(copy, i),
                            nn_model_layer(model, i).parameters * sizeof(float));
    }
    nn_model_save(copy, bytes + size);
    assert_memory_equal(bytes, bytes + size, size);

    nn_model_free(model);
    nn_model_free(copy);
    free(bytes);
}

static void test_load_refuses(void **state)
{
    (void)state;
    nn_error error;
    nn_model *model = model_new("conv 8 3x3\nrelu\ndense 10", digit);
    nn_model *other = model_new("conv 8 3x3\ndense 10", digit); /* the same number of weights */
    size_t size = nn_model_size(model);
    unsigned char *bytes = malloc(size), *kept = malloc(size);
    assert_non_null(bytes);
    assert_non_null(kept);
    nn_model_initialise(model, 1);
    nn_model_initialise(other, 2);
    nn_model_save(model, kept);
    nn_model_save(other, bytes);
    assert_int_equal(nn_model_load(model, bytes, size, &error), NN_ERROR_FORMAT);
    assert_string_equal(error.text, "weights of a model with other layers, of 54170 parameters, "
                                    "expected those of this one, of 54170");
    nn_model_save(model, bytes);
    assert_int_equal(nn_model_load(model, bytes, size - 4, &error), NN_ERROR_FORMAT);
    assert_int_equal(nn_model_load(model, bytes, 31, &error), NN_ERROR_FORMAT);
    assert_int_equal(nn_model_load(model, bytes, 0, &error), NN_ERROR_FORMAT);
    bytes[8] = 9;
    assert_int_equal(nn_model_load(model, bytes, size, &error), NN_ERROR_FORMAT);
    assert_string_equal(error.text, "weights of format 9, expected 1");
    bytes[0] = 'x';
    assert_int_equal(nn_model_load(model, bytes, size, &error), NN_ERROR_FORMAT);
    nn_model_save(model, bytes);
    assert_memory_equal(bytes, kept, size); /* nothing has changed */
    nn_model_free(model);
    nn_model_free(other);
    free(bytes);
    free(kept);
}

static uint64_t fingerprint_of(const char *text)
{
    nn_model *model = model_new(text, digit);
    unsigned char *bytes = malloc(nn_model_size(model));
    assert_non_null(bytes);
    nn_model_save(model, bytes);
    uint64_t fingerprint = 0;
    for (int i = 7; i >= 0; i--) {
        fingerprint = fingerprint << 8 | bytes[16 + i];
    }
    nn_model_free(model);
    free(bytes);
    return fingerprint;
}

/* Weights that were saved before stay loadable, and those of one wiring do not fit another. */
static void test_fingerprints(void **state)
{
    (void)state;
    const struct {
        const char *net;
        uint64_t fingerprint;
    } saved[] = {{"baseline", 0x2c3f18e70b5e938d},
                 {"baseline-bn", 0x91bfbd792d365de7},
                 {"batchnorm", 0xe980a187d46cf4a8},
                 {"mlp", 0x2f4766605f012cd8},
                 {"quick", 0xabf7e5325d0791dc}};
    for (size_t i = 0; i < sizeof saved / sizeof saved[0]; i++) {
        assert_true(fingerprint_of(net_text(saved[i].net)) == saved[i].fingerprint);
    }
    const char *const wirings[] = {
        "conv 4 3x3 same\nconv 4 3x3 same\nconv 4 3x3 same\navgpool\ndense 10",
        "conv 4 3x3 same\nconv 4 3x3 same\nconv 4 3x3 same\navgpool\nrelu\ndense 10",
        "conv 4 3x3 same\nconv 4 3x3 same\nconv 4 3x3 same\nmaxpool 15\ndense 10",
        "conv 4 3x3 same\nshortcut\nconv 4 3x3 same\nadd\nconv 4 3x3 same\navgpool\ndense 10",
        "conv 4 3x3 same\nconv 4 3x3 same\nshortcut\nconv 4 3x3 same\nadd\navgpool\ndense 10",
        "conv 4 3x3 same\nshortcut\nconv 4 3x3 same\nconv 4 3x3 same\nadd\navgpool\ndense 10",
    };
    enum { WIRINGS = sizeof wirings / sizeof wirings[0] };
    for (int i = 0; i < WIRINGS; i++) {
        for (int j = 0; j < i; j++) {
            assert_true(fingerprint_of(wirings[i]) != fingerprint_of(wirings[j]));
        }
    }
}

static void test_isa_names(void **state)
{
    (void)state;
    nn_isa isa = NN_ISA_BEST;
    assert_int_equal(nn_isa_parse("plain", &isa), NN_OK);
    assert_int_equal(isa, NN_ISA_PLAIN);
    assert_int_equal(nn_isa_parse("sse9", &isa), NN_ERROR_INPUT);
    assert_int_equal(isa, NN_ISA_PLAIN);
    assert_int_equal(nn_isa_parse(nn_isa_name(nn_isa_best()), &isa), NN_OK);
    assert_int_equal(isa, nn_isa_best());
    assert_true(nn_threads_available() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameter_counts),  cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_text_errors),       cmocka_unit_test(test_initial_weights),
        cmocka_unit_test(test_save_and_load),     cmocka_unit_test(test_load_refuses),
        cmocka_unit_test(test_tables_of_numbers), cmocka_unit_test(test_paths),
        cmocka_unit_test(test_fingerprints),      cmocka_unit_test(test_isa_names),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
