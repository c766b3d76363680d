/* augment.h: images distorted at random and partly erased; inside nn/ only. */
#ifndef NN_AUGMENT_H
#define NN_AUGMENT_H

#include "nn/kernels/kernels.h"
#include "nn/nn.h"

/* What is worked out once for all images: the cubic B-spline of each node along x and along y. */
typedef struct nn_lattice {
    int nodes_x, nodes_y;         /* 0: there is no field */
    float *weights_x, *weights_y; /* [NN_MAX_NODES][W] and [NN_MAX_NODES][H] */
} nn_lattice;

/* Floats for a lattice's weights. */
size_t nn_lattice_size(nn_shape shape);

/* weights: nn_lattice_size(shape) floats, which the lattice keeps. */
nn_lattice nn_lattice_new(nn_shape shape, const nn_augmentation *augmentation, float *weights);

/* One image of `images`, distorted by draws from `key`, to values [H][W][C]; scratch as for a view
 * (nn_warp_scratch). */
void nn_augment_image(const nn_kernels *kernels, const nn_images *images, size_t row,
                      const nn_augmentation *augmentation, const nn_lattice *lattice, uint64_t key,
                      float *values, float *scratch);

#endif
