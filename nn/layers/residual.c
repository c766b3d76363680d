/* residual.c: the layers shortcut and add, and the operations shortcut and add (+ ReLU), which lead
 * around the layers between them (He et al. 2016, section 3.2, identity shortcuts).
 *
 *     y = f(x) + x,  dx = (gradient through f) + dy
 *
 * A shortcut keeps nothing: its input stays where it is, and its add reads it there. Only where the
 * next operation would write over it does the shortcut give it a copy. In the same way the gradient
 * of the add's output stays where it is until the shortcut adds it to what came back through f;
 * only where the operation before the add would change it does the add make a copy. `place` decides
 * that. What one reads of the other is of the same images, and so of the same thread.
 */
#include "nn/layers/inference.h"
#include "nn/layers/training.h"

#include <string.h>

static int read(nn_layer *layer, nn_line *line)
{
    (void)layer, (void)line;
    return NN_OK;
}

static const nn_work *partner_of(const nn_training *training, const nn_work *work)
{
    return &training->works[work->op->partner];
}

/* ---------------------------------------------------------------- shortcut */

/* One array with two names, unless what comes next writes over it. */
static void place_shortcut(nn_op *op, const nn_op *before, const nn_op *behind)
{
    (void)before;
    op->y_over_x = behind && !behind->kind->changes_x;
    op->dx_over_dy = 1;
}

static void copy_forward(nn_training *training, nn_work *work, const nn_part *part)
{
    (void)training;
    size_t first = (size_t)part->first * work->op->in_size;
    memcpy(work->y + first, work->x + first,
           (size_t)part->count * work->op->in_size * sizeof(float));
}

/* dx = dy + the gradient of the add's output */
static void join_backward(nn_training *training, nn_work *work, const nn_part *part)
{
    size_t n = (size_t)part->count * work->op->in_size;
    float *dx = nn_dx_of(training, work, part);
    training->kernels->add(n, nn_dy_of(training, work, part),
                           nn_dy_of(training, partner_of(training, work), part), 0, dx);
    nn_mask_dx(training, work, part, dx);
}

static void shortcut_forward(nn_training *training, nn_work *work)
{
    if (!work->op->y_over_x) {
        nn_schedule_add(&training->step, work, NN_OVER_PIECES, copy_forward);
    }
}

/* The tile stays in its buffer. */
static void infer_shortcut(const nn_inference *inference, const nn_task *task, const nn_tile *tile)
{
    (void)inference, (void)task, (void)tile;
}

const nn_layer_kind nn_layer_shortcut = {
    .word = {"shortcut", "", "keeps its input for the `add` that closes it; nestable"},
    .read = read,
    .opens = 1,
    .changes_dy = 1,
    .place = place_shortcut,
    .forward = shortcut_forward,
    .backward_piece = join_backward,
    .infer = infer_shortcut,
};

/* ---------------------------------------------------------------- add */

static void plan_add(const nn_planning *planning, nn_op *op)
{
    nn_fuse(planning, op, NN_FUSE_RELU);
}

/* An add may not write over what the operation before it looks at again in the backward pass, nor
 * leave its gradient where that one changes it, for the shortcut still reads it. */
static void place_add(nn_op *op, const nn_op *before, const nn_op *behind)
{
    (void)behind;
    op->y_over_x = !op->input_masked && before->kind->spares_y;
    op->dx_over_dy = !op->input_masked && !before->kind->changes_dy;
}

static void sum_forward(nn_training *training, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    size_t first = (size_t)part->first * op->in_size;
    training->kernels->add((size_t)part->count * op->in_size, work->x + first,
                           partner_of(training, work)->x + first, op->relu, work->y + first);
}

/* dx = dy */
static void copy_backward(nn_training *training, nn_work *work, const nn_part *part)
{
    size_t n = (size_t)part->count * work->op->in_size;
    float *dx = nn_dx_of(training, work, part);
    memcpy(dx, nn_dy_of(training, work, part), n * sizeof *dx);
    nn_mask_dx(training, work, part, dx);
}

static void add_backward(nn_training *training, nn_work *work)
{
    if (work->dx && !work->op->dx_over_dy) {
        nn_schedule_add(&training->step, work, NN_OVER_PIECES, copy_backward);
    }
}

static void infer_add(const nn_inference *inference, const nn_task *task, const nn_tile *tile)
{
    inference->kernels->add((size_t)tile->n * task->op->in_size, tile->x, tile->kept,
                            task->op->relu, tile->y);
}

const nn_layer_kind nn_layer_add = {
    .word = {"add", "", "adds what the innermost shortcut without an add keeps; same shape"},
    .read = read,
    .closes = 1,
    .plan = plan_add,
    .place = place_add,
    .forward_piece = sum_forward,
    .backward = add_backward,
    .infer = infer_add,
};
