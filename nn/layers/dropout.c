/* dropout.c: the layer dropout and its operation (Srivastava et al. 2014), scaled while training
 * and absent when predicting: y = x / (1 - rate) or 0, dx = dy / (1 - rate) or 0. It works in
 * place. The zeros are a function of seed, step, layer and image, drawn anew in the backward pass
 * rather than stored: that is cheaper than a mask in memory. */
#include "nn/base/random.h"
#include "nn/layers/line.h"
#include "nn/layers/training.h"

static int read(nn_layer *layer, nn_line *line)
{
    return nn_line_number(line, "probability", 0, 1, &layer->rate);
}

static void place(nn_op *op, const nn_op *before, const nn_op *behind)
{
    (void)before, (void)behind;
    op->y_over_x = op->dx_over_dy = 1;
}

/* values: of the part's first image and on. */
static void drop(nn_training *training, nn_work *work, const nn_part *part, float *values)
{
    size_t size = work->op->in_size;
    double rate = (double)work->layer->rate;
    uint32_t threshold = (uint32_t)(rate * 0x1p32);
    for (int i = part->first; i < part->first + part->count; i++, values += size) {
        uint64_t key = nn_random_key(training->options.seed, training->steps, work->op->layer, i);
        training->kernels->dropout(size, key, threshold, (float)(1 / (1 - rate)), values);
    }
}

static void forward(nn_training *training, nn_work *work, const nn_part *part)
{
    drop(training, work, part, work->y + (size_t)part->first * work->op->in_size);
}

static void backward(nn_training *training, nn_work *work, const nn_part *part)
{
    float *dx = nn_dx_of(training, work, part);
    drop(training, work, part, dx);
    nn_mask_dx(training, work, part, dx);
}

const nn_layer_kind nn_layer_dropout = {
    .word = {"dropout", "P", "P = the probability of a zero, scaled while training"},
    .read = read,
    .absent = {[NN_FOR_INFERENCE] = 1},
    .changes_x = 1,
    .changes_dy = 1,
    .place = place,
    .forward_piece = forward,
    .backward_piece = backward,
};
