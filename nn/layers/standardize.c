/* standardize.c: the layer standardize and its operation, the model's first: each input value by
 * the mean and the population standard deviation that it had in the training data.
 *
 *     y = (x - mean) / deviation, clamped to -LIMIT..LIMIT
 *
 * and 0 where x is a gap (NaN) or the deviation is 0. The one case is the mean in place of a value
 * that is missing, the other a column that told nothing in training. Whatever comes in, what comes
 * out is a number of a size that a net can bear.
 *
 * It works in place. No gradient comes back to it, and its parameters, the means and then the
 * deviations, [H][W][C] each, are not trained: nn_model_fit sets them once.
 */
#include "nn/base/error.h"
#include "nn/kernels/images.h"
#include "nn/layers/inference.h"
#include "nn/layers/line.h"
#include "nn/layers/training.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float limit = 10;

static int read(nn_layer *layer, nn_line *line)
{
    (void)line;
    layer->weights = nn_shape_size(layer->in);
    layer->parameters = 2 * layer->weights;
    return NN_OK;
}

static void initialise(const nn_layer *layer, int to_relu, nn_random *random, float *w)
{
    (void)to_relu, (void)random;
    for (size_t j = 0; j < layer->weights; j++) {
        w[layer->weights + j] = 1; /* the deviation */
    }
}

/* ---------------------------------------------------------------- fitting */

/* What is known of each of `size` input values. */
typedef struct columns {
    size_t size;
    float *x;                   /* those of one image */
    double *sum, *count, *mean; /* of this pass; of the numbers among them; once it is known */
} columns;

/* Adds up over the images how far the numbers are from the mean, or the squares of that. */
static void add_up(const columns *c, const nn_images *images, const uint32_t *rows, size_t n,
                   int squares)
{
    /* One build on all machines of a kind, so that models do not depend on the instruction set. */
    const nn_kernels *kernels = nn_kernels_for(NN_ISA_PLAIN);
    memset(c->sum, 0, c->size * sizeof *c->sum);
    memset(c->count, 0, c->size * sizeof *c->count);
    for (size_t i = 0; i < n; i++) {
        nn_image_gather(kernels, images, rows ? rows[i] : i, 0, c->size, c->x);
        for (size_t j = 0; j < c->size; j++) {
            int number = fabsf(c->x[j]) <= FLT_MAX; /* no gap, nor infinite */
            double x = number ? (double)c->x[j] - c->mean[j] : 0;
            c->sum[j] += squares ? x * x : x;
            c->count[j] += number;
        }
    }
}

/* Two passes, in double. A deviation that kernels would take for 0 is 0. */
static void measure(const columns *c, const nn_images *images, const uint32_t *rows, size_t n,
                    float *w)
{
    add_up(c, images, rows, n, 0); /* the mean is 0 so far */
    for (size_t j = 0; j < c->size; j++) {
        c->mean[j] = c->count[j] > 0 ? c->sum[j] / c->count[j] : 0;
    }
    add_up(c, images, rows, n, 1);
    for (size_t j = 0; j < c->size; j++) {
        double deviation = c->count[j] > 0 ? sqrt(c->sum[j] / c->count[j]) : 0;
        w[j] = (float)c->mean[j];
        w[c->size + j] = deviation >= (double)FLT_MIN ? (float)deviation : 0;
    }
}

static int fit(const nn_layer *layer, const nn_images *images, const uint32_t *rows, size_t n,
               float *w, nn_error *error)
{
    nn_arena arena = {0};
    columns c = {.size = layer->weights};
    for (int pass = 0; pass < 2; pass++) {
        c.count = nn_arena_doubles(&arena, c.size);
        c.mean = nn_arena_doubles(&arena, c.size);
        c.sum = nn_arena_doubles(&arena, c.size);
        c.x = nn_arena_floats(&arena, c.size);
        if (pass == 0 && nn_arena_allocate(&arena)) {
            return nn_fail(error, NN_ERROR_MEMORY, "no memory to fit line %d: '%.60s'", layer->line,
                           layer->text);
        }
    }
    measure(&c, images, rows, n, w);
    free(arena.base);
    return NN_OK;
}

/* ---------------------------------------------------------------- training */

static void place(nn_op *op, const nn_op *before, const nn_op *behind)
{
    (void)before, (void)behind;
    op->y_over_x = 1;
}

static void forward(nn_training *training, nn_work *work, const nn_part *part)
{
    size_t size = work->op->in_size, first = (size_t)part->first * size;
    training->kernels->standardize((size_t)part->count, size, work->w, work->w + size, limit,
                                   work->x + first, work->y + first);
}

/* The average of what never changes is itself, to the last bit. */
static void copy_to_average(nn_training *training, nn_work *work, const nn_part *part)
{
    (void)training;
    nn_range r = nn_range_of(work->layer->parameters, 16, part->index);
    memcpy(work->average + r.begin, work->w + r.begin, (r.end - r.begin) * sizeof *work->w);
}

static void schedule_update(nn_training *training, nn_work *work)
{
    if (work->average) {
        nn_schedule_add(&training->step, work, NN_OVER_PARTS, copy_to_average);
    }
}

/* ---------------------------------------------------------------- inference */

static void infer(const nn_inference *inference, const nn_task *task, const nn_tile *tile)
{
    size_t size = task->op->in_size;
    inference->kernels->standardize((size_t)tile->n, size, task->w, task->w + size, limit, tile->x,
                                    tile->y);
}

const nn_layer_kind nn_layer_standardize = {
    .word = {"standardize", "",
             "only as the first layer: each input value minus its mean over the training data, by "
             "its standard deviation, clamped to -10..10; gaps and constant columns become 0"},
    .read = read,
    .initialise = initialise,
    .fit = fit,
    .prepares = 1,
    .changes_x = 1,
    .place = place,
    .forward_piece = forward,
    .backward = nn_schedule_nothing,
    .update = schedule_update,
    .infer = infer,
};
