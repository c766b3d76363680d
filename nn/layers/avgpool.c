/* avgpool.c: the layer avgpool and its operation, the mean of each channel over the whole image:
 * x [H][W][C] in, y [1][1][C] out.
 *
 *     y = sum x / (H W),  dx = dy / (H W) everywhere
 */
#include "nn/layers/inference.h"
#include "nn/layers/training.h"

static int read(nn_layer *layer, nn_line *line)
{
    (void)line;
    layer->out = (nn_shape){1, 1, layer->in.c};
    return NN_OK;
}

static void plan(const nn_planning *planning, nn_op *op)
{
    (void)planning;
    op->dx_made = NN_REACH_PIECE;
}

static void average(const nn_kernels *kernels, const nn_op *op, int n, const float *x, float *y)
{
    for (int i = 0; i < n; i++, x += op->in_size, y += op->out_size) {
        kernels->average_pool(op->in_size / op->out_size, op->out_size, x, y);
    }
}

static void forward(nn_training *training, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    size_t first = (size_t)part->first;
    average(training->kernels, op, part->count, work->x + first * op->in_size,
            work->y + first * op->out_size);
}

static void backward(nn_training *training, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    const size_t c = op->out_size, places = op->in_size / c;
    const float share = 1 / (float)places;
    float *dx = nn_dx_of(training, work, part), *at = dx;
    const float *dy = nn_dy_of(training, work, part);
    for (int i = 0; i < part->count; i++, dy += c) {
        for (size_t p = 0; p < places; p++, at += c) {
            for (size_t j = 0; j < c; j++) {
                at[j] = dy[j] * share;
            }
        }
    }
    nn_mask_dx(training, work, part, dx);
}

static void infer(const nn_inference *inference, const nn_task *task, const nn_tile *tile)
{
    average(inference->kernels, task->op, tile->n, tile->x, tile->y);
}

const nn_layer_kind nn_layer_avgpool = {
    .word = {"avgpool", "", "the mean of each channel over the whole image"},
    .read = read,
    .plan = plan,
    .forward_piece = forward,
    .backward_piece = backward,
    .infer = infer,
};
