/* model.h: what a model consists of; inside nn/ only. */
#ifndef NN_MODEL_H
#define NN_MODEL_H

#include "nn/layers/layer.h"

enum { NN_ALIGN_FLOATS = 16 }; /* a cache line */

struct nn_model {
    nn_shape input;
    int count;
    nn_layer layers[NN_MAX_LAYERS];
    char *text;
    size_t parameters, trainable;
    size_t floats; /* of `values`: each layer begins at a multiple of NN_ALIGN_FLOATS */
    float *values;
    uint64_t fingerprint; /* of everything that decides what the parameters mean */
    uint64_t version;     /* counts the changes of `values`, for those who keep copies of them */
};

/* read.c: cuts the model's copy of the text into lines and reads those that hold a layer; input and
 * text are set. Returns 0 or NN_ERROR_MODEL. */
int nn_model_read(nn_model *model, nn_error *error);

/* save.c. */
uint64_t nn_model_fingerprint(const nn_model *model);

#endif
