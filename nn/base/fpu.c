/* fpu.c: flushing of denormal numbers, a mode of each thread. */
#include "nn/base/fpu.h"

#if defined __x86_64__

#include <xmmintrin.h>

/* Bits of MXCSR: results flushed to zero, and operands that are denormal taken for zero. */
enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 };

uint64_t nn_fpu_flush(void)
{
    unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
    return mode;
}

void nn_fpu_restore(uint64_t mode)
{
    _mm_setcsr((unsigned)mode);
}

#elif defined __aarch64__

uint64_t nn_fpu_flush(void)
{
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    __asm__ volatile("msr fpcr, %0" : : "r"(mode | UINT64_C(1) << 24)); /* FZ */
    return mode;
}

void nn_fpu_restore(uint64_t mode)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(mode));
}

#else

uint64_t nn_fpu_flush(void)
{
    return 0;
}
void nn_fpu_restore(uint64_t mode)
{
    (void)mode;
}

#endif
