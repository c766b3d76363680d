/* tables.c: the tables of kernels.h and batchnorm.h for an instruction set. */
#include "nn/kernels/batchnorm.h"
#include "nn/kernels/kernels.h"

NN_KERNEL_LOOKUP(nn_kernels, nn_kernels)
NN_KERNEL_LOOKUP(nn_batchnorm_kernels, nn_batchnorm_kernels)

size_t nn_channels_period(size_t count)
{
    /* The least multiple of count and 16 that is at least 64: long enough for the loop over it. */
    size_t period = count;
    while (period % 16) {
        period += count;
    }
    size_t once = period;
    while (period < 64) {
        period += once;
    }
    return period;
}
