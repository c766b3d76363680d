/* relu.c: the operation ReLU where no other operation computes it. It works in place. Its gradient
 * is multiplied by (output > 0) by the operation behind it, as for every ReLU. */
#include "nn/train/trainer.h"

static void reserve(nn_trainer *trainer, nn_work *work, nn_arena *arena)
{
    (void)trainer, (void)work, (void)arena;
}

static void forward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    size_t first = (size_t)part->first * work->op->in_size;
    trainer->kernels->relu((size_t)part->count * work->op->in_size, work->x + first,
                           work->y + first);
}

static void schedule_forward(nn_trainer *trainer, nn_work *work)
{
    nn_schedule(trainer, work, NN_OVER_PIECES, forward);
}

static void schedule_nothing(nn_trainer *trainer, nn_work *work)
{
    (void)trainer, (void)work;
}

const nn_operator nn_operator_relu = {reserve, schedule_forward, schedule_nothing,
                                      schedule_nothing};
