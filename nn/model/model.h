/* model.h: what a model consists of; inside nn/ only. */
#ifndef NN_MODEL_H
#define NN_MODEL_H

#include "nn/nn.h"

typedef enum nn_kind {
    NN_CONV,
    NN_DENSE,
    NN_BATCHNORM,
    NN_RELU,
    NN_MAXPOOL,
    NN_DROPOUT,
    NN_FLATTEN,
    NN_SHORTCUT,
    NN_ADD,
    NN_AVGPOOL /* new kinds go to the end: the numbers are part of saved fingerprints */
} nn_kind;

typedef struct nn_layer {
    nn_kind kind;
    int line;   /* in the text, from 1 */
    char *text; /* that line, trimmed; points into the model's copy */
    nn_shape in, out;
    int units;               /* conv: F, dense: outputs */
    int k, stride, pad;      /* conv; maxpool has k */
    float rate;              /* dropout: probability of a zero */
    float momentum, epsilon; /* batchnorm */
    int partner;             /* shortcut: its add's layer, add: its shortcut's */
    size_t offset;           /* of its first parameter, in floats */
    size_t weights;          /* floats before the biases (batchnorm: gamma) */
    size_t parameters, trainable;
} nn_layer;

struct nn_model {
    nn_shape input;
    int count;
    nn_layer layers[NN_MAX_LAYERS];
    char *text;
    size_t parameters, trainable;
    size_t floats; /* of `values`: each layer begins at a multiple of 16 floats, a cache line */
    float *values;
    uint64_t fingerprint; /* of everything that decides what the parameters mean */
    uint64_t version;     /* counts the changes of `values`, for those who keep copies of them */
};

/* Reads one line, comment and blanks already gone, into a layer whose line, text and input shape
 * are set; finds its output shape and parameters. Returns 0 or NN_ERROR_MODEL. */
int nn_layer_parse(nn_layer *layer, nn_error *error);

const char *nn_kind_name(nn_kind kind);

static inline size_t nn_shape_size(nn_shape shape)
{
    return (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
}

#endif
