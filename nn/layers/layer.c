/* layer.c: what the tables of several kinds of layers share. */
#include "nn/layers/layer.h"

#include <math.h>

/* ---------------------------------------------------------------- operations of several layers */

int nn_next_layer(const nn_planning *planning, int at)
{
    while (at < planning->count && planning->layers[at].kind->absent[planning->purpose]) {
        at++;
    }
    return at;
}

void nn_fuse_layer(const nn_planning *planning, nn_op *op, int layer)
{
    op->last = layer;
    op->out = planning->layers[layer].out;
}

static int is(const nn_planning *planning, int at, nn_within within)
{
    return at < planning->count && planning->layers[at].within == within;
}

void nn_fuse(const nn_planning *planning, nn_op *op, int what)
{
    int next = nn_next_layer(planning, op->last + 1), after = nn_next_layer(planning, next + 1);
    if (planning->plain) {
        return;
    }
    if (is(planning, next, NN_WITHIN_RELU)) {
        op->relu = 1;
        nn_fuse_layer(planning, op, next);
        if ((what & NN_FUSE_RELU_POOL) && is(planning, after, NN_WITHIN_POOL)) {
            op->pool = 1;
            nn_fuse_layer(planning, op, after);
        }
    } else if (is(planning, next, NN_WITHIN_POOL)) {
        if ((what & NN_FUSE_RELU_POOL) && is(planning, after, NN_WITHIN_RELU)) {
            op->relu = op->pool = 1;
            nn_fuse_layer(planning, op, after);
        } else if (what & NN_FUSE_POOL) {
            op->pool = 1;
            nn_fuse_layer(planning, op, next);
        }
    }
}

/* ---------------------------------------------------------------- first weights */

void nn_draw_weights(const nn_layer *layer, double fan_in, double fan_out, int to_relu,
                     nn_random *random, float *w)
{
    double deviation = sqrt(2 / fan_in), limit = sqrt(6 / (fan_in + fan_out));
    for (size_t j = 0; j < layer->weights; j++) {
        w[j] = to_relu ? (float)(deviation * (double)nn_random_normal(random))
                       : (float)(limit * (2 * (double)nn_random_uniform(random) - 1));
    }
}

void nn_scratch_want(size_t *wanted, size_t floats)
{
    *wanted = floats > *wanted ? floats : *wanted;
}

void nn_schedule_nothing(nn_training *training, nn_work *work)
{
    (void)training, (void)work;
}
