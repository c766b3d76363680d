/* images.h: what a call's images hold, be it bytes or values; inside nn/ only. Nobody else asks
 * which of the two. */
#ifndef NN_IMAGES_H
#define NN_IMAGES_H

#include "nn/kernels/kernels.h"

/* Returns 0, or NN_ERROR_INPUT where the images are not of this shape, or have both pixels and
 * values or neither; and where one of rows[0..n), or of the first n where rows is NULL, is not
 * there. */
int nn_images_check(const nn_images *images, nn_shape wanted, nn_error *error);
int nn_images_check_rows(const nn_images *images, const uint32_t *rows, size_t n, nn_error *error);

/* n input values of one image from number `first` on, scaled, to `to`. */
void nn_image_gather(const nn_kernels *kernels, const nn_images *images, size_t row, size_t first,
                     size_t n, float *to);

/* One input value as noise would have it: of a byte drawn from 0 to 255, or of a value drawn from
 * [0, 1). */
float nn_image_noise(const nn_images *images, nn_random *random);

#endif
