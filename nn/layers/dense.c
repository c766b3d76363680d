/* dense.c: the operation dense (+ ReLU) in training.
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
#include "nn/train/trainer.h"

enum { SMALL = 16384, GRAIN = 8 };

static int inputs(const nn_work *work)
{
    return (int)work->op->in_size;
}
static int outputs(const nn_work *work)
{
    return (int)work->op->out_size;
}

static void reserve(nn_trainer *trainer, nn_work *work, nn_arena *arena)
{
    work->dense.owned = work->layer->weights > SMALL;
    if (work->dense.owned) {
        work->dense.partial =
            nn_arena_floats(arena, NN_SLICES * (size_t)trainer->options.batch * work->op->out_size);
    } else {
        work->dw_bias = work->layer->weights;
        work->dw_stride = (work->layer->parameters + 15) / 16 * 16;
        work->dw = nn_arena_floats(arena, NN_SLICES * work->dw_stride);
    }
}

/* ---------------------------------------------------------------- split by inputs */

/* share [n][out] = x [n][block] w^T [block][out] */
static void forward_block(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    nn_range block = nn_range_of(work->op->in_size, GRAIN, part->index);
    int out = outputs(work), in = inputs(work);
    float *share =
        work->dense.partial + (size_t)part->index * (size_t)trainer->options.batch * (size_t)out;
    nn_product(NN_PRODUCT_RIGHT, trainer->n, out, (int)(block.end - block.begin),
               work->x + block.begin, in, work->w + block.begin, in, share, out);
}

static void forward_sum(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    size_t out = work->op->out_size, first = (size_t)part->first * out;
    trainer->kernels->reduce((size_t)part->count * out, work->dense.partial + first,
                             (size_t)trainer->options.batch * out, NN_SLICES, work->y + first);
    trainer->kernels->bias((size_t)part->count, out, work->w + work->layer->weights, work->op->relu,
                           work->y + first);
}

/* dx [n][block] = dy [n][out] w [out][block], then dw [out][block] = dy^T x [n][block] and at once
 * Adam: the old weights are not needed again in this step. */
static void backward_block(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    nn_range block = nn_range_of(work->op->in_size, GRAIN, part->index);
    size_t width = block.end - block.begin;
    int n = trainer->n, out = outputs(work), in = inputs(work);
    const float *x = work->x + block.begin;
    if (work->dx) {
        float *dx = work->dx + block.begin;
        nn_product(NN_PRODUCT, n, (int)width, out, work->dy, out, work->w + block.begin, in, dx,
                   in);
        for (int i = 0; work->op->input_masked && i < n; i++) {
            trainer->kernels->mask(width, x + (size_t)i * (size_t)in, dx + (size_t)i * (size_t)in);
        }
    }
    nn_product(NN_PRODUCT_LEFT, out, (int)width, n, work->dy, out, x, in,
               work->gradient + block.begin, in);
    for (int o = 0; o < out; o++) {
        nn_update_apply(trainer, work, (size_t)o * (size_t)in + block.begin, width);
    }
    if (part->index == 0) {
        float *bias = work->gradient + work->layer->weights;
        trainer->kernels->column_sums((size_t)n, (size_t)out, work->dy, bias);
        nn_update_apply(trainer, work, work->layer->weights, (size_t)out);
    }
}

/* ---------------------------------------------------------------- split by slices */

static void forward_slice(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    int out = outputs(work), in = inputs(work);
    float *y = work->y + part->first * out;
    nn_product(NN_PRODUCT_RIGHT, part->count, out, in, work->x + (size_t)part->first * (size_t)in,
               in, work->w, in, y, out);
    trainer->kernels->bias((size_t)part->count, (size_t)out, work->w + work->layer->weights,
                           work->op->relu, y);
}

static void backward_slice(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    int out = outputs(work), in = inputs(work);
    size_t first = (size_t)part->first * (size_t)in;
    const float *dy = nn_dy_of(trainer, work, part);
    float *share = work->dw + (size_t)part->index * work->dw_stride;
    nn_product(NN_PRODUCT_LEFT, out, in, part->count, dy, out, work->x + first, in, share, in);
    trainer->kernels->column_sums((size_t)part->count, (size_t)out, dy, share + work->dw_bias);
    if (work->dx) {
        float *dx = nn_dx_of(trainer, work, part);
        nn_product(NN_PRODUCT, part->count, in, out, dy, out, work->w, in, dx, in);
        if (work->op->input_masked) {
            trainer->kernels->mask((size_t)part->count * (size_t)in, work->x + first, dx);
        }
    }
}

static void update_part(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    nn_range r = nn_range_of(work->layer->parameters, 16, part->index);
    trainer->kernels->reduce(r.end - r.begin, work->dw + r.begin, work->dw_stride,
                             trainer->slices_in_use, work->gradient + r.begin);
    nn_update_apply(trainer, work, r.begin, r.end - r.begin);
}

static void schedule_forward(nn_trainer *trainer, nn_work *work)
{
    if (work->dense.owned) {
        nn_schedule_meet(trainer);
        nn_schedule(trainer, work, NN_OVER_PARTS, forward_block);
        nn_schedule_meet(trainer);
        nn_schedule(trainer, work, NN_OVER_SLICES, forward_sum);
    } else {
        nn_schedule(trainer, work, NN_OVER_SLICES, forward_slice);
    }
}

static void schedule_backward(nn_trainer *trainer, nn_work *work)
{
    if (work->dense.owned) {
        nn_schedule_meet(trainer);
        nn_schedule(trainer, work, NN_OVER_PARTS, backward_block);
        nn_schedule_meet(trainer);
    } else {
        nn_schedule(trainer, work, NN_OVER_SLICES, backward_slice);
    }
}

static void schedule_update(nn_trainer *trainer, nn_work *work)
{
    if (!work->dense.owned) {
        nn_schedule(trainer, work, NN_OVER_PARTS, update_part);
    }
}

const nn_operator nn_operator_dense = {reserve, schedule_forward, schedule_backward,
                                       schedule_update};
