/* trainer.h: how a training step is organised; inside nn/ only.
 *
 * When a trainer is made, each operation of the plan takes memory and adds actions to a schedule.
 * An action works on one of a fixed number of parts: a slice of the batch, a block of channels, a
 * block of a dense layer's inputs. Neighbouring actions that need nothing from each other's other
 * parts form a phase, which a thread walks part by part, so that a slice's numbers go through several
 * operations while they are in its cache. Between phases the team meets at a barrier; there is no
 * other synchronisation.
 *
 * Parts are given to threads in contiguous ranges, but what is computed for a part never depends on
 * the thread, and sums over parts are taken in order: that is why the weights do not depend on the
 * number of threads.
 */
#ifndef NN_TRAINER_H
#define NN_TRAINER_H

#include "arena.h"
#include "loss.h"
#include "plan.h"

enum { NN_MAX_ACTIONS = 8 * NN_MAX_LAYERS };

/* What an operation needs while training. */
typedef struct nn_work {
    const nn_op *op;
    const nn_layer *layer;
    float *x, *y;              /* [batch][in_size], [batch][out_size] */
    float *dx, *dy;            /* of the same shapes; dx is NULL for the first operation */
    uint8_t *choice;           /* [batch][out_size], where a max-pool is within */
    float *w, *gradient, *m, *v; /* of the layer */
    float *dw;                 /* [NN_SLICES][dw_stride]: each slice's share of the gradient */
    size_t dw_stride, dw_bias; /* where the biases begin in a share */
    union {
        struct {
            float *forward, *dx; /* packed weights */
        } conv;
        struct {
            int owned;      /* split by inputs over the threads, rather than by slices */
            float *partial; /* [NN_SLICES][batch][out]: each block's share of the outputs */
        } dense;
        struct {
            double *first, *second; /* [NN_SLICES][C]: mean and squares, or the two sums */
            float *inverse;         /* [C]: 1 / sqrt(variance + epsilon) */
            float *deviation;       /* [batch][out_size] where a max-pool is within */
            float *center, *scale, *shift, *slope; /* [period]; see kernels_batchnorm.h */
            float *d_shift;
            size_t period;
        } norm;
    };
} nn_work;

/* The images of a part: rows first to first + count of the batch. */
typedef struct nn_slice {
    int index, first, count;
} nn_slice;

typedef void nn_action_run(nn_trainer *trainer, nn_work *work, int part, float *scratch);

typedef struct nn_action {
    nn_action_run *run;
    nn_work *work;
    int layer;   /* for the profile */
    int sliced;  /* parts are slices of the batch; otherwise whatever the operation means by it */
    int barrier; /* the team meets before it */
} nn_action;

struct nn_trainer {
    nn_model *model;
    nn_trainer_options options;
    const nn_kernels *kernels;
    const nn_batchnorm_kernels *norms;
    int slice;   /* images in a full slice: a fixed share of options.batch */
    int threads; /* asked for */
    nn_plan plan;
    nn_work works[NN_MAX_LAYERS];
    nn_action actions[NN_MAX_ACTIONS], packing[NN_MAX_LAYERS];
    int action_count, packing_count;
    int meet; /* while the schedule is made: the next action needs a barrier before it */

    nn_arena arena;
    float *gradient, *m, *v; /* as model->values */
    float *input;            /* [batch][H][W][C] */
    float *scratch;          /* [threads][scratch_stride] */
    size_t scratch_stride, scratch_wanted;

    /* This step. */
    const nn_images *images;
    const uint32_t *rows;
    int n, parts; /* images; slices that have any */
    uint64_t steps; /* done before this one */
    nn_adam adam;
    uint64_t version; /* of the weights that are packed */
    nn_slice_metrics metrics[NN_SLICES];

    int profile;
    double seconds[NN_MAX_LAYERS];
};

/* The operations of a kind. reserve takes memory; it runs twice and must take the same pieces. */
typedef struct nn_operator {
    void (*reserve)(nn_trainer *trainer, nn_work *work, nn_arena *arena);
    void (*forward)(nn_trainer *trainer, nn_work *work);  /* add actions to the schedule */
    void (*backward)(nn_trainer *trainer, nn_work *work);
    void (*update)(nn_trainer *trainer, nn_work *work);   /* what is left at the end of the step */
} nn_operator;

extern const nn_operator nn_operator_conv, nn_operator_dense, nn_operator_batchnorm,
    nn_operator_relu, nn_operator_maxpool, nn_operator_dropout;

/* Adds an action over the slices of the batch, or over NN_SLICES parts of the operation's own. */
void nn_schedule_slices(nn_trainer *trainer, nn_work *work, nn_action_run *run);
void nn_schedule_parts(nn_trainer *trainer, nn_work *work, nn_action_run *run);

/* The next action starts only when all that came before has ended. */
void nn_schedule_meet(nn_trainer *trainer);

/* Floats of scratch that each thread needs at least. */
void nn_scratch_want(nn_trainer *trainer, size_t floats);

nn_slice nn_slice_of(const nn_trainer *trainer, int part);

/* Part number `part` of NN_SLICES of n things: from begin to end, at multiples of `grain`. */
typedef struct nn_range {
    size_t begin, end;
} nn_range;

nn_range nn_range_of(size_t n, size_t grain, int part);

/* Adam for parameters first to first + count of the operation's layer. */
void nn_adam_apply(nn_trainer *trainer, nn_work *work, size_t first, size_t count);

#endif
