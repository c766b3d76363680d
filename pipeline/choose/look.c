/* look.c: see look.h. */
#include "pipeline/choose/look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAINED = 3000, ASKED = 2000, LEAST = 400, EPOCHS = 5, BATCH = 64, SEED = 42 };
static const double RATE = 0.01;

static const char *const NAMES[LOOK_CHANGES] = {"as_is", "flip", "turn", "move"};
static const char *const WORDS[LOOK_CHANGES] = {"as they are", "mirrored", "turned by 10 degrees",
                                                "moved"};

int look_is_possible(const nn_images *images, int classes)
{
    return images->count >= LEAST && images->count >= 10 * (size_t)classes;
}

/* Two convolutions; the first one takes larger steps in larger images. */
static nn_model *new_net(nn_shape shape, int classes, nn_error *error)
{
    enum { FINE = 24 }; /* pixels to a side, for which every place counts */
    const int side = shape.h < shape.w ? shape.h : shape.w;
    const int stride = side < 2 * FINE ? 1 : side / FINE;
    char layers[400];
    snprintf(layers, sizeof layers,
             "conv 12 5x5 same stride %d\nbatchnorm momentum 0.9\nrelu\n%s"
             "conv 24 3x3 same\nbatchnorm momentum 0.9\nrelu\n%sdense %d\n",
             stride, side >= 8 ? "maxpool 2\n" : "", side >= 8 ? "maxpool 2\n" : "", classes);
    return nn_model_new(layers, shape, error);
}

/* One cycle: a fifth of the steps up, a cosine down. */
static double rate_at(int step, int steps)
{
    const double pi = 3.14159265358979323846, at = (double)step / steps, up = 0.2;
    const double factor = at < up ? at / up : 0.5 * (1 + cos(pi * (at - up) / (1 - up)));
    return RATE * fmax(factor, 0.001);
}

static int train(nn_model *model, const nn_images *images, uint32_t *rows, size_t n, nn_isa isa,
                 nn_error *error)
{
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = BATCH;
    options.isa = isa;
    options.seed = SEED;
    options.optimizer = NN_ADAMW;
    options.beta2 = 0.99f;
    options.weight_decay = 1e-4f;
    nn_model_initialise(model, SEED);
    nn_trainer *trainer = nn_trainer_new(model, &options, error);
    nn_random random = nn_random_new(SEED, 1);
    const int steps = (int)(EPOCHS * ((n + BATCH - 1) / BATCH));
    int rc = trainer ? 0 : -1, step = 0;
    for (int epoch = 0; epoch < EPOCHS && !rc; epoch++) {
        nn_shuffle(&random, rows, n);
        for (size_t at = 0; at < n && !rc; at += BATCH) {
            nn_metrics metrics = {0};
            const int count = n - at < BATCH ? (int)(n - at) : BATCH;
            rc = nn_trainer_step(trainer, images, rows + at, count, (float)rate_at(step++, steps),
                                 &metrics, error);
        }
    }
    nn_trainer_free(trainer);
    return rc;
}

/* The mean over the views of a change. */
static int ask(nn_predictor *predictor, const nn_images *images, const uint32_t *rows, size_t n,
               int classes, const nn_view *views, int n_views, double *accuracy, nn_error *error)
{
    float *probabilities = malloc((n * (size_t)classes + 1) * sizeof *probabilities);
    int rc = probabilities ? 0 : -1;
    snprintf(error->text, sizeof error->text, "out of memory for the probabilities");
    *accuracy = 0;
    for (int v = 0; v < n_views && !rc; v++) {
        nn_predictor_look(predictor, &views[v]);
        rc = nn_predictor_run(predictor, images, rows, n, probabilities, error);
        if (!rc)
            *accuracy += (double)nn_metrics_of(images, rows, n, probabilities, classes).correct /
                         (double)n / n_views;
    }
    free(probabilities);
    return rc;
}

static int ask_all(const nn_model *model, const nn_images *images, const uint32_t *rows,
                   int classes, nn_isa isa, struct look *look, nn_error *error)
{
    const float move = (float)images->shape.w / 14;
    const nn_view views[LOOK_CHANGES][4] = {
        {{0}},
        {{.flip = 1}},
        {{.rotation = 10}, {.rotation = -10}},
        {{.shift_x = move}, {.shift_x = -move}, {.shift_y = move}, {.shift_y = -move}}};
    const int n_views[LOOK_CHANGES] = {1, 1, 2, 4};
    nn_predictor *predictor = nn_predictor_new(model, 256, 0, isa, error);
    int rc = predictor ? 0 : -1;
    for (int change = 0; change < LOOK_CHANGES && !rc; change++)
        rc = ask(predictor, images, rows, look->asked, classes, views[change], n_views[change],
                 &look->accuracy[change], error);
    nn_predictor_free(predictor);
    return rc;
}

int look_at(const nn_images *images, int classes, nn_isa isa, struct look *look,
            struct error *error)
{
    nn_error reason = {.text = "out of memory"};
    const size_t n = images->count;
    *look = (struct look){.trained = n * 3 / 5 < TRAINED ? n * 3 / 5 : TRAINED};
    look->asked = n - look->trained < ASKED ? n - look->trained : ASKED;
    uint32_t *rows = malloc(n * sizeof *rows);
    nn_model *model = new_net(images->shape, classes, &reason);
    nn_random random = nn_random_new(SEED, 0);
    for (size_t i = 0; rows && i < n; i++)
        rows[i] = (uint32_t)i;
    if (rows)
        nn_shuffle(&random, rows, n);
    const int failed = !rows || !model || train(model, images, rows, look->trained, isa, &reason) ||
                       ask_all(model, images, rows + look->trained, classes, isa, look, &reason);
    nn_model_free(model);
    free(rows);
    return failed ? error_set(error, "the look at the images: %s", reason.text) : 0;
}

int look_bears(const struct look *look, enum look_change change)
{
    static const double LEAST_SHARE[LOOK_CHANGES] = {0, 0.8, 0.85, 0.8};
    return look->accuracy[change] >= LEAST_SHARE[change] * look->accuracy[LOOK_AS_IS];
}

void look_write(const struct look *look, struct text *json)
{
    text_format(json, "{\"trained\":%zu,\"asked\":%zu", look->trained, look->asked);
    for (int change = 0; change < LOOK_CHANGES; change++)
        text_format(json, ",\"%s\":%.4f", NAMES[change], look->accuracy[change]);
    text_add(json, "}");
}

void look_tell(const struct look *look, struct text *line)
{
    for (int change = 0; change < LOOK_CHANGES; change++)
        text_format(line, "%s%.1f %% %s", change ? ", " : "", 100 * look->accuracy[change],
                    WORDS[change]);
}
