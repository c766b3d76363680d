/* step.c: one training step: checks the batch, lets the threads take the schedule, and counts. */
#include "nn/base/error.h"
#include "nn/base/fpu.h"
#include "nn/kernels/images.h"
#include "nn/train/trainer.h"

#include <math.h>
#include <omp.h>

static int check_batch(const nn_trainer *trainer, const nn_images *images, const uint32_t *rows,
                       int n, nn_error *error)
{
    int classes = nn_model_classes(trainer->model);
    if (nn_images_check(images, trainer->model->input, error)) {
        return error->code;
    }
    if (n < 1 || n > trainer->training.options.batch) {
        return nn_fail(error, NN_ERROR_INPUT, "a batch of %d images, expected 1 to %d", n,
                       trainer->training.options.batch);
    }
    if (!images->labels && !images->targets) {
        return nn_fail(error, NN_ERROR_INPUT,
                       "images without labels or targets cannot be trained on");
    }
    if (nn_images_check_rows(images, rows, (size_t)n, error)) {
        return error->code;
    }
    for (int i = 0; i < n && !images->targets; i++) {
        if (images->labels[rows[i]] >= classes) {
            return nn_fail(error, NN_ERROR_INPUT, "image %u has label %u, expected less than %d",
                           rows[i], images->labels[rows[i]], classes);
        }
    }
    return NN_OK;
}

static int all_finite(const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) {
            return 0;
        }
    }
    return 1;
}

/* Names the first image whose values are not finite (no byte is that, and no layer that works in
 * place makes a number of one), else the first layer whose output in this step is not. */
static int report_nan(const nn_trainer *trainer, double mean, nn_error *error)
{
    const nn_training *training = &trainer->training;
    size_t size = nn_shape_size(trainer->model->input);
    for (int i = 0; trainer->images->values && i < training->n; i++) {
        if (!all_finite(trainer->input + (size_t)i * size, size)) {
            return nn_fail(error, NN_ERROR_NAN,
                           "step %llu: the loss is %g; image %u has values that are not finite, "
                           "expected numbers, or standardize as the first layer",
                           (unsigned long long)training->steps + 1, mean, trainer->rows[i]);
        }
    }
    for (int i = 0; i < training->count; i++) {
        const nn_work *work = &training->works[i];
        if (!all_finite(work->y, (size_t)training->n * work->op->out_size)) {
            return nn_fail(error, NN_ERROR_NAN,
                           "step %llu: the loss is %g; the first output that is not finite is of "
                           "line %d: '%.60s'",
                           (unsigned long long)training->steps + 1, mean, work->layer->line,
                           work->layer->text);
        }
    }
    return nn_fail(error, NN_ERROR_NAN, "step %llu: the loss is %g, expected a finite number",
                   (unsigned long long)training->steps + 1, mean);
}

/* The bias corrections of both moments are folded into Adam's rate, as Keras does it. */
static nn_update update_of(const nn_training *training, float learning_rate)
{
    const nn_trainer_options *o = &training->options;
    double t = (double)training->steps + 1, rate = (double)learning_rate;
    int decoupled = o->optimizer == NN_ADAMW;
    if (o->optimizer != NN_SGD) {
        rate *= sqrt(1 - pow((double)o->beta2, t)) / (1 - pow((double)o->beta1, t));
    }
    return (nn_update){.beta1 = o->beta1,
                       .beta2 = o->beta2,
                       .epsilon = o->epsilon,
                       .momentum = o->momentum,
                       .nesterov = o->nesterov,
                       .rate = (float)rate,
                       .share = 1,
                       .decay = decoupled ? learning_rate * o->weight_decay : 0,
                       .penalty = decoupled ? 0 : o->weight_decay};
}

/* A young average forgets faster, the first one all: it begins with the first step's weights. */
static float average_share_of(const nn_training *training)
{
    double steps = (double)training->steps;
    return (float)(1 - fmin((double)training->options.average, steps / (steps + 9)));
}

int nn_trainer_step(nn_trainer *trainer, const nn_images *images, const uint32_t *rows, int n,
                    float learning_rate, nn_metrics *metrics, nn_error *error)
{
    if (check_batch(trainer, images, rows, n, error)) {
        return error->code;
    }
    nn_training *training = &trainer->training;
    nn_team *team = &trainer->team;
    trainer->images = images;
    trainer->rows = rows;
    training->n = n;
    training->slices_in_use = (n + training->slice - 1) / training->slice;
    int rest = n - (training->slices_in_use - 1) * training->slice;
    training->pieces_in_use = (training->slices_in_use - 1) * training->pieces +
                              (rest + training->piece - 1) / training->piece;
    training->update = update_of(training, learning_rate);
    training->average_share = average_share_of(training);
    int stale = trainer->version != trainer->model->version;
#pragma omp parallel num_threads(training->threads)
    {
        uint64_t mode = nn_fpu_flush();
        if (stale) {
            nn_schedule_run(&training->packing, training, team);
            nn_barrier_wait(&team->barrier, omp_get_num_threads());
        }
        nn_schedule_run(&training->step, training, team);
        /* All have ended, so nobody has to wait at the end of the parallel region. */
        nn_barrier_wait(&team->barrier, omp_get_num_threads());
        nn_fpu_restore(mode);
    }
    trainer->version = ++trainer->model->version;
    if (training->options.clip > 0) { /* the weights were updated after they had been packed */
        trainer->version--;
    }

    double sum = 0;
    size_t correct = 0;
    for (int part = 0; part < training->slices_in_use; part++) {
        sum += trainer->metrics[part].loss;
        correct += trainer->metrics[part].correct;
    }
    if (!isfinite(sum)) {
        return report_nan(trainer, sum / n, error);
    }
    training->steps++;
    metrics->loss += sum;
    metrics->correct += correct;
    metrics->images += (size_t)n;
    return NN_OK;
}
