/* relu.c: the layer relu, y = max(x, 0), and its operation where no other computes it. It works in
 * place. Its gradient is multiplied by (output > 0) by the operation behind it, as for every ReLU.
 */
#include "nn/layers/inference.h"
#include "nn/layers/training.h"

static int read(nn_layer *layer, nn_line *line)
{
    (void)line;
    layer->within = NN_WITHIN_RELU;
    return NN_OK;
}

static void plan(const nn_planning *planning, nn_op *op)
{
    (void)planning;
    op->relu = 1;
}

static void place(nn_op *op, const nn_op *before, const nn_op *behind)
{
    (void)before, (void)behind;
    op->y_over_x = op->dx_over_dy = 1;
}

static void forward(nn_training *training, nn_work *work, const nn_part *part)
{
    size_t first = (size_t)part->first * work->op->in_size;
    training->kernels->relu((size_t)part->count * work->op->in_size, work->x + first,
                            work->y + first);
}

static void infer(const nn_inference *inference, const nn_task *task, const nn_tile *tile)
{
    inference->kernels->relu((size_t)tile->n * task->op->in_size, tile->x, tile->y);
}

const nn_layer_kind nn_layer_relu = {
    .word = {"relu", "", "max(x, 0)"},
    .read = read,
    .changes_x = 1,
    .plan = plan,
    .place = place,
    .forward_piece = forward,
    .backward = nn_schedule_nothing,
    .infer = infer,
};
