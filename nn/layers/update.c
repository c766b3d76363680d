/* update.c: what a step does with a complete gradient: the optimizer's update of one range of a
 * layer's parameters, and of their moving average.
 *
 * As a rule each operation updates its weights as soon as nobody needs the old ones. Where
 * gradients are clipped the norm over all of them comes first, and train/clip.c updates them all at
 * the end of the step.
 */
#include "nn/layers/training.h"

/* Parameters first to first + count, all of them decaying or none. */
static void update(nn_training *training, nn_work *work, const nn_update *u, size_t first,
                   size_t count)
{
    const float *g = work->gradient + first;
    float *w = work->w + first;
    if (training->options.optimizer == NN_SGD) {
        training->kernels->sgd(count, u, g, w, work->m + first);
    } else {
        training->kernels->adam(count, u, g, w, work->m + first, work->v + first);
    }
    nn_average_apply(training, work, first, count);
}

/* Weights decay; biases and the parameters of BatchNorm do not. */
void nn_update_range(nn_training *training, nn_work *work, nn_update u, size_t first, size_t count)
{
    size_t most = work->layer->decaying;
    size_t decaying = first >= most ? 0 : most - first < count ? most - first : count;
    if (decaying) {
        update(training, work, &u, first, decaying);
    }
    if (decaying < count) {
        u.decay = u.penalty = 0;
        update(training, work, &u, first + decaying, count - decaying);
    }
}

void nn_update_apply(nn_training *training, nn_work *work, size_t first, size_t count)
{
    if (training->options.clip == 0) {
        nn_update_range(training, work, training->update, first, count);
    }
}

void nn_average_apply(nn_training *training, nn_work *work, size_t first, size_t count)
{
    if (work->average) {
        training->kernels->average(count, training->average_share, work->w + first,
                                   work->average + first);
    }
}
