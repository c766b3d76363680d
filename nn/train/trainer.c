/* trainer.c: makes a trainer from a model: its memory and its schedule. How a step is organised is
 * told in layers/training.h; step.c takes it. */
#include "nn/train/trainer.h"

#include "nn/base/error.h"
#include "nn/base/product.h"
#include "nn/base/random.h"
#include "nn/kernels/images.h"
#include "nn/model/view.h"
#include "nn/train/clip.h"

#include <omp.h>
#include <stdlib.h>

/* At most so many images are taken through neighbouring operations together. */
enum { PIECE = 4 };

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

/* Where a layer's numbers are in a block laid out as model->values. Before there is memory a block
 * is NULL, and nothing may be added to that. */
static float *numbers_of(float *block, const nn_layer *layer)
{
    return block ? block + layer->offset : NULL;
}

/* How long the gradient of an operation's output is needed. A convolution uses it as soon as the
 * operation behind it has made it, if no barrier comes between: not where a dense layer is split by
 * its inputs, nor where a BatchNorm waits for its sums. */
static nn_reach reach_of(const nn_work *work, const nn_op *behind)
{
    nn_reach made = behind ? behind->dx_made : NN_REACH_STEP;
    return made < work->dy_needed ? made : work->dy_needed; /* the longer of both */
}

/* Gives each operation its arrays; the plan says which of them it writes over. A gradient that
 * nobody wants, that of a shortcut which gets the images themselves or of what prepares them, is
 * not given any. */
static void reserve_works(nn_trainer *trainer, nn_arena *arena)
{
    nn_training *training = &trainer->training;
    size_t batch = (size_t)training->options.batch;
    float *value = trainer->input, *gradient = NULL;
    nn_reach reach = NN_REACH_STEP;
    for (int i = 0; i < training->count; i++) {
        nn_work *work = &training->works[i];
        const nn_op *op = &trainer->plan.ops[i];
        const nn_layer *layer = &trainer->model->layers[op->layer];
        *work = (nn_work){.op = op,
                          .layer = layer,
                          .own = trainer->own + op->own,
                          .x = value,
                          .dx = gradient,
                          .dx_reach = reach,
                          .w = trainer->model->values + layer->offset,
                          .gradient = numbers_of(trainer->gradient, layer),
                          .m = numbers_of(trainer->m, layer),
                          .v = numbers_of(trainer->v, layer),
                          .average = numbers_of(trainer->average, layer)};
        work->y = op->y_over_x ? value : nn_arena_floats(arena, batch * op->out_size);
        if (op->kind->reserve) {
            op->kind->reserve(training, work, arena);
        }
        int wanted = gradient || !(op->kind->opens || op->kind->prepares);
        if (wanted && !(gradient && op->dx_over_dy)) {
            reach = reach_of(work, i + 1 < training->count ? op + 1 : NULL);
            size_t each = reach == NN_REACH_STEP ? 1 : (size_t)training->threads;
            gradient = nn_arena_floats(arena, each * nn_room_of(training, reach) * op->out_size);
        }
        work->dy = gradient;
        work->dy_reach = reach;
        value = work->y;
    }
}

static void reserve(nn_trainer *trainer, nn_arena *arena)
{
    nn_training *training = &trainer->training;
    nn_model *model = trainer->model;
    size_t batch = (size_t)training->options.batch;
    trainer->gradient = nn_arena_floats(arena, model->floats);
    trainer->m = nn_arena_floats(arena, model->floats);
    trainer->v = nn_arena_floats(arena, model->floats);
    trainer->average = training->options.average > 0 ? nn_arena_floats(arena, model->floats) : NULL;
    trainer->lattice_weights = nn_arena_floats(arena, nn_lattice_size(model->input));
    nn_scratch_want(&training->scratch_wanted, nn_warp_scratch(model->input));
    trainer->input = nn_arena_floats(arena, batch * nn_shape_size(model->input));
    reserve_works(trainer, arena);
    trainer->team.scratch_stride = (training->scratch_wanted + 15) / 16 * 16;
    trainer->team.scratch =
        nn_arena_floats(arena, trainer->team.scratch_stride * (size_t)training->threads);
}

/* Images to the values that the first operation reads. */
static void gather(nn_training *training, nn_work *work, const nn_part *part)
{
    (void)work;
    const nn_trainer *trainer = nn_trainer_of(training);
    const nn_images *images = trainer->images;
    size_t size = nn_shape_size(images->shape);
    for (int i = part->first; i < part->first + part->count; i++) {
        float *values = trainer->input + (size_t)i * size;
        size_t row = trainer->rows[i];
        if (trainer->augments) {
            uint64_t key = nn_random_key(training->options.seed, training->steps, NN_MAX_LAYERS, i);
            nn_augment_image(training->kernels, images, row, &trainer->augmentation,
                             &trainer->lattice, key, values, part->scratch);
        } else {
            nn_image_gather(training->kernels, images, row, 0, size, values);
        }
    }
}

static void loss(nn_training *training, nn_work *work, const nn_part *part)
{
    nn_trainer *trainer = nn_trainer_of(training);
    size_t classes = work->op->out_size, at = (size_t)part->first * classes;
    nn_loss_slice(trainer->images, trainer->rows + part->first, part->count, training->n,
                  (int)classes, (double)training->options.label_smoothing, work->y + at,
                  work->dy + at, &trainer->metrics[part->index]);
    if (work->op->masked) {
        training->kernels->mask((size_t)part->count * classes, work->y + at, work->dy + at);
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
    nn_training *training = &trainer->training;
    training->options = *options;
    training->kernels = nn_kernels_for(options->isa);
    training->norms = nn_batchnorm_kernels_for(options->isa);
    training->slice = (options->batch + NN_SLICES - 1) / NN_SLICES;
    training->pieces = (training->slice + PIECE - 1) / PIECE;
    training->piece = (training->slice + training->pieces - 1) / training->pieces;
    training->threads = options->threads ? options->threads : nn_threads_available();
    if (training->threads > NN_SLICES) {
        training->threads = NN_SLICES;
    }
    trainer->model = model;
    trainer->version = model->version - 1; /* so that the first step packs the weights */
    nn_plan_make(&trainer->plan, model, NN_FOR_TRAINING, options->isa, options->plain);
    training->count = trainer->plan.count;
    trainer->own = nn_memory_new(trainer->plan.own + 1);
    if (trainer->own) {
        reserve(trainer, &trainer->arena);
    }
    size_t bytes = trainer->arena.used;
    if (!trainer->own || nn_arena_allocate(&trainer->arena)) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for %zu bytes of activations and gradients",
                bytes);
        nn_trainer_free(trainer);
        return NULL;
    }
    reserve(trainer, &trainer->arena);
    nn_schedule_fill(training, gather, loss);
    nn_clip_schedule(training);
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
        free(trainer->own);
        free(trainer);
    }
}
