/* maxpool.c: the layer maxpool, and its operation where no other computes it: K x K windows, stride
 * K, remainders dropped. The gradient goes to the place that had the maximum. */
#include "nn/layers/inference.h"
#include "nn/layers/line.h"
#include "nn/layers/training.h"

enum { MOST_WINDOW = 15 };

static int read(nn_layer *layer, nn_line *line)
{
    nn_shape in = layer->in;
    if (nn_line_whole(line, "window", MOST_WINDOW, &layer->k)) {
        return NN_ERROR_MODEL;
    }
    layer->out = (nn_shape){in.h / layer->k, in.w / layer->k, in.c};
    if (layer->out.h == 0 || layer->out.w == 0) {
        return nn_line_bad(line, "the window does not fit into its input of %dx%dx%d", in.h, in.w,
                           in.c);
    }
    layer->within = layer->k == 2 ? NN_WITHIN_POOL : NN_WITHIN_NOTHING;
    return NN_OK;
}

static void plan(const nn_planning *planning, nn_op *op)
{
    (void)planning;
    op->dx_made = NN_REACH_PIECE;
}

static void reserve(nn_training *training, nn_work *work, nn_arena *arena)
{
    work->choice = nn_arena_bytes(arena, (size_t)training->options.batch * work->op->out_size);
}

static void forward(nn_training *training, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    for (size_t i = (size_t)part->first; i < (size_t)(part->first + part->count); i++) {
        training->kernels->pool(op->in.h, op->in.w, op->in.c, work->layer->k,
                                work->x + i * op->in_size, work->y + i * op->out_size,
                                work->choice + i * op->out_size);
    }
}

static void backward(nn_training *training, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    float *dx = nn_dx_of(training, work, part);
    const float *dy = nn_dy_of(training, work, part);
    for (int i = 0; i < part->count; i++, dx += op->in_size, dy += op->out_size) {
        size_t out = (size_t)(part->first + i) * op->out_size;
        training->kernels->pool_backward(op->in.h, op->in.w, op->in.c, work->layer->k,
                                         op->input_masked, work->y + out, dy, work->choice + out,
                                         dx);
    }
}

static void infer(const nn_inference *inference, const nn_task *task, const nn_tile *tile)
{
    const nn_op *op = task->op;
    for (size_t i = 0; i < (size_t)tile->n; i++) {
        inference->kernels->pool(op->in.h, op->in.w, op->in.c, task->layer->k,
                                 tile->x + i * op->in_size, tile->y + i * op->out_size, NULL);
    }
}

const nn_layer_kind nn_layer_maxpool = {
    .word = {"maxpool", "K", "the greatest of K x K windows, stride K, remainders dropped"},
    .read = read,
    .plan = plan,
    .reserve = reserve,
    .forward_piece = forward,
    .backward_piece = backward,
    .infer = infer,
};
