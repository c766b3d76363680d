/* trainer.c: makes a trainer from a model, and runs its steps. How a step is organised is told in
 * trainer.h. */
#include "trainer.h"

#include "error.h"
#include "fpu.h"
#include "product.h"

#include <assert.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* At most so many images are taken through neighbouring operations together. */
enum { PIECE = 4 };

/* ---------------------------------------------------------------- memory and schedule */

void nn_scratch_want(nn_trainer *trainer, size_t floats)
{
    if (floats > trainer->scratch_wanted) {
        trainer->scratch_wanted = floats;
    }
}

void nn_schedule(nn_trainer *trainer, nn_work *work, nn_over over, nn_action_run *run)
{
    assert(trainer->action_count < NN_MAX_ACTIONS);
    trainer->actions[trainer->action_count++] = (nn_action){.run = run,
                                                            .work = work,
                                                            .over = over,
                                                            .layer = work->op->layer,
                                                            .barrier = trainer->meet};
    trainer->meet = 0;
}

void nn_schedule_meet(nn_trainer *trainer) { trainer->meet = 1; }

static int within(int count, int most) { return count < 0 ? 0 : count < most ? count : most; }

nn_slice nn_slice_of(const nn_trainer *trainer, int slice)
{
    int first = slice * trainer->slice;
    return (nn_slice){first, within(trainer->n - first, trainer->slice)};
}

nn_slice nn_piece_of(const nn_trainer *trainer, int piece)
{
    nn_slice slice = nn_slice_of(trainer, piece / trainer->pieces);
    int offset = piece % trainer->pieces * trainer->piece;
    return (nn_slice){slice.first + offset, within(slice.count - offset, trainer->piece)};
}

nn_range nn_range_of(size_t n, size_t grain, int part)
{
    size_t grains = (n + grain - 1) / grain;
    size_t begin = grains * (size_t)part / NN_SLICES * grain;
    size_t end = grains * (size_t)(part + 1) / NN_SLICES * grain;
    return (nn_range){begin < n ? begin : n, end < n ? end : n};
}

/* ---------------------------------------------------------------- making a trainer */

nn_trainer_options nn_trainer_defaults(void)
{
    return (nn_trainer_options){.batch = 32,
                                .threads = 0,
                                .isa = NN_ISA_BEST,
                                .seed = 42,
                                .beta1 = 0.9f,
                                .beta2 = 0.999f,
                                .epsilon = 1e-7f,
                                .plain = 0};
}

int nn_threads_available(void) { return omp_get_num_procs(); }

static const nn_operator *operator_of(const nn_op *op)
{
    switch (op->kind) {
    case NN_CONV:
        return &nn_operator_conv;
    case NN_DENSE:
        return &nn_operator_dense;
    case NN_BATCHNORM:
        return &nn_operator_batchnorm;
    case NN_MAXPOOL:
        return &nn_operator_maxpool;
    case NN_DROPOUT:
        return &nn_operator_dropout;
    default:
        return &nn_operator_relu;
    }
}

/* Gives each operation its arrays. ReLU and dropout write over their input; they and BatchNorm
 * without pooling write the gradient of their input over that of their output. */
static void reserve(nn_trainer *trainer, nn_arena *arena)
{
    nn_model *model = trainer->model;
    size_t batch = (size_t)trainer->options.batch;
    trainer->gradient = nn_arena_floats(arena, model->floats);
    trainer->m = nn_arena_floats(arena, model->floats);
    trainer->v = nn_arena_floats(arena, model->floats);
    trainer->input = nn_arena_floats(arena, batch * nn_shape_size(model->input));
    float *value = trainer->input, *gradient = NULL;
    for (int i = 0; i < trainer->plan.count; i++) {
        nn_work *work = &trainer->works[i];
        const nn_op *op = &trainer->plan.ops[i];
        size_t outputs = batch * op->out_size;
        int same = op->kind == NN_RELU || op->kind == NN_DROPOUT;
        *work = (nn_work){.op = op, .layer = &model->layers[op->layer], .x = value, .dx = gradient};
        work->w = model->values + work->layer->offset;
        work->gradient = trainer->gradient + work->layer->offset;
        work->m = trainer->m + work->layer->offset;
        work->v = trainer->v + work->layer->offset;
        work->y = same ? value : nn_arena_floats(arena, outputs);
        same = same || (op->kind == NN_BATCHNORM && !op->pool);
        work->dy = same && i > 0 ? gradient : nn_arena_floats(arena, outputs);
        operator_of(op)->reserve(trainer, work, arena);
        value = work->y;
        gradient = work->dy;
    }
    trainer->scratch_stride = (trainer->scratch_wanted + 15) / 16 * 16;
    trainer->scratch = nn_arena_floats(arena, trainer->scratch_stride * (size_t)trainer->threads);
}

/* Bytes to values. */
static void gather(nn_trainer *trainer, nn_work *work, int part, float *scratch)
{
    (void)work, (void)scratch;
    const nn_images *images = trainer->images;
    size_t size = nn_shape_size(images->shape);
    nn_slice s = nn_piece_of(trainer, part);
    for (int i = s.first; i < s.first + s.count; i++) {
        trainer->kernels->gather(size, images->pixels + trainer->rows[i] * size, images->scale,
                                 images->offset, trainer->input + (size_t)i * size);
    }
}

static void loss(nn_trainer *trainer, nn_work *work, int part, float *scratch)
{
    (void)scratch;
    nn_slice s = nn_slice_of(trainer, part);
    size_t classes = work->op->out_size, at = (size_t)s.first * classes;
    nn_loss_slice(trainer->images, trainer->rows + s.first, s.count, trainer->n, (int)classes,
                  work->y + at, work->dy + at, &trainer->metrics[part]);
    if (work->op->masked) {
        trainer->kernels->mask((size_t)s.count * classes, work->y + at, work->dy + at);
    }
}

static void make_schedule(nn_trainer *trainer)
{
    nn_work *works = trainer->works;
    int count = trainer->plan.count;
    nn_schedule(trainer, &works[0], NN_OVER_PIECES, gather);
    for (int i = 0; i < count; i++) {
        operator_of(works[i].op)->forward(trainer, &works[i]);
    }
    nn_schedule(trainer, &works[count - 1], NN_OVER_SLICES, loss);
    for (int i = count - 1; i >= 0; i--) {
        operator_of(works[i].op)->backward(trainer, &works[i]);
    }
    nn_schedule_meet(trainer);
    for (int i = 0; i < count; i++) {
        operator_of(works[i].op)->update(trainer, &works[i]);
    }
}

static int check_options(const nn_trainer_options *options, nn_error *error)
{
    if (options->batch < 1 || options->batch > 65536) {
        return nn_fail(error, NN_ERROR_INPUT, "a batch of %d images, expected 1 to 65536",
                       options->batch);
    }
    if (options->threads < 0) {
        return nn_fail(error, NN_ERROR_INPUT, "%d threads, expected 0 or more", options->threads);
    }
    if (!nn_isa_usable(options->isa)) {
        return nn_fail(error, NN_ERROR_INPUT, "this machine does not have the instruction set %d",
                       (int)options->isa);
    }
    if (!(options->beta1 >= 0 && options->beta1 < 1 && options->beta2 >= 0 &&
          options->beta2 < 1 && options->epsilon > 0)) {
        return nn_fail(error, NN_ERROR_INPUT,
                       "Adam with beta1 %g, beta2 %g, epsilon %g, expected 0 <= beta < 1 and "
                       "epsilon > 0",
                       (double)options->beta1, (double)options->beta2, (double)options->epsilon);
    }
    return NN_OK;
}

nn_trainer *nn_trainer_new(nn_model *model, const nn_trainer_options *options, nn_error *error)
{
    if (check_options(options, error)) {
        return NULL;
    }
    nn_trainer *trainer = calloc(1, sizeof *trainer);
    if (!trainer) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for a trainer");
        return NULL;
    }
    trainer->model = model;
    trainer->options = *options;
    trainer->kernels = nn_kernels_for(options->isa);
    trainer->norms = nn_batchnorm_kernels_for(options->isa);
    trainer->slice = (options->batch + NN_SLICES - 1) / NN_SLICES;
    trainer->pieces = (trainer->slice + PIECE - 1) / PIECE;
    trainer->piece = (trainer->slice + trainer->pieces - 1) / trainer->pieces;
    trainer->threads = options->threads ? options->threads : nn_threads_available();
    if (trainer->threads > NN_SLICES) {
        trainer->threads = NN_SLICES;
    }
    trainer->version = model->version - 1; /* so that the first step packs the weights */
    nn_plan_make(&trainer->plan, model, NN_FOR_TRAINING, options->isa, options->plain);
    reserve(trainer, &trainer->arena);
    size_t bytes = trainer->arena.used;
    if (nn_arena_allocate(&trainer->arena)) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for %zu bytes of activations and gradients",
                bytes);
        free(trainer);
        return NULL;
    }
    reserve(trainer, &trainer->arena);
    make_schedule(trainer);
    nn_product_single_thread();
    return trainer;
}

void nn_trainer_free(nn_trainer *trainer)
{
    if (trainer) {
        free(trainer->arena.base);
        free(trainer);
    }
}

/* ---------------------------------------------------------------- one step */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void run_action(nn_trainer *trainer, const nn_action *action, int part, int thread)
{
    if ((action->over == NN_OVER_SLICES && part >= trainer->slices_in_use) ||
        (action->over == NN_OVER_PIECES && part >= trainer->pieces_in_use)) {
        return;
    }
    float *scratch = trainer->scratch + (size_t)thread * trainer->scratch_stride;
    if (!trainer->profile || thread > 0) {
        action->run(trainer, action->work, part, scratch);
        return;
    }
    double start = seconds_now();
    action->run(trainer, action->work, part, scratch);
    trainer->seconds[action->layer] += seconds_now() - start;
}

/* One thread's share of a schedule. Pieces and slices are of the same images for a thread, so that it
 * may go from one to the other without meeting the others. */
static void run_schedule(nn_trainer *trainer, const nn_action *actions, int count)
{
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    int from = thread * NN_SLICES / threads, to = (thread + 1) * NN_SLICES / threads;
    for (int first = 0, last; first < count; first = last) {
        nn_over over = actions[first].over;
        int each = over == NN_OVER_PIECES ? trainer->pieces : 1;
        if (first > 0 && (actions[first].barrier ||
                          (over == NN_OVER_PARTS) != (actions[first - 1].over == NN_OVER_PARTS))) {
            nn_barrier_wait(&trainer->barrier, threads);
        }
        for (last = first + 1;
             last < count && !actions[last].barrier && actions[last].over == over; last++) {
        }
        for (int part = from * each; part < to * each; part++) {
            for (int a = first; a < last; a++) {
                run_action(trainer, &actions[a], part, thread);
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
    if (!images->labels) {
        return nn_fail(error, NN_ERROR_INPUT, "images without labels cannot be trained on");
    }
    for (int i = 0; i < n; i++) {
        if (rows[i] >= images->count) {
            return nn_fail(error, NN_ERROR_INPUT, "image %u, expected less than %zu", rows[i],
                           images->count);
        }
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

/* The bias corrections of both moments are folded into the rate, as Keras does it. */
static nn_adam adam_of(const nn_trainer *trainer, float learning_rate)
{
    const nn_trainer_options *o = &trainer->options;
    double t = (double)trainer->steps + 1;
    double rate = (double)learning_rate * sqrt(1 - pow((double)o->beta2, t)) /
                  (1 - pow((double)o->beta1, t));
    return (nn_adam){o->beta1, o->beta2, o->epsilon, (float)rate};
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
    trainer->adam = adam_of(trainer, learning_rate);
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
