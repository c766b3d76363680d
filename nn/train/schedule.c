/* schedule.c: puts the actions of a step in order, and takes a team of threads through them. How a
 * step is organised is told in layers/training.h. */
#include "nn/train/schedule.h"

#include <omp.h>
#include <time.h>

static void add_forward(nn_training *training, nn_work *work)
{
    const nn_layer_kind *kind = work->op->kind;
    if (kind->forward) {
        kind->forward(training, work);
    } else {
        nn_schedule_add(&training->step, work, NN_OVER_PIECES, kind->forward_piece);
    }
}

static void add_backward(nn_training *training, nn_work *work)
{
    const nn_layer_kind *kind = work->op->kind;
    if (kind->backward) {
        kind->backward(training, work);
    } else if (work->dx) {
        nn_schedule_add(&training->step, work, NN_OVER_PIECES, kind->backward_piece);
    }
}

void nn_schedule_fill(nn_training *training, nn_action_run *gather, nn_action_run *loss)
{
    nn_schedule *step = &training->step;
    nn_work *works = training->works;
    int count = training->count;
    nn_schedule_add(step, &works[0], NN_OVER_PIECES, gather);
    for (int i = 0; i < count; i++) {
        add_forward(training, &works[i]);
    }
    nn_schedule_add(step, &works[count - 1], NN_OVER_SLICES, loss);
    for (int i = count - 1; i >= 0; i--) {
        add_backward(training, &works[i]);
    }
    nn_schedule_meet(step);
    for (int i = 0; i < count; i++) {
        if (works[i].op->kind->update) {
            works[i].op->kind->update(training, &works[i]);
        }
    }
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void run_action(nn_training *training, nn_team *team, const nn_action *action, nn_part part,
                       int thread)
{
    part.thread = thread;
    part.scratch = team->scratch + (size_t)thread * team->scratch_stride;
    if (!team->profile || thread > 0) {
        action->run(training, action->work, &part);
        return;
    }
    double start = seconds_now();
    action->run(training, action->work, &part);
    team->seconds[action->work->op->layer] += seconds_now() - start;
}

/* Takes one slice through a phase: neighbouring actions over pieces piece by piece. */
static void run_slice(nn_training *training, nn_team *team, const nn_action *actions, int count,
                      int slice, int thread)
{
    nn_part whole = nn_slice_of(training, slice);
    for (int first = 0, last; whole.count > 0 && first < count; first = last) {
        for (last = first + 1; last < count && actions[last].over == actions[first].over; last++) {
        }
        int pieces = actions[first].over == NN_OVER_PIECES ? training->pieces : 1;
        for (int p = 0; p < pieces; p++) {
            nn_part part = actions[first].over == NN_OVER_PIECES
                               ? nn_piece_of(training, slice * training->pieces + p)
                               : whole;
            for (int a = first; part.count > 0 && a < last; a++) {
                run_action(training, team, &actions[a], part, thread);
            }
        }
    }
}

/* Phase by phase. A phase ends where an action asks for a barrier, and between slices and parts of
 * other things. */
void nn_schedule_run(const nn_schedule *schedule, nn_training *training, nn_team *team)
{
    const nn_action *actions = schedule->actions;
    int count = schedule->count;
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    int from = thread * NN_SLICES / threads, to = (thread + 1) * NN_SLICES / threads;
    for (int first = 0, last; first < count; first = last) {
        int parts = actions[first].over == NN_OVER_PARTS;
        if (first > 0) {
            nn_barrier_wait(&team->barrier, threads);
        }
        for (last = first + 1; last < count && !actions[last].barrier &&
                               (actions[last].over == NN_OVER_PARTS) == parts;
             last++) {
        }
        for (int i = from; i < to; i++) {
            if (!parts) {
                run_slice(training, team, actions + first, last - first, i, thread);
                continue;
            }
            for (int a = first; a < last; a++) {
                run_action(training, team, &actions[a], (nn_part){.index = i}, thread);
            }
        }
    }
}
