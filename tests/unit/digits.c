/* digits.c: see digits.h. */
#include "tests/unit/digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lissajous figures: class k is drawn by (sin(a t), cos(b t + phase)), which gives ten shapes with
 * about as much ink as handwritten digits have (a fifth of the pixels). */
static const struct {
    double a, b, phase;
} figures[10] = {{1, 1, 0},   {0.2, 1, 0}, {1, 2, 0},   {2, 3, 0},   {1, 0.5, 1},
                 {2, 1, 0.5}, {3, 1, 0},   {3, 2, 0.3}, {1, 3, 0.7}, {1, 1, 0.9}};

static void draw(uint8_t *pixels, nn_shape shape, int label, nn_random *random)
{
    double size = 0.3 + 0.1 * (double)nn_random_uniform(random);
    double slant = 0.3 * (double)nn_random_uniform(random) - 0.15;
    double dx = 0.1 * (double)nn_random_uniform(random) - 0.05;
    double dy = 0.1 * (double)nn_random_uniform(random) - 0.05;
    memset(pixels, 0, (size_t)shape.h * (size_t)shape.w * (size_t)shape.c);
    for (int step = 0; step < 160; step++) {
        double t = 6.283185307 * step / 160;
        double y = 0.5 + dy + size * cos(figures[label].b * t + figures[label].phase);
        double x = 0.5 + dx + size * sin(figures[label].a * t) + slant * (y - 0.5);
        /* The pen reaches 0.06 around its middle. */
        int top = (int)((y - 0.06) * shape.h), left = (int)((x - 0.06) * shape.w);
        for (int i = top < 0 ? 0 : top; i < shape.h && i <= (int)((y + 0.06) * shape.h); i++) {
            for (int j = left < 0 ? 0 : left; j < shape.w && j <= (int)((x + 0.06) * shape.w);
                 j++) {
                double v = (i + 0.5) / shape.h - y, u = (j + 0.5) / shape.w - x;
                double ink = 1.4 - 24 * sqrt(u * u + v * v);
                for (int c = 0; ink > 0 && c < shape.c; c++) {
                    uint8_t *pixel = &pixels[(i * shape.w + j) * shape.c + c];
                    double value = 255 * (ink < 1 ? ink : 1) / (1 + 0.3 * c);
                    *pixel = value > *pixel ? (uint8_t)value : *pixel;
                }
            }
        }
    }
}

nn_images digits_new(size_t count, nn_shape shape, uint64_t seed)
{
    size_t size = (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
    uint8_t *pixels = malloc(count * size);
    uint16_t *labels = malloc(count * sizeof *labels);
    if (!pixels || !labels) {
        free(pixels);
        free(labels);
        return (nn_images){0};
    }
    nn_random random = nn_random_new(seed, 0);
    for (size_t i = 0; i < count; i++) {
        labels[i] = (uint16_t)nn_random_below(&random, 10);
        draw(pixels + i * size, shape, labels[i], &random);
    }
    return (nn_images){.pixels = pixels,
                       .labels = labels,
                       .count = count,
                       .shape = shape,
                       .scale = 1 / 255.0f,
                       .offset = 0};
}

int digits_to_values(nn_images *images)
{
    size_t size = (size_t)images->shape.h * (size_t)images->shape.w * (size_t)images->shape.c;
    float *values = malloc(images->count * size * sizeof *values);
    if (!values) {
        return -1;
    }
    for (size_t i = 0; i < images->count * size; i++) {
        values[i] = images->pixels[i];
    }
    free((void *)images->pixels);
    images->pixels = NULL;
    images->values = values;
    return 0;
}

void digits_free(nn_images *images)
{
    free((void *)images->pixels);
    free((void *)images->values);
    free((void *)images->labels);
    *images = (nn_images){0};
}

const char *net_text(const char *name)
{
    static const char *const nets[][2] = {
        {"baseline", "conv 32 3x3 same\nrelu\nmaxpool 2\nconv 64 3x3 same\nrelu\nmaxpool 2\n"
                     "dense 128\nrelu\ndropout 0.5\ndense 10\n"},
        {"baseline-bn",
         "conv 32 3x3 same\nbatchnorm\nrelu\nmaxpool 2\nconv 64 3x3 same\nbatchnorm\nrelu\n"
         "maxpool 2\ndense 128\nbatchnorm\nrelu\ndropout 0.5\ndense 10\n"},
        {"batchnorm",
         "conv 32 3x3\nrelu\nbatchnorm\nconv 32 3x3\nrelu\nmaxpool 2\ndropout 0.25\n"
         "conv 64 3x3\nrelu\nbatchnorm\nconv 64 3x3\nrelu\nmaxpool 2\ndropout 0.25\n"
         "conv 128 3x3\nrelu\nbatchnorm\ndropout 0.25\ndense 512\nrelu\nbatchnorm\ndropout 0.5\n"
         "dense 256\nrelu\ndropout 0.5\ndense 10\n"},
        {"mlp", "dense 512\nrelu\nbatchnorm\ndropout 0.3\ndense 256\nrelu\nbatchnorm\n"
                "dropout 0.3\ndense 128\nrelu\ndropout 0.3\ndense 10\n"},
        {"quick", "conv 24 5x5\nbatchnorm\nrelu\nmaxpool 2\nconv 48 3x3 same\nbatchnorm\nrelu\n"
                  "maxpool 2\nconv 64 3x3 same\nbatchnorm\nrelu\nmaxpool 2\ndense 10\n"},
    };
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        if (strcmp(nets[i][0], name) == 0) {
            return nets[i][1];
        }
    }
    return NULL;
}
