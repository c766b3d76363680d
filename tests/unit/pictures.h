/* pictures.h: images for the tests of views and distortions, and what can be measured on them. */
#ifndef TESTS_PICTURES_H
#define TESTS_PICTURES_H

#include "nn/nn.h"

enum { SPOT_H = 48, SPOT_W = 52, SPOTS = 3 };

/* One image whose values are its bytes. */
nn_images picture_of(const uint8_t *pixels, int h, int w, int c);
size_t picture_size(const nn_images *images);

/* A draw of the first image, made in memory of just the size that is asked for, so that a sanitizer
 * sees what goes beyond. */
void picture_augment(const nn_images *images, const nn_augmentation *a, uint64_t seed,
                     uint64_t draw, float *values);

/* Where three spots of light are, from the middle of an image of SPOT_H x SPOT_W, x and y (down);
 * pictures of one of them, smooth, so that its centre is known to a part of a pixel. */
extern const double spots[SPOTS][2];
void spot_draw(uint8_t *pixels, int spot);
void spot_find(const float *values, double at[2]);

#endif
