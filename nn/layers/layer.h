/* layer.h: what a layer is, and what a kind of layer has to say of itself; inside nn/ only.
 *
 * A kind of layer is one file of this folder: the word that stands for it in a model's text, the
 * shapes and parameters that follow from a line, its first weights, what it is computed together
 * with, its training and its inference. All of that is handed on in one table, an nn_layer_kind,
 * and list.c names each table once. Nobody else asks of what kind a layer is.
 *
 * To add a kind: write its file (relu.c is the shortest, dense.c one with weights), add its line at
 * the end of list.c, and say in nn.h what it does. line.h has what reads a line, training.h and
 * inference.h what an operation is given while it runs.
 */
#ifndef NN_LAYER_H
#define NN_LAYER_H

#include "nn/nn.h"

typedef struct nn_layer_kind nn_layer_kind;
typedef struct nn_line nn_line;           /* line.h */
typedef struct nn_training nn_training;   /* training.h */
typedef struct nn_work nn_work;           /* training.h */
typedef struct nn_part nn_part;           /* training.h */
typedef struct nn_inference nn_inference; /* inference.h */
typedef struct nn_task nn_task;           /* inference.h */
typedef struct nn_tile nn_tile;           /* inference.h */
typedef struct nn_arena nn_arena;         /* base/arena.h */

/* What a layer is to an operation before it that computes it along the way. */
typedef enum nn_within { NN_WITHIN_NOTHING, NN_WITHIN_RELU, NN_WITHIN_POOL } nn_within;

/* One line of a model. What a kind does not use is 0. */
typedef struct nn_layer {
    const nn_layer_kind *kind;
    int line;   /* in the text, from 1 */
    char *text; /* that line, trimmed; points into the model's copy */
    nn_shape in, out;
    int units;               /* conv: F, dense: outputs */
    int k, stride, pad;      /* conv; maxpool has k */
    float rate;              /* dropout: probability of a zero */
    float momentum, epsilon; /* batchnorm */
    int partner;             /* shortcut: its add's layer, add: its shortcut's */
    nn_within within;        /* maxpool is a POOL where its windows are 2 x 2 */
    double macs;             /* multiply-adds of one image with its weights */
    size_t offset;           /* of its first parameter, in floats */
    size_t weights;          /* floats before the biases (batchnorm: gamma, standardize: means) */
    size_t parameters, trainable;
    size_t decaying; /* the first so many get weight decay */
} nn_layer;

/* How long a gradient between two operations is needed: until the end of the step, or only until
 * the thread turns to its next slice or piece. In the latter cases a thread uses the same few lines
 * again and again, and they never leave its cache. */
typedef enum nn_reach { NN_REACH_STEP, NN_REACH_SLICE, NN_REACH_PIECE } nn_reach;

typedef enum nn_purpose { NN_FOR_TRAINING, NN_FOR_INFERENCE, NN_PURPOSES } nn_purpose;

/* Neighbouring layers that can be computed in one pass over their data become one operation:
 * convolution, ReLU and max-pool; BatchNorm, ReLU and max-pool; dense and ReLU; add and ReLU. The
 * trainer and the predictor execute operations, never layers. */
typedef struct nn_op {
    const nn_layer_kind *kind; /* of the layer that names the operation */
    int layer;                 /* that layer */
    int last;                  /* the last of its layers */
    nn_shape in, out;
    size_t in_size, out_size; /* floats of one image */
    int relu;                 /* a ReLU is computed within */
    int pool;                 /* a 2 x 2 max-pool is computed within, before or after the ReLU */
    int masked; /* conv, dense, batchnorm, add, relu: the output is that of a ReLU, and whoever
                   computes the gradient of it also multiplies by (output > 0) */
    int input_masked; /* the operation before this one is masked */
    int partner;      /* shortcut: its add's operation, add: its shortcut's */
    int y_over_x;     /* training: the output takes the place of the input, */
    int dx_over_dy;   /* the gradient of the input that of the gradient of the output */
    nn_reach dx_made; /* training: dx is made piece by piece or slice by slice, with no barrier
                         between dy and it, or all at once */
    int fold;         /* inference: this layer behind is multiplied into the weights; 0: none */
    const char *path; /* the name of the way in which it is computed; NULL: there is but one */
    size_t own;       /* where its own state begins, in bytes of that of all operations */
} nn_op;

/* What the planning of an operation may look at. */
typedef struct nn_planning {
    const nn_layer *layers;
    int count;
    nn_purpose purpose;
    nn_isa isa;
    int plain; /* not 0: every layer is an operation of its own */
} nn_planning;

/* y = (x - center) scale + shift, of one channel. */
typedef struct nn_affine {
    double center, scale, shift;
} nn_affine;

/* Does one part of an operation's work in training. */
typedef void nn_action_run(nn_training *training, nn_work *work, const nn_part *part);

/* Only word, read, forward, backward and infer must be there; what is NULL or 0 is not done.
 * nn_layer_kinds_check holds the tables against that. */
struct nn_layer_kind {
    nn_layer_word word;

    /* The arguments of a line whose layer has all zeros but kind, line, text and shapes, out being
     * in: works out its output shape and parameters. Returns 0 or NN_ERROR_MODEL (line.h). */
    int (*read)(nn_layer *layer, nn_line *line);

    /* First weights w, all zeros before; to_relu: a ReLU comes before any other layer of weights.
     * Kinds with parameters have it, update, and reserve or fit. */
    void (*initialise)(const nn_layer *layer, int to_relu, nn_random *random, float *w);

    /* The weights w that are taken from the images which the model is going to be trained on, as
     * nn_model_fit gets them; for kinds that prepare. Returns 0 or an error, w unchanged. */
    int (*fit)(const nn_layer *layer, const nn_images *images, const uint32_t *rows, size_t n,
               float *w, nn_error *error);

    /* For kinds that do no more to a value when they predict. */
    nn_affine (*affine)(const nn_layer *layer, const float *w, size_t channel);

    /* By purpose: 1 where such a layer changes no number and is no operation. */
    int absent[NN_PURPOSES];
    size_t own[NN_PURPOSES]; /* bytes of an operation's own state */

    int opens, closes; /* shortcut and add: what comes into the one is kept for the other, and
                          the one gets the gradient that the other got */
    int prepares;      /* it works on the images themselves: it is the model's first layer, no
                          gradient comes back to it, and it alone makes no model */
    int spares_y;      /* the backward pass does not look at its output again */
    int changes_x;     /* it works in place, and what came in is lost; in the same way */
    int changes_dy;

    /* Takes layers behind into the operation, all of whose numbers are those of its layer. */
    void (*plan)(const nn_planning *planning, nn_op *op);

    /* Which arrays the operation writes over in training, y_over_x and dx_over_dy. `behind` (NULL
     * for the last one) has been placed already; before is NULL for the first. */
    void (*place)(nn_op *op, const nn_op *before, const nn_op *behind);

    /* Training. reserve takes memory; it runs twice and must take the same pieces. forward_piece
     * and backward_piece (called only where dx is wanted) do their work for one piece of the batch;
     * a kind for which that is not enough has forward and backward instead, which add actions to
     * the schedule, and update for what is left to do at the end of the step. */
    void (*reserve)(nn_training *training, nn_work *work, nn_arena *arena);
    nn_action_run *forward_piece, *backward_piece;
    void (*forward)(nn_training *training, nn_work *work);
    void (*backward)(nn_training *training, nn_work *work);
    void (*update)(nn_training *training, nn_work *work);

    /* Inference. reserve_task likewise; prepare works out what follows from weights that have
     * changed; infer computes y from x. */
    void (*reserve_task)(nn_inference *inference, nn_task *task, nn_arena *arena);
    void (*prepare)(const nn_inference *inference, const nn_task *task);
    void (*infer)(const nn_inference *inference, const nn_task *task, const nn_tile *tile);
};

/* list.c: kind number i, NULL behind the last; the kind of a word, NULL where there is none; a
 * kind's number, which is part of saved fingerprints. */
const nn_layer_kind *nn_layer_kind_at(int i);
const nn_layer_kind *nn_layer_kind_find(const char *word);
int nn_layer_kind_number(const nn_layer_kind *kind);

/* Stops the program where a table lacks something. */
void nn_layer_kinds_check(void);

/* ---------------------------------------------------------------- what tables share */

/* The next layer at or after `at` that is there for the purpose; count where there is none. */
int nn_next_layer(const nn_planning *planning, int at);

/* What an operation may take in. */
enum {
    NN_FUSE_RELU = 1,      /* a ReLU that comes next */
    NN_FUSE_RELU_POOL = 2, /* a ReLU and a 2 x 2 max-pool, in either order: they commute */
    NN_FUSE_POOL = 4       /* a 2 x 2 max-pool alone */
};

/* Takes one layer into the operation, and what of `what` comes next; the latter nothing where
 * planning is plain. */
void nn_fuse_layer(const nn_planning *planning, nn_op *op, int layer);
void nn_fuse(const nn_planning *planning, nn_op *op, int what);

/* He normal before a ReLU (He et al. 2015, section 2.2), else Glorot uniform (Glorot and Bengio
 * 2010, eq. 16), for the layer's weights. */
void nn_draw_weights(const nn_layer *layer, double fan_in, double fan_out, int to_relu,
                     nn_random *random, float *w);

/* Raises *wanted, floats of scratch for each thread, where an operation needs more. */
void nn_scratch_want(size_t *wanted, size_t floats);

/* For tables: no action at all. */
void nn_schedule_nothing(nn_training *training, nn_work *work);

#endif
