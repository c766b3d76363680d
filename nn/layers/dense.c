/* dense.c: the layer dense, and the operation dense (+ ReLU): y = x w^T + bias, w [out][in].
 *
 * A large layer is split by its inputs into NN_SLICES blocks, and each block belongs to one thread
 * for ever: its columns of the weights, of their gradient and of Adam's moments stay in that core's
 * caches, and only activations travel. (Moving the weights of a 3136 x 128 layer between cores
 * costs more than the arithmetic of a batch of 32.) The forward pass gives each block's share of
 * the outputs, [NN_SLICES][n][out], summed afterwards in order; it is a small array.
 *
 * A small layer is split by slices of the batch like everything else and needs no barrier.
 */
#include "nn/base/product.h"
#include "nn/layers/inference.h"
#include "nn/layers/line.h"
#include "nn/layers/training.h"

enum { SMALL = 16384, GRAIN = 8 };

static int read(nn_layer *layer, nn_line *line)
{
    if (nn_line_whole(line, "number of outputs", NN_MAX_UNITS, &layer->units)) {
        return NN_ERROR_MODEL;
    }
    layer->out = (nn_shape){1, 1, layer->units};
    layer->weights = layer->decaying = nn_shape_size(layer->in) * (size_t)layer->units;
    layer->parameters = layer->trainable = layer->weights + (size_t)layer->units;
    layer->macs = (double)layer->weights;
    return NN_OK;
}

static void initialise(const nn_layer *layer, int to_relu, nn_random *random, float *w)
{
    double units = layer->units;
    nn_draw_weights(layer, (double)layer->weights / units, units, to_relu, random, w);
}

static void plan(const nn_planning *planning, nn_op *op)
{
    nn_fuse(planning, op, NN_FUSE_RELU);
}

/* ---------------------------------------------------------------- training */

typedef struct training_state {
    int owned;      /* split by inputs over the threads, rather than by slices */
    float *partial; /* [NN_SLICES][batch][out]: each block's share of the outputs */
} training_state;

static int is_owned(const nn_work *work)
{
    return ((const training_state *)work->own)->owned;
}

static int inputs(const nn_work *work)
{
    return (int)work->op->in_size;
}
static int outputs(const nn_work *work)
{
    return (int)work->op->out_size;
}

static void reserve(nn_training *training, nn_work *work, nn_arena *arena)
{
    training_state *own = work->own;
    own->owned = work->layer->weights > SMALL;
    if (own->owned) {
        own->partial = nn_arena_floats(arena, NN_SLICES * (size_t)training->options.batch *
                                                  work->op->out_size);
    } else {
        work->dw_bias = work->layer->weights;
        work->dw_stride = (work->layer->parameters + 15) / 16 * 16;
        work->dw = nn_arena_floats(arena, NN_SLICES * work->dw_stride);
    }
}

/* ---------------------------------------------------------------- split by inputs */

/* share [n][out] = x [n][block] w^T [block][out] */
static void forward_block(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    nn_range block = nn_range_of(work->op->in_size, GRAIN, part->index);
    int out = outputs(work), in = inputs(work);
    float *share =
        own->partial + (size_t)part->index * (size_t)training->options.batch * (size_t)out;
    nn_product(NN_PRODUCT_RIGHT, training->n, out, (int)(block.end - block.begin),
               work->x + block.begin, in, work->w + block.begin, in, share, out);
}

static void forward_sum(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    size_t out = work->op->out_size, first = (size_t)part->first * out;
    training->kernels->reduce((size_t)part->count * out, own->partial + first,
                              (size_t)training->options.batch * out, NN_SLICES, work->y + first);
    training->kernels->bias((size_t)part->count, out, work->w + work->layer->weights,
                            work->op->relu, work->y + first);
}

/* dx [n][block] = dy [n][out] w [out][block], then dw [out][block] = dy^T x [n][block] and at once
 * Adam: the old weights are not needed again in this step. */
static void backward_block(nn_training *training, nn_work *work, const nn_part *part)
{
    nn_range block = nn_range_of(work->op->in_size, GRAIN, part->index);
    size_t width = block.end - block.begin;
    int n = training->n, out = outputs(work), in = inputs(work);
    const float *x = work->x + block.begin;
    if (work->dx) {
        float *dx = work->dx + block.begin;
        nn_product(NN_PRODUCT, n, (int)width, out, work->dy, out, work->w + block.begin, in, dx,
                   in);
        for (int i = 0; work->op->input_masked && i < n; i++) {
            training->kernels->mask(width, x + (size_t)i * (size_t)in, dx + (size_t)i * (size_t)in);
        }
    }
    nn_product(NN_PRODUCT_LEFT, out, (int)width, n, work->dy, out, x, in,
               work->gradient + block.begin, in);
    for (int o = 0; o < out; o++) {
        nn_update_apply(training, work, (size_t)o * (size_t)in + block.begin, width);
    }
    if (part->index == 0) {
        float *bias = work->gradient + work->layer->weights;
        training->kernels->column_sums((size_t)n, (size_t)out, work->dy, bias);
        nn_update_apply(training, work, work->layer->weights, (size_t)out);
    }
}

/* ---------------------------------------------------------------- split by slices */

static void forward_slice(nn_training *training, nn_work *work, const nn_part *part)
{
    int out = outputs(work), in = inputs(work);
    float *y = work->y + part->first * out;
    nn_product(NN_PRODUCT_RIGHT, part->count, out, in, work->x + (size_t)part->first * (size_t)in,
               in, work->w, in, y, out);
    training->kernels->bias((size_t)part->count, (size_t)out, work->w + work->layer->weights,
                            work->op->relu, y);
}

static void backward_slice(nn_training *training, nn_work *work, const nn_part *part)
{
    int out = outputs(work), in = inputs(work);
    size_t first = (size_t)part->first * (size_t)in;
    const float *dy = nn_dy_of(training, work, part);
    float *share = work->dw + (size_t)part->index * work->dw_stride;
    nn_product(NN_PRODUCT_LEFT, out, in, part->count, dy, out, work->x + first, in, share, in);
    training->kernels->column_sums((size_t)part->count, (size_t)out, dy, share + work->dw_bias);
    if (work->dx) {
        float *dx = nn_dx_of(training, work, part);
        nn_product(NN_PRODUCT, part->count, in, out, dy, out, work->w, in, dx, in);
        nn_mask_dx(training, work, part, dx);
    }
}

static void update_part(nn_training *training, nn_work *work, const nn_part *part)
{
    nn_range r = nn_range_of(work->layer->parameters, 16, part->index);
    training->kernels->reduce(r.end - r.begin, work->dw + r.begin, work->dw_stride,
                              training->slices_in_use, work->gradient + r.begin);
    nn_update_apply(training, work, r.begin, r.end - r.begin);
}

static void schedule_forward(nn_training *training, nn_work *work)
{
    if (is_owned(work)) {
        nn_schedule_meet(&training->step);
        nn_schedule_add(&training->step, work, NN_OVER_PARTS, forward_block);
        nn_schedule_meet(&training->step);
        nn_schedule_add(&training->step, work, NN_OVER_SLICES, forward_sum);
    } else {
        nn_schedule_add(&training->step, work, NN_OVER_SLICES, forward_slice);
    }
}

static void schedule_backward(nn_training *training, nn_work *work)
{
    if (is_owned(work)) {
        nn_schedule_meet(&training->step);
        nn_schedule_add(&training->step, work, NN_OVER_PARTS, backward_block);
        nn_schedule_meet(&training->step);
    } else {
        nn_schedule_add(&training->step, work, NN_OVER_SLICES, backward_slice);
    }
}

static void schedule_update(nn_training *training, nn_work *work)
{
    if (!is_owned(work)) {
        nn_schedule_add(&training->step, work, NN_OVER_PARTS, update_part);
    }
}

/* ---------------------------------------------------------------- inference */

static void infer(const nn_inference *inference, const nn_task *task, const nn_tile *tile)
{
    const nn_op *op = task->op;
    int out = (int)op->out_size, in = (int)op->in_size;
    nn_product(NN_PRODUCT_RIGHT, tile->n, out, in, tile->x, in, task->w, in, tile->y, out);
    inference->kernels->bias((size_t)tile->n, op->out_size, task->w + task->layer->weights,
                             op->relu, tile->y);
}

const nn_layer_kind nn_layer_dense = {
    .word = {"dense", "F", "F outputs, each a weighted sum of all inputs; flattens its input"},
    .read = read,
    .initialise = initialise,
    .own = {[NN_FOR_TRAINING] = sizeof(training_state)},
    .spares_y = 1,
    .plan = plan,
    .reserve = reserve,
    .forward = schedule_forward,
    .backward = schedule_backward,
    .update = schedule_update,
    .infer = infer,
};
