/* dropout.c: the operation dropout (Srivastava et al. 2014), scaled while training. It works in
 * place. The zeros are a function of seed, step, layer and image, drawn anew in the backward pass
 * rather than stored: that is cheaper than a mask in memory. */
#include "nn/base/random.h"
#include "nn/train/trainer.h"

static void reserve(nn_trainer *trainer, nn_work *work, nn_arena *arena)
{
    (void)trainer, (void)work, (void)arena;
}

/* values: of the part's first image and on. */
static void drop(nn_trainer *trainer, nn_work *work, const nn_part *part, float *values)
{
    size_t size = work->op->in_size;
    double rate = (double)work->layer->rate;
    uint32_t threshold = (uint32_t)(rate * 0x1p32);
    for (int i = part->first; i < part->first + part->count; i++, values += size) {
        uint64_t key = nn_random_key(trainer->options.seed, trainer->steps, work->op->layer, i);
        trainer->kernels->dropout(size, key, threshold, (float)(1 / (1 - rate)), values);
    }
}

static void forward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    drop(trainer, work, part, work->y + (size_t)part->first * work->op->in_size);
}

static void backward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    size_t first = (size_t)part->first * op->in_size;
    float *dx = nn_dx_of(trainer, work, part);
    drop(trainer, work, part, dx);
    if (op->input_masked) {
        trainer->kernels->mask((size_t)part->count * op->in_size, work->x + first, dx);
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

const nn_operator nn_operator_dropout = {reserve, schedule_forward, schedule_backward,
                                         schedule_update};
