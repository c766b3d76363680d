/* isa.c: which instruction sets this machine has, and what they are called. */
#include "nn/kernels/isa.h"

#include <string.h>

int nn_isa_usable(nn_isa isa)
{
    switch (isa) {
    case NN_ISA_BEST:
    case NN_ISA_PLAIN:
        return 1;
#if defined __x86_64__
    case NN_ISA_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
               __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    case NN_ISA_AVX512:
        return nn_isa_usable(NN_ISA_AVX2) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    default:
        return 0;
    }
}

nn_isa nn_isa_best(void)
{
    if (nn_isa_usable(NN_ISA_AVX512)) {
        return NN_ISA_AVX512;
    }
    return nn_isa_usable(NN_ISA_AVX2) ? NN_ISA_AVX2 : NN_ISA_PLAIN;
}

nn_isa nn_isa_resolve(nn_isa isa)
{
    return isa == NN_ISA_BEST ? nn_isa_best() : isa;
}

const char *nn_isa_name(nn_isa isa)
{
    switch (nn_isa_resolve(isa)) {
    case NN_ISA_AVX512:
        return "avx512";
    case NN_ISA_AVX2:
        return "avx2";
    default:
        return "plain";
    }
}

int nn_isa_parse(const char *name, nn_isa *isa)
{
    nn_isa found;
    if (strcmp(name, "best") == 0) {
        found = NN_ISA_BEST;
    } else if (strcmp(name, "plain") == 0) {
        found = NN_ISA_PLAIN;
    } else if (strcmp(name, "avx2") == 0) {
        found = NN_ISA_AVX2;
    } else if (strcmp(name, "avx512") == 0) {
        found = NN_ISA_AVX512;
    } else {
        return NN_ERROR_INPUT;
    }
    if (!nn_isa_usable(found)) {
        return NN_ERROR_INPUT;
    }
    *isa = found;
    return NN_OK;
}
