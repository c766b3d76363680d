/* view.h: an image seen from elsewhere; inside nn/ only. */
#ifndef NN_VIEW_H
#define NN_VIEW_H

#include "nn/kernels/kernels.h"
#include "nn/model/model.h"

/* Floats of scratch for one image. */
size_t nn_warp_scratch(nn_shape shape);

/* One image as a view shows it, to values [H][W][C]. */
void nn_view_image(const nn_kernels *kernels, const nn_images *images, size_t row,
                   const nn_view *view, float *values, float *scratch);

/* Its parts, for who also bends the image: where a view takes a pixel from; the image by such a map
 * and a field of shifts (or NULL); and where in scratch there is room for that field's nodes. */
nn_warp nn_view_warp(const nn_view *view, nn_shape shape);
void nn_warp_image(const nn_kernels *kernels, const nn_images *images, size_t row,
                   const nn_warp *map, const nn_field *field, float *values, float *scratch);
float *nn_warp_nodes(nn_shape shape, float *scratch);

#endif
