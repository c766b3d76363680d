/* part.c: which images a slice or a piece is, where their gradients are, and what part of other
 * things a thread does. */
#include "nn/train/trainer.h"

static int within(int count, int most)
{
    return count < 0 ? 0 : count < most ? count : most;
}

nn_part nn_slice_of(const nn_trainer *trainer, int index)
{
    int first = index * trainer->slice;
    return (nn_part){
        .index = index, .first = first, .count = within(trainer->n - first, trainer->slice)};
}

nn_part nn_piece_of(const nn_trainer *trainer, int index)
{
    nn_part piece = nn_slice_of(trainer, index / trainer->pieces);
    piece.index = index;
    piece.offset = index % trainer->pieces * trainer->piece;
    piece.first += piece.offset;
    piece.count = within(piece.count - piece.offset, trainer->piece);
    return piece;
}

size_t nn_room_of(const nn_trainer *trainer, nn_reach reach)
{
    return (size_t)(reach == NN_REACH_STEP    ? trainer->options.batch
                    : reach == NN_REACH_SLICE ? trainer->slice
                                              : trainer->piece);
}

static float *gradient_of(const nn_trainer *trainer, float *gradient, nn_reach reach, size_t size,
                          const nn_part *part)
{
    size_t image = reach == NN_REACH_STEP    ? (size_t)part->first
                   : reach == NN_REACH_SLICE ? (size_t)part->offset
                                             : 0;
    size_t thread = reach == NN_REACH_STEP ? 0 : (size_t)part->thread;
    return gradient + (thread * nn_room_of(trainer, reach) + image) * size;
}

float *nn_dx_of(const nn_trainer *trainer, const nn_work *work, const nn_part *part)
{
    return gradient_of(trainer, work->dx, work->dx_reach, work->op->in_size, part);
}

float *nn_dy_of(const nn_trainer *trainer, const nn_work *work, const nn_part *part)
{
    return gradient_of(trainer, work->dy, work->dy_reach, work->op->out_size, part);
}

nn_range nn_range_of(size_t n, size_t grain, int part)
{
    size_t grains = (n + grain - 1) / grain;
    size_t begin = grains * (size_t)part / NN_SLICES * grain;
    size_t end = grains * (size_t)(part + 1) / NN_SLICES * grain;
    return (nn_range){begin < n ? begin : n, end < n ? end : n};
}
