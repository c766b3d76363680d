/* plan.h: a model's layers gathered into operations; inside nn/ only.
 *
 * Neighbouring layers that can be computed in one pass over their data become one operation:
 * convolution, ReLU and max-pool; BatchNorm, ReLU and max-pool; dense and ReLU; add and ReLU. The
 * trainer and the predictor execute operations, never layers.
 */
#ifndef NN_PLAN_H
#define NN_PLAN_H

#include "nn/kernels/isa.h"
#include "nn/model/model.h"

typedef struct nn_op {
    nn_kind kind;    /* of the layer that names the operation */
    int layer;       /* that layer */
    int first, last; /* all of its layers, in order */
    nn_shape in, out;
    size_t in_size, out_size; /* floats of one image */
    int relu;                 /* a ReLU is computed within */
    int pool;                 /* a 2 x 2 max-pool is computed within, before or after the ReLU */
    int masked; /* conv, dense, batchnorm, add, relu: the output is that of a ReLU, and whoever
                   computes the gradient of it also multiplies by (output > 0) */
    int input_masked;  /* the operation before this one is masked */
    int partner;       /* shortcut: its add's operation, add: its shortcut's */
    int y_over_x;      /* training: the output takes the place of the input, */
    int dx_over_dy;    /* the gradient of the input that of the gradient of the output */
    int fold;          /* inference: the conv is followed by this BatchNorm layer; 0: by none */
    nn_conv_dims dims; /* conv */
    nn_epilogue epilogue;
    const nn_conv_path *path;
} nn_op;

typedef struct nn_plan {
    int count;
    nn_op ops[NN_MAX_LAYERS];
} nn_plan;

typedef enum nn_purpose { NN_FOR_TRAINING, NN_FOR_INFERENCE } nn_purpose;

void nn_plan_make(nn_plan *plan, const nn_model *model, nn_purpose purpose, nn_isa isa, int plain);

/* How the layer is computed by default in training, as nn_layer_info has it. */
const char *nn_plan_path(const nn_model *model, int layer);

#endif
