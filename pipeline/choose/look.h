/* look.h: what augmentation a dataset's images bear, by a short look.
 *
 * A small net learns from some of the training images three times: as they are, turned and moved as
 * writing bears it, and mirrored now and then. The loss on others, held out, tells which way suits
 * them. The bounds were set by digits, clothes, letters and photographs of several kinds: writing
 * lies far below the first one, other pictures above it.
 */
#ifndef LOOK_H
#define LOOK_H

#include "nn/nn.h"
#include "pipeline/base/error.h"
#include "pipeline/base/text.h"

/* How the images are distorted while the net learns. */
enum look_way { LOOK_PLAIN, LOOK_BENT, LOOK_FLIPPED, LOOK_WAYS };

struct look {
    size_t trained, asked;  /* images */
    double loss[LOOK_WAYS]; /* mean over those held out */
};

/* Enough images to look at. */
int look_is_possible(const nn_images *images, int classes);

/* Looks at labelled images; depends on them, the seed within and the instruction set alone. 0 or
 * FAILED with a line. */
int look_at(const nn_images *images, int classes, nn_isa isa, struct look *look,
            struct error *error);

int look_bears_bending(const struct look *look);
int look_bears_mirroring(const struct look *look);

/* The figures as a JSON object, and in words. */
void look_write(const struct look *look, struct text *json);
void look_tell(const struct look *look, struct text *line);

#endif
