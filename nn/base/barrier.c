/* barrier.c: a barrier that looks for a moment and then lets other processes run.
 *
 * The parts of a step take about the same time, so the wait is short and worth spinning for; where
 * it is not, the thread that is waited for has probably lost its processor to another process,
 * which a spinning thread would only make worse. OpenMP's barrier spins for some milliseconds by
 * default.
 */
#include "nn/base/barrier.h"

#include <sched.h>

enum { SPINS = 2000 }; /* some 20 microseconds */

static void pause_briefly(void)
{
#if defined __x86_64__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

void nn_barrier_wait(nn_barrier *barrier, int threads)
{
    unsigned round = atomic_load_explicit(&barrier->round, memory_order_acquire);
    if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) + 1 == threads) {
        atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&barrier->round, round + 1, memory_order_release);
        return;
    }
    for (int spin = 0; atomic_load_explicit(&barrier->round, memory_order_acquire) == round;
         spin++) {
        if (spin < SPINS) {
            pause_briefly();
        } else {
            sched_yield();
            spin = SPINS;
        }
    }
}
