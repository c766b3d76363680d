/* input.h: how a net gets to see images: what the settings input.* say. */
#ifndef INPUT_H
#define INPUT_H

#include "pipeline/conf/conf.h"

/* Prepares images for the net of an experiment: sets their scale and offset, and with input.deskew
 * or input.width changes their pixels, [count][H][W][C], from 0 to 255, and their values, from 0 to
 * 1, where they have any (NULL: none); `images` must point to the latter, else to the former.
 *
 * input.deskew shears an image along its rows by the slant of what is drawn, so that its axis
 * stands upright: by cov(x, y) / var(y) pixels a row, with the brightness as weight (LeCun et al.
 * 1998, section III.A, call this deslanting). input.width then stretches what is drawn along the
 * rows to that many pixels, at most INPUT_WIDEN times and at least 1 / INPUT_NARROW times, about
 * its middle, which comes to the middle of the image (Ciresan, Meier and Schmidhuber 2012,
 * section 3.1). The background must be 0. Rows keep their place; an image of which nothing is to be
 * seen stays as it is.
 *
 * Returns 0, or -1 where there is no memory. */
int input_prepare(const struct conf *conf, nn_images *images, uint8_t *pixels, float *values);

#define INPUT_WIDEN 2.5
#define INPUT_NARROW 2.0

#endif
