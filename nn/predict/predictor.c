/* predictor.c: probabilities of images from a model's weights as they are at the time.
 *
 * Images go through the whole net a tile at a time, so that a tile's activations stay in one
 * core's cache, and tiles are dealt to threads. A thread has two buffers of activations, read and
 * written in turn, and one more for each shortcut that is open at a time: what a shortcut keeps
 * stays in its buffer, and the operations before its add use the others.
 */
#include "nn/predict/predictor.h"

#include "nn/base/error.h"
#include "nn/base/fpu.h"
#include "nn/base/product.h"
#include "nn/base/softmax.h"
#include "nn/kernels/images.h"
#include "nn/model/view.h"

#include <omp.h>
#include <stdlib.h>

enum { MOST_TILE = 32 };

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
        nn_task *task = &predictor->tasks[i];
        task->x = task->y = at;
        if (op->kind->opens) {
            kept[at]++;
            continue;
        }
        for (task->y = 0; task->y == task->x || kept[task->y]; task->y++) {
        }
        if (op->kind->closes) {
            kept[predictor->tasks[op->partner].x]--;
        }
        at = task->y;
        predictor->activations = at < predictor->activations ? predictor->activations : at + 1;
    }
}

static void reserve(nn_predictor *predictor, nn_arena *arena)
{
    nn_inference *inference = &predictor->inference;
    const nn_model *model = predictor->model;
    size_t activation = nn_shape_size(model->input), *scratch = &inference->scratch_wanted;
    nn_scratch_want(scratch, nn_warp_scratch(model->input));
    for (int i = 0; i < predictor->plan.count; i++) {
        nn_task *task = &predictor->tasks[i];
        if (task->op->kind->reserve_task) {
            task->op->kind->reserve_task(inference, task, arena);
        }
        activation = task->op->out_size > activation ? task->op->out_size : activation;
    }
    predictor->activation = (activation * (size_t)inference->tile + 15) / 16 * 16;
    predictor->stride =
        (size_t)predictor->activations * predictor->activation + (*scratch + 15) / 16 * 16;
    predictor->buffers = nn_arena_floats(arena, predictor->stride * (size_t)predictor->threads);
}

nn_predictor *nn_predictor_make(const nn_model *model, int batch, int threads, nn_isa isa,
                                int plain, nn_error *error)
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
    predictor->inference = (nn_inference){.kernels = nn_kernels_for(isa),
                                          .norms = nn_batchnorm_kernels_for(isa),
                                          .isa = isa,
                                          .plain = plain,
                                          .tile = tile < MOST_TILE ? tile : MOST_TILE,
                                          .layers = model->layers,
                                          .values = model->values};
    predictor->threads = threads ? threads : nn_threads_available();
    predictor->version = model->version - 1;
    nn_plan_make(&predictor->plan, model, NN_FOR_INFERENCE, isa, plain);
    predictor->own = nn_memory_new(predictor->plan.own + 1);
    for (int i = 0; predictor->own && i < predictor->plan.count; i++) {
        const nn_op *op = &predictor->plan.ops[i];
        predictor->tasks[i] = (nn_task){.op = op,
                                        .layer = &model->layers[op->layer],
                                        .w = nn_model_weights(model, op->layer),
                                        .own = predictor->own + op->own};
    }
    deal_buffers(predictor);
    if (predictor->own) {
        reserve(predictor, &predictor->arena);
    }
    if (!predictor->own || nn_arena_allocate(&predictor->arena)) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for the activations of %d images", batch);
        nn_predictor_free(predictor);
        return NULL;
    }
    reserve(predictor, &predictor->arena);
    nn_product_single_thread();
    return predictor;
}

nn_predictor *nn_predictor_new(const nn_model *model, int batch, int threads, nn_isa isa,
                               nn_error *error)
{
    return nn_predictor_make(model, batch, threads, isa, 0, error);
}

void nn_predictor_free(nn_predictor *predictor)
{
    if (predictor) {
        free(predictor->arena.base);
        free(predictor->own);
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

void nn_predictor_prepare(nn_predictor *predictor)
{
    for (int i = 0; i < predictor->plan.count; i++) {
        const nn_task *task = &predictor->tasks[i];
        if (task->op->kind->prepare) {
            task->op->kind->prepare(&predictor->inference, task);
        }
    }
    predictor->version = predictor->model->version;
}

const float *nn_predictor_tile(const nn_predictor *p, const nn_images *images, const uint32_t *rows,
                               size_t first, int n, int thread, int end)
{
    size_t size = nn_shape_size(images->shape);
    float *buffers = p->buffers + (size_t)thread * p->stride, *y = buffers;
    float *scratch = buffers + (size_t)p->activations * p->activation;
    for (int i = 0; i < n; i++) {
        size_t row = rows ? rows[first + (size_t)i] : first + (size_t)i;
        float *x = buffers + (size_t)i * size;
        if (p->looks) {
            nn_view_image(p->inference.kernels, images, row, &p->view, x, scratch);
        } else {
            nn_image_gather(p->inference.kernels, images, row, 0, size, x);
        }
    }
    for (int i = 0; i < end; i++) {
        const nn_task *task = &p->tasks[i];
        y = buffers + (size_t)task->y * p->activation;
        nn_tile tile = {.n = n,
                        .x = buffers + (size_t)task->x * p->activation,
                        .y = y,
                        .kept = buffers + (size_t)p->tasks[task->op->partner].x * p->activation,
                        .scratch = scratch};
        task->op->kind->infer(&p->inference, task, &tile);
    }
    return y;
}

int nn_predictor_run(nn_predictor *predictor, const nn_images *images, const uint32_t *rows,
                     size_t n, float *probabilities, nn_error *error)
{
    if (nn_images_check(images, predictor->model->input, error) ||
        nn_images_check_rows(images, rows, n, error)) {
        return error->code;
    }
    if (predictor->version != predictor->model->version) {
        nn_predictor_prepare(predictor);
    }
    size_t tile = (size_t)predictor->inference.tile, tiles = (n + tile - 1) / tile;
    int classes = nn_model_classes(predictor->model);
#pragma omp parallel num_threads(predictor->threads)
    {
        uint64_t mode = nn_fpu_flush();
#pragma omp for schedule(dynamic)
        for (size_t t = 0; t < tiles; t++) {
            size_t first = t * tile, count = n - first < tile ? n - first : tile;
            const float *y = nn_predictor_tile(predictor, images, rows, first, (int)count,
                                               omp_get_thread_num(), predictor->plan.count);
            nn_softmax((int)count, classes, y, probabilities + first * (size_t)classes);
        }
        nn_fpu_restore(mode);
    }
    return NN_OK;
}
