/* predictor.h: what a predictor is; inside nn/ only. */
#ifndef NN_PREDICTOR_H
#define NN_PREDICTOR_H

#include "nn/layers/inference.h"
#include "nn/model/plan.h"

struct nn_predictor {
    nn_inference inference; /* what the operations share */
    const nn_model *model;
    int threads;
    int looks; /* at the view, rather than at the images as they are */
    nn_view view;
    nn_plan plan;
    nn_task tasks[NN_MAX_LAYERS]; /* one for each operation */
    nn_arena arena;
    char *own;        /* [plan.own]: the operations' own states */
    uint64_t version; /* of the weights that they were prepared for */
    int activations;  /* buffers of a thread */
    float *buffers;   /* [threads][activations, scratch] */
    size_t activation, stride;
};

/* nn_predictor_new; with plain not 0 every layer is an operation of its own. */
nn_predictor *nn_predictor_make(const nn_model *model, int batch, int threads, nn_isa isa,
                                int plain, nn_error *error);

/* What follows from the weights as they are now. */
void nn_predictor_prepare(nn_predictor *predictor);

/* Images first to first + n of a call, in this thread's buffers, through the operations before
 * `end`. Returns the last one's outputs, which live until the thread's next tile. */
const float *nn_predictor_tile(const nn_predictor *predictor, const nn_images *images,
                               const uint32_t *rows, size_t first, int n, int thread, int end);

#endif
