/* trainer.h: how a training step is organised; inside nn/ only.
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
#ifndef NN_TRAINER_H
#define NN_TRAINER_H

#include "nn/base/arena.h"
#include "nn/train/augment.h"
#include "nn/base/barrier.h"
#include "nn/train/loss.h"
#include "nn/model/plan.h"

enum { NN_MAX_ACTIONS = 8 * NN_MAX_LAYERS };

/* How long a gradient between two operations is needed: until the end of the step, or only until
 * the thread turns to its next slice or piece. In the latter cases a thread uses the same few lines
 * again and again, and they never leave its cache. */
typedef enum nn_reach { NN_REACH_STEP, NN_REACH_SLICE, NN_REACH_PIECE } nn_reach;

/* What an operation needs while training. */
typedef struct nn_work {
    const nn_op *op;
    const nn_layer *layer;
    float *x, *y;   /* [batch][in_size], [batch][out_size] */
    float *dx, *dy; /* of the same shapes, but see nn_dx_of; dx NULL: not wanted */
    nn_reach dx_reach, dy_reach;
    uint8_t *choice;             /* [batch][out_size], where a max-pool is within */
    float *w, *gradient, *m, *v; /* of the layer */
    float *average;              /* of its weights; NULL where none is kept */
    float *dw;                   /* [shares][dw_stride]: shares of the gradient */
    size_t dw_stride, dw_bias;   /* where the biases begin in a share */
    union {
        struct {
            float *forward, *dx; /* packed weights */
            int fine;            /* the gradient has a share for each piece, else for each slice */
        } conv;
        struct {
            int owned;      /* split by inputs over the threads, rather than by slices */
            float *partial; /* [NN_SLICES][batch][out]: each block's share of the outputs */
        } dense;
        struct {
            double *first, *second; /* [pieces][C]: mean and squares, or the two sums */
            float *inverse;         /* [C]: 1 / sqrt(variance + epsilon) */
            float *deviation;       /* [batch][out_size] where a max-pool is within */
            float *center, *scale, *shift, *slope; /* [period]; see kernels_batchnorm.h */
            float *d_shift;
            size_t period;
        } norm;
    };
} nn_work;

/* What an action is to do: a piece or slice, images first to first + count of the batch; or a part,
 * of which only the index means something. */
typedef struct nn_part {
    int index, first, count;
    int offset; /* of its first image in the slice */
    int thread;
    float *scratch;
} nn_part;

typedef enum nn_over { NN_OVER_PIECES, NN_OVER_SLICES, NN_OVER_PARTS } nn_over;

typedef void nn_action_run(nn_trainer *trainer, nn_work *work, const nn_part *part);

typedef struct nn_action {
    nn_action_run *run;
    nn_work *work;
    nn_over over;
    int layer;   /* for the profile */
    int barrier; /* the team meets before it */
} nn_action;

struct nn_trainer {
    nn_model *model;
    nn_trainer_options options;
    const nn_kernels *kernels;
    const nn_batchnorm_kernels *norms;
    int slice;   /* images in a full slice: a fixed share of options.batch */
    int piece;   /* images in a full piece */
    int pieces;  /* of a slice */
    int threads; /* asked for */
    nn_plan plan;
    nn_work works[NN_MAX_LAYERS];
    nn_action actions[NN_MAX_ACTIONS], packing[NN_MAX_LAYERS];
    int action_count, packing_count;
    int meet; /* while the schedule is made: the next action needs a barrier before it */

    nn_arena arena;
    float *gradient, *m, *v; /* as model->values */
    float *average;          /* the same; NULL where none is kept */
    float *input;            /* [batch][H][W][C] */
    float *scratch;          /* [threads][scratch_stride] */
    size_t scratch_stride, scratch_wanted;

    /* This step. */
    nn_barrier barrier;
    const nn_images *images;
    const uint32_t *rows;
    int n, slices_in_use, pieces_in_use; /* images; slices and pieces that have any */
    uint64_t steps;                      /* done before this one */
    nn_update update;
    float average_share; /* that this step's weights have in the average */
    uint64_t version;    /* of the weights that are packed */
    nn_slice_metrics metrics[NN_SLICES];

    int augments;
    nn_augmentation augmentation;
    nn_lattice lattice;
    float *lattice_weights;

    int profile;
    double seconds[NN_MAX_LAYERS];
};

/* The operations of a kind. reserve takes memory; it runs twice and must take the same pieces. */
typedef struct nn_operator {
    void (*reserve)(nn_trainer *trainer, nn_work *work, nn_arena *arena);
    void (*forward)(nn_trainer *trainer, nn_work *work); /* add actions to the schedule */
    void (*backward)(nn_trainer *trainer, nn_work *work);
    void (*update)(nn_trainer *trainer, nn_work *work); /* what is left at the end of the step */
} nn_operator;

extern const nn_operator nn_operator_conv, nn_operator_dense, nn_operator_batchnorm,
    nn_operator_relu, nn_operator_maxpool, nn_operator_dropout, nn_operator_shortcut,
    nn_operator_add, nn_operator_avgpool;

/* Adds an action to the schedule. */
void nn_schedule(nn_trainer *trainer, nn_work *work, nn_over over, nn_action_run *run);

/* The next action starts only when all that came before has ended. */
void nn_schedule_meet(nn_trainer *trainer);

/* Floats of scratch that each thread needs at least. */
void nn_scratch_want(nn_trainer *trainer, size_t floats);

/* Slice or piece number `index` of the batch; thread and scratch are not set. */
nn_part nn_slice_of(const nn_trainer *trainer, int index);
nn_part nn_piece_of(const nn_trainer *trainer, int index);

/* Images that a gradient has room for: of the batch, or for each thread. */
size_t nn_room_of(const nn_trainer *trainer, nn_reach reach);

/* Where a part's gradients are. */
float *nn_dx_of(const nn_trainer *trainer, const nn_work *work, const nn_part *part);
float *nn_dy_of(const nn_trainer *trainer, const nn_work *work, const nn_part *part);

/* Part number `part` of NN_SLICES of n things: from begin to end, at multiples of `grain`. */
typedef struct nn_range {
    size_t begin, end;
} nn_range;

nn_range nn_range_of(size_t n, size_t grain, int part);

/* update.c. The optimizer, for parameters first to first + count of the operation's layer, whose
 * gradients are complete; then their average. nn_average_apply is for parameters without a
 * gradient. nn_update_schedule adds what comes at the end of a step. */
void nn_update_apply(nn_trainer *trainer, nn_work *work, size_t first, size_t count);
void nn_average_apply(nn_trainer *trainer, nn_work *work, size_t first, size_t count);
void nn_update_schedule(nn_trainer *trainer);

#endif
