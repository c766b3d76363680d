/* batchnorm.c: the layer batchnorm, and the operation BatchNorm (+ ReLU) (+ 2 x 2 max-pool) (Ioffe
 * and Szegedy 2015, algorithm 1).
 *
 *     xhat = (x - mean) / sqrt(variance + epsilon),  y = gamma xhat + beta
 *     dgamma = sum dy xhat,  dbeta = sum dy
 *     dx = gamma / sqrt(variance + epsilon) (dy - dbeta / N - xhat dgamma / N)
 *
 * over the N = n H W values of a channel. Each piece gives its mean and squared deviations; they
 * are joined in order and in double (Chan et al. 1983), as are the sums of the backward pass.
 * Between the two passes over the data the threads meet, each works out its share of the channels,
 * and they meet again.
 *
 * To predict, mean and variance are the running ones: a scale and a shift, which a convolution
 * before it takes into its weights.
 *
 * Parameters are gamma, beta, the running mean and the running variance, [C] each.
 */
#include "nn/layers/inference.h"
#include "nn/layers/line.h"
#include "nn/layers/training.h"

#include <math.h>

static int read(nn_layer *layer, nn_line *line)
{
    layer->momentum = 0.99f;
    layer->epsilon = 1e-3f;
    for (int have_momentum = 0, have_epsilon = 0; line->next < line->count;) {
        if (!have_momentum && nn_line_is(line, "momentum")) {
            have_momentum = 1;
            if (nn_line_number(line, "momentum", 0, 1, &layer->momentum)) {
                return NN_ERROR_MODEL;
            }
        } else if (!have_epsilon && nn_line_is(line, "epsilon")) {
            have_epsilon = 1;
            if (nn_line_number(line, "epsilon", 1e-12f, 1, &layer->epsilon)) {
                return NN_ERROR_MODEL;
            }
        } else {
            break;
        }
    }
    layer->weights = (size_t)layer->in.c;
    layer->trainable = 2 * layer->weights;
    layer->parameters = 4 * layer->weights;
    return NN_OK;
}

static void initialise(const nn_layer *layer, int to_relu, nn_random *random, float *w)
{
    (void)to_relu, (void)random;
    for (size_t j = 0; j < layer->weights; j++) {
        w[j] = 1;                      /* gamma */
        w[3 * layer->weights + j] = 1; /* running variance */
    }
}

/* scale = gamma / sqrt(running variance + epsilon) */
static nn_affine affine(const nn_layer *layer, const float *w, size_t channel)
{
    size_t c = layer->weights;
    double deviation = sqrt((double)w[3 * c + channel] + (double)layer->epsilon);
    return (nn_affine){.center = (double)w[2 * c + channel],
                       .scale = (double)w[channel] / deviation,
                       .shift = (double)w[c + channel]};
}

/* ---------------------------------------------------------------- planning */

static void plan(const nn_planning *planning, nn_op *op)
{
    nn_fuse(planning, op, NN_FUSE_RELU | NN_FUSE_RELU_POOL | NN_FUSE_POOL);
    op->dx_made = op->pool ? NN_REACH_PIECE : NN_REACH_STEP;
}

/* Where an add behind has left the gradient of its output in place, the add's shortcut still reads
 * it. */
static void place(nn_op *op, const nn_op *before, const nn_op *behind)
{
    (void)before;
    op->dx_over_dy = !op->pool && !(behind && behind->kind->closes && behind->dx_over_dy);
}

/* ---------------------------------------------------------------- training */

typedef struct training_state {
    double *first, *second;                /* [pieces][C]: mean and squares, or the two sums */
    float *inverse;                        /* [C]: 1 / sqrt(variance + epsilon) */
    float *deviation;                      /* [batch][out_size] where a max-pool is within */
    float *center, *scale, *shift, *slope; /* [period]; see kernels/batchnorm.h */
    float *d_shift;
    size_t period;
} training_state;

static size_t channels(const nn_work *work)
{
    return (size_t)work->op->in.c;
}

static size_t places(const nn_work *work)
{
    return work->op->in_size / channels(work);
}

static void reserve(nn_training *training, nn_work *work, nn_arena *arena)
{
    training_state *own = work->own;
    size_t c = channels(work), period = nn_channels_period(c);
    size_t pieces = NN_SLICES * (size_t)training->pieces;
    own->period = period;
    own->first = nn_arena_doubles(arena, pieces * c);
    own->second = nn_arena_doubles(arena, pieces * c);
    own->inverse = nn_arena_floats(arena, c);
    own->center = nn_arena_floats(arena, period);
    own->scale = nn_arena_floats(arena, period);
    own->shift = nn_arena_floats(arena, period);
    own->d_shift = nn_arena_floats(arena, period);
    own->slope = nn_arena_floats(arena, period);
    if (work->op->pool) {
        size_t values = (size_t)training->options.batch * work->op->out_size;
        own->deviation = nn_arena_floats(arena, values);
        work->choice = nn_arena_bytes(arena, values);
    }
}

static nn_channels channels_of(const nn_work *work, const float *shift)
{
    const training_state *own = work->own;
    return (nn_channels){.count = channels(work),
                         .period = own->period,
                         .center = own->center,
                         .scale = own->scale,
                         .shift = shift,
                         .slope = own->slope};
}

static void repeat(const nn_work *work, float *table, size_t channel, double value)
{
    const training_state *own = work->own;
    for (size_t j = channel; j < own->period; j += channels(work)) {
        table[j] = (float)value;
    }
}

static void moments(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    size_t c = channels(work), at = (size_t)part->index * c;
    training->norms->moments((size_t)part->count * places(work), c,
                             work->x + (size_t)part->first * work->op->in_size, own->first + at,
                             own->second + at);
}

static void join_moments(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    size_t c = channels(work);
    nn_range range = nn_range_of(c, 16, part->index);
    const double momentum = (double)work->layer->momentum;
    float *gamma = work->w, *beta = gamma + c, *running_mean = beta + c,
          *running_variance = running_mean + c;
    for (size_t j = range.begin; j < range.end; j++) {
        double mean = 0, squares = 0, count = 0;
        for (int p = 0; p < training->pieces_in_use; p++) {
            double n = (double)((size_t)nn_piece_of(training, p).count * places(work));
            double delta = own->first[(size_t)p * c + j] - mean;
            mean += delta * n / (count + n);
            squares += own->second[(size_t)p * c + j] + delta * delta * count * n / (count + n);
            count += n;
        }
        double variance = squares / count;
        double inverse = 1 / sqrt(variance + (double)work->layer->epsilon);
        own->inverse[j] = (float)inverse;
        repeat(work, own->center, j, mean);
        repeat(work, own->scale, j, (double)gamma[j] * inverse);
        repeat(work, own->shift, j, (double)beta[j]);
        running_mean[j] = (float)((double)running_mean[j] * momentum + mean * (1 - momentum));
        running_variance[j] =
            (float)((double)running_variance[j] * momentum + variance * (1 - momentum));
    }
    nn_average_apply(training, work, 2 * c + range.begin, range.end - range.begin);
    nn_average_apply(training, work, 3 * c + range.begin, range.end - range.begin);
}

static void forward(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    const nn_op *op = work->op;
    nn_channels c = channels_of(work, own->shift);
    const float *x = work->x + (size_t)part->first * op->in_size;
    size_t out = (size_t)part->first * op->out_size;
    if (!op->pool) {
        training->norms->forward((size_t)part->count * places(work), &c, op->relu, x,
                                 work->y + out);
        return;
    }
    for (int i = 0; i < part->count; i++, x += op->in_size, out += op->out_size) {
        training->norms->forward_pool(op->in.h, op->in.w, &c, op->relu, x, work->y + out,
                                      own->deviation + out, work->choice + out);
    }
}

static void sums(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    const nn_op *op = work->op;
    nn_channels c = channels_of(work, NULL);
    size_t out = (size_t)part->first * op->out_size, at = (size_t)part->index * c.count;
    const float *dy = nn_dy_of(training, work, part);
    double *sum = own->first + at, *product = own->second + at;
    if (op->pool) {
        training->norms->pool_sums((size_t)part->count * op->out_size / c.count, c.count,
                                   own->deviation + out, work->choice + out, dy, sum, product);
    } else {
        training->norms->sums((size_t)part->count * places(work), &c, work->x + out, dy, sum,
                              product);
    }
}

/* In the kernel's terms dx = dy scale - (x - mean) slope - shift, with
 * slope = scale inverse dgamma / N and shift = scale dbeta / N. Nothing reads gamma and beta again
 * in this step, so they are updated here. */
static void join_sums(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    size_t c = channels(work);
    nn_range range = nn_range_of(c, 16, part->index);
    double count = (double)((size_t)training->n * places(work));
    for (size_t j = range.begin; j < range.end; j++) {
        double dbeta = 0, product = 0;
        for (int p = 0; p < training->pieces_in_use; p++) {
            dbeta += own->first[(size_t)p * c + j];
            product += own->second[(size_t)p * c + j];
        }
        double inverse = (double)own->inverse[j], scale = (double)own->scale[j];
        double dgamma = product * inverse;
        work->gradient[j] = (float)dgamma;
        work->gradient[c + j] = (float)dbeta;
        repeat(work, own->slope, j, scale * inverse * dgamma / count);
        repeat(work, own->d_shift, j, scale * dbeta / count);
    }
    nn_update_apply(training, work, range.begin, range.end - range.begin);
    nn_update_apply(training, work, c + range.begin, range.end - range.begin);
}

static void backward(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    const nn_op *op = work->op;
    nn_channels c = channels_of(work, own->d_shift);
    size_t in = (size_t)part->first * op->in_size, out = (size_t)part->first * op->out_size;
    const float *x = work->x + in, *dy = nn_dy_of(training, work, part);
    float *dx = nn_dx_of(training, work, part);
    if (!op->pool) {
        training->norms->backward((size_t)part->count * places(work), &c, op->input_masked, x, dy,
                                  dx);
        return;
    }
    for (size_t i = 0; i < (size_t)part->count; i++) {
        training->norms->pool_backward(op->in.h, op->in.w, &c, op->input_masked,
                                       x + i * op->in_size, dy + i * op->out_size,
                                       work->choice + out + i * op->out_size, dx + i * op->in_size);
    }
}

static void schedule_forward(nn_training *training, nn_work *work)
{
    nn_schedule_add(&training->step, work, NN_OVER_PIECES, moments);
    nn_schedule_meet(&training->step);
    nn_schedule_add(&training->step, work, NN_OVER_PARTS, join_moments);
    nn_schedule_meet(&training->step);
    nn_schedule_add(&training->step, work, NN_OVER_PIECES, forward);
}

static void schedule_backward(nn_training *training, nn_work *work)
{
    nn_schedule_add(&training->step, work, NN_OVER_PIECES, sums);
    nn_schedule_meet(&training->step);
    nn_schedule_add(&training->step, work, NN_OVER_PARTS, join_sums);
    nn_schedule_meet(&training->step);
    if (work->dx) {
        nn_schedule_add(&training->step, work, NN_OVER_PIECES, backward);
    }
}

/* ---------------------------------------------------------------- inference */

typedef struct inference_state {
    float *center, *scale, *shift; /* [period] */
    size_t period;
} inference_state;

static void reserve_task(nn_inference *inference, nn_task *task, nn_arena *arena)
{
    (void)inference;
    inference_state *own = task->own;
    own->period = nn_channels_period(task->layer->weights);
    own->center = nn_arena_floats(arena, own->period);
    own->scale = nn_arena_floats(arena, own->period);
    own->shift = nn_arena_floats(arena, own->period);
}

static void prepare(const nn_inference *inference, const nn_task *task)
{
    (void)inference;
    const inference_state *own = task->own;
    for (size_t j = 0; j < own->period; j++) {
        nn_affine a = affine(task->layer, task->w, j % task->layer->weights);
        own->center[j] = (float)a.center;
        own->scale[j] = (float)a.scale;
        own->shift[j] = (float)a.shift;
    }
}

static void infer(const nn_inference *inference, const nn_task *task, const nn_tile *tile)
{
    const nn_op *op = task->op;
    const inference_state *own = task->own;
    const float *x = tile->x;
    float *y = tile->y;
    nn_channels c = {.count = task->layer->weights,
                     .period = own->period,
                     .center = own->center,
                     .scale = own->scale,
                     .shift = own->shift};
    if (!op->pool) {
        inference->norms->forward((size_t)tile->n * op->in_size / c.count, &c, op->relu, x, y);
        return;
    }
    for (int i = 0; i < tile->n; i++, x += op->in_size, y += op->out_size) {
        inference->norms->forward_pool(op->in.h, op->in.w, &c, op->relu, x, y, NULL, NULL);
    }
}

const nn_layer_kind nn_layer_batchnorm = {
    .word = {"batchnorm", "[momentum M] [epsilon E]",
             "each channel to mean 0 and variance 1 over the batch, then a learnt scale and shift; "
             "defaults 0.99 and 1e-3; running = running*M + batch*(1-M)"},
    .read = read,
    .initialise = initialise,
    .affine = affine,
    .own =
        {[NN_FOR_TRAINING] = sizeof(training_state), [NN_FOR_INFERENCE] = sizeof(inference_state)},
    .spares_y = 1,
    .plan = plan,
    .place = place,
    .reserve = reserve,
    .forward = schedule_forward,
    .backward = schedule_backward,
    .update = nn_schedule_nothing,
    .reserve_task = reserve_task,
    .prepare = prepare,
    .infer = infer,
};
