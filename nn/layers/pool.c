/* pool.c: the operation max-pool where no other operation computes it: K x K windows, stride K,
 * remainders dropped. The gradient goes to the place that had the maximum. */
#include "nn/train/trainer.h"

static void reserve(nn_trainer *trainer, nn_work *work, nn_arena *arena)
{
    work->choice = nn_arena_bytes(arena, (size_t)trainer->options.batch * work->op->out_size);
}

static void forward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    for (size_t i = (size_t)part->first; i < (size_t)(part->first + part->count); i++) {
        trainer->kernels->pool(op->in.h, op->in.w, op->in.c, work->layer->k,
                               work->x + i * op->in_size, work->y + i * op->out_size,
                               work->choice + i * op->out_size);
    }
}

static void backward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    float *dx = nn_dx_of(trainer, work, part);
    const float *dy = nn_dy_of(trainer, work, part);
    for (int i = 0; i < part->count; i++, dx += op->in_size, dy += op->out_size) {
        size_t out = (size_t)(part->first + i) * op->out_size;
        trainer->kernels->pool_backward(op->in.h, op->in.w, op->in.c, work->layer->k,
                                        op->input_masked, work->y + out, dy, work->choice + out,
                                        dx);
    }
}

static void schedule_forward(nn_trainer *trainer, nn_work *work)
{
    nn_schedule(trainer, work, NN_OVER_PIECES, forward);
}

static void schedule_backward(nn_trainer *trainer, nn_work *work)
{
    if (work->dx) {
        nn_schedule(trainer, work, NN_OVER_PIECES, backward);
    }
}

static void schedule_update(nn_trainer *trainer, nn_work *work)
{
    (void)trainer, (void)work;
}

const nn_operator nn_operator_maxpool = {reserve, schedule_forward, schedule_backward,
                                         schedule_update};
