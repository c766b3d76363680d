/* trainer.c: makes a trainer from a model: its memory and its schedule. How a step is organised is
 * told in trainer.h; step.c runs it. */
#include "nn/train/trainer.h"

#include "nn/base/error.h"
#include "nn/base/product.h"
#include "nn/base/random.h"

#include <assert.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

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
    trainer->actions[trainer->action_count++] = (nn_action){
        .run = run, .work = work, .over = over, .layer = work->op->layer, .barrier = trainer->meet};
    trainer->meet = 0;
}

void nn_schedule_meet(nn_trainer *trainer)
{
    trainer->meet = 1;
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
                                .momentum = 0.9f,
                                .nesterov = 1};
}

int nn_threads_available(void)
{
    return omp_get_num_procs();
}

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
    case NN_SHORTCUT:
        return &nn_operator_shortcut;
    case NN_ADD:
        return &nn_operator_add;
    case NN_AVGPOOL:
        return &nn_operator_avgpool;
    default:
        return &nn_operator_relu;
    }
}

/* How long the gradient of operation i's output is needed. A convolution uses it as soon as the
 * operation behind it has made it, if no barrier comes between: not where a dense layer is split by
 * its inputs, nor where a BatchNorm waits for its sums. */
static nn_reach reach_of(const nn_trainer *trainer, int i)
{
    const nn_op *op = &trainer->plan.ops[i], *next = op + 1;
    int made_by_piece = i + 1 < trainer->plan.count &&
                        (next->kind == NN_CONV || next->kind == NN_MAXPOOL ||
                         next->kind == NN_AVGPOOL || (next->kind == NN_BATCHNORM && next->pool));
    if (op->kind != NN_CONV || !made_by_piece) {
        return NN_REACH_STEP;
    }
    return trainer->works[i].conv.fine ? NN_REACH_PIECE : NN_REACH_SLICE;
}

/* Gives each operation its arrays; the plan says which of them it writes over. A gradient that
 * nobody wants, that of a shortcut which gets the images themselves, is not given any. */
static void reserve(nn_trainer *trainer, nn_arena *arena)
{
    nn_model *model = trainer->model;
    size_t batch = (size_t)trainer->options.batch;
    trainer->gradient = nn_arena_floats(arena, model->floats);
    trainer->m = nn_arena_floats(arena, model->floats);
    trainer->v = nn_arena_floats(arena, model->floats);
    trainer->average = trainer->options.average > 0 ? nn_arena_floats(arena, model->floats) : NULL;
    trainer->lattice_weights = nn_arena_floats(arena, nn_lattice_size(model->input));
    nn_scratch_want(trainer, nn_warp_scratch(model->input));
    trainer->input = nn_arena_floats(arena, batch * nn_shape_size(model->input));
    float *value = trainer->input, *gradient = NULL;
    nn_reach reach = NN_REACH_STEP;
    for (int i = 0; i < trainer->plan.count; i++) {
        nn_work *work = &trainer->works[i];
        const nn_op *op = &trainer->plan.ops[i];
        size_t outputs = batch * op->out_size;
        *work = (nn_work){.op = op,
                          .layer = &model->layers[op->layer],
                          .x = value,
                          .dx = gradient,
                          .dx_reach = reach};
        work->w = model->values + work->layer->offset;
        work->gradient = trainer->gradient + work->layer->offset;
        work->m = trainer->m + work->layer->offset;
        work->v = trainer->v + work->layer->offset;
        work->average = trainer->average ? trainer->average + work->layer->offset : NULL;
        work->y = op->y_over_x ? value : nn_arena_floats(arena, outputs);
        operator_of(op)->reserve(trainer, work, arena);
        if (!op->dx_over_dy || (!gradient && op->kind != NN_SHORTCUT)) {
            reach = reach_of(trainer, i);
            size_t each = reach == NN_REACH_STEP ? 1 : (size_t)trainer->threads;
            gradient = nn_arena_floats(arena, each * nn_room_of(trainer, reach) * op->out_size);
        }
        work->dy = gradient;
        work->dy_reach = reach;
        value = work->y;
    }
    trainer->scratch_stride = (trainer->scratch_wanted + 15) / 16 * 16;
    trainer->scratch = nn_arena_floats(arena, trainer->scratch_stride * (size_t)trainer->threads);
}

/* Bytes to values. */
static void gather(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    (void)work;
    const nn_images *images = trainer->images;
    size_t size = nn_shape_size(images->shape);
    for (int i = part->first; i < part->first + part->count; i++) {
        if (trainer->augments) {
            nn_augment_image(trainer->kernels, images, trainer->rows[i], &trainer->augmentation,
                             &trainer->lattice,
                             nn_random_key(trainer->options.seed, trainer->steps, NN_MAX_LAYERS, i),
                             trainer->input + (size_t)i * size, part->scratch);
            continue;
        }
        trainer->kernels->gather(size, images->pixels + trainer->rows[i] * size, images->scale,
                                 images->offset, trainer->input + (size_t)i * size);
    }
}

static void loss(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    size_t classes = work->op->out_size, at = (size_t)part->first * classes;
    nn_loss_slice(trainer->images, trainer->rows + part->first, part->count, trainer->n,
                  (int)classes, (double)trainer->options.label_smoothing, work->y + at,
                  work->dy + at, &trainer->metrics[part->index]);
    if (work->op->masked) {
        trainer->kernels->mask((size_t)part->count * classes, work->y + at, work->dy + at);
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
    nn_update_schedule(trainer);
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
    if (!(options->beta1 >= 0 && options->beta1 < 1 && options->beta2 >= 0 && options->beta2 < 1 &&
          options->epsilon > 0)) {
        return nn_fail(error, NN_ERROR_INPUT,
                       "Adam with beta1 %g, beta2 %g, epsilon %g, expected 0 <= beta < 1 and "
                       "epsilon > 0",
                       (double)options->beta1, (double)options->beta2, (double)options->epsilon);
    }
    if (!(options->momentum >= 0 && options->momentum < 1 && options->weight_decay >= 0 &&
          options->label_smoothing >= 0 && options->label_smoothing < 1 && options->clip >= 0 &&
          options->average >= 0 && options->average < 1)) {
        return nn_fail(error, NN_ERROR_INPUT,
                       "momentum %g, weight decay %g, label smoothing %g, clip %g, average %g, "
                       "expected 0 or more, and less than 1 but for weight decay and clip",
                       (double)options->momentum, (double)options->weight_decay,
                       (double)options->label_smoothing, (double)options->clip,
                       (double)options->average);
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

void nn_trainer_augment(nn_trainer *trainer, const nn_augmentation *augmentation)
{
    trainer->augments = augmentation != NULL;
    if (augmentation) {
        trainer->augmentation = *augmentation;
        trainer->lattice =
            nn_lattice_new(trainer->model->input, augmentation, trainer->lattice_weights);
    }
}

void nn_trainer_free(nn_trainer *trainer)
{
    if (trainer) {
        free(trainer->arena.base);
        free(trainer);
    }
}
