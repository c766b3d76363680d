/* residual.c: the operations shortcut and add (+ ReLU), which lead around the layers between them
 * (He et al. 2016, section 3.2, identity shortcuts).
 *
 *     y = f(x) + x,  dx = (gradient through f) + dy
 *
 * A shortcut keeps nothing: its input stays where it is, and its add reads it there. Only where the
 * next operation would write over it does the shortcut give it a copy. In the same way the gradient
 * of the add's output stays where it is until the shortcut adds it to what came back through f;
 * only where the operation before the add would change it does the add make a copy. Which is
 * decided in plan.c. What one reads of the other is of the same images, and so of the same thread.
 */
#include "nn/train/trainer.h"

#include <string.h>

static void reserve(nn_trainer *trainer, nn_work *work, nn_arena *arena)
{
    (void)trainer, (void)work, (void)arena;
}

static const nn_work *partner_of(const nn_trainer *trainer, const nn_work *work)
{
    return &trainer->works[work->op->partner];
}

static void schedule_nothing(nn_trainer *trainer, nn_work *work)
{
    (void)trainer, (void)work;
}

/* ---------------------------------------------------------------- shortcut */

static void copy_forward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    (void)trainer;
    size_t first = (size_t)part->first * work->op->in_size;
    memcpy(work->y + first, work->x + first,
           (size_t)part->count * work->op->in_size * sizeof(float));
}

/* dx = dy + the gradient of the add's output */
static void join_backward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    size_t n = (size_t)part->count * op->in_size;
    float *dx = nn_dx_of(trainer, work, part);
    trainer->kernels->add(n, nn_dy_of(trainer, work, part),
                          nn_dy_of(trainer, partner_of(trainer, work), part), 0, dx);
    if (op->input_masked) {
        trainer->kernels->mask(n, work->x + (size_t)part->first * op->in_size, dx);
    }
}

static void shortcut_forward(nn_trainer *trainer, nn_work *work)
{
    if (!work->op->y_over_x) {
        nn_schedule(trainer, work, NN_OVER_PIECES, copy_forward);
    }
}

static void shortcut_backward(nn_trainer *trainer, nn_work *work)
{
    if (work->dx) {
        nn_schedule(trainer, work, NN_OVER_PIECES, join_backward);
    }
}

const nn_operator nn_operator_shortcut = {reserve, shortcut_forward, shortcut_backward,
                                          schedule_nothing};

/* ---------------------------------------------------------------- add */

static void sum_forward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    size_t first = (size_t)part->first * op->in_size;
    trainer->kernels->add((size_t)part->count * op->in_size, work->x + first,
                          partner_of(trainer, work)->x + first, op->relu, work->y + first);
}

/* dx = dy */
static void copy_backward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    size_t n = (size_t)part->count * op->in_size;
    float *dx = nn_dx_of(trainer, work, part);
    memcpy(dx, nn_dy_of(trainer, work, part), n * sizeof *dx);
    if (op->input_masked) {
        trainer->kernels->mask(n, work->x + (size_t)part->first * op->in_size, dx);
    }
}

static void add_forward(nn_trainer *trainer, nn_work *work)
{
    nn_schedule(trainer, work, NN_OVER_PIECES, sum_forward);
}

static void add_backward(nn_trainer *trainer, nn_work *work)
{
    if (work->dx && !work->op->dx_over_dy) {
        nn_schedule(trainer, work, NN_OVER_PIECES, copy_backward);
    }
}

const nn_operator nn_operator_add = {reserve, add_forward, add_backward, schedule_nothing};
