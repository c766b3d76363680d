/* isa.h: kernels in three builds, chosen at run time; inside nn/ only.
 *
 * A kernel file is compiled once for each instruction set, with NN_KERNEL_ISA set to plain, avx2 or
 * avx512 (nn.mk has the flags). It exports one constant table of functions, named by
 * NN_KERNEL(name). Elsewhere name_for(isa) gives the table for an instruction set. On machines
 * other than x86-64 only the plain build exists, and the compiler uses what vectors there are.
 */
#ifndef NN_ISA_H
#define NN_ISA_H

#include "nn/conv/path.h"
#include "nn/kernels/kernels.h"
#include "nn/kernels/batchnorm.h"
#include "nn/nn.h"

#define NN_KERNEL_JOIN2(name, isa) name##_##isa
#define NN_KERNEL_JOIN(name, isa) NN_KERNEL_JOIN2(name, isa)
#define NN_KERNEL(name) NN_KERNEL_JOIN(name, NN_KERNEL_ISA)

#define NN_KERNEL_DECLARE(type, name)                                                              \
    extern const type name##_plain, name##_avx2, name##_avx512;                                    \
    const type *name##_for(nn_isa isa)

NN_KERNEL_DECLARE(nn_kernels, nn_kernels);
NN_KERNEL_DECLARE(nn_batchnorm_kernels, nn_batchnorm_kernels);
NN_KERNEL_DECLARE(nn_conv_path, nn_conv_direct);
NN_KERNEL_DECLARE(nn_conv_path, nn_conv_sparse);
NN_KERNEL_DECLARE(nn_conv_path, nn_conv_winograd4);
NN_KERNEL_DECLARE(nn_conv_path, nn_conv_winograd);
NN_KERNEL_DECLARE(nn_conv_path, nn_conv_im2col);

/* The fastest path that computes such a convolution; im2col where plain is not 0. */
const nn_conv_path *nn_conv_choose(const nn_conv_dims *d, nn_epilogue epilogue, nn_isa isa,
                                   int plain);

/* BEST resolved to an instruction set that this machine has; others are returned as they are. */
nn_isa nn_isa_resolve(nn_isa isa);

/* Whether this machine can run kernels of such a build. */
int nn_isa_usable(nn_isa isa);

#endif
