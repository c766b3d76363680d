/* plan.c: layers in, operations out. */
#include "nn/model/plan.h"

/* The next layer at or after `at` that is not of a kind which the purpose leaves out. */
static int skip(const nn_model *model, nn_purpose purpose, int at)
{
    while (at < model->count) {
        nn_kind kind = model->layers[at].kind;
        if (kind != NN_FLATTEN && !(kind == NN_DROPOUT && purpose == NN_FOR_INFERENCE)) {
            break;
        }
        at++;
    }
    return at;
}

static int is(const nn_model *model, int at, nn_kind kind)
{
    return at < model->count && model->layers[at].kind == kind;
}

static int is_pool2(const nn_model *model, int at)
{
    return is(model, at, NN_MAXPOOL) && model->layers[at].k == 2;
}

static void extend(const nn_model *model, nn_op *op, int layer)
{
    op->last = layer;
    op->out = model->layers[layer].out;
}

/* Takes a ReLU and a 2 x 2 max-pool that follow, in either order (they commute), into the
 * operation. Where may_pool is 0, only a ReLU that comes next. */
static void absorb(const nn_model *model, nn_purpose purpose, nn_op *op, int may_pool)
{
    int next = skip(model, purpose, op->last + 1);
    int after = skip(model, purpose, next + 1);
    if (is(model, next, NN_RELU)) {
        op->relu = 1;
        extend(model, op, next);
        if (may_pool && is_pool2(model, after)) {
            op->pool = 1;
            extend(model, op, after);
        }
    } else if (may_pool && is_pool2(model, next)) {
        if (is(model, after, NN_RELU)) {
            op->relu = op->pool = 1;
            extend(model, op, after);
        } else if (op->kind == NN_BATCHNORM) {
            op->pool = 1;
            extend(model, op, next);
        }
    }
}

static nn_conv_dims dims_of(const nn_layer *layer)
{
    return (nn_conv_dims){.h = layer->in.h,
                          .w = layer->in.w,
                          .c = layer->in.c,
                          .oh = layer->out.h,
                          .ow = layer->out.w,
                          .f = layer->out.c,
                          .k = layer->k,
                          .stride = layer->stride,
                          .pad = layer->pad};
}

static void plan_conv(const nn_model *model, nn_purpose purpose, nn_op *op, nn_isa isa, int plain)
{
    op->dims = dims_of(&model->layers[op->layer]);
    if (!plain) {
        int next = skip(model, purpose, op->last + 1);
        if (purpose == NN_FOR_INFERENCE && is(model, next, NN_BATCHNORM)) {
            op->fold = next;
            extend(model, op, next);
        }
        nn_op fused = *op;
        absorb(model, purpose, &fused, 1);
        if (fused.pool) {
            fused.epilogue = NN_EPILOGUE_RELU_POOL;
            fused.path = nn_conv_choose(&op->dims, fused.epilogue, isa, 0);
            if (fused.path) {
                *op = fused;
                return;
            }
        }
        absorb(model, purpose, op, 0);
    }
    op->epilogue = op->relu ? NN_EPILOGUE_RELU : NN_EPILOGUE_NONE;
    op->path = nn_conv_choose(&op->dims, op->epilogue, isa, plain);
}

/* Which arrays an operation writes over in training. What others still read must be left alone:
 * max-pool, dropout and those behind a ReLU look at their operation's output again in the backward
 * pass, and a shortcut reads what came into it and the gradient of its add's output. */
static void place(nn_plan *plan, int i)
{
    nn_op *op = &plan->ops[i];
    const nn_op *behind = i + 1 < plan->count ? op + 1 : NULL;
    nn_kind before = i > 0 ? op[-1].kind : op->kind;
    switch (op->kind) {
    case NN_RELU:
    case NN_DROPOUT:
        op->y_over_x = op->dx_over_dy = 1;
        break;
    case NN_BATCHNORM:
        op->dx_over_dy = !op->pool && !(behind && behind->kind == NN_ADD && behind->dx_over_dy);
        break;
    case NN_SHORTCUT: /* one array with two names, unless what comes next writes over it */
        op->y_over_x = behind && behind->kind != NN_RELU && behind->kind != NN_DROPOUT;
        op->dx_over_dy = 1;
        break;
    case NN_ADD:
        op->y_over_x = !op->input_masked &&
                       (before == NN_CONV || before == NN_DENSE || before == NN_BATCHNORM);
        op->dx_over_dy = !op->input_masked && before != NN_DROPOUT && before != NN_SHORTCUT;
        break;
    default:
        break;
    }
}

/* The operation that a layer names. */
static int find(const nn_plan *plan, int layer)
{
    int i = 0;
    while (plan->ops[i].layer != layer) {
        i++;
    }
    return i;
}

void nn_plan_make(nn_plan *plan, const nn_model *model, nn_purpose purpose, nn_isa isa, int plain)
{
    plan->count = 0;
    for (int at = skip(model, purpose, 0); at < model->count;) {
        nn_op *op = &plan->ops[plan->count];
        *op = (nn_op){.kind = model->layers[at].kind,
                      .layer = at,
                      .first = at,
                      .last = at,
                      .in = model->layers[at].in,
                      .out = model->layers[at].out};
        if (op->kind == NN_CONV) {
            plan_conv(model, purpose, op, isa, plain);
        } else if (op->kind == NN_RELU) {
            op->relu = 1;
        } else if (!plain && op->kind == NN_BATCHNORM) {
            absorb(model, purpose, op, 1);
        } else if (!plain && (op->kind == NN_DENSE || op->kind == NN_ADD)) {
            absorb(model, purpose, op, 0);
        }
        if (op->kind == NN_ADD) {
            op->partner = find(plan, model->layers[at].partner);
            plan->ops[op->partner].partner = plan->count;
        }
        op->in_size = nn_shape_size(op->in);
        op->out_size = nn_shape_size(op->out);
        op->masked = op->relu && !op->pool;
        op->input_masked = plan->count > 0 && plan->ops[plan->count - 1].masked;
        plan->count++;
        at = skip(model, purpose, op->last + 1);
    }
    for (int i = plan->count - 1; i >= 0; i--) { /* each asks the operation behind it */
        place(plan, i);
    }
}

const char *nn_plan_path(const nn_model *model, int layer)
{
    if (model->layers[layer].kind != NN_CONV) {
        return "";
    }
    nn_plan plan;
    nn_plan_make(&plan, model, NN_FOR_TRAINING, NN_ISA_BEST, 0);
    for (int i = 0; i < plan.count; i++) {
        if (plan.ops[i].layer == layer) {
            return plan.ops[i].path->name;
        }
    }
    return "";
}
