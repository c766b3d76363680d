/* view.c: an image seen from elsewhere, by one bilinear gather.
 *
 * For each pixel of the result the place in the source is worked out: an affine map of the pixel's
 * place, plus a smooth field of shifts where there is one. The source stands in a frame of
 * zeros, so that no place has to be looked at twice.
 */
#include "nn/model/view.h"

#include "nn/kernels/images.h"

#include <math.h>

enum { NODES_ROOM = 2 * NN_MAX_NODES * NN_MAX_NODES };

/* The inverse of what the view does to a place: with R the rotation, K the shear and S the scale,
 * seen = R K S (source - centre) + centre + shift, so source = S^-1 K^-1 R^-1 (seen - ...). */
nn_warp nn_view_warp(const nn_view *view, nn_shape shape)
{
    const double degree = 3.14159265358979323846 / 180;
    double c = cos((double)view->rotation * degree), s = sin((double)view->rotation * degree);
    double shear = tan((double)view->shear * degree);
    double by_x = view->scale_x ? 1 / (double)view->scale_x : 1;
    double by_y = view->scale_y ? 1 / (double)view->scale_y : 1;
    /* y points down, so a counter-clockwise turn is [c s; -s c] and its inverse [c -s; s c]. */
    double xx = by_x * (c - shear * s), xy = by_x * (-s - shear * c);
    double yx = by_y * s, yy = by_y * c;
    double middle_x = 0.5 * (shape.w - 1), middle_y = 0.5 * (shape.h - 1);
    double x = -middle_x - (double)view->shift_x, y = -middle_y - (double)view->shift_y;
    double mirror = 1;
    if (view->flip) { /* seen x is w - 1 - x */
        x += shape.w - 1;
        mirror = -1;
    }
    return (nn_warp){.xx = (float)(xx * mirror),
                     .xy = (float)xy,
                     .x = (float)(xx * x + xy * y + middle_x),
                     .yx = (float)(yx * mirror),
                     .yy = (float)yy,
                     .y = (float)(yx * x + yy * y + middle_y)};
}

static size_t frame_size(nn_shape shape)
{
    return (size_t)(shape.h + NN_FRAME) * (size_t)(shape.w + NN_FRAME) * (size_t)shape.c;
}

static size_t frame_room(nn_shape shape)
{
    return (frame_size(shape) + 15) / 16 * 16;
}

/* A frame of the image, the field's nodes, and a row's places. */
size_t nn_warp_scratch(nn_shape shape)
{
    return frame_room(shape) + NODES_ROOM + NN_WARP_ROWS * (((size_t)shape.w + 15) / 16 * 16);
}

/* The image with one pixel of zeros, before they are scaled, before it and two behind it. */
static void fill_frame(const nn_kernels *kernels, const nn_images *images, size_t row, float *frame)
{
    nn_shape shape = images->shape;
    size_t c = (size_t)shape.c, inner = (size_t)shape.w * c;
    size_t stride = inner + NN_FRAME * c, size = frame_size(shape);
    for (size_t i = 0; i < size; i++) {
        frame[i] = images->offset;
    }
    for (int y = 0; y < shape.h; y++) {
        nn_image_gather(kernels, images, row, (size_t)y * inner, inner,
                        frame + (size_t)(y + 1) * stride + c);
    }
}

float *nn_warp_nodes(nn_shape shape, float *scratch)
{
    return scratch + frame_room(shape);
}

void nn_warp_image(const nn_kernels *kernels, const nn_images *images, size_t row,
                   const nn_warp *map, const nn_field *field, float *values, float *scratch)
{
    nn_shape shape = images->shape;
    fill_frame(kernels, images, row, scratch);
    kernels->warp(shape.h, shape.w, shape.c, scratch, map, field, values,
                  nn_warp_nodes(shape, scratch) + NODES_ROOM);
}

void nn_view_image(const nn_kernels *kernels, const nn_images *images, size_t row,
                   const nn_view *view, float *values, float *scratch)
{
    nn_warp map = nn_view_warp(view, images->shape);
    nn_warp_image(kernels, images, row, &map, NULL, values, scratch);
}
