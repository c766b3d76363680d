/* ref_conv.c: see ref_conv.h. Nothing here is fast. */
#include "tests/unit/ref_conv.h"

#include <string.h>

/* Calls visit for each multiply-add of the convolution, with the places of its three operands. */
typedef struct terms {
    size_t x, weight, y;
} terms;

typedef void visitor(void *data, terms at);

static void visit_all(const nn_conv_dims *d, int n, visitor *visit, void *data)
{
    for (int image = 0; image < n; image++) {
        for (int oy = 0; oy < d->oh; oy++) {
            for (int ox = 0; ox < d->ow; ox++) {
                for (int tap = 0; tap < d->k * d->k; tap++) {
                    int iy = oy * d->stride - d->pad + tap / d->k;
                    int ix = ox * d->stride - d->pad + tap % d->k;
                    if (iy < 0 || iy >= d->h || ix < 0 || ix >= d->w) {
                        continue;
                    }
                    size_t x = (((size_t)image * d->h + iy) * d->w + ix) * d->c;
                    size_t y = (((size_t)image * d->oh + oy) * d->ow + ox) * d->f;
                    for (int c = 0; c < d->c; c++) {
                        visit(data, (terms){x + c, ((size_t)tap * d->c + c) * d->f, y});
                    }
                }
            }
        }
    }
}

typedef struct forward_data {
    const float *x, *weights;
    double *y;
    int f;
} forward_data;

static void add_forward(void *data, terms at)
{
    forward_data *p = data;
    for (int f = 0; f < p->f; f++) {
        p->y[at.y + f] += (double)p->x[at.x] * p->weights[at.weight + f];
    }
}

void ref_conv_forward(const nn_conv_dims *d, int n, const float *x, const float *weights,
                      const float *bias, double *y)
{
    size_t values = (size_t)n * d->oh * d->ow * d->f;
    for (size_t i = 0; i < values; i++) {
        y[i] = bias[i % d->f];
    }
    forward_data data = {x, weights, y, d->f};
    visit_all(d, n, add_forward, &data);
}

typedef struct backward_data {
    const float *x, *weights;
    const double *dy;
    double *dx, *dw;
    int f;
} backward_data;

static void add_backward(void *data, terms at)
{
    backward_data *p = data;
    for (int f = 0; f < p->f; f++) {
        p->dx[at.x] += p->dy[at.y + f] * p->weights[at.weight + f];
        p->dw[at.weight + f] += p->dy[at.y + f] * p->x[at.x];
    }
}

void ref_conv_backward(const nn_conv_dims *d, int n, const float *x, const float *weights,
                       const double *dy, double *dx, double *dw, double *dbias)
{
    size_t values = (size_t)n * d->oh * d->ow * d->f;
    memset(dx, 0, (size_t)n * d->h * d->w * d->c * sizeof *dx);
    memset(dw, 0, (size_t)d->k * d->k * d->c * d->f * sizeof *dw);
    memset(dbias, 0, (size_t)d->f * sizeof *dbias);
    for (size_t i = 0; i < values; i++) {
        dbias[i % d->f] += dy[i];
    }
    backward_data data = {x, weights, dy, dx, dw, d->f};
    visit_all(d, n, add_backward, &data);
}

void ref_conv_unpool(const nn_conv_dims *d, int n, const float *pooled, const uint8_t *choice,
                     double *dy)
{
    int ph = d->oh / 2, pw = d->ow / 2;
    memset(dy, 0, (size_t)n * d->oh * d->ow * d->f * sizeof *dy);
    for (size_t i = 0; i < (size_t)n * ph * pw * d->f; i++) {
        size_t f = i % d->f, px = i / d->f % pw, py = i / d->f / pw % ph,
               image = i / d->f / pw / ph;
        if (choice[i] < 4) {
            size_t oy = 2 * py + choice[i] / 2, ox = 2 * px + choice[i] % 2;
            dy[((image * d->oh + oy) * d->ow + ox) * d->f + f] = pooled[i];
        }
    }
}
