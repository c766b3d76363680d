/* input.c: images as a net gets to see them: upright, of one width, scaled. See input.h. */
#include "pipeline/conf/input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INK = 64 }; /* of 255: what is at least as bright belongs to what is drawn */

/* Pixel x of row y comes from step * x + start + slant * (y - middle). */
struct resampling {
    double step, start, slant, middle;
};

/* The brightest channel. */
static int brightness(nn_shape shape, const uint8_t *image, int y, int x)
{
    const uint8_t *pixel = image + (size_t)(y * shape.w + x) * (size_t)shape.c;
    int most = 0;
    for (int c = 0; c < shape.c; c++)
        most = pixel[c] > most ? pixel[c] : most;
    return most;
}

/* The slant about the centre of mass; none where all is dark, or in one row. */
static void find_slant(nn_shape shape, const uint8_t *image, struct resampling *r)
{
    double mass = 0, sum_x = 0, sum_y = 0, sum_xy = 0, sum_yy = 0;
    for (int y = 0; y < shape.h; y++)
        for (int x = 0; x < shape.w; x++) {
            double weight = brightness(shape, image, y, x);
            mass += weight;
            sum_x += weight * x;
            sum_y += weight * y;
            sum_xy += weight * x * y;
            sum_yy += weight * y * y;
        }
    if (mass <= 0)
        return;
    double covariance = sum_xy / mass - sum_x / mass * (sum_y / mass);
    double variance = sum_yy / mass - sum_y / mass * (sum_y / mass);
    r->middle = sum_y / mass;
    r->slant = variance > 1e-6 ? covariance / variance : 0;
}

/* The stretch of what is drawn to `width` pixels, once it stands upright. */
static void find_stretch(nn_shape shape, const uint8_t *image, int width, struct resampling *r)
{
    double left = INFINITY, right = -INFINITY;
    for (int y = 0; y < shape.h; y++)
        for (int x = 0; x < shape.w; x++)
            if (brightness(shape, image, y, x) >= INK) {
                double upright = x - r->slant * (y - r->middle);
                left = fmin(left, upright);
                right = fmax(right, upright);
            }
    if (left > right)
        return;
    r->step = fmin(fmax((right - left + 1) / width, 1 / INPUT_WIDEN), INPUT_NARROW);
    r->start = (left + right) / 2 - r->step * (shape.w - 1) / 2;
}

/* Where pixel x of row y comes from: a share of the pixel behind `whole`, the rest of itself. */
struct place {
    double whole, share;
};

static struct place find_place(const struct resampling *r, int y, int x)
{
    const double start = r->start + r->slant * (y - r->middle);
    const double at = start + r->step * x, whole = floor(at);
    return (struct place){whole, at - whole};
}

/* Whether pixel x is within the row, which is dark beyond its ends. */
static int is_within(double x, nn_shape shape)
{
    return x >= 0 && x < shape.w;
}

static void resample_bytes(nn_shape shape, const struct resampling *r, int y, const uint8_t *row,
                           uint8_t *to)
{
    for (int x = 0; x < shape.w; x++) {
        const struct place p = find_place(r, y, x);
        for (int c = 0; c < shape.c; c++) {
            const double before = is_within(p.whole, shape) ? row[(int)p.whole * shape.c + c] : 0;
            const double behind =
                is_within(p.whole + 1, shape) ? row[((int)p.whole + 1) * shape.c + c] : 0;
            *to++ = (uint8_t)lround(before + p.share * (behind - before));
        }
    }
}

static void resample_values(nn_shape shape, const struct resampling *r, int y, const float *row,
                            float *to)
{
    for (int x = 0; x < shape.w; x++) {
        const struct place p = find_place(r, y, x);
        for (int c = 0; c < shape.c; c++) {
            const double before =
                is_within(p.whole, shape) ? (double)row[(int)p.whole * shape.c + c] : 0;
            const double behind =
                is_within(p.whole + 1, shape) ? (double)row[((int)p.whole + 1) * shape.c + c] : 0;
            *to++ = (float)(before + p.share * (behind - before));
        }
    }
}

/* One image; its values are NULL where it has none. row: room for one of either. */
static void normalize(const struct conf *conf, nn_shape shape, uint8_t *image, float *values,
                      float *row)
{
    const size_t stride = (size_t)shape.w * (size_t)shape.c;
    struct resampling r = {.step = 1};
    if (conf->deskew)
        find_slant(shape, image, &r);
    if (conf->width)
        find_stretch(shape, image, conf->width, &r);
    for (int y = 0; y < shape.h; y++) {
        uint8_t *at = image + (size_t)y * stride;
        memcpy(row, at, stride);
        resample_bytes(shape, &r, y, (const uint8_t *)row, at);
        if (!values)
            continue;
        memcpy(row, values + (size_t)y * stride, stride * sizeof *row);
        resample_values(shape, &r, y, row, values + (size_t)y * stride);
    }
}

int input_prepare(const struct conf *conf, nn_images *images, uint8_t *pixels, float *values)
{
    const size_t stride = (size_t)images->shape.w * (size_t)images->shape.c;
    const size_t size = (size_t)images->shape.h * stride;
    images->scale = (float)(1.0 / ((values ? 1.0 : 255.0) * conf->deviation));
    images->offset = (float)(-conf->mean / conf->deviation);
    if (!conf->deskew && !conf->width)
        return 0;
    float *row = malloc(stride * sizeof *row);
    for (size_t i = 0; i < images->count && row; i++)
        normalize(conf, images->shape, pixels + i * size, values ? values + i * size : NULL, row);
    free(row);
    return row ? 0 : -1;
}
