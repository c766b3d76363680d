/* look.h: what augmentation a dataset's images bear, by a short look.
 *
 * A small net learns from some of the training images as they are and is then asked about others
 * that have been changed: mirrored, turned, moved. What it still knows is a change that leaves the
 * class as it is. */
#ifndef LOOK_H
#define LOOK_H

#include "nn/nn.h"
#include "pipeline/base/error.h"
#include "pipeline/base/text.h"

enum look_change { LOOK_AS_IS, LOOK_FLIP, LOOK_TURN, LOOK_MOVE, LOOK_CHANGES };

struct look {
    size_t trained, asked;         /* images */
    double accuracy[LOOK_CHANGES]; /* of those asked about */
};

/* Enough images to look at. */
int look_is_possible(const nn_images *images, int classes);

/* Looks at labelled images; depends on them, the seed within and the instruction set alone. 0 or
 * FAILED with a line. */
int look_at(const nn_images *images, int classes, nn_isa isa, struct look *look,
            struct error *error);

/* What is borne: the answer is hardly worse than for images as they are. */
int look_bears(const struct look *look, enum look_change change);

/* The figures as a JSON object, and in words. */
void look_write(const struct look *look, struct text *json);
void look_tell(const struct look *look, struct text *line);

#endif
