/* image.h: whether rows are images. */
#ifndef TABLE_IMAGE_H
#define TABLE_IMAGE_H

#include "pipeline/table/layout.h"

/* Whether the values of the training file are an image, of what shape, in what order of
 * channels. Fills is_table, planes and shape. 0 or FAILED with one line. */
int image_find(const struct head *head, const struct layout_request *request, struct layout *layout,
               struct error *error);

#endif
