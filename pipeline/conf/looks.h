/* looks.h: the setting predict.views, the views of an image that are predicted and averaged. */
#ifndef LOOKS_H
#define LOOKS_H

#include "nn/nn.h"
#include "pipeline/base/error.h"

#include <stddef.h>

enum { VIEWS_MOST = 64 };

/* Reads views separated by commas, like `as is, shift 1 0, rotate -5 scale 1.1, flip`. A view is
 * one or more of
 *
 *     as is            the image itself; stands alone
 *     shift X Y        pixels to the right and down
 *     rotate DEGREES   counter-clockwise
 *     shear DEGREES
 *     scale S [SY]     1.1: a tenth larger; with SY, width and height apart
 *     flip             left and right exchanged
 *
 * each at most once and in any order: what nn_view says is done in the order that it says. Text
 * without a word is the image itself. Returns the number of views, or -1 with one line in error
 * that names the view, the finding and the expectation. */
int views_parse(const char *text, nn_view views[VIEWS_MOST], struct error *error);

#endif
