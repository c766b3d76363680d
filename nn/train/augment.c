/* augment.c: images distorted at random and partly erased.
 *
 * A draw is a view (view.h) plus a smooth field of shifts: a cubic B-spline surface over a coarse
 * lattice of random shifts (Simard, Steinkraus and Platt 2003 smooth one shift a pixel with a
 * Gaussian, which looks alike and costs a hundred times more).
 */
#include "nn/train/augment.h"

#include "nn/base/error.h"
#include "nn/base/random.h"
#include "nn/kernels/images.h"
#include "nn/model/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The integral of the squared cubic B-spline, 151/315: by this the spline surface's standard
 * deviation is below that of its nodes, the square root of it along x and along y. */
static const double spline_share = 151.0 / 315.0;

/* ---------------------------------------------------------------- the elastic field */

/* The cubic B-spline about 0: not 0 for -2 < t < 2. */
static double spline(double t)
{
    t = fabs(t);
    if (t < 1) {
        return 2.0 / 3 - t * t + t * t * t / 2;
    }
    return t < 2 ? (2 - t) * (2 - t) * (2 - t) / 6 : 0;
}

/* Nodes stand `spacing` apart, at least a pixel and as far as NN_MAX_NODES are enough, the first
 * one before the border, the last one behind it. Returns their number; weights [NN_MAX_NODES][n].
 */
static int fill_weights(int n, double spacing, float *weights)
{
    double least = fmax(1, (double)(n - 1) / (NN_MAX_NODES - 4));
    spacing = spacing > least ? spacing : least;
    int nodes = (int)((n - 1) / spacing) + 4;
    for (int node = 0; node < nodes; node++) {
        for (int i = 0; i < n; i++) {
            weights[node * n + i] = (float)spline(i / spacing - (node - 1));
        }
    }
    return nodes;
}

size_t nn_lattice_size(nn_shape shape)
{
    return NN_MAX_NODES * (size_t)(shape.h + shape.w);
}

nn_lattice nn_lattice_new(nn_shape shape, const nn_augmentation *augmentation, float *weights)
{
    nn_lattice lattice = {.weights_x = weights, .weights_y = weights + NN_MAX_NODES * shape.w};
    if (augmentation->elastic > 0) {
        double spacing = (double)augmentation->elastic_spacing;
        lattice.nodes_x = fill_weights(shape.w, spacing, lattice.weights_x);
        lattice.nodes_y = fill_weights(shape.h, spacing, lattice.weights_y);
    }
    return lattice;
}

/* ---------------------------------------------------------------- one image */

static float between(nn_random *random, float most)
{
    return most * (2 * nn_random_uniform(random) - 1);
}

/* Uniform shifts of the nodes with the standard deviation that the field needs. */
static void draw_nodes(nn_random *random, const nn_lattice *lattice, float elastic, float *nodes)
{
    float most = (float)(sqrt(3) * (double)elastic / spline_share);
    for (int i = 0; i < 2 * lattice->nodes_x * lattice->nodes_y; i++) {
        nodes[i] = between(random, most);
    }
}

/* A rectangle whose sides differ by up to a factor of 3, somewhere within the image. */
static void erase(nn_random *random, const nn_images *images, float most, float *values)
{
    nn_shape shape = images->shape;
    double area = 0.02 + ((double)most - 0.02) * (double)nn_random_uniform(random);
    double ratio = exp((double)between(random, (float)log(3)));
    int h = (int)lround(sqrt(area * shape.h * shape.w * ratio));
    int w = (int)lround(sqrt(area * shape.h * shape.w / ratio));
    h = h < 1 ? 1 : h > shape.h ? shape.h : h;
    w = w < 1 ? 1 : w > shape.w ? shape.w : w;
    int top = (int)nn_random_below(random, (uint32_t)(shape.h - h + 1));
    int left = (int)nn_random_below(random, (uint32_t)(shape.w - w + 1));
    for (int y = top; y < top + h; y++) {
        float *at = values + (size_t)(y * shape.w + left) * (size_t)shape.c;
        for (int i = 0; i < w * shape.c; i++) {
            at[i] = nn_image_noise(images, random);
        }
    }
}

void nn_augment_image(const nn_kernels *kernels, const nn_images *images, size_t row,
                      const nn_augmentation *a, const nn_lattice *lattice, uint64_t key,
                      float *values, float *scratch)
{
    nn_random random = nn_random_new(key, 0);
    nn_view view = {0}; /* one statement a draw: their order must be certain */
    view.rotation = between(&random, a->rotation);
    view.shear = between(&random, a->shear);
    view.scale_x = 1 + between(&random, a->scale);
    view.scale_y = 1 + between(&random, a->scale);
    view.shift_x = between(&random, a->shift);
    view.shift_y = between(&random, a->shift);
    view.flip = nn_random_uniform(&random) < a->flip;
    int erased = nn_random_uniform(&random) < a->erase;
    nn_warp map = nn_view_warp(&view, images->shape);
    if (lattice->nodes_x) {
        float *nodes = nn_warp_nodes(images->shape, scratch);
        draw_nodes(&random, lattice, a->elastic, nodes);
        nn_field field = {lattice->nodes_x, lattice->nodes_y, lattice->weights_x,
                          lattice->weights_y, nodes};
        nn_warp_image(kernels, images, row, &map, &field, values, scratch);
    } else {
        nn_warp_image(kernels, images, row, &map, NULL, values, scratch);
    }
    if (erased) {
        erase(&random, images, a->erase_area, values);
    }
}

int nn_augment(const nn_images *images, size_t row, const nn_augmentation *augmentation,
               uint64_t seed, uint64_t draw, float *values, nn_error *error)
{
    if (nn_images_check(images, images->shape, error)) {
        return error->code;
    }
    if (row >= images->count) {
        return nn_fail(error, NN_ERROR_INPUT, "image %zu, expected less than %zu", row,
                       images->count);
    }
    nn_shape shape = images->shape;
    float *scratch = malloc((nn_warp_scratch(shape) + nn_lattice_size(shape)) * sizeof *scratch);
    if (!scratch) {
        return nn_fail(error, NN_ERROR_MEMORY, "no memory for an image");
    }
    nn_lattice lattice = nn_lattice_new(shape, augmentation, scratch + nn_warp_scratch(shape));
    nn_augment_image(nn_kernels_for(NN_ISA_BEST), images, row, augmentation, &lattice,
                     nn_random_key(seed, draw, NN_MAX_LAYERS, 0), values, scratch);
    free(scratch);
    return NN_OK;
}
