/* barrier.h: where the threads of a team wait for each other; inside nn/ only. */
#ifndef NN_BARRIER_H
#define NN_BARRIER_H

#include <stdatomic.h>

typedef struct nn_barrier {
    atomic_int arrived;
    char padding[60]; /* a cache line each: one is written by all, the other is waited for */
    atomic_uint round;
    char more_padding[60];
} nn_barrier;

/* Returns when `threads` threads have called it. What they wrote before can then be read by all. */
void nn_barrier_wait(nn_barrier *barrier, int threads);

#endif
