/* schedule.h: the order of a step's actions, and the threads that take it; inside nn/ only. */
#ifndef NN_SCHEDULE_H
#define NN_SCHEDULE_H

#include "nn/base/barrier.h"
#include "nn/layers/training.h"

/* What the threads share while they take a schedule. */
typedef struct nn_team {
    nn_barrier barrier;
    float *scratch; /* [threads][scratch_stride] */
    size_t scratch_stride;
    int profile;                   /* not 0: the first thread's clock is read */
    double seconds[NN_MAX_LAYERS]; /* that it spent for operations of a layer */
} nn_team;

/* Fills training->step and training->packing: gather, what each operation adds for its forward
 * pass, loss, what each adds for its backward pass in reverse, and what is left to update. */
void nn_schedule_fill(nn_training *training, nn_action_run *gather, nn_action_run *loss);

/* One thread's share of a schedule; called by all threads of an OpenMP team. */
void nn_schedule_run(const nn_schedule *schedule, nn_training *training, nn_team *team);

#endif
