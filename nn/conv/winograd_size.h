/* winograd_size.h: which size of tiles suits a convolution; inside nn/ only. */
#ifndef NN_CONV_WINOGRAD_SIZE_H
#define NN_CONV_WINOGRAD_SIZE_H

#include "nn/conv/path.h"

/* The products of an image, for each pair of channels, in tiles of m x m outputs. */
static inline int winograd_products(const nn_conv_dims *d, int m)
{
    return (m + 2) * (m + 2) * ((d->oh + m - 1) / m) * ((d->ow + m - 1) / m);
}

/* Tiles of 4 x 4 outputs need fewer products where the size is not much below a multiple of 4;
 * their transforms cost more, and that was measured to be made up for from a sixth fewer products
 * on. */
static inline int winograd_wants_4(const nn_conv_dims *d)
{
    return 6 * winograd_products(d, 4) <= 5 * winograd_products(d, 2);
}

#endif
