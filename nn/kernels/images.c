/* images.c: images in, input values out. */
#include "nn/kernels/images.h"

#include "nn/base/error.h"

int nn_images_check(const nn_images *images, nn_shape wanted, nn_error *error)
{
    nn_shape shape = images->shape;
    if (shape.h != wanted.h || shape.w != wanted.w || shape.c != wanted.c) {
        return nn_fail(error, NN_ERROR_INPUT, "images of %dx%dx%d, expected %dx%dx%d", shape.h,
                       shape.w, shape.c, wanted.h, wanted.w, wanted.c);
    }
    if (images->pixels && images->values) {
        return nn_fail(error, NN_ERROR_INPUT,
                       "images with both pixels and values, expected one of them");
    }
    if (!images->pixels && !images->values && images->count > 0) {
        return nn_fail(error, NN_ERROR_INPUT,
                       "images without pixels or values, expected one of them");
    }
    return NN_OK;
}

int nn_images_check_rows(const nn_images *images, const uint32_t *rows, size_t n, nn_error *error)
{
    for (size_t i = 0; rows && i < n; i++) {
        if (rows[i] >= images->count) {
            return nn_fail(error, NN_ERROR_INPUT, "image %u, expected less than %zu", rows[i],
                           images->count);
        }
    }
    if (!rows && n > images->count) {
        return nn_fail(error, NN_ERROR_INPUT, "%zu images, expected at most %zu", n, images->count);
    }
    return NN_OK;
}

void nn_image_gather(const nn_kernels *kernels, const nn_images *images, size_t row, size_t first,
                     size_t n, float *to)
{
    nn_shape shape = images->shape;
    size_t at = row * ((size_t)shape.h * (size_t)shape.w * (size_t)shape.c) + first;
    if (images->values) {
        kernels->gather_values(n, images->values + at, images->scale, images->offset, to);
    } else {
        kernels->gather(n, images->pixels + at, images->scale, images->offset, to);
    }
}

float nn_image_noise(const nn_images *images, nn_random *random)
{
    float value =
        images->values ? nn_random_uniform(random) : (float)(nn_random_next(random) >> 56);
    return value * images->scale + images->offset;
}
