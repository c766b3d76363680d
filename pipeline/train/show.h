/* show.h: the listener that shows a training to a person. */
#ifndef TRAIN_SHOW_H
#define TRAIN_SHOW_H

#include "pipeline/train/training.h"

struct listener train_shower(void);

#endif
