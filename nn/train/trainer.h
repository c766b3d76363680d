/* trainer.h: what a trainer is: a training (layers/training.h), the arrays that it works on, and
 * the team that does the work; inside nn/ only. */
#ifndef NN_TRAINER_H
#define NN_TRAINER_H

#include "nn/base/arena.h"
#include "nn/model/plan.h"
#include "nn/train/augment.h"
#include "nn/train/loss.h"
#include "nn/train/schedule.h"

struct nn_trainer {
    nn_training training; /* the first, see nn_trainer_of */
    nn_model *model;
    nn_plan plan;
    nn_team team;

    nn_arena arena;
    char *own;               /* [plan.own]: the operations' own states */
    float *gradient, *m, *v; /* as model->values */
    float *average;          /* the same; NULL where none is kept */
    float *input;            /* [batch][H][W][C] */

    /* This step. */
    const nn_images *images;
    const uint32_t *rows;
    uint64_t version; /* of the weights that are packed */
    nn_slice_metrics metrics[NN_SLICES];

    int augments;
    nn_augmentation augmentation;
    nn_lattice lattice;
    float *lattice_weights;
};

/* For actions that are the trainer's own. */
static inline nn_trainer *nn_trainer_of(nn_training *training)
{
    return (nn_trainer *)training;
}

#endif
