/* schedule.c: see schedule.h. */
#include "pipeline/train/schedule.h"

#include <math.h>

/* Where a one-cycle schedule begins, as a share of its peak (as PyTorch's OneCycleLR does). */
static const double cycle_start = 0.04;

/* From 1 at p = 0 to `floor` at p = 1, along half a cosine. */
static double cosine(double p, double floor)
{
    return floor + (1 - floor) * (1 + cos(acos(-1) * p)) / 2;
}

/* Warm-up takes the first `warmup` of all steps: linear, or half a cosine in a one-cycle schedule
 * (Smith and Topin 2018). Then, with p from 0 to 1 over the other steps and e the epochs since the
 * start, a whole number for `step` (Loshchilov and Hutter 2017, eq. 5, for `cosine`):
 *
 *     constant 1    step, exponential factor^(e / every)    cosine, one-cycle half a cosine */
double train_learning_rate(const struct conf *c, double peak, uint64_t step,
                           uint64_t steps_per_epoch)
{
    double steps = (double)steps_per_epoch * c->epochs, warm = c->schedule_warmup * steps;
    double at = (double)step, epochs = at / (double)steps_per_epoch;
    if (at < warm) {
        if (c->schedule_shape == SHAPE_ONE_CYCLE)
            return peak * (cycle_start + 1 - cosine(at / warm, cycle_start));
        return peak * fmin((at + 1) / warm, 1);
    }
    double p = steps - 1 > warm ? (at - warm) / (steps - 1 - warm) : 0;
    switch (c->schedule_shape) {
    case SHAPE_STEP:
        return peak * pow(c->schedule_factor, floor(floor(epochs) / c->schedule_every));
    case SHAPE_EXPONENTIAL:
        return peak * pow(c->schedule_factor, epochs / c->schedule_every);
    case SHAPE_COSINE:
    case SHAPE_ONE_CYCLE:
        return peak * cosine(fmin(p, 1), c->schedule_floor);
    default:
        return peak;
    }
}
