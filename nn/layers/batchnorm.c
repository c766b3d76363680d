/* batchnorm.c: the operation BatchNorm (+ ReLU) (+ 2 x 2 max-pool) in training (Ioffe and Szegedy
 * 2015, algorithm 1).
 *
 *     xhat = (x - mean) / sqrt(variance + epsilon),  y = gamma xhat + beta
 *     dgamma = sum dy xhat,  dbeta = sum dy
 *     dx = gamma / sqrt(variance + epsilon) (dy - dbeta / N - xhat dgamma / N)
 *
 * over the N = n H W values of a channel. Each piece gives its mean and squared deviations; they
 * are joined in order and in double (Chan et al. 1983), as are the sums of the backward pass.
 * Between the two passes over the data the threads meet, each works out its share of the channels,
 * and they meet again.
 */
#include "nn/train/trainer.h"

#include <math.h>

static size_t channels(const nn_work *work)
{
    return (size_t)work->op->in.c;
}

static size_t places(const nn_work *work)
{
    return work->op->in_size / channels(work);
}

size_t nn_channels_period(size_t count)
{
    /* The least multiple of count and 16 that is at least 64: long enough for the loop over it. */
    size_t period = count;
    while (period % 16) {
        period += count;
    }
    size_t once = period;
    while (period < 64) {
        period += once;
    }
    return period;
}

static void reserve(nn_trainer *trainer, nn_work *work, nn_arena *arena)
{
    size_t c = channels(work), period = nn_channels_period(c);
    size_t pieces = NN_SLICES * (size_t)trainer->pieces;
    work->norm.period = period;
    work->norm.first = nn_arena_doubles(arena, pieces * c);
    work->norm.second = nn_arena_doubles(arena, pieces * c);
    work->norm.inverse = nn_arena_floats(arena, c);
    work->norm.center = nn_arena_floats(arena, period);
    work->norm.scale = nn_arena_floats(arena, period);
    work->norm.shift = nn_arena_floats(arena, period);
    work->norm.d_shift = nn_arena_floats(arena, period);
    work->norm.slope = nn_arena_floats(arena, period);
    if (work->op->pool) {
        size_t values = (size_t)trainer->options.batch * work->op->out_size;
        work->norm.deviation = nn_arena_floats(arena, values);
        work->choice = nn_arena_bytes(arena, values);
    }
}

static nn_channels channels_of(const nn_work *work, const float *shift)
{
    return (nn_channels){.count = channels(work),
                         .period = work->norm.period,
                         .center = work->norm.center,
                         .scale = work->norm.scale,
                         .shift = shift,
                         .slope = work->norm.slope};
}

static void repeat(const nn_work *work, float *table, size_t channel, double value)
{
    for (size_t j = channel; j < work->norm.period; j += channels(work)) {
        table[j] = (float)value;
    }
}

static void moments(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    size_t c = channels(work), at = (size_t)part->index * c;
    trainer->norms->moments((size_t)part->count * places(work), c,
                            work->x + (size_t)part->first * work->op->in_size,
                            work->norm.first + at, work->norm.second + at);
}

static void join_moments(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    size_t c = channels(work);
    nn_range range = nn_range_of(c, 16, part->index);
    const double momentum = (double)work->layer->momentum;
    float *gamma = work->w, *beta = gamma + c, *running_mean = beta + c,
          *running_variance = running_mean + c;
    for (size_t j = range.begin; j < range.end; j++) {
        double mean = 0, squares = 0, count = 0;
        for (int p = 0; p < trainer->pieces_in_use; p++) {
            double n = (double)((size_t)nn_piece_of(trainer, p).count * places(work));
            double delta = work->norm.first[(size_t)p * c + j] - mean;
            mean += delta * n / (count + n);
            squares +=
                work->norm.second[(size_t)p * c + j] + delta * delta * count * n / (count + n);
            count += n;
        }
        double variance = squares / count;
        double inverse = 1 / sqrt(variance + (double)work->layer->epsilon);
        work->norm.inverse[j] = (float)inverse;
        repeat(work, work->norm.center, j, mean);
        repeat(work, work->norm.scale, j, (double)gamma[j] * inverse);
        repeat(work, work->norm.shift, j, (double)beta[j]);
        running_mean[j] = (float)((double)running_mean[j] * momentum + mean * (1 - momentum));
        running_variance[j] =
            (float)((double)running_variance[j] * momentum + variance * (1 - momentum));
    }
    nn_average_apply(trainer, work, 2 * c + range.begin, range.end - range.begin);
    nn_average_apply(trainer, work, 3 * c + range.begin, range.end - range.begin);
}

static void forward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    nn_channels c = channels_of(work, work->norm.shift);
    const float *x = work->x + (size_t)part->first * op->in_size;
    size_t out = (size_t)part->first * op->out_size;
    if (!op->pool) {
        trainer->norms->forward((size_t)part->count * places(work), &c, op->relu, x, work->y + out);
        return;
    }
    for (int i = 0; i < part->count; i++, x += op->in_size, out += op->out_size) {
        trainer->norms->forward_pool(op->in.h, op->in.w, &c, op->relu, x, work->y + out,
                                     work->norm.deviation + out, work->choice + out);
    }
}

static void sums(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    nn_channels c = channels_of(work, NULL);
    size_t out = (size_t)part->first * op->out_size, at = (size_t)part->index * c.count;
    const float *dy = nn_dy_of(trainer, work, part);
    double *sum = work->norm.first + at, *product = work->norm.second + at;
    if (op->pool) {
        trainer->norms->pool_sums((size_t)part->count * op->out_size / c.count, c.count,
                                  work->norm.deviation + out, work->choice + out, dy, sum, product);
    } else {
        trainer->norms->sums((size_t)part->count * places(work), &c, work->x + out, dy, sum,
                             product);
    }
}

/* In the kernel's terms dx = dy scale - (x - mean) slope - shift, with
 * slope = scale inverse dgamma / N and shift = scale dbeta / N. Nothing reads gamma and beta again
 * in this step, so they are updated here. */
static void join_sums(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    size_t c = channels(work);
    nn_range range = nn_range_of(c, 16, part->index);
    double count = (double)((size_t)trainer->n * places(work));
    for (size_t j = range.begin; j < range.end; j++) {
        double dbeta = 0, product = 0;
        for (int p = 0; p < trainer->pieces_in_use; p++) {
            dbeta += work->norm.first[(size_t)p * c + j];
            product += work->norm.second[(size_t)p * c + j];
        }
        double inverse = (double)work->norm.inverse[j], scale = (double)work->norm.scale[j];
        double dgamma = product * inverse;
        work->gradient[j] = (float)dgamma;
        work->gradient[c + j] = (float)dbeta;
        repeat(work, work->norm.slope, j, scale * inverse * dgamma / count);
        repeat(work, work->norm.d_shift, j, scale * dbeta / count);
    }
    nn_update_apply(trainer, work, range.begin, range.end - range.begin);
    nn_update_apply(trainer, work, c + range.begin, range.end - range.begin);
}

static void backward(nn_trainer *trainer, nn_work *work, const nn_part *part)
{
    const nn_op *op = work->op;
    nn_channels c = channels_of(work, work->norm.d_shift);
    size_t in = (size_t)part->first * op->in_size, out = (size_t)part->first * op->out_size;
    const float *x = work->x + in, *dy = nn_dy_of(trainer, work, part);
    float *dx = nn_dx_of(trainer, work, part);
    if (!op->pool) {
        trainer->norms->backward((size_t)part->count * places(work), &c, op->input_masked, x, dy,
                                 dx);
        return;
    }
    for (size_t i = 0; i < (size_t)part->count; i++) {
        trainer->norms->pool_backward(op->in.h, op->in.w, &c, op->input_masked, x + i * op->in_size,
                                      dy + i * op->out_size, work->choice + out + i * op->out_size,
                                      dx + i * op->in_size);
    }
}

static void schedule_forward(nn_trainer *trainer, nn_work *work)
{
    nn_schedule(trainer, work, NN_OVER_PIECES, moments);
    nn_schedule_meet(trainer);
    nn_schedule(trainer, work, NN_OVER_PARTS, join_moments);
    nn_schedule_meet(trainer);
    nn_schedule(trainer, work, NN_OVER_PIECES, forward);
}

static void schedule_backward(nn_trainer *trainer, nn_work *work)
{
    nn_schedule(trainer, work, NN_OVER_PIECES, sums);
    nn_schedule_meet(trainer);
    nn_schedule(trainer, work, NN_OVER_PARTS, join_sums);
    nn_schedule_meet(trainer);
    if (work->dx) {
        nn_schedule(trainer, work, NN_OVER_PIECES, backward);
    }
}

static void schedule_update(nn_trainer *trainer, nn_work *work)
{
    (void)trainer, (void)work;
}

const nn_operator nn_operator_batchnorm = {reserve, schedule_forward, schedule_backward,
                                           schedule_update};
