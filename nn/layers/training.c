/* training.c: which images a slice or a piece is, where their gradients are, what part of other
 * things a thread does, and how actions come into a schedule. */
#include "nn/layers/training.h"

#include <assert.h>

void nn_schedule_add(nn_schedule *schedule, nn_work *work, nn_over over, nn_action_run *run)
{
    assert(schedule->count < NN_MAX_ACTIONS);
    schedule->actions[schedule->count++] =
        (nn_action){.run = run, .work = work, .over = over, .barrier = schedule->meet};
    schedule->meet = 0;
}

void nn_schedule_meet(nn_schedule *schedule)
{
    schedule->meet = 1;
}

static int within(int count, int most)
{
    return count < 0 ? 0 : count < most ? count : most;
}

nn_part nn_slice_of(const nn_training *training, int index)
{
    int first = index * training->slice;
    return (nn_part){
        .index = index, .first = first, .count = within(training->n - first, training->slice)};
}

nn_part nn_piece_of(const nn_training *training, int index)
{
    nn_part piece = nn_slice_of(training, index / training->pieces);
    piece.index = index;
    piece.offset = index % training->pieces * training->piece;
    piece.first += piece.offset;
    piece.count = within(piece.count - piece.offset, training->piece);
    return piece;
}

size_t nn_room_of(const nn_training *training, nn_reach reach)
{
    return (size_t)(reach == NN_REACH_STEP    ? training->options.batch
                    : reach == NN_REACH_SLICE ? training->slice
                                              : training->piece);
}

static float *gradient_of(const nn_training *training, float *gradient, nn_reach reach, size_t size,
                          const nn_part *part)
{
    size_t image = reach == NN_REACH_STEP    ? (size_t)part->first
                   : reach == NN_REACH_SLICE ? (size_t)part->offset
                                             : 0;
    size_t thread = reach == NN_REACH_STEP ? 0 : (size_t)part->thread;
    return gradient + (thread * nn_room_of(training, reach) + image) * size;
}

float *nn_dx_of(const nn_training *training, const nn_work *work, const nn_part *part)
{
    return gradient_of(training, work->dx, work->dx_reach, work->op->in_size, part);
}

float *nn_dy_of(const nn_training *training, const nn_work *work, const nn_part *part)
{
    return gradient_of(training, work->dy, work->dy_reach, work->op->out_size, part);
}

void nn_mask_dx(const nn_training *training, const nn_work *work, const nn_part *part, float *dx)
{
    const nn_op *op = work->op;
    if (op->input_masked) {
        training->kernels->mask((size_t)part->count * op->in_size,
                                work->x + (size_t)part->first * op->in_size, dx);
    }
}

nn_range nn_range_of(size_t n, size_t grain, int part)
{
    size_t grains = (n + grain - 1) / grain;
    size_t begin = grains * (size_t)part / NN_SLICES * grain;
    size_t end = grains * (size_t)(part + 1) / NN_SLICES * grain;
    return (nn_range){begin < n ? begin : n, end < n ? end : n};
}
