/* inference.h: what an operation is given while a net predicts; inside nn/ only.
 *
 * Images go through all operations a tile at a time. An operation computes a tile's y from its x in
 * the thread that calls it, and writes nothing else but scratch.
 */
#ifndef NN_INFERENCE_H
#define NN_INFERENCE_H

#include "nn/base/arena.h"
#include "nn/kernels/batchnorm.h"
#include "nn/kernels/kernels.h"
#include "nn/layers/layer.h"

/* What all operations of a predictor share. */
struct nn_inference {
    const nn_kernels *kernels;
    const nn_batchnorm_kernels *norms;
    nn_isa isa;
    int plain;              /* no fast path is taken */
    int tile;               /* images at most */
    const nn_layer *layers; /* of the model, */
    const float *values;    /* and its parameters, each layer's from its offset on */
    size_t scratch_wanted;  /* floats for each thread */
};

/* What an operation needs beside the images. */
struct nn_task {
    const nn_op *op;
    const nn_layer *layer;
    const float *w; /* of the layer */
    void *own;      /* its own state, of kind->own bytes, zeros at first */
    int x, y;       /* the buffers that are read and written; equal where y = x */
};

/* Some images on their way through one operation. */
struct nn_tile {
    int n;
    const float *x;    /* [n][in_size] */
    float *y;          /* [n][out_size] */
    const float *kept; /* add: what came into its shortcut, like x */
    float *scratch;
};

#endif
