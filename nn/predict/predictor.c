/* predictor.c: probabilities of images, and the outputs of single layers, from a model's weights as
 * they are at the time.
 *
 * Images go through the whole net a tile at a time, so that a tile's activations stay in one
 * core's cache, and tiles are dealt to threads. A thread has two buffers of activations, read and
 * written in turn, and one more for each shortcut that is open at a time: what a shortcut keeps
 * stays in its buffer, and the operations before its add use the others. BatchNorm has become a
 * scale and a shift; where it follows a convolution directly, both are multiplied into the
 * convolution's weights and biases.
 */
#include "nn/base/arena.h"
#include "nn/train/augment.h"
#include "nn/base/error.h"
#include "nn/base/fpu.h"
#include "nn/train/loss.h"
#include "nn/model/plan.h"
#include "nn/base/product.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TILE = 32 };

/* What an operation needs beside the model's weights. */
typedef struct folded {
    float *weights, *bias;         /* conv: with BatchNorm multiplied in; NULL where none is */
    float *packed;                 /* conv: for the path; NULL where weights are used as they are */
    float *center, *scale, *shift; /* batchnorm: [period] */
    size_t period;
    int x, y; /* the buffers that are read and written; equal where the operation does nothing */
} folded;

struct nn_predictor {
    const nn_model *model;
    const nn_kernels *kernels;
    const nn_batchnorm_kernels *norms;
    int threads, tile;
    int looks; /* at the view, rather than at the images as they are */
    nn_view view;
    nn_plan plan;
    folded folded[NN_MAX_LAYERS];
    nn_arena arena;
    uint64_t version; /* of the weights that are folded and packed */
    int activations;  /* buffers of a thread */
    float *buffers;   /* [threads][activations, scratch] */
    size_t activation, stride;
};

/* ---------------------------------------------------------------- weights */

static const float *layer_values(const nn_predictor *predictor, int layer)
{
    return nn_model_weights(predictor->model, layer);
}

/* scale = gamma / sqrt(running variance + epsilon) */
static double scale_of(const nn_layer *layer, const float *values, size_t channel)
{
    size_t c = layer->weights;
    return (double)values[channel] / sqrt((double)values[3 * c + channel] + (double)layer->epsilon);
}

static void fold_batchnorm(nn_predictor *predictor, const nn_op *op, folded *f)
{
    const nn_layer *layer = &predictor->model->layers[op->layer];
    const float *values = layer_values(predictor, op->layer);
    size_t c = layer->weights;
    for (size_t j = 0; j < f->period; j++) {
        f->center[j] = values[2 * c + j % c];
        f->scale[j] = (float)scale_of(layer, values, j % c);
        f->shift[j] = values[c + j % c];
    }
}

/* w' = w scale,  b' = (b - mean) scale + beta */
static void fold_conv(nn_predictor *predictor, const nn_op *op, folded *f)
{
    const nn_layer *layer = &predictor->model->layers[op->layer];
    const float *weights = layer_values(predictor, op->layer);
    if (op->fold) {
        const nn_layer *norm = &predictor->model->layers[op->fold];
        const float *values = layer_values(predictor, op->fold);
        size_t filters = norm->weights;
        for (size_t j = 0; j < filters; j++) {
            double scale = scale_of(norm, values, j);
            double bias = (double)weights[layer->weights + j] - (double)values[2 * filters + j];
            f->bias[j] = (float)(bias * scale + (double)values[filters + j]);
            for (size_t i = j; i < layer->weights; i += filters) {
                f->weights[i] = (float)((double)weights[i] * scale);
            }
        }
        weights = f->weights;
    }
    if (f->packed) {
        op->path->pack(&op->dims, weights, f->packed, NULL, 0, op->dims.c);
    }
}

static void fold(nn_predictor *predictor)
{
    for (int i = 0; i < predictor->plan.count; i++) {
        const nn_op *op = &predictor->plan.ops[i];
        if (op->kind == NN_CONV) {
            fold_conv(predictor, op, &predictor->folded[i]);
        } else if (op->kind == NN_BATCHNORM) {
            fold_batchnorm(predictor, op, &predictor->folded[i]);
        }
    }
    predictor->version = predictor->model->version;
}

/* ---------------------------------------------------------------- making a predictor */

/* Deals the buffers out: an operation writes the first one that it does not read and that no open
 * shortcut keeps. Images are put into buffer 0. */
static void deal_buffers(nn_predictor *predictor)
{
    int kept[NN_MAX_LAYERS + 2] = {0}; /* by so many open shortcuts */
    int at = 0;
    predictor->activations = 1;
    for (int i = 0; i < predictor->plan.count; i++) {
        const nn_op *op = &predictor->plan.ops[i];
        folded *f = &predictor->folded[i];
        f->x = f->y = at;
        if (op->kind == NN_SHORTCUT) {
            kept[at]++;
            continue;
        }
        for (f->y = 0; f->y == f->x || kept[f->y]; f->y++) {
        }
        if (op->kind == NN_ADD) {
            kept[predictor->folded[op->partner].x]--;
        }
        at = f->y;
        predictor->activations = at < predictor->activations ? predictor->activations : at + 1;
    }
}

static void reserve(nn_predictor *predictor, nn_arena *arena)
{
    const nn_model *model = predictor->model;
    size_t scratch = nn_warp_scratch(model->input), activation = nn_shape_size(model->input);
    for (int i = 0; i < predictor->plan.count; i++) {
        const nn_op *op = &predictor->plan.ops[i];
        folded *f = &predictor->folded[i];
        if (op->kind == NN_CONV) {
            size_t packed = op->path->forward_size(&op->dims);
            size_t wanted = op->path->scratch_size(&op->dims, predictor->tile);
            f->packed = packed ? nn_arena_floats(arena, packed) : NULL;
            f->weights = op->fold ? nn_arena_floats(arena, model->layers[op->layer].weights) : NULL;
            f->bias = op->fold ? nn_arena_floats(arena, (size_t)op->dims.f) : NULL;
            scratch = wanted > scratch ? wanted : scratch;
        } else if (op->kind == NN_BATCHNORM) {
            f->period = nn_channels_period((size_t)op->in.c);
            f->center = nn_arena_floats(arena, f->period);
            f->scale = nn_arena_floats(arena, f->period);
            f->shift = nn_arena_floats(arena, f->period);
        }
        activation = op->out_size > activation ? op->out_size : activation;
    }
    predictor->activation = (activation * (size_t)predictor->tile + 15) / 16 * 16;
    predictor->stride =
        (size_t)predictor->activations * predictor->activation + (scratch + 15) / 16 * 16;
    predictor->buffers = nn_arena_floats(arena, predictor->stride * (size_t)predictor->threads);
}

static nn_predictor *make(const nn_model *model, int batch, int threads, nn_isa isa, int plain,
                          nn_error *error)
{
    if (batch < 1 || threads < 0) {
        nn_fail(error, NN_ERROR_INPUT, "a batch of %d with %d threads, expected 1 and 0 or more",
                batch, threads);
        return NULL;
    }
    if (!nn_isa_usable(isa)) {
        nn_fail(error, NN_ERROR_INPUT, "this machine does not have the instruction set %d",
                (int)isa);
        return NULL;
    }
    nn_predictor *predictor = calloc(1, sizeof *predictor);
    if (!predictor) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for a predictor");
        return NULL;
    }
    int tile = (batch + NN_SLICES - 1) / NN_SLICES;
    predictor->model = model;
    predictor->kernels = nn_kernels_for(isa);
    predictor->norms = nn_batchnorm_kernels_for(isa);
    predictor->threads = threads ? threads : nn_threads_available();
    predictor->tile = tile < MOST_TILE ? tile : MOST_TILE;
    predictor->version = model->version - 1;
    nn_plan_make(&predictor->plan, model, NN_FOR_INFERENCE, isa, plain);
    deal_buffers(predictor);
    reserve(predictor, &predictor->arena);
    if (nn_arena_allocate(&predictor->arena)) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for the activations of %d images", batch);
        free(predictor);
        return NULL;
    }
    reserve(predictor, &predictor->arena);
    nn_product_single_thread();
    return predictor;
}

nn_predictor *nn_predictor_new(const nn_model *model, int batch, int threads, nn_isa isa,
                               nn_error *error)
{
    return make(model, batch, threads, isa, 0, error);
}

void nn_predictor_free(nn_predictor *predictor)
{
    if (predictor) {
        free(predictor->arena.base);
        free(predictor);
    }
}

void nn_predictor_look(nn_predictor *predictor, const nn_view *view)
{
    predictor->looks = view != NULL;
    if (view) {
        predictor->view = *view;
    }
}

/* ---------------------------------------------------------------- running it */

static void run_batchnorm(const nn_predictor *p, const nn_op *op, const folded *f, int n,
                          const float *x, float *y)
{
    nn_channels c = {.count = (size_t)op->in.c,
                     .period = f->period,
                     .center = f->center,
                     .scale = f->scale,
                     .shift = f->shift};
    if (!op->pool) {
        p->norms->forward((size_t)n * op->in_size / c.count, &c, op->relu, x, y);
        return;
    }
    for (int i = 0; i < n; i++, x += op->in_size, y += op->out_size) {
        p->norms->forward_pool(op->in.h, op->in.w, &c, op->relu, x, y, NULL, NULL);
    }
}

static void run_op(const nn_predictor *p, int index, int n, float *buffers)
{
    const nn_op *op = &p->plan.ops[index];
    const folded *f = &p->folded[index];
    const float *x = buffers + (size_t)f->x * p->activation;
    float *y = buffers + (size_t)f->y * p->activation;
    float *scratch = buffers + (size_t)p->activations * p->activation;
    const nn_layer *layer = &p->model->layers[op->layer];
    const float *w = layer_values(p, op->layer), *bias = w + layer->weights;
    switch (op->kind) {
    case NN_CONV:
        op->path->forward(&op->dims, n, x,
                          f->packed    ? f->packed
                          : f->weights ? f->weights
                                       : w,
                          f->bias ? f->bias : bias, op->epilogue, y, NULL, scratch);
        break;
    case NN_DENSE:
        nn_product(NN_PRODUCT_RIGHT, n, (int)op->out_size, (int)op->in_size, x, (int)op->in_size, w,
                   (int)op->in_size, y, (int)op->out_size);
        p->kernels->bias((size_t)n, op->out_size, bias, op->relu, y);
        break;
    case NN_BATCHNORM:
        run_batchnorm(p, op, f, n, x, y);
        break;
    case NN_MAXPOOL:
        for (int i = 0; i < n; i++) {
            p->kernels->pool(op->in.h, op->in.w, op->in.c, layer->k, x + (size_t)i * op->in_size,
                             y + (size_t)i * op->out_size, NULL);
        }
        break;
    case NN_AVGPOOL:
        for (int i = 0; i < n; i++) {
            p->kernels->average_pool(op->in_size / op->out_size, op->out_size,
                                     x + (size_t)i * op->in_size, y + (size_t)i * op->out_size);
        }
        break;
    case NN_SHORTCUT:
        break;
    case NN_ADD:
        p->kernels->add((size_t)n * op->in_size, x,
                        buffers + (size_t)p->folded[op->partner].x * p->activation, op->relu, y);
        break;
    default:
        p->kernels->relu((size_t)n * op->in_size, x, y);
    }
}

/* Images first to first + n of the call, in this thread's buffers, through the operations before
 * `end`. Returns the last one's outputs. */
static const float *run_tile(const nn_predictor *p, const nn_images *images, const uint32_t *rows,
                             size_t first, int n, int thread, int end)
{
    size_t size = nn_shape_size(images->shape);
    float *buffers = p->buffers + (size_t)thread * p->stride;
    float *scratch = buffers + (size_t)p->activations * p->activation;
    for (int i = 0; i < n; i++) {
        size_t row = rows ? rows[first + (size_t)i] : first + (size_t)i;
        float *x = buffers + (size_t)i * size;
        if (p->looks) {
            nn_view_image(p->kernels, images, row, &p->view, x, scratch);
        } else {
            p->kernels->gather(size, images->pixels + row * size, images->scale, images->offset, x);
        }
    }
    for (int i = 0; i < end; i++) {
        run_op(p, i, n, buffers);
    }
    return buffers + (end > 0 ? (size_t)p->folded[end - 1].y * p->activation : 0);
}

static int check_shape(const nn_model *model, nn_shape shape, nn_error *error)
{
    nn_shape wanted = model->input;
    if (shape.h != wanted.h || shape.w != wanted.w || shape.c != wanted.c) {
        return nn_fail(error, NN_ERROR_INPUT, "images of %dx%dx%d, expected %dx%dx%d", shape.h,
                       shape.w, shape.c, wanted.h, wanted.w, wanted.c);
    }
    return NN_OK;
}

int nn_predictor_run(nn_predictor *predictor, const nn_images *images, const uint32_t *rows,
                     size_t n, float *probabilities, nn_error *error)
{
    if (check_shape(predictor->model, images->shape, error)) {
        return error->code;
    }
    for (size_t i = 0; rows && i < n; i++) {
        if (rows[i] >= images->count) {
            return nn_fail(error, NN_ERROR_INPUT, "image %u, expected less than %zu", rows[i],
                           images->count);
        }
    }
    if (!rows && n > images->count) {
        return nn_fail(error, NN_ERROR_INPUT, "%zu images, expected at most %zu", n, images->count);
    }
    if (predictor->version != predictor->model->version) {
        fold(predictor);
    }
    size_t tile = (size_t)predictor->tile, tiles = (n + tile - 1) / tile;
    int classes = nn_model_classes(predictor->model);
#pragma omp parallel num_threads(predictor->threads)
    {
        uint64_t mode = nn_fpu_flush();
#pragma omp for schedule(dynamic)
        for (size_t t = 0; t < tiles; t++) {
            size_t first = t * tile, count = n - first < tile ? n - first : tile;
            const float *y = run_tile(predictor, images, rows, first, (int)count,
                                      omp_get_thread_num(), predictor->plan.count);
            nn_softmax((int)count, classes, y, probabilities + first * (size_t)classes);
        }
        nn_fpu_restore(mode);
    }
    return NN_OK;
}

int nn_model_activation(const nn_model *model, const nn_images *images, uint32_t row, int layer,
                        float *out, nn_error *error)
{
    if (layer < 0 || layer >= model->count) {
        return nn_fail(error, NN_ERROR_INPUT, "layer %d, expected 0 to %d", layer,
                       model->count - 1);
    }
    if (row >= images->count) {
        return nn_fail(error, NN_ERROR_INPUT, "image %u, expected less than %zu", row,
                       images->count);
    }
    if (check_shape(model, images->shape, error)) {
        return error->code;
    }
    nn_predictor *predictor = make(model, 1, 1, NN_ISA_BEST, 1, error);
    if (!predictor) {
        return error->code;
    }
    /* An unfused plan has an operation for each layer but dropout and flatten, which change no
     * number. */
    int end = 0;
    while (end < predictor->plan.count && predictor->plan.ops[end].layer <= layer) {
        end++;
    }
    fold(predictor);
    const float *y = run_tile(predictor, images, &row, 0, 1, 0, end);
    memcpy(out, y, nn_shape_size(model->layers[layer].out) * sizeof *out);
    nn_predictor_free(predictor);
    return NN_OK;
}
