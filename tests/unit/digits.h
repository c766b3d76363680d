/* digits.h: images of ten classes drawn by a formula, so that tests and timings need no file. */
#ifndef TESTS_DIGITS_H
#define TESTS_DIGITS_H

#include "nn/nn.h"

/* `count` images of h x w x c and their labels, strokes of a thick curve that depends on the class,
 * shifted and slanted from image to image. Free with digits_free. NULL pixels: no memory. */
nn_images digits_new(size_t count, nn_shape shape, uint64_t seed);
void digits_free(nn_images *images);

/* Has the images' bytes as values in place of pixels: the same numbers. Returns 0, or -1 where
 * there is no memory. */
int digits_to_values(nn_images *images);

/* The texts of the project's nets; NULL where the name is unknown. */
const char *net_text(const char *name);

#endif
