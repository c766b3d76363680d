/* clip.c: where gradients are clipped, all updates follow at the end of the step, in NN_SLICES
 * parts of each layer's parameters: with g the gradient of them all, g *= min(1, clip / |g|). */
#include "nn/train/clip.h"

#include <math.h>

/* The sum of squares of one part of all gradients, in double. */
static void measure(nn_training *training, nn_work *work, const nn_part *part)
{
    (void)work;
    double sum = 0;
    for (int i = 0; i < training->count; i++) {
        const nn_work *of = &training->works[i];
        nn_range range = nn_range_of(of->layer->trainable, 16, part->index);
        for (size_t j = range.begin; j < range.end; j++) {
            sum += (double)of->gradient[j] * (double)of->gradient[j];
        }
    }
    training->squares[part->index] = sum;
}

static void update_part(nn_training *training, nn_work *work, const nn_part *part)
{
    (void)work;
    double sum = 0;
    for (int p = 0; p < NN_SLICES; p++) {
        sum += training->squares[p];
    }
    nn_update u = training->update;
    double norm = sqrt(sum), most = (double)training->options.clip;
    u.share = norm > most ? (float)(most / norm) : 1;
    for (int i = 0; i < training->count; i++) {
        nn_work *of = &training->works[i];
        nn_range range = nn_range_of(of->layer->trainable, 16, part->index);
        nn_update_range(training, of, u, range.begin, range.end - range.begin);
    }
}

void nn_clip_schedule(nn_training *training)
{
    if (training->options.clip > 0) {
        nn_schedule_meet(&training->step);
        nn_schedule_add(&training->step, &training->works[0], NN_OVER_PARTS, measure);
        nn_schedule_meet(&training->step);
        nn_schedule_add(&training->step, &training->works[0], NN_OVER_PARTS, update_part);
    }
}
