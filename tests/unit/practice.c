/* practice.c: see practice.h. */
#include "tests/unit/practice.h"

#include "tests/unit/digits.h"
#include "tests/unit/unit.h"

const char practice_net[] = "conv 6 3x3 same\nbatchnorm\nrelu\nmaxpool 2\nconv 20 3x3\nrelu\n"
                            "dense 60\nbatchnorm\nrelu\ndropout 0.2\ndense 10";
const nn_shape practice_shape = {14, 14, 1};

const nn_augmentation practice_augmentation = {.rotation = 10,
                                               .scale = 0.1f,
                                               .shear = 5,
                                               .shift = 1,
                                               .elastic = 0.5f,
                                               .elastic_spacing = 5,
                                               .flip = 0.2f,
                                               .erase = 0.3f,
                                               .erase_area = 0.1f};

nn_trainer_options practice_options(int batch, int threads)
{
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = batch;
    options.threads = threads;
    return options;
}

/* All that can be on at once. */
nn_trainer_options practice_all(int threads, nn_optimizer optimizer)
{
    nn_trainer_options options = practice_options(24, threads);
    options.optimizer = optimizer;
    options.weight_decay = 0.01f;
    options.label_smoothing = 0.1f;
    options.clip = 0.5f;
    options.average = 0.9f;
    return options;
}

practice practice_new(const char *text, nn_shape shape, nn_trainer_options options)
{
    nn_error error;
    practice s = {.images = digits_new(PRACTICE_COUNT, shape, 3)};
    assert_non_null(s.images.pixels);
    s.model = nn_model_new(text, shape, &error);
    s.average = nn_model_new(text, shape, &error);
    if (!s.model || !s.average) {
        fail_msg("%s", error.text);
    }
    nn_model_initialise(s.model, 42);
    /* Biases, gamma and beta that are not 0: decay would show. */
    nn_random random = nn_random_new(5, 5);
    for (int i = 0; i < nn_model_layers(s.model); i++) {
        nn_layer_info layer = nn_model_layer(s.model, i);
        float *w = (float *)nn_model_weights(s.model, i);
        for (size_t j = 0; j < layer.trainable; j++) {
            w[j] += 0.2f * nn_random_uniform(&random) - 0.1f;
        }
    }
    s.trainer = nn_trainer_new(s.model, &options, &error);
    if (!s.trainer) {
        fail_msg("%s", error.text);
    }
    for (uint32_t i = 0; i < PRACTICE_COUNT; i++) {
        s.rows[i] = i * 7 % PRACTICE_COUNT;
    }
    return s;
}

void practice_free(practice *s)
{
    nn_trainer_free(s->trainer);
    nn_model_free(s->model);
    nn_model_free(s->average);
    digits_free(&s->images);
}

nn_metrics practice_steps(practice *s, int from, int to, int batch, float rate)
{
    nn_error error;
    nn_metrics metrics = {0};
    for (int step = from; step < to; step++) {
        int n = step % 3 == 2 ? batch - batch / 3 : batch;
        const uint32_t *rows = s->rows + step * 13 % (PRACTICE_COUNT - batch);
        if (nn_trainer_step(s->trainer, &s->images, rows, n, rate, &metrics, &error)) {
            fail_msg("%s", error.text);
        }
    }
    return metrics;
}

unsigned char *practice_state(const practice *s, size_t *size)
{
    size_t weights = nn_model_size(s->model);
    *size = weights + nn_trainer_size(s->trainer);
    unsigned char *bytes = malloc(*size);
    assert_non_null(bytes);
    nn_model_save(s->model, bytes);
    nn_trainer_save(s->trainer, bytes + weights);
    return bytes;
}

void parameters_read(const nn_model *model, parameters *p)
{
    p->count = 0;
    for (int i = 0; i < nn_model_layers(model); i++) {
        nn_layer_info layer = nn_model_layer(model, i);
        const float *w = nn_model_weights(model, i);
        size_t biases = (size_t)layer.out.c;
        size_t weights =
            strcmp(layer.kind, "batchnorm") && layer.trainable ? layer.trainable - biases : 0;
        for (size_t j = 0; j < layer.parameters; j++, p->count++) {
            assert_true(p->count < PARAMETERS_MOST);
            p->values[p->count] = (double)w[j];
            p->trained[p->count] = j < layer.trainable;
            p->decays[p->count] = j < weights;
        }
    }
}
