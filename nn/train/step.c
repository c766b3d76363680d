/* step.c: one training step. The threads of a team take a schedule phase by phase; how it is
 * organised is told in trainer.h. */
#include "nn/base/error.h"
#include "nn/base/fpu.h"
#include "nn/train/trainer.h"

#include <math.h>
#include <omp.h>
#include <time.h>

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void run_action(nn_trainer *trainer, const nn_action *action, nn_part part, int thread)
{
    part.thread = thread;
    part.scratch = trainer->scratch + (size_t)thread * trainer->scratch_stride;
    if (!trainer->profile || thread > 0) {
        action->run(trainer, action->work, &part);
        return;
    }
    double start = seconds_now();
    action->run(trainer, action->work, &part);
    trainer->seconds[action->layer] += seconds_now() - start;
}

/* Takes one slice through a phase: neighbouring actions over pieces piece by piece. */
static void run_slice(nn_trainer *trainer, const nn_action *actions, int count, int slice,
                      int thread)
{
    nn_part whole = nn_slice_of(trainer, slice);
    for (int first = 0, last; whole.count > 0 && first < count; first = last) {
        for (last = first + 1; last < count && actions[last].over == actions[first].over; last++) {
        }
        int pieces = actions[first].over == NN_OVER_PIECES ? trainer->pieces : 1;
        for (int p = 0; p < pieces; p++) {
            nn_part part = actions[first].over == NN_OVER_PIECES
                               ? nn_piece_of(trainer, slice * trainer->pieces + p)
                               : whole;
            for (int a = first; part.count > 0 && a < last; a++) {
                run_action(trainer, &actions[a], part, thread);
            }
        }
    }
}

/* One thread's share of a schedule, phase by phase. A phase ends where an action asks for a
 * barrier, and between slices and parts of other things. */
static void run_schedule(nn_trainer *trainer, const nn_action *actions, int count)
{
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    int from = thread * NN_SLICES / threads, to = (thread + 1) * NN_SLICES / threads;
    for (int first = 0, last; first < count; first = last) {
        int parts = actions[first].over == NN_OVER_PARTS;
        if (first > 0) {
            nn_barrier_wait(&trainer->barrier, threads);
        }
        for (last = first + 1; last < count && !actions[last].barrier &&
                               (actions[last].over == NN_OVER_PARTS) == parts;
             last++) {
        }
        for (int i = from; i < to; i++) {
            if (!parts) {
                run_slice(trainer, actions + first, last - first, i, thread);
                continue;
            }
            for (int a = first; a < last; a++) {
                run_action(trainer, &actions[a], (nn_part){.index = i}, thread);
            }
        }
    }
}

static int check_batch(const nn_trainer *trainer, const nn_images *images, const uint32_t *rows,
                       int n, nn_error *error)
{
    nn_shape shape = images->shape, wanted = trainer->model->input;
    int classes = nn_model_classes(trainer->model);
    if (shape.h != wanted.h || shape.w != wanted.w || shape.c != wanted.c) {
        return nn_fail(error, NN_ERROR_INPUT, "images of %dx%dx%d, expected %dx%dx%d", shape.h,
                       shape.w, shape.c, wanted.h, wanted.w, wanted.c);
    }
    if (n < 1 || n > trainer->options.batch) {
        return nn_fail(error, NN_ERROR_INPUT, "a batch of %d images, expected 1 to %d", n,
                       trainer->options.batch);
    }
    if (!images->labels && !images->targets) {
        return nn_fail(error, NN_ERROR_INPUT,
                       "images without labels or targets cannot be trained on");
    }
    for (int i = 0; i < n; i++) {
        if (rows[i] >= images->count) {
            return nn_fail(error, NN_ERROR_INPUT, "image %u, expected less than %zu", rows[i],
                           images->count);
        }
        if (!images->targets && images->labels[rows[i]] >= classes) {
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

/* Names the first layer whose output in this step is not finite. */
static int report_nan(const nn_trainer *trainer, double mean, nn_error *error)
{
    for (int i = 0; i < trainer->plan.count; i++) {
        const nn_work *work = &trainer->works[i];
        if (!all_finite(work->y, (size_t)trainer->n * work->op->out_size)) {
            return nn_fail(error, NN_ERROR_NAN,
                           "step %llu: the loss is %g; the first output that is not finite is of "
                           "line %d: '%.60s'",
                           (unsigned long long)trainer->steps + 1, mean, work->layer->line,
                           work->layer->text);
        }
    }
    return nn_fail(error, NN_ERROR_NAN, "step %llu: the loss is %g, expected a finite number",
                   (unsigned long long)trainer->steps + 1, mean);
}

/* The bias corrections of both moments are folded into Adam's rate, as Keras does it. */
static nn_update update_of(const nn_trainer *trainer, float learning_rate)
{
    const nn_trainer_options *o = &trainer->options;
    double t = (double)trainer->steps + 1, rate = (double)learning_rate;
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
static float average_share_of(const nn_trainer *trainer)
{
    double steps = (double)trainer->steps;
    return (float)(1 - fmin((double)trainer->options.average, steps / (steps + 9)));
}

int nn_trainer_step(nn_trainer *trainer, const nn_images *images, const uint32_t *rows, int n,
                    float learning_rate, nn_metrics *metrics, nn_error *error)
{
    if (check_batch(trainer, images, rows, n, error)) {
        return error->code;
    }
    trainer->images = images;
    trainer->rows = rows;
    trainer->n = n;
    trainer->slices_in_use = (n + trainer->slice - 1) / trainer->slice;
    int rest = n - (trainer->slices_in_use - 1) * trainer->slice;
    trainer->pieces_in_use = (trainer->slices_in_use - 1) * trainer->pieces +
                             (rest + trainer->piece - 1) / trainer->piece;
    trainer->update = update_of(trainer, learning_rate);
    trainer->average_share = average_share_of(trainer);
    int stale = trainer->version != trainer->model->version;
#pragma omp parallel num_threads(trainer->threads)
    {
        uint64_t mode = nn_fpu_flush();
        if (stale) {
            run_schedule(trainer, trainer->packing, trainer->packing_count);
            nn_barrier_wait(&trainer->barrier, omp_get_num_threads());
        }
        run_schedule(trainer, trainer->actions, trainer->action_count);
        /* All have ended, so nobody has to wait at the end of the parallel region. */
        nn_barrier_wait(&trainer->barrier, omp_get_num_threads());
        nn_fpu_restore(mode);
    }
    trainer->version = ++trainer->model->version;
    if (trainer->options.clip > 0) { /* the weights were updated after they had been packed */
        trainer->version--;
    }

    double sum = 0;
    size_t correct = 0;
    for (int part = 0; part < trainer->slices_in_use; part++) {
        sum += trainer->metrics[part].loss;
        correct += trainer->metrics[part].correct;
    }
    if (!isfinite(sum)) {
        return report_nan(trainer, sum / n, error);
    }
    trainer->steps++;
    metrics->loss += sum;
    metrics->correct += correct;
    metrics->images += (size_t)n;
    return NN_OK;
}
