/* isa.h: kernels in three builds, chosen at run time; inside nn/ only.
 *
 * A kernel file is compiled once for each instruction set, with NN_KERNEL_ISA set to plain, avx2 or
 * avx512 (nn.mk has the flags). It exports one constant table of functions, named by
 * NN_KERNEL(name). Its header declares the three with NN_KERNEL_DECLARE, and a file that is
 * compiled once has NN_KERNEL_LOOKUP, the function name_for(isa) that gives the table for an
 * instruction set. On machines other than x86-64 only the plain build exists, and the compiler uses
 * what vectors there are.
 */
#ifndef NN_ISA_H
#define NN_ISA_H

#include "nn/nn.h"

#define NN_KERNEL_JOIN2(name, isa) name##_##isa
#define NN_KERNEL_JOIN(name, isa) NN_KERNEL_JOIN2(name, isa)
#define NN_KERNEL(name) NN_KERNEL_JOIN(name, NN_KERNEL_ISA)

#define NN_KERNEL_DECLARE(type, name)                                                              \
    extern const type name##_plain, name##_avx2, name##_avx512;                                    \
    const type *name##_for(nn_isa isa)

#if defined __x86_64__
#define NN_KERNEL_LOOKUP(type, name)                                                               \
    const type *name##_for(nn_isa isa)                                                             \
    {                                                                                              \
        switch (nn_isa_resolve(isa)) {                                                             \
        case NN_ISA_AVX512:                                                                        \
            return &name##_avx512;                                                                 \
        case NN_ISA_AVX2:                                                                          \
            return &name##_avx2;                                                                   \
        default:                                                                                   \
            return &name##_plain;                                                                  \
        }                                                                                          \
    }
#else
#define NN_KERNEL_LOOKUP(type, name)                                                               \
    const type *name##_for(nn_isa isa)                                                             \
    {                                                                                              \
        (void)isa;                                                                                 \
        return &name##_plain;                                                                      \
    }
#endif

/* BEST resolved to an instruction set that this machine has; others are returned as they are. */
nn_isa nn_isa_resolve(nn_isa isa);

/* Whether this machine can run kernels of such a build. */
int nn_isa_usable(nn_isa isa);

#endif
