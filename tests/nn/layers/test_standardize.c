/* test_standardize.c: the layer standardize: what it makes of gaps, constants and wild values, and
 * that training leaves its numbers alone. What those are is tested in model/test_fit.c; how it and
 * the layers behind it compute is compared with the oracle in test_gradient.c. */
#include "tests/unit/net.h"

#include "nn/kernels/kernels.h"
#include "nn/model/model.h"
#include "tests/unit/digits.h"

static const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof isas[0], ROWS = 100, COLUMNS = 90, CLASSES = 3 };

static const char net[] = "standardize\ndense 200\nbatchnorm\nrelu\ndropout 0.1\ndense 3";

/* ---------------------------------------------------------------- what comes out */

static void test_values_by_hand(void **state)
{
    (void)state;
    enum { C = 10 };
    const float w[2 * C] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0};
    const float x[C] = {7, -1, 3, NAN, 22.9f, 23.1f, -3e38f, INFINITY, 5, NAN};
    const float wanted[C] = {2, -2, 0, 0, (22.9f - 3) / 2, 10, -10, 10, 0, 0};
    nn_error error;
    float got[C];
    nn_images images = table_of(x, 1, C);
    nn_model *model = drawn_model("standardize\ndense 2", images.shape);
    memcpy(model->values + model->layers[0].offset, w, sizeof w);
    model->version++;
    assert_int_equal(nn_model_activation(model, &images, 0, 0, got, &error), 0);
    for (int j = 0; j < C; j++) {
        assert_true(got[j] == wanted[j]);
    }
    nn_model_free(model);
}

/* The same bits with all instruction sets, in place or not, many rows or one. */
static void test_kernels_agree(void **state)
{
    (void)state;
    enum { N = 3, C = 77 };
    float x[N * C], w[2 * C], wanted[N * C], got[N * C];
    nn_random random = nn_random_new(1, 1);
    for (int j = 0; j < C; j++) {
        w[j] = nn_random_normal(&random);
        w[C + j] = j % 9 ? fabsf(nn_random_normal(&random)) : 0;
    }
    for (int i = 0; i < N * C; i++) {
        x[i] = i % 7 ? 5 * nn_random_normal(&random) : NAN;
    }
    nn_kernels_for(NN_ISA_PLAIN)->standardize(N, C, w, w + C, 10, x, wanted);
    for (int i = 0; i < ISAS; i++) {
        if (!nn_isa_usable(isas[i])) {
            continue;
        }
        const nn_kernels *kernels = nn_kernels_for(isas[i]);
        memcpy(got, x, sizeof got);
        kernels->standardize(N, C, w, w + C, 10, got, got);
        assert_memory_equal(got, wanted, sizeof wanted);
        for (int r = 0; r < N; r++) {
            kernels->standardize(1, C, w, w + C, 10, x + r * C, got + r * C);
        }
        assert_memory_equal(got, wanted, sizeof wanted);
    }
}

/* ---------------------------------------------------------------- training */

/* A table with columns of all sizes, a tenth of it gaps; a class raises a third of the columns. */
static nn_images table_new(int rows, int columns)
{
    float *values = malloc((size_t)rows * (size_t)columns * sizeof *values);
    uint16_t *labels = malloc((size_t)rows * sizeof *labels);
    assert_non_null(values);
    assert_non_null(labels);
    nn_random random = nn_random_new(2, (uint64_t)columns);
    for (int i = 0; i < rows; i++) {
        labels[i] = (uint16_t)(i % CLASSES);
        for (int j = 0; j < columns; j++) {
            float value = nn_random_normal(&random) + (j % CLASSES == labels[i] ? 2.0f : 0);
            value = (value + 5) * powf(10, (float)(j % 9 - 4));
            values[i * columns + j] = nn_random_below(&random, 10) ? value : NAN;
        }
    }
    nn_images table = table_of(values, (size_t)rows, columns);
    table.labels = labels;
    return table;
}

/* Steps `from` to `to` of batches of 32 or fewer. */
static void train(nn_trainer *trainer, const nn_images *images, int from, int to)
{
    nn_error error;
    nn_metrics metrics = {0};
    uint32_t rows[32];
    for (int step = from; step < to; step++) {
        int n = step % 3 == 2 ? 21 : 32;
        for (int i = 0; i < n; i++) {
            rows[i] = (uint32_t)((size_t)(step * 31 + i) % images->count);
        }
        if (nn_trainer_step(trainer, images, rows, n, 1e-2f, &metrics, &error)) {
            fail_msg("%s", error.text);
        }
    }
}

/* All that could move a weight. */
static nn_trainer_options options_all(nn_optimizer optimizer, int threads)
{
    nn_trainer_options options = nn_trainer_defaults();
    options.optimizer = optimizer;
    options.threads = threads;
    options.weight_decay = 0.1f;
    options.clip = 0.5f;
    options.average = 0.9f;
    return options;
}

static void test_training_leaves_it_alone(void **state)
{
    (void)state;
    nn_images table = table_new(ROWS, COLUMNS);
    for (int i = 0; i < 6; i++) {
        nn_model *model = drawn_model(net, table.shape), *average = drawn_model(net, table.shape);
        float fitted[2 * COLUMNS];
        fit(model, &table, NULL, ROWS);
        memcpy(fitted, nn_model_weights(model, 0), sizeof fitted);
        nn_trainer_options options = options_all((nn_optimizer)(i % 3), 2);
        options.clip = i < 3 ? 0.5f : 0;
        nn_trainer *trainer = trainer_new(model, options);
        for (int step = 0; step < 12; step++) {
            train(trainer, &table, step, step + 1);
            nn_trainer_average(trainer, average);
            assert_memory_equal(nn_model_weights(average, 0), fitted, sizeof fitted);
        }
        assert_memory_equal(nn_model_weights(model, 0), fitted, sizeof fitted);
        size_t trainable, all = nn_model_parameters(model, &trainable);
        nn_layer_info layer = nn_model_layer(model, 0);
        assert_int_equal(layer.parameters, 2 * COLUMNS);
        assert_int_equal(layer.trainable, 0);
        assert_int_equal(all - trainable, 2 * COLUMNS + 2 * 200);
        nn_trainer_free(trainer);
        nn_model_free(model);
        nn_model_free(average);
    }
    digits_free(&table);
}

/* The layers behind cannot tell whether the layer or somebody else has standardized their input:
 * they begin alike and learn alike, to the last bit. */
static void test_layers_behind(void **state)
{
    (void)state;
    const struct {
        const char *rest;
        nn_shape shape;
    } cases[] = {{"dense 200\nrelu\ndense 3", {1, 1, COLUMNS}},
                 {"dense 30\nrelu\ndense 3", {1, 1, COLUMNS}},
                 {"shortcut\nbatchnorm\nrelu\nadd\ndense 3", {1, 1, COLUMNS}},
                 {"conv 4 3x3\nrelu\nmaxpool 2\ndense 3", {9, 10, 1}}};
    nn_error error;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[80];
        nn_images raw = table_new(ROWS, COLUMNS), ready = table_new(ROWS, COLUMNS);
        raw.shape = ready.shape = cases[i].shape;
        snprintf(text, sizeof text, "standardize\n%s", cases[i].rest);
        nn_model *with = drawn_model(text, raw.shape);
        snprintf(text, sizeof text, "dropout 0\n%s", cases[i].rest);
        nn_model *without = drawn_model(text, raw.shape);
        size_t offset = with->layers[1].offset,
               size = (with->floats - offset) * sizeof *with->values;
        fit(with, &raw, NULL, ROWS);
        for (uint32_t row = 0; row < ROWS; row++) {
            float *values = (float *)ready.values + row * COLUMNS;
            assert_int_equal(nn_model_activation(with, &raw, row, 0, values, &error), 0);
        }
        assert_memory_equal(with->values + offset, without->values, size);
        nn_trainer *a = trainer_new(with, options_all(NN_ADAMW, 2));
        nn_trainer *b = trainer_new(without, options_all(NN_ADAMW, 2));
        train(a, &raw, 0, 5);
        train(b, &ready, 0, 5);
        assert_memory_equal(with->values + offset, without->values, size);
        nn_trainer_free(a);
        nn_trainer_free(b);
        nn_model_free(with);
        nn_model_free(without);
        digits_free(&raw);
        digits_free(&ready);
    }
}

/* Weights and the trainer's state after some steps; resumed: in other hands after half of them. */
static unsigned char *trained(const nn_images *table, nn_trainer_options options, int resumed,
                              size_t *size)
{
    nn_error error;
    nn_model *model = drawn_model(net, table->shape);
    fit(model, table, NULL, ROWS);
    nn_trainer *trainer = trainer_new(model, options);
    size_t weights = nn_model_size(model), rest = nn_trainer_size(trainer);
    unsigned char *bytes = malloc(weights + rest);
    assert_non_null(bytes);
    train(trainer, table, 0, 4);
    if (resumed) {
        nn_model_save(model, bytes);
        nn_trainer_save(trainer, bytes + weights);
        nn_trainer_free(trainer);
        nn_model_free(model);
        model = drawn_model(net, table->shape);
        trainer = trainer_new(model, options);
        assert_int_equal(nn_model_load(model, bytes, weights, &error), 0);
        assert_int_equal(nn_trainer_load(trainer, bytes + weights, rest, &error), 0);
    }
    train(trainer, table, 4, 8);
    nn_model_save(model, bytes);
    nn_trainer_save(trainer, bytes + weights);
    *size = weights + rest;
    nn_trainer_free(trainer);
    nn_model_free(model);
    return bytes;
}

static void test_threads_and_resuming(void **state)
{
    (void)state;
    nn_images table = table_new(ROWS, COLUMNS);
    for (int i = 0; i < ISAS; i++) {
        nn_trainer_options options = options_all(NN_ADAM, 1);
        options.isa = isas[i];
        if (!nn_isa_usable(isas[i])) {
            continue;
        }
        size_t size;
        unsigned char *wanted = trained(&table, options, 0, &size);
        for (int threads = 1; threads <= 7; threads += 3) {
            options.threads = threads;
            unsigned char *got = trained(&table, options, 1, &size);
            assert_memory_equal(got, wanted, size);
            free(got);
        }
        free(wanted);
    }
    digits_free(&table);
}

/* Tables of one column to thousands, of fewer rows than a batch: learnt, saved, loaded, and seen
 * alike in batches of any size. */
static void test_learns_small_tables(void **state)
{
    (void)state;
    const int sizes[][2] = {{ROWS, 3}, {20, 9}, {24, 1}, {9, 3000}};
    nn_error error;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int n = sizes[i][0] < 32 ? sizes[i][0] : 32;
        nn_images table = table_new(sizes[i][0], sizes[i][1]);
        nn_model *model = drawn_model("standardize\ndense 64\nrelu\ndense 3", table.shape);
        nn_model *copy = drawn_model("standardize\ndense 64\nrelu\ndense 3", table.shape);
        fit(model, &table, NULL, table.count);
        nn_trainer *trainer = trainer_new(model, nn_trainer_defaults());
        nn_metrics metrics = {0};
        for (uint32_t step = 0; step < 200; step++) {
            uint32_t rows[32];
            for (uint32_t j = 0; j < (uint32_t)n; j++) {
                rows[j] = (step * 7 + j) % (uint32_t)table.count;
            }
            assert_int_equal(nn_trainer_step(trainer, &table, rows, n, 1e-2f, &metrics, &error), 0);
        }
        unsigned char *bytes = malloc(nn_model_size(model));
        float probabilities[2][ROWS * CLASSES];
        assert_non_null(bytes);
        nn_model_save(model, bytes);
        assert_int_equal(nn_model_load(copy, bytes, nn_model_size(model), &error), 0);
        for (int k = 0; k < 2; k++) {
            nn_predictor *predictor =
                nn_predictor_new(k ? copy : model, k ? 300 : 8, 1 + k, NN_ISA_BEST, &error);
            assert_non_null(predictor);
            assert_int_equal(
                nn_predictor_run(predictor, &table, NULL, table.count, probabilities[k], &error),
                0);
            nn_predictor_free(predictor);
        }
        for (size_t j = 0; j < CLASSES * table.count; j++) {
            assert_true(fabsf(probabilities[0][j] - probabilities[1][j]) < 1e-5f);
        }
        metrics = nn_metrics_of(&table, NULL, table.count, probabilities[1], CLASSES);
        assert_true(metrics.correct * 10 > table.count * (sizes[i][1] < 3 ? 4 : 8));
        free(bytes);
        nn_trainer_free(trainer);
        nn_model_free(model);
        nn_model_free(copy);
        digits_free(&table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_by_hand),           cmocka_unit_test(test_kernels_agree),
        cmocka_unit_test(test_training_leaves_it_alone), cmocka_unit_test(test_layers_behind),
        cmocka_unit_test(test_threads_and_resuming),     cmocka_unit_test(test_learns_small_tables),
    };
    return cmocka_run_group_tests_name("standardize", tests, NULL, NULL);
}
