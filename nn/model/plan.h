/* plan.h: a model's layers gathered into operations (nn_op in layers/layer.h); inside nn/ only. */
#ifndef NN_PLAN_H
#define NN_PLAN_H

#include "nn/model/model.h"

typedef struct nn_plan {
    int count;
    nn_op ops[NN_MAX_LAYERS];
    size_t own; /* bytes of all operations' own states */
} nn_plan;

void nn_plan_make(nn_plan *plan, const nn_model *model, nn_purpose purpose, nn_isa isa, int plain);

#endif
