/* pictures.c: see pictures.h. */
#include "tests/unit/pictures.h"

#include "tests/unit/unit.h"

const double spots[SPOTS][2] = {{-7, -6}, {9, -4}, {1, 8}};

nn_images picture_of(const uint8_t *pixels, int h, int w, int c)
{
    return (nn_images){.pixels = pixels, .count = 1, .shape = {h, w, c}, .scale = 1, .offset = 0};
}

size_t picture_size(const nn_images *images)
{
    return (size_t)images->shape.h * (size_t)images->shape.w * (size_t)images->shape.c;
}

void picture_augment(const nn_images *images, const nn_augmentation *a, uint64_t seed,
                     uint64_t draw, float *values)
{
    nn_error error;
    float *out = malloc(picture_size(images) * sizeof(float));
    assert_non_null(out);
    if (nn_augment(images, 0, a, seed, draw, out, &error)) {
        fail_msg("%s", error.text);
    }
    memcpy(values, out, picture_size(images) * sizeof(float));
    free(out);
}

void spot_draw(uint8_t *pixels, int spot)
{
    for (int y = 0; y < SPOT_H; y++) {
        for (int x = 0; x < SPOT_W; x++) {
            double u = x - (SPOT_W - 1) / 2.0 - spots[spot][0],
                   v = y - (SPOT_H - 1) / 2.0 - spots[spot][1];
            pixels[y * SPOT_W + x] = (uint8_t)lround(255 * exp(-(u * u + v * v) / 9));
        }
    }
}

void spot_find(const float *values, double at[2])
{
    double sum = 0, x_sum = 0, y_sum = 0;
    for (int i = 0; i < SPOT_H * SPOT_W; i++) {
        double value = (double)values[i];
        sum += value;
        x_sum += value * (i % SPOT_W - (SPOT_W - 1) / 2.0);
        y_sum += value * (i / SPOT_W - (SPOT_H - 1) / 2.0);
    }
    assert_true(sum > 1000);
    at[0] = x_sum / sum;
    at[1] = y_sum / sum;
}
