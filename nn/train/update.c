/* update.c: what a step does with a complete gradient: the optimizer's update of one range of a
 * layer's parameters, and of their moving average.
 *
 * As a rule each operation updates its weights as soon as nobody needs the old ones. Where
 * gradients are clipped the norm over all of them comes first: then these calls do nothing, and the
 * updates follow at the end of the step, in NN_SLICES parts of each layer's parameters.
 */
#include "nn/train/trainer.h"

#include <math.h>

/* Parameters first to first + count, all weights or none of them. */
static void update(nn_trainer *trainer, nn_work *work, const nn_update *u, size_t first,
                   size_t count)
{
    const float *g = work->gradient + first;
    float *w = work->w + first;
    if (trainer->options.optimizer == NN_SGD) {
        trainer->kernels->sgd(count, u, g, w, work->m + first);
    } else {
        trainer->kernels->adam(count, u, g, w, work->m + first, work->v + first);
    }
    nn_average_apply(trainer, work, first, count);
}

/* Weights decay; biases and the parameters of BatchNorm do not. */
static void update_range(nn_trainer *trainer, nn_work *work, nn_update u, size_t first,
                         size_t count)
{
    size_t weights = work->layer->kind == NN_BATCHNORM ? 0 : work->layer->weights;
    size_t decaying = first >= weights ? 0 : weights - first < count ? weights - first : count;
    if (decaying) {
        update(trainer, work, &u, first, decaying);
    }
    if (decaying < count) {
        u.decay = u.penalty = 0;
        update(trainer, work, &u, first + decaying, count - decaying);
    }
}

void nn_update_apply(nn_trainer *trainer, nn_work *work, size_t first, size_t count)
{
    if (trainer->options.clip == 0) {
        update_range(trainer, work, trainer->update, first, count);
    }
}

void nn_average_apply(nn_trainer *trainer, nn_work *work, size_t first, size_t count)
{
    if (work->average) {
        trainer->kernels->average(count, trainer->average_share, work->w + first,
                                  work->average + first);
    }
}

/* ---------------------------------------------------------------- clipping */

/* The sum of squares of one part of all gradients, in double. */
static void measure(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    (void)work;
    double sum = 0;
    for (int i = 0; i < trainer->plan.count; i++) {
        const nn_work *of = &trainer->works[i];
        nn_range range = nn_range_of(of->layer->trainable, 16, part->index);
        for (size_t j = range.begin; j < range.end; j++) {
            sum += (double)of->gradient[j] * (double)of->gradient[j];
        }
    }
    trainer->metrics[part->index].squares = sum;
}

static void update_part(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    (void)work;
    double sum = 0;
    for (int p = 0; p < NN_SLICES; p++) {
        sum += trainer->metrics[p].squares;
    }
    nn_update u = trainer->update;
    double norm = sqrt(sum), most = (double)trainer->options.clip;
    u.share = norm > most ? (float)(most / norm) : 1;
    for (int i = 0; i < trainer->plan.count; i++) {
        nn_work *of = &trainer->works[i];
        nn_range range = nn_range_of(of->layer->trainable, 16, part->index);
        update_range(trainer, of, u, range.begin, range.end - range.begin);
    }
}

void nn_update_schedule(nn_trainer *trainer)
{
    if (trainer->options.clip > 0) {
        nn_schedule_meet(trainer);
        nn_schedule(trainer, &trainer->works[0], NN_OVER_PARTS, measure);
        nn_schedule_meet(trainer);
        nn_schedule(trainer, &trainer->works[0], NN_OVER_PARTS, update_part);
    }
}
