/* ref_net.c: see ref_net.h. Written for clearness, with no regard for speed. */
#include "tests/unit/ref_net.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One layer at work on n images. */
typedef struct pass {
    const nn_layer *layer;
    int n;
    const double *w, *x, *dy;
    const double *kept; /* add: what came into its shortcut; shortcut: dy of its add */
    double *y, *dx, *dw;
    double *running; /* batchnorm, may be NULL */
    int inference;
} pass;

static double *zeros(size_t count)
{
    double *p = calloc(count + 1, sizeof *p);
    assert(p);
    return p;
}

size_t ref_net_offset(const nn_model *model, int layer)
{
    size_t offset = 0;
    for (int i = 0; i < layer; i++) {
        offset += model->layers[i].parameters;
    }
    return offset;
}

void ref_net_parameters(const nn_model *model, double *parameters)
{
    for (int i = 0; i < model->count; i++) {
        for (size_t j = 0; j < model->layers[i].parameters; j++) {
            *parameters++ = (double)nn_model_weights(model, i)[j];
        }
    }
}

/* Calls each multiply-add of a convolution: forward adds x w to y, backward dy w to dx and so on.
 */
static void conv(const pass *p, int backward)
{
    nn_shape in = p->layer->in, out = p->layer->out;
    int k = p->layer->k;
    const double *bias = p->w + p->layer->weights;
    for (int i = 0; i < p->n * out.h * out.w * out.c; i++) {
        int f = i % out.c, ox = i / out.c % out.w, oy = i / out.c / out.w % out.h;
        int image = i / out.c / out.w / out.h;
        double sum = bias[f];
        for (int tap = 0; tap < k * k; tap++) {
            int y = oy * p->layer->stride - p->layer->pad + tap / k;
            int x = ox * p->layer->stride - p->layer->pad + tap % k;
            if (y < 0 || y >= in.h || x < 0 || x >= in.w) {
                continue;
            }
            size_t at = ((size_t)(image * in.h + y) * (size_t)in.w + (size_t)x) * (size_t)in.c;
            for (size_t c = 0; c < (size_t)in.c; c++) {
                size_t w = ((size_t)tap * (size_t)in.c + c) * (size_t)out.c + (size_t)f;
                sum += p->x[at + c] * p->w[w];
                if (backward) {
                    p->dx[at + c] += p->dy[i] * p->w[w];
                    p->dw[w] += p->dy[i] * p->x[at + c];
                }
            }
        }
        if (backward) {
            p->dw[p->layer->weights + (size_t)f] += p->dy[i];
        } else {
            p->y[i] = sum;
        }
    }
}

static void dense(const pass *p, int backward)
{
    size_t in = nn_shape_size(p->layer->in), out = (size_t)p->layer->units;
    for (size_t i = 0; i < (size_t)p->n; i++) {
        for (size_t o = 0; o < out; o++) {
            double sum = p->w[p->layer->weights + o];
            for (size_t j = 0; j < in; j++) {
                sum += p->x[i * in + j] * p->w[o * in + j];
                if (backward) {
                    p->dx[i * in + j] += p->dy[i * out + o] * p->w[o * in + j];
                    p->dw[o * in + j] += p->dy[i * out + o] * p->x[i * in + j];
                }
            }
            if (backward) {
                p->dw[p->layer->weights + o] += p->dy[i * out + o];
            } else {
                p->y[i * out + o] = sum;
            }
        }
    }
}

static void batchnorm_channel(const pass *p, size_t j, int backward)
{
    size_t c = (size_t)p->layer->in.c, total = (size_t)p->n * nn_shape_size(p->layer->in);
    double count = (double)(total / c), mean = 0, variance = 0;
    for (size_t i = j; i < total; i += c) {
        mean += p->x[i] / count;
    }
    for (size_t i = j; i < total; i += c) {
        variance += (p->x[i] - mean) * (p->x[i] - mean) / count;
    }
    if (p->running) {
        double momentum = (double)p->layer->momentum;
        p->running[2 * c + j] = p->running[2 * c + j] * momentum + mean * (1 - momentum);
        p->running[3 * c + j] = p->running[3 * c + j] * momentum + variance * (1 - momentum);
    }
    if (p->inference) {
        mean = p->w[2 * c + j];
        variance = p->w[3 * c + j];
    }
    double inverse = 1 / sqrt(variance + (double)p->layer->epsilon);
    double gamma = p->w[j], beta = p->w[c + j], dgamma = 0, dbeta = 0;
    for (size_t i = j; i < total; i += c) {
        if (backward) {
            dgamma += p->dy[i] * (p->x[i] - mean) * inverse;
            dbeta += p->dy[i];
        } else {
            p->y[i] = gamma * (p->x[i] - mean) * inverse + beta;
        }
    }
    for (size_t i = j; backward && i < total; i += c) {
        double xhat = (p->x[i] - mean) * inverse;
        p->dx[i] = gamma * inverse * (p->dy[i] - dbeta / count - xhat * dgamma / count);
    }
    if (backward) {
        p->dw[j] = dgamma;
        p->dw[c + j] = dbeta;
    }
}

static void maxpool(const pass *p, int backward)
{
    nn_shape in = p->layer->in, out = p->layer->out;
    int k = p->layer->k;
    for (int i = 0; i < p->n * out.h * out.w * out.c; i++) {
        int f = i % out.c, ox = i / out.c % out.w, oy = i / out.c / out.w % out.h;
        int image = i / out.c / out.w / out.h;
        size_t best = 0;
        for (int tap = 0; tap < k * k; tap++) {
            int y = oy * k + tap / k, x = ox * k + tap % k;
            size_t at =
                ((size_t)(image * in.h + y) * (size_t)in.w + (size_t)x) * (size_t)in.c + (size_t)f;
            best = tap == 0 || p->x[at] > p->x[best] ? at : best;
        }
        if (backward) {
            p->dx[best] += p->dy[i];
        } else {
            p->y[i] = p->x[best];
        }
    }
}

static void avgpool(const pass *p, int backward)
{
    size_t c = (size_t)p->layer->in.c, size = nn_shape_size(p->layer->in);
    for (size_t i = 0; i < (size_t)p->n * size; i++) {
        size_t at = i / size * c + i % c;
        if (backward) {
            p->dx[i] = p->dy[at] * (double)c / (double)size;
        } else {
            p->y[at] += p->x[i] * (double)c / (double)size;
        }
    }
}

/* y = x + kept, dx = dy of an add; y = x, dx = dy + kept of a shortcut. */
static void sum(const pass *p, int backward, int with_kept)
{
    for (size_t i = 0; i < (size_t)p->n * nn_shape_size(p->layer->in); i++) {
        double kept = with_kept ? p->kept[i] : 0;
        if (backward) {
            p->dx[i] = p->dy[i] + kept;
        } else {
            p->y[i] = p->x[i] + kept;
        }
    }
}

static void shortcut(const pass *p, int backward)
{
    sum(p, backward, backward);
}

static void add(const pass *p, int backward)
{
    sum(p, backward, !backward);
}

static void batchnorm(const pass *p, int backward)
{
    for (size_t j = 0; j < (size_t)p->layer->in.c; j++) {
        batchnorm_channel(p, j, backward);
    }
}

static void relu(const pass *p, int backward)
{
    for (size_t i = 0; i < (size_t)p->n * nn_shape_size(p->layer->in); i++) {
        if (backward) {
            p->dx[i] = p->x[i] > 0 ? p->dy[i] : 0;
        } else {
            p->y[i] = p->x[i] > 0 ? p->x[i] : 0;
        }
    }
}

/* Flatten, and dropout where it does nothing. */
static void copy(const pass *p, int backward)
{
    assert(p->inference || !(p->layer->rate > 0));
    memcpy(backward ? p->dx : p->y, backward ? p->dy : p->x,
           (size_t)p->n * nn_shape_size(p->layer->in) * sizeof(double));
}

/* It is first, and nobody wants a gradient of the images. */
static void standardize(const pass *p, int backward)
{
    size_t size = nn_shape_size(p->layer->in);
    for (size_t i = 0; i < (size_t)p->n * size && !backward; i++) {
        double deviation = p->w[size + i % size], value = (p->x[i] - p->w[i % size]) / deviation;
        p->y[i] = isnan(p->x[i]) || deviation == 0 ? 0 : fmax(-10, fmin(10, value));
    }
}

static void run(const pass *p, int backward)
{
    static const struct {
        const char *word;
        void (*run)(const pass *p, int backward);
    } kinds[] = {{"conv", conv},
                 {"dense", dense},
                 {"batchnorm", batchnorm},
                 {"relu", relu},
                 {"maxpool", maxpool},
                 {"dropout", copy},
                 {"flatten", copy},
                 {"shortcut", shortcut},
                 {"add", add},
                 {"avgpool", avgpool},
                 {"standardize", standardize}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].word, p->layer->kind->word.word) == 0) {
            kinds[i].run(p, backward);
            return;
        }
    }
    assert(!"the oracle does not know this kind of layer");
}

/* Softmax in place; the sum of the losses where labels are wanted. */
static double softmax(const nn_images *images, const uint32_t *rows, int n, int classes, double *y)
{
    double loss = 0;
    for (int i = 0; i < n; i++, y += classes) {
        double greatest = y[0], sum = 0;
        for (int j = 1; j < classes; j++) {
            greatest = fmax(greatest, y[j]);
        }
        for (int j = 0; j < classes; j++) {
            y[j] = exp(y[j] - greatest);
            sum += y[j];
        }
        for (int j = 0; j < classes; j++) {
            y[j] /= sum;
        }
        if (images->labels) {
            loss -= log(y[images->labels[rows[i]]]);
        }
    }
    return loss;
}

static double *pixels_of(const nn_images *images, const uint32_t *rows, int n)
{
    size_t size = nn_shape_size(images->shape);
    double *x = zeros((size_t)n * size);
    for (size_t i = 0; i < (size_t)n * size; i++) {
        size_t at = rows[i / size] * size + i % size;
        double value = images->values ? (double)images->values[at] : images->pixels[at];
        x[i] = value * (double)images->scale + (double)images->offset;
    }
    return x;
}

/* Forward through all layers; x[i] becomes the input of layer i, x[count] the logits. */
static void forward(const nn_model *model, const double *parameters, int n, double **x,
                    double *running, int inference)
{
    for (int i = 0; i < model->count; i++) {
        const nn_layer *layer = &model->layers[i];
        size_t offset = ref_net_offset(model, i);
        x[i + 1] = zeros((size_t)n * nn_shape_size(layer->out));
        pass p = {.layer = layer,
                  .n = n,
                  .w = parameters + offset,
                  .x = x[i],
                  .y = x[i + 1],
                  .kept = x[layer->partner],
                  .running = running ? running + offset : NULL,
                  .inference = inference};
        run(&p, 0);
    }
}

double ref_net_loss(const nn_model *model, const double *parameters, const nn_images *images,
                    const uint32_t *rows, int n, double *gradient, double *running)
{
    double *x[NN_MAX_LAYERS + 1];
    int count = model->count, classes = nn_model_classes(model);
    if (running) {
        memcpy(running, parameters, ref_net_offset(model, count) * sizeof *running);
    }
    x[0] = pixels_of(images, rows, n);
    forward(model, parameters, n, x, running, 0);
    double loss = softmax(images, rows, n, classes, x[count]) / n;
    if (gradient) {
        memset(gradient, 0, ref_net_offset(model, count) * sizeof *gradient);
        double *dys[NN_MAX_LAYERS], *dy = zeros((size_t)(n * classes));
        for (int i = 0; i < n * classes; i++) {
            dy[i] = (x[count][i] - (images->labels[rows[i / classes]] == i % classes)) / n;
        }
        for (int i = count - 1; i >= 0; i--) {
            const nn_layer *layer = &model->layers[i];
            size_t offset = ref_net_offset(model, i);
            double *dx = zeros((size_t)n * nn_shape_size(layer->in));
            dys[i] = dy;
            pass p = {.layer = layer,
                      .n = n,
                      .w = parameters + offset,
                      .x = x[i],
                      .dy = dy,
                      .kept = layer->kind->opens ? dys[layer->partner] : NULL,
                      .dx = dx,
                      .dw = gradient + offset};
            run(&p, 1);
            dy = dx;
        }
        free(dy);
        for (int i = 0; i < count; i++) {
            free(dys[i]);
        }
    }
    for (int i = 0; i <= count; i++) {
        free(x[i]);
    }
    return loss;
}

void ref_net_predict(const nn_model *model, const double *parameters, const nn_images *images,
                     const uint32_t *rows, int n, double *probabilities)
{
    double *x[NN_MAX_LAYERS + 1];
    int classes = nn_model_classes(model);
    nn_images unlabelled = *images;
    unlabelled.labels = NULL;
    x[0] = pixels_of(images, rows, n);
    forward(model, parameters, n, x, NULL, 1);
    softmax(&unlabelled, rows, n, classes, x[model->count]);
    memcpy(probabilities, x[model->count], (size_t)(n * classes) * sizeof *probabilities);
    for (int i = 0; i <= model->count; i++) {
        free(x[i]);
    }
}

void ref_net_activation(const nn_model *model, const double *parameters, const nn_images *images,
                        uint32_t row, int layer, double *out)
{
    double *x[NN_MAX_LAYERS + 1];
    x[0] = pixels_of(images, &row, 1);
    forward(model, parameters, 1, x, NULL, 1);
    memcpy(out, x[layer + 1], nn_shape_size(model->layers[layer].out) * sizeof *out);
    for (int i = 0; i <= model->count; i++) {
        free(x[i]);
    }
}

double ref_distance(const float *a, const double *b, size_t n)
{
    double difference = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)a[i] - b[i]);
        difference = d > difference || isnan(d) ? d : difference;
        size = fmax(size, fabs(b[i]));
    }
    return difference / (size > 0 ? size : 1);
}
