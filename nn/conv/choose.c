/* choose.c: picks the way in which a convolution is computed. */
#include "nn/conv/path.h"

NN_KERNEL_LOOKUP(nn_conv_path, nn_conv_direct)
NN_KERNEL_LOOKUP(nn_conv_path, nn_conv_sparse)
NN_KERNEL_LOOKUP(nn_conv_path, nn_conv_winograd4)
NN_KERNEL_LOOKUP(nn_conv_path, nn_conv_winograd)
NN_KERNEL_LOOKUP(nn_conv_path, nn_conv_im2col)

const nn_conv_path *nn_conv_choose(const nn_conv_dims *d, nn_epilogue epilogue, nn_isa isa,
                                   int plain)
{
    /* Fastest first; the last one computes everything. */
    const nn_conv_path *paths[] = {
        nn_conv_direct_for(isa),   nn_conv_sparse_for(isa), nn_conv_winograd4_for(isa),
        nn_conv_winograd_for(isa), nn_conv_im2col_for(isa),
    };
    size_t count = sizeof paths / sizeof paths[0];
    for (size_t i = plain ? count - 1 : 0; i < count; i++) {
        if (paths[i]->supports(d, epilogue)) {
            return paths[i];
        }
    }
    return NULL;
}
