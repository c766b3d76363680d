/* clip.h: gradients that are clipped; inside nn/ only. */
#ifndef NN_CLIP_H
#define NN_CLIP_H

#include "nn/layers/training.h"

/* Adds to the schedule of the step what is done at its end where gradients are clipped. */
void nn_clip_schedule(nn_training *training);

#endif
