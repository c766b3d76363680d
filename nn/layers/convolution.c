/* convolution.c: the operation convolution (+ ReLU (+ 2 x 2 max-pool)) in training.
 *
 * What a path computes is in conv.h; this file gives it slices. The gradient of the weights is
 * summed over a slice (or a piece) by the path, in a form of its own, and over all of them at the
 * end of the step, where threads share the input channels: each sums, updates and packs its own.
 */
#include "nn/train/trainer.h"

/* Up to so many floats, a share of the gradient for each piece costs less than leaving the cache.
 */
enum { FINE = 4096 };

static void pack(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    (void)trainer;
    nn_range c = nn_range_of((size_t)work->op->dims.c, 1, part->index);
    if (c.begin < c.end) {
        work->op->path->pack(&work->op->dims, work->w, work->conv.forward, work->conv.dx,
                             (int)c.begin, (int)c.end);
    }
}

static void reserve(nn_trainer *trainer, nn_work *work, nn_arena *arena)
{
    const nn_op *op = work->op;
    const nn_conv_dims *d = &op->dims;
    size_t forward = op->path->forward_size(d), dx = op->path->dx_size(d);
    work->conv.forward = forward ? nn_arena_floats(arena, forward) : work->w;
    work->conv.dx = dx ? nn_arena_floats(arena, dx) : work->w;
    if (op->epilogue == NN_EPILOGUE_RELU_POOL) {
        work->choice = nn_arena_bytes(arena, (size_t)trainer->options.batch * op->out_size);
    }
    /* A share is the gradient in the path's form and then the biases', each from a cache line on.
     */
    work->dw_bias = (op->path->dw_size(d) + 15) / 16 * 16;
    work->dw_stride = work->dw_bias + ((size_t)d->f + 15) / 16 * 16;
    work->conv.fine = work->dw_stride <= FINE;
    work->dw = nn_arena_floats(arena, NN_SLICES * (size_t)(work->conv.fine ? trainer->pieces : 1) *
                                          work->dw_stride);
    nn_scratch_want(trainer, op->path->scratch_size(d, trainer->slice));
}

static void forward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    (void)trainer;
    const nn_op *op = work->op;
    size_t out = (size_t)part->first * op->out_size;
    op->path->forward(&op->dims, part->count, work->x + (size_t)part->first * op->in_size,
                      work->conv.forward, work->w + work->layer->weights, op->epilogue,
                      work->y + out, work->choice ? work->choice + out : NULL, part->scratch);
}

static void backward_weights(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    size_t out = (size_t)part->first * op->out_size;
    float *share = work->dw + (size_t)part->index * work->dw_stride;
    op->path->backward_weights(&op->dims, part->count, work->x + (size_t)part->first * op->in_size,
                               nn_dy_of(trainer, work, part),
                               work->choice ? work->choice + out : NULL, share,
                               share + work->dw_bias, part->scratch);
}

static void backward_data(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    size_t in = (size_t)part->first * op->in_size, out = (size_t)part->first * op->out_size;
    float *dx = nn_dx_of(trainer, work, part);
    op->path->backward_data(&op->dims, part->count, nn_dy_of(trainer, work, part),
                            work->choice ? work->choice + out : NULL, work->conv.dx, dx,
                            part->scratch);
    if (op->input_masked) {
        trainer->kernels->mask((size_t)part->count * op->in_size, work->x + in, dx);
    }
}

static void backward_both(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    size_t in = (size_t)part->first * op->in_size, out = (size_t)part->first * op->out_size;
    float *share = work->dw + (size_t)part->index * work->dw_stride;
    float *dx = nn_dx_of(trainer, work, part);
    op->path->backward(&op->dims, part->count, work->x + in, nn_dy_of(trainer, work, part),
                       work->choice ? work->choice + out : NULL, work->conv.dx, dx, share,
                       share + work->dw_bias, part->scratch);
    if (op->input_masked) {
        trainer->kernels->mask((size_t)part->count * op->in_size, work->x + in, dx);
    }
}

static void update(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    const nn_conv_dims *d = &op->dims;
    size_t weights = work->layer->weights, f = (size_t)d->f;
    int shares = work->conv.fine ? trainer->pieces_in_use : trainer->slices_in_use;
    nn_range c = nn_range_of((size_t)d->c, 1, part->index);
    if (c.begin < c.end) {
        op->path->reduce(d, work->dw, work->dw_stride, shares, work->gradient, (int)c.begin,
                         (int)c.end);
        for (size_t tap = 0; tap < (size_t)(d->k * d->k); tap++) {
            nn_update_apply(trainer, work, (tap * (size_t)d->c + c.begin) * f,
                            (c.end - c.begin) * f);
        }
        pack(trainer, work, part);
    }
    nn_range b = nn_range_of(f, 16, part->index);
    trainer->kernels->reduce(b.end - b.begin, work->dw + work->dw_bias + b.begin, work->dw_stride,
                             shares, work->gradient + weights + b.begin);
    nn_update_apply(trainer, work, weights + b.begin, b.end - b.begin);
}

static void schedule_forward(nn_trainer *trainer, nn_work *work)
{
    trainer->packing[trainer->packing_count++] =
        (nn_action){.run = pack, .work = work, .over = NN_OVER_PARTS};
    nn_schedule(trainer, work, NN_OVER_PIECES, forward);
}

static void schedule_backward(nn_trainer *trainer, nn_work *work)
{
    if (work->dx && work->op->path->backward && !work->conv.fine) {
        nn_schedule(trainer, work, NN_OVER_SLICES, backward_both);
        return;
    }
    nn_schedule(trainer, work, work->conv.fine ? NN_OVER_PIECES : NN_OVER_SLICES, backward_weights);
    if (work->dx) {
        nn_schedule(trainer, work, NN_OVER_PIECES, backward_data);
    }
}

static void schedule_update(nn_trainer *trainer, nn_work *work)
{
    nn_schedule(trainer, work, NN_OVER_PARTS, update);
}

const nn_operator nn_operator_conv = {reserve, schedule_forward, schedule_backward,
                                      schedule_update};
