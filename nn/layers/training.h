/* training.h: what an operation is given while a net is trained, and how a step is organised;
 * inside nn/ only.
 *
 * A batch is cut into NN_SLICES slices, and each slice into pieces of a few images. When a trainer
 * is made, each operation of the plan takes memory and adds actions to a schedule. An action is
 * done once for each piece, or for each slice, or for each of NN_SLICES parts of something else
 * (channels, a dense layer's inputs). Neighbouring actions over pieces are done piece by piece, so
 * that a piece's numbers go through several operations while they are in the cache. A thread owns
 * the same slices, and so the same pieces, throughout; where an action needs what another thread
 * has made, the team meets at a barrier before it. There is no other synchronisation.
 *
 * What is computed for a piece never depends on the thread, and sums over pieces are taken in
 * order: that is why the weights do not depend on the number of threads.
 */
#ifndef NN_TRAINING_H
#define NN_TRAINING_H

#include "nn/base/arena.h"
#include "nn/kernels/batchnorm.h"
#include "nn/kernels/kernels.h"
#include "nn/layers/layer.h"

enum { NN_MAX_ACTIONS = 8 * NN_MAX_LAYERS };

/* What an operation needs while training. */
struct nn_work {
    const nn_op *op;
    const nn_layer *layer;
    void *own;      /* its own state, of kind->own bytes, zeros at first */
    float *x, *y;   /* [batch][in_size], [batch][out_size] */
    float *dx, *dy; /* of the same shapes, but see nn_dx_of; dx NULL: not wanted */
    nn_reach dx_reach, dy_reach;
    nn_reach dy_needed;          /* set by reserve where dy is not needed until the step's end */
    uint8_t *choice;             /* [batch][out_size], where a max-pool is within */
    float *w, *gradient, *m, *v; /* of the layer */
    float *average;              /* of its weights; NULL where none is kept */
    float *dw;                   /* [shares][dw_stride]: shares of the gradient */
    size_t dw_stride, dw_bias;   /* where the biases begin in a share */
};

/* What an action is to do: a piece or slice, images first to first + count of the batch; or a part,
 * of which only the index means something. */
struct nn_part {
    int index, first, count;
    int offset; /* of its first image in the slice */
    int thread;
    float *scratch;
};

typedef enum nn_over { NN_OVER_PIECES, NN_OVER_SLICES, NN_OVER_PARTS } nn_over;

typedef struct nn_action {
    nn_action_run *run;
    nn_work *work;
    nn_over over;
    int barrier; /* the team meets before it */
} nn_action;

typedef struct nn_schedule {
    int count;
    int meet; /* while it is made: the next action needs a barrier before it */
    nn_action actions[NN_MAX_ACTIONS];
} nn_schedule;

/* What all operations of a trainer share. */
struct nn_training {
    nn_trainer_options options;
    const nn_kernels *kernels;
    const nn_batchnorm_kernels *norms;
    int slice;   /* images in a full slice: a fixed share of options.batch */
    int piece;   /* images in a full piece */
    int pieces;  /* of a slice */
    int threads; /* asked for */
    int count;   /* of works */
    nn_work works[NN_MAX_LAYERS];
    nn_schedule step, packing; /* the latter where the weights were changed from outside */
    size_t scratch_wanted;

    /* This step. */
    int n, slices_in_use, pieces_in_use; /* images; slices and pieces that have any */
    uint64_t steps;                      /* done before this one */
    nn_update update;
    float average_share;       /* that this step's weights have in the average */
    double squares[NN_SLICES]; /* of the parts of all gradients, where they are clipped */
};

/* Adds an action to a schedule. */
void nn_schedule_add(nn_schedule *schedule, nn_work *work, nn_over over, nn_action_run *run);

/* The next action starts only when all that came before has ended. */
void nn_schedule_meet(nn_schedule *schedule);

/* Slice or piece number `index` of the batch; thread and scratch are not set. */
nn_part nn_slice_of(const nn_training *training, int index);
nn_part nn_piece_of(const nn_training *training, int index);

/* Images that a gradient has room for: of the batch, or for each thread. */
size_t nn_room_of(const nn_training *training, nn_reach reach);

/* Where a part's gradients are. */
float *nn_dx_of(const nn_training *training, const nn_work *work, const nn_part *part);
float *nn_dy_of(const nn_training *training, const nn_work *work, const nn_part *part);

/* Where the operation before is masked: dx = 0 where x is not above 0, for a part's images. */
void nn_mask_dx(const nn_training *training, const nn_work *work, const nn_part *part, float *dx);

/* Part number `part` of NN_SLICES of n things: from begin to end, at multiples of `grain`. */
typedef struct nn_range {
    size_t begin, end;
} nn_range;

nn_range nn_range_of(size_t n, size_t grain, int part);

/* update.c. The optimizer, for parameters first to first + count of the operation's layer, whose
 * gradients are complete; then their average. nn_average_apply is for parameters without a
 * gradient. Where gradients are clipped nn_update_apply does nothing: the trainer follows with
 * nn_update_range at the end of the step, when the norm of them all is known. */
void nn_update_apply(nn_training *training, nn_work *work, size_t first, size_t count);
void nn_average_apply(nn_training *training, nn_work *work, size_t first, size_t count);
void nn_update_range(nn_training *training, nn_work *work, nn_update u, size_t first, size_t count);

#endif
