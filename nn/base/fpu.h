/* fpu.h: how the processor treats numbers too small for full precision; inside nn/ only. */
#ifndef NN_FPU_H
#define NN_FPU_H

#include <stdint.h>

/* Makes this thread take such numbers for zero, and returns the mode that was in force. They arise
 * in Adam's moments and behind ReLUs, mean nothing there, and cost a processor a hundred cycles. */
uint64_t nn_fpu_flush(void);
void nn_fpu_restore(uint64_t mode);

#endif
