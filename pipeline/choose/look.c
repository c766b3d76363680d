/* look.c: see look.h. */
#include "pipeline/choose/look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAINED = 2500, ASKED = 1500, LEAST = 200, STEPS = 200, BATCH = 64, SEED = 42 };
static const double RATE = 0.01;

int look_is_possible(const nn_images *images, int classes)
{
    return images->count >= LEAST && images->count >= 10 * (size_t)classes;
}

/* Two convolutions; the first one takes larger steps in larger images. */
static nn_model *new_net(nn_shape shape, int classes, nn_error *error)
{
    enum { FINE = 24 }; /* pixels to a side, for which every place counts */
    const int side = shape.h < shape.w ? shape.h : shape.w;
    const int stride = side < FINE ? 1 : (side + FINE / 2) / FINE;
    const char *pool = side >= 8 ? "maxpool 2\n" : "";
    char layers[400];
    snprintf(layers, sizeof layers,
             "conv 12 5x5 same stride %d\nbatchnorm momentum 0.9\nrelu\n%s"
             "conv 24 3x3 same\nbatchnorm momentum 0.9\nrelu\n%sdense %d\n",
             stride, pool, pool, classes);
    return nn_model_new(layers, shape, error);
}

/* One cycle: a fifth of the steps up, a cosine down. */
static double rate_at(int step, int steps)
{
    const double pi = 3.14159265358979323846, at = (double)step / steps, up = 0.2;
    const double factor = at < up ? at / up : 0.5 * (1 + cos(pi * (at - up) / (1 - up)));
    return RATE * fmax(factor, 0.001);
}

static nn_augmentation way_of(enum look_way way, nn_shape shape)
{
    const int side = shape.h > shape.w ? shape.h : shape.w;
    if (way == LOOK_BENT)
        return (nn_augmentation){
            .rotation = 10, .scale = 0.1f, .shear = 5, .shift = 2 * (float)side / 28};
    return (nn_augmentation){.flip = way == LOOK_FLIPPED ? 0.5f : 0};
}

static int train(nn_model *model, const nn_images *images, uint32_t *rows, size_t n,
                 const nn_augmentation *augmentation, nn_isa isa, nn_error *error)
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
    int rc = trainer ? 0 : -1;
    if (trainer)
        nn_trainer_augment(trainer, augmentation);
    size_t at = n;
    for (int step = 0; step < STEPS && !rc; step++, at += BATCH) {
        nn_metrics metrics = {0};
        if (at >= n) {
            nn_shuffle(&random, rows, n);
            at = 0;
        }
        const int count = n - at < BATCH ? (int)(n - at) : BATCH;
        rc = nn_trainer_step(trainer, images, rows + at, count, (float)rate_at(step, STEPS),
                             &metrics, error);
    }
    nn_trainer_free(trainer);
    return rc;
}

static int ask(const nn_model *model, const nn_images *images, const uint32_t *rows, size_t n,
               int classes, nn_isa isa, double *loss, nn_error *error)
{
    float *probabilities = malloc((n * (size_t)classes + 1) * sizeof *probabilities);
    nn_predictor *predictor = nn_predictor_new(model, 256, 0, isa, error);
    int rc = predictor && probabilities ? 0 : -1;
    if (!probabilities)
        snprintf(error->text, sizeof error->text, "out of memory for the probabilities");
    if (!rc)
        rc = nn_predictor_run(predictor, images, rows, n, probabilities, error);
    if (!rc)
        *loss = nn_metrics_of(images, rows, n, probabilities, classes).loss / (double)n;
    nn_predictor_free(predictor);
    free(probabilities);
    return rc;
}

/* rows: those that train, and behind them those that are asked about. */
static int compare(nn_model *model, const nn_images *images, uint32_t *rows, int classes,
                   nn_isa isa, struct look *look, nn_error *error)
{
    int rc = 0;
    for (int way = 0; way < LOOK_WAYS && !rc; way++) {
        const nn_augmentation a = way_of((enum look_way)way, images->shape);
        rc = train(model, images, rows, look->trained, &a, isa, error) ||
             ask(model, images, rows + look->trained, look->asked, classes, isa, &look->loss[way],
                 error);
    }
    return rc;
}

int look_at(const nn_images *images, int classes, nn_isa isa, struct look *look,
            struct error *error)
{
    nn_error reason = {.text = "out of memory"};
    const size_t n = images->count;
    *look = (struct look){.trained = n * 5 / 8 < TRAINED ? n * 5 / 8 : TRAINED};
    look->asked = n - look->trained < ASKED ? n - look->trained : ASKED;
    uint32_t *rows = malloc(n * sizeof *rows);
    nn_model *model = new_net(images->shape, classes, &reason);
    nn_random random = nn_random_new(SEED, 0);
    for (size_t i = 0; rows && i < n; i++)
        rows[i] = (uint32_t)i;
    if (rows)
        nn_shuffle(&random, rows, n);
    const int failed = !rows || !model || compare(model, images, rows, classes, isa, look, &reason);
    nn_model_free(model);
    free(rows);
    return failed ? error_set(error, "the look at the images: %s", reason.text) : 0;
}

int look_bears_bending(const struct look *look)
{
    const double most = 0.8;
    return look->loss[LOOK_BENT] < most * look->loss[LOOK_FLIPPED];
}

int look_bears_mirroring(const struct look *look)
{
    const double most = 1.1; /* what it takes longer to learn from more images */
    return look->loss[LOOK_FLIPPED] < most * look->loss[LOOK_PLAIN];
}

void look_write(const struct look *look, struct text *json)
{
    text_format(json,
                "{\"trained\":%zu,\"asked\":%zu,\"loss\":{\"plain\":%.4f,\"bent\":%.4f,"
                "\"flipped\":%.4f}}",
                look->trained, look->asked, look->loss[LOOK_PLAIN], look->loss[LOOK_BENT],
                look->loss[LOOK_FLIPPED]);
}

void look_tell(const struct look *look, struct text *line)
{
    text_format(line,
                "a small net's held-out loss: %.3f as they are, %.3f turned and moved, %.3f "
                "mirrored",
                look->loss[LOOK_PLAIN], look->loss[LOOK_BENT], look->loss[LOOK_FLIPPED]);
}
