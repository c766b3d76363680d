/* dropout.c: the operation dropout (Srivastava et al. 2014), scaled while training. It works in
 * place. The zeros are a function of seed, step, layer and image, drawn anew in the backward pass
 * rather than stored: that is cheaper than a mask in memory. */
#include "random.h"
#include "trainer.h"

static void reserve(nn_trainer *trainer, nn_work *work, nn_arena *arena)
{
    (void)trainer, (void)work, (void)arena;
}

static void drop(nn_trainer *trainer, nn_work *work, nn_slice s, float *values)
{
    size_t size = work->op->in_size;
    double rate = (double)work->layer->rate;
    uint32_t threshold = (uint32_t)(rate * 0x1p32);
    for (int i = s.first; i < s.first + s.count; i++) {
        uint64_t key =
            nn_random_key(trainer->options.seed, trainer->steps, work->op->layer, i);
        trainer->kernels->dropout(size, key, threshold, (float)(1 / (1 - rate)),
                                  values + (size_t)i * size);
    }
}

static void forward(nn_trainer *trainer, nn_work *work, int part, float *scratch)
{
    (void)scratch;
    drop(trainer, work, nn_piece_of(trainer, part), work->y);
}

static void backward(nn_trainer *trainer, nn_work *work, int part, float *scratch)
{
    (void)scratch;
    const nn_op *op = work->op;
    nn_slice s = nn_piece_of(trainer, part);
    size_t first = (size_t)s.first * op->in_size;
    drop(trainer, work, s, work->dx);
    if (op->input_masked) {
        trainer->kernels->mask((size_t)s.count * op->in_size, work->x + first, work->dx + first);
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

static void schedule_update(nn_trainer *trainer, nn_work *work) { (void)trainer, (void)work; }

const nn_operator nn_operator_dropout = {reserve, schedule_forward, schedule_backward,
                                         schedule_update};
