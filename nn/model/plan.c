/* plan.c: layers in, operations out. What is taken into an operation and which arrays it writes
 * over is for the layers' files to say. */
#include "nn/model/plan.h"

#include "nn/kernels/isa.h"

/* The operation that a layer names. */
static int find(const nn_plan *plan, int layer)
{
    int i = 0;
    while (plan->ops[i].layer != layer) {
        i++;
    }
    return i;
}

static nn_op op_of(const nn_planning *planning, int at)
{
    const nn_layer *layer = &planning->layers[at];
    nn_op op = {.kind = layer->kind, .layer = at, .last = at, .in = layer->in, .out = layer->out};
    if (op.kind->plan) {
        op.kind->plan(planning, &op);
    }
    op.in_size = nn_shape_size(op.in);
    op.out_size = nn_shape_size(op.out);
    op.masked = op.relu && !op.pool;
    return op;
}

void nn_plan_make(nn_plan *plan, const nn_model *model, nn_purpose purpose, nn_isa isa, int plain)
{
    const nn_planning planning = {model->layers, model->count, purpose, isa, plain};
    plan->count = 0;
    plan->own = 0;
    for (int at = nn_next_layer(&planning, 0); at < model->count;) {
        nn_op *op = &plan->ops[plan->count];
        *op = op_of(&planning, at);
        if (op->kind->closes) {
            op->partner = find(plan, model->layers[at].partner);
            plan->ops[op->partner].partner = plan->count;
        }
        op->input_masked = plan->count > 0 && op[-1].masked;
        op->own = plan->own;
        plan->own += (op->kind->own[purpose] + 63) / 64 * 64; /* cache lines of its own */
        plan->count++;
        at = nn_next_layer(&planning, op->last + 1);
    }
    for (int i = plan->count - 1; i >= 0 && purpose == NN_FOR_TRAINING; i--) {
        nn_op *op = &plan->ops[i]; /* each asks the operation behind it */
        if (op->kind->place) {
            op->kind->place(op, i > 0 ? op - 1 : NULL, i + 1 < plan->count ? op + 1 : NULL);
        }
    }
}

const char *nn_layer_path(const nn_model *model, int layer, nn_isa isa)
{
    nn_plan plan;
    nn_plan_make(&plan, model, NN_FOR_TRAINING, nn_isa_usable(isa) ? isa : NN_ISA_BEST, 0);
    for (int i = 0; i < plan.count; i++) {
        if (plan.ops[i].layer == layer && plan.ops[i].path) {
            return plan.ops[i].path;
        }
    }
    return "";
}
