/* average_pool.c: the operation avgpool, the mean of each channel over the whole image:
 * x [H][W][C] in, y [1][1][C] out.
 *
 *     y = sum x / (H W),  dx = dy / (H W) everywhere
 */
#include "nn/train/trainer.h"

static void reserve(nn_trainer *trainer, nn_work *work, nn_arena *arena)
{
    (void)trainer, (void)work, (void)arena;
}

static void forward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    for (size_t i = (size_t)part->first; i < (size_t)(part->first + part->count); i++) {
        trainer->kernels->average_pool(op->in_size / op->out_size, op->out_size,
                                       work->x + i * op->in_size, work->y + i * op->out_size);
    }
}

static void backward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    const size_t c = op->out_size, places = op->in_size / c;
    const float share = 1 / (float)places;
    float *dx = nn_dx_of(trainer, work, part), *at = dx;
    const float *dy = nn_dy_of(trainer, work, part);
    for (int i = 0; i < part->count; i++, dy += c) {
        for (size_t p = 0; p < places; p++, at += c) {
            for (size_t j = 0; j < c; j++) {
                at[j] = dy[j] * share;
            }
        }
    }
    if (op->input_masked) {
        trainer->kernels->mask((size_t)part->count * op->in_size,
                               work->x + (size_t)part->first * op->in_size, dx);
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

const nn_operator nn_operator_avgpool = {reserve, schedule_forward, schedule_backward,
                                         schedule_update};
