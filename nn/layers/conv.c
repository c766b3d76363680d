/* conv.c: the layer conv, and the operation convolution (+ ReLU (+ 2 x 2 max-pool)).
 *
 *     y[oy][ox][f] = bias[f] + sum of x[oy s + ky - pad][ox s + kx - pad][c] w[ky][kx][c][f]
 *
 * What a path computes is in conv/path.h; this file gives it slices. The gradient of the weights is
 * summed over a slice (or a piece) by the path, in a form of its own, and over all of them at the
 * end of the step, where threads share the input channels: each sums, updates and packs its own.
 */
#include "nn/conv/path.h"
#include "nn/layers/inference.h"
#include "nn/layers/line.h"
#include "nn/layers/training.h"

/* Up to so many floats, a share of the gradient for each piece costs less than leaving the cache.
 */
enum { FINE = 4096, MOST_KERNEL = 31 };

/* ---------------------------------------------------------------- its line */

static int read_kernel(nn_layer *layer, nn_line *line)
{
    const char *size = nn_line_next(line), *second;
    int other;
    if (!size) {
        return nn_line_bad(line, "expected the kernel's size, such as 3x3");
    }
    if (nn_whole(size, 1, MOST_KERNEL, 'x', &layer->k, &second) ||
        nn_whole(second, 1, MOST_KERNEL, '\0', &other, NULL) || other != layer->k) {
        return nn_line_bad(line, "the kernel is '%s', expected KxK with K from 1 to %d", size,
                           MOST_KERNEL);
    }
    return NN_OK;
}

/* What may follow the kernel, each once and in any order. */
static int read_options(nn_layer *layer, nn_line *line)
{
    layer->stride = 1;
    for (int have_padding = 0, have_stride = 0; line->next < line->count;) {
        if (!have_padding && nn_line_is(line, "same")) {
            if (layer->k % 2 == 0) {
                return nn_line_bad(line, "'same' needs an odd kernel, got %dx%d", layer->k,
                                   layer->k);
            }
            have_padding = 1;
            layer->pad = layer->k / 2;
        } else if (!have_padding && nn_line_is(line, "valid")) {
            have_padding = 1;
        } else if (!have_stride && nn_line_is(line, "stride")) {
            have_stride = 1;
            if (nn_line_whole(line, "stride", MOST_KERNEL, &layer->stride)) {
                return NN_ERROR_MODEL;
            }
        } else {
            break;
        }
    }
    return NN_OK;
}

static int read(nn_layer *layer, nn_line *line)
{
    nn_shape in = layer->in;
    if (line->input.h == 1 && line->input.w == 1) {
        return nn_line_bad(line,
                           "a convolution needs an image; this input is 1x1x%d, a table of numbers "
                           "without neighbours, expected dense",
                           line->input.c);
    }
    if (nn_line_whole(line, "number of filters", NN_MAX_UNITS, &layer->units) ||
        read_kernel(layer, line) || read_options(layer, line)) {
        return NN_ERROR_MODEL;
    }
    int k = layer->k, h = in.h + 2 * layer->pad, w = in.w + 2 * layer->pad;
    if (h < k || w < k) {
        return nn_line_bad(line, "the kernel does not fit into its input of %dx%dx%d", in.h, in.w,
                           in.c);
    }
    layer->out = (nn_shape){(h - k) / layer->stride + 1, (w - k) / layer->stride + 1, layer->units};
    layer->weights = layer->decaying = (size_t)k * (size_t)k * (size_t)in.c * (size_t)layer->units;
    layer->parameters = layer->trainable = layer->weights + (size_t)layer->units;
    layer->macs = (double)layer->weights * layer->out.h * layer->out.w;
    return NN_OK;
}

static void initialise(const nn_layer *layer, int to_relu, nn_random *random, float *w)
{
    double units = layer->units;
    nn_draw_weights(layer, (double)layer->weights / units, units * layer->k * layer->k, to_relu,
                    random, w);
}

/* ---------------------------------------------------------------- how it is computed */

typedef struct way {
    nn_conv_dims dims;
    nn_epilogue epilogue;
    const nn_conv_path *path; /* NULL: none computes it so */
} way;

static way way_of(const nn_layer *layer, const nn_op *op, nn_isa isa, int plain)
{
    way it = {.dims = {.h = layer->in.h,
                       .w = layer->in.w,
                       .c = layer->in.c,
                       .oh = layer->out.h,
                       .ow = layer->out.w,
                       .f = layer->out.c,
                       .k = layer->k,
                       .stride = layer->stride,
                       .pad = layer->pad}};
    it.epilogue = op->pool ? NN_EPILOGUE_RELU_POOL : op->relu ? NN_EPILOGUE_RELU : NN_EPILOGUE_NONE;
    it.path = nn_conv_choose(&it.dims, it.epilogue, isa, plain);
    return it;
}

/* A share of the weights' gradient is that in the path's form and then the biases', each from a
 * cache line on: where the biases begin, and its floats. */
static size_t dw_bias_of(const way *it)
{
    return (it->path->dw_size(&it->dims) + 15) / 16 * 16;
}

static size_t dw_stride_of(const way *it)
{
    return dw_bias_of(it) + ((size_t)it->dims.f + 15) / 16 * 16;
}

/* To predict, a BatchNorm behind is multiplied into the weights. A ReLU and a max-pool are taken in
 * where there is a path that computes both, else a ReLU alone. */
static void plan(const nn_planning *planning, nn_op *op)
{
    const nn_layer *layer = &planning->layers[op->layer];
    int next = nn_next_layer(planning, op->last + 1);
    if (planning->purpose == NN_FOR_INFERENCE && !planning->plain && next < planning->count &&
        planning->layers[next].kind->affine) {
        op->fold = next;
        nn_fuse_layer(planning, op, next);
    }
    nn_op fused = *op;
    nn_fuse(planning, &fused, NN_FUSE_RELU | NN_FUSE_RELU_POOL);
    if (fused.pool && way_of(layer, &fused, planning->isa, planning->plain).path) {
        *op = fused;
    } else {
        nn_fuse(planning, op, NN_FUSE_RELU);
    }
    way it = way_of(layer, op, planning->isa, planning->plain);
    op->path = it.path->name;
    op->dx_made = it.path->backward && dw_stride_of(&it) > FINE ? NN_REACH_SLICE : NN_REACH_PIECE;
}

/* ---------------------------------------------------------------- training */

typedef struct training_state {
    way way;
    float *forward, *dx; /* packed weights */
    int fine;            /* the gradient has a share for each piece, else for each slice */
} training_state;

static void pack(nn_training *training, nn_work *work, const nn_part *part)
{
    (void)training;
    const training_state *own = work->own;
    nn_range c = nn_range_of((size_t)own->way.dims.c, 1, part->index);
    if (c.begin < c.end) {
        own->way.path->pack(&own->way.dims, work->w, own->forward, own->dx, (int)c.begin,
                            (int)c.end);
    }
}

static void reserve(nn_training *training, nn_work *work, nn_arena *arena)
{
    training_state *own = work->own;
    own->way = way_of(work->layer, work->op, training->options.isa, training->options.plain);
    const nn_conv_path *path = own->way.path;
    const nn_conv_dims *d = &own->way.dims;
    size_t forward = path->forward_size(d), dx = path->dx_size(d);
    own->forward = forward ? nn_arena_floats(arena, forward) : work->w;
    own->dx = dx ? nn_arena_floats(arena, dx) : work->w;
    if (work->op->pool) {
        work->choice = nn_arena_bytes(arena, (size_t)training->options.batch * work->op->out_size);
    }
    work->dw_bias = dw_bias_of(&own->way);
    work->dw_stride = dw_stride_of(&own->way);
    own->fine = work->dw_stride <= FINE;
    work->dy_needed = own->fine ? NN_REACH_PIECE : NN_REACH_SLICE;
    work->dw = nn_arena_floats(arena, NN_SLICES * (size_t)(own->fine ? training->pieces : 1) *
                                          work->dw_stride);
    nn_scratch_want(&training->scratch_wanted, path->scratch_size(d, training->slice));
}

/* Where a part's numbers are. */
static const float *x_of(const nn_work *work, const nn_part *part)
{
    return work->x + (size_t)part->first * work->op->in_size;
}

static uint8_t *choice_of(const nn_work *work, const nn_part *part)
{
    return work->choice ? work->choice + (size_t)part->first * work->op->out_size : NULL;
}

static void forward(nn_training *training, nn_work *work, const nn_part *part)
{
    (void)training;
    const training_state *own = work->own;
    own->way.path->forward(&own->way.dims, part->count, x_of(work, part), own->forward,
                           work->w + work->layer->weights, own->way.epilogue,
                           work->y + (size_t)part->first * work->op->out_size,
                           choice_of(work, part), part->scratch);
}

static void backward_weights(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    float *share = work->dw + (size_t)part->index * work->dw_stride;
    own->way.path->backward_weights(&own->way.dims, part->count, x_of(work, part),
                                    nn_dy_of(training, work, part), choice_of(work, part), share,
                                    share + work->dw_bias, part->scratch);
}

static void backward_data(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    float *dx = nn_dx_of(training, work, part);
    own->way.path->backward_data(&own->way.dims, part->count, nn_dy_of(training, work, part),
                                 choice_of(work, part), own->dx, dx, part->scratch);
    nn_mask_dx(training, work, part, dx);
}

static void backward_both(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    float *share = work->dw + (size_t)part->index * work->dw_stride;
    float *dx = nn_dx_of(training, work, part);
    own->way.path->backward(&own->way.dims, part->count, x_of(work, part),
                            nn_dy_of(training, work, part), choice_of(work, part), own->dx, dx,
                            share, share + work->dw_bias, part->scratch);
    nn_mask_dx(training, work, part, dx);
}

static void update(nn_training *training, nn_work *work, const nn_part *part)
{
    const training_state *own = work->own;
    const nn_conv_dims *d = &own->way.dims;
    size_t weights = work->layer->weights, f = (size_t)d->f;
    int shares = own->fine ? training->pieces_in_use : training->slices_in_use;
    nn_range c = nn_range_of((size_t)d->c, 1, part->index);
    if (c.begin < c.end) {
        own->way.path->reduce(d, work->dw, work->dw_stride, shares, work->gradient, (int)c.begin,
                              (int)c.end);
        for (size_t tap = 0; tap < (size_t)(d->k * d->k); tap++) {
            nn_update_apply(training, work, (tap * (size_t)d->c + c.begin) * f,
                            (c.end - c.begin) * f);
        }
        pack(training, work, part);
    }
    nn_range b = nn_range_of(f, 16, part->index);
    training->kernels->reduce(b.end - b.begin, work->dw + work->dw_bias + b.begin, work->dw_stride,
                              shares, work->gradient + weights + b.begin);
    nn_update_apply(training, work, weights + b.begin, b.end - b.begin);
}

static void schedule_forward(nn_training *training, nn_work *work)
{
    nn_schedule_add(&training->packing, work, NN_OVER_PARTS, pack);
    nn_schedule_add(&training->step, work, NN_OVER_PIECES, forward);
}

static void schedule_backward(nn_training *training, nn_work *work)
{
    const training_state *own = work->own;
    if (work->dx && own->way.path->backward && !own->fine) {
        nn_schedule_add(&training->step, work, NN_OVER_SLICES, backward_both);
        return;
    }
    nn_schedule_add(&training->step, work, own->fine ? NN_OVER_PIECES : NN_OVER_SLICES,
                    backward_weights);
    if (work->dx) {
        nn_schedule_add(&training->step, work, NN_OVER_PIECES, backward_data);
    }
}

static void schedule_update(nn_training *training, nn_work *work)
{
    nn_schedule_add(&training->step, work, NN_OVER_PARTS, update);
}

/* ---------------------------------------------------------------- inference */

typedef struct inference_state {
    way way;
    float *weights, *bias; /* with BatchNorm multiplied in; NULL where none is */
    float *packed;         /* for the path; NULL where weights are used as they are */
} inference_state;

static void reserve_task(nn_inference *inference, nn_task *task, nn_arena *arena)
{
    inference_state *own = task->own;
    own->way = way_of(task->layer, task->op, inference->isa, inference->plain);
    const nn_conv_dims *d = &own->way.dims;
    size_t packed = own->way.path->forward_size(d);
    own->packed = packed ? nn_arena_floats(arena, packed) : NULL;
    own->weights = task->op->fold ? nn_arena_floats(arena, task->layer->weights) : NULL;
    own->bias = task->op->fold ? nn_arena_floats(arena, (size_t)d->f) : NULL;
    nn_scratch_want(&inference->scratch_wanted, own->way.path->scratch_size(d, inference->tile));
}

/* w' = w scale,  b' = (b - center) scale + shift */
static void prepare(const nn_inference *inference, const nn_task *task)
{
    const inference_state *own = task->own;
    const float *weights = task->w;
    size_t count = task->layer->weights, filters = (size_t)own->way.dims.f;
    if (task->op->fold) {
        const nn_layer *norm = &inference->layers[task->op->fold];
        for (size_t j = 0; j < filters; j++) {
            nn_affine a = norm->kind->affine(norm, inference->values + norm->offset, j);
            double bias = (double)weights[count + j] - a.center;
            own->bias[j] = (float)(bias * a.scale + a.shift);
            for (size_t i = j; i < count; i += filters) {
                own->weights[i] = (float)((double)weights[i] * a.scale);
            }
        }
        weights = own->weights;
    }
    if (own->packed) {
        own->way.path->pack(&own->way.dims, weights, own->packed, NULL, 0, own->way.dims.c);
    }
}

static void infer(const nn_inference *inference, const nn_task *task, const nn_tile *tile)
{
    (void)inference;
    const inference_state *own = task->own;
    const float *weights = own->packed ? own->packed : own->weights ? own->weights : task->w;
    const float *bias = own->bias ? own->bias : task->w + task->layer->weights;
    own->way.path->forward(&own->way.dims, tile->n, tile->x, weights, bias, own->way.epilogue,
                           tile->y, NULL, tile->scratch);
}

const nn_layer_kind nn_layer_conv = {
    .word =
        {"conv", "F KxK [same|valid] [stride S]",
         "F filters of K x K; 'valid', the default, does not pad, 'same' pads by K/2 for odd K; "
         "stride 1 by default"},
    .read = read,
    .initialise = initialise,
    .own =
        {[NN_FOR_TRAINING] = sizeof(training_state), [NN_FOR_INFERENCE] = sizeof(inference_state)},
    .spares_y = 1,
    .plan = plan,
    .reserve = reserve,
    .forward = schedule_forward,
    .backward = schedule_backward,
    .update = schedule_update,
    .reserve_task = reserve_task,
    .prepare = prepare,
    .infer = infer,
};
