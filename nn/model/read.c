/* text.c: one line of a model's text in, one layer out: its kind, its shapes, its parameters.
 *
 * A line is cut into words at blanks. Each kind of layer has a function that reads the words after
 * the first and works out the output shape from the input shape.
 */
#include "nn/base/error.h"
#include "nn/model/model.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 8, MAX_WORD = 32, MAX_UNITS = 65536, MAX_KERNEL = 31, MAX_POOL = 15 };

static const size_t max_parameters = (size_t)1 << 28, max_activations = (size_t)1 << 24;

typedef struct words {
    int count, next;
    char word[MAX_WORDS][MAX_WORD];
} words;

const char *nn_kind_name(nn_kind kind)
{
    static const char *const names[] = {"conv",    "dense",   "batchnorm", "relu", "maxpool",
                                        "dropout", "flatten", "shortcut",  "add",  "avgpool"};
    return names[kind];
}

static int bad(const nn_layer *layer, nn_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int bad(const nn_layer *layer, nn_error *error, const char *format, ...)
{
    char finding[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding, sizeof finding, format, arguments);
    va_end(arguments);
    return nn_fail(error, NN_ERROR_MODEL, "line %d: '%.60s': %s", layer->line, layer->text,
                   finding);
}

static int split(const nn_layer *layer, words *w, nn_error *error)
{
    *w = (words){0};
    for (const char *at = layer->text + strspn(layer->text, " \t\r"); *at;
         at += strspn(at, " \t\r")) {
        size_t length = strcspn(at, " \t\r");
        if (w->count == MAX_WORDS || length >= MAX_WORD) {
            return bad(layer, error, "too long, expected one layer");
        }
        memcpy(w->word[w->count++], at, length);
        at += length;
    }
    w->next = 1;
    return NN_OK;
}

/* A whole number from low to high, ended by `end`; *rest is what follows. */
static int whole(const char *text, long low, long high, char end, int *value, const char **rest)
{
    char *stop;
    errno = 0;
    long number = strtol(text, &stop, 10);
    if (stop == text || *stop != end || errno || number < low || number > high) {
        return -1;
    }
    *value = (int)number;
    if (rest) {
        *rest = stop + 1;
    }
    return 0;
}

static int next_whole(const nn_layer *layer, words *w, const char *what, int high, int *value,
                      nn_error *error)
{
    if (w->next == w->count) {
        return bad(layer, error, "expected the %s", what);
    }
    const char *word = w->word[w->next++];
    if (whole(word, 1, high, '\0', value, NULL)) {
        return bad(layer, error, "the %s is '%s', expected a whole number from 1 to %d", what, word,
                   high);
    }
    return NN_OK;
}

/* A number with low <= number < high. */
static int next_number(const nn_layer *layer, words *w, const char *what, float low, float high,
                       float *value, nn_error *error)
{
    if (w->next == w->count) {
        return bad(layer, error, "expected the %s", what);
    }
    const char *word = w->word[w->next++];
    char *stop;
    float number = strtof(word, &stop);
    if (stop == word || *stop || !(number >= low && number < high)) {
        return bad(layer, error, "the %s is '%s', expected a number from %g to below %g", what,
                   word, (double)low, (double)high);
    }
    *value = number;
    return NN_OK;
}

static int next_is(words *w, const char *word)
{
    if (w->next < w->count && strcmp(w->word[w->next], word) == 0) {
        w->next++;
        return 1;
    }
    return 0;
}

static int parse_conv(nn_layer *layer, words *w, nn_error *error)
{
    if (next_whole(layer, w, "number of filters", MAX_UNITS, &layer->units, error)) {
        return NN_ERROR_MODEL;
    }
    if (w->next == w->count) {
        return bad(layer, error, "expected the kernel's size, such as 3x3");
    }
    const char *size = w->word[w->next++], *second;
    int other;
    if (whole(size, 1, MAX_KERNEL, 'x', &layer->k, &second) ||
        whole(second, 1, MAX_KERNEL, '\0', &other, NULL) || other != layer->k) {
        return bad(layer, error, "the kernel is '%s', expected KxK with K from 1 to %d", size,
                   MAX_KERNEL);
    }
    layer->stride = 1;
    for (int have_padding = 0, have_stride = 0; w->next < w->count;) {
        if (!have_padding && next_is(w, "same")) {
            if (layer->k % 2 == 0) {
                return bad(layer, error, "'same' needs an odd kernel, got %dx%d", layer->k,
                           layer->k);
            }
            have_padding = 1;
            layer->pad = layer->k / 2;
        } else if (!have_padding && next_is(w, "valid")) {
            have_padding = 1;
        } else if (!have_stride && next_is(w, "stride")) {
            have_stride = 1;
            if (next_whole(layer, w, "stride", MAX_KERNEL, &layer->stride, error)) {
                return NN_ERROR_MODEL;
            }
        } else {
            break;
        }
    }
    int h = layer->in.h + 2 * layer->pad, width = layer->in.w + 2 * layer->pad;
    if (h < layer->k || width < layer->k) {
        return bad(layer, error, "the kernel does not fit into its input of %dx%dx%d", layer->in.h,
                   layer->in.w, layer->in.c);
    }
    layer->out = (nn_shape){(h - layer->k) / layer->stride + 1,
                            (width - layer->k) / layer->stride + 1, layer->units};
    layer->weights =
        (size_t)layer->k * (size_t)layer->k * (size_t)layer->in.c * (size_t)layer->units;
    layer->parameters = layer->trainable = layer->weights + (size_t)layer->units;
    return NN_OK;
}

static int parse_dense(nn_layer *layer, words *w, nn_error *error)
{
    if (next_whole(layer, w, "number of outputs", MAX_UNITS, &layer->units, error)) {
        return NN_ERROR_MODEL;
    }
    layer->out = (nn_shape){1, 1, layer->units};
    layer->weights = nn_shape_size(layer->in) * (size_t)layer->units;
    layer->parameters = layer->trainable = layer->weights + (size_t)layer->units;
    return NN_OK;
}

static int parse_batchnorm(nn_layer *layer, words *w, nn_error *error)
{
    layer->momentum = 0.99f;
    layer->epsilon = 1e-3f;
    for (int have_momentum = 0, have_epsilon = 0; w->next < w->count;) {
        if (!have_momentum && next_is(w, "momentum")) {
            have_momentum = 1;
            if (next_number(layer, w, "momentum", 0, 1, &layer->momentum, error)) {
                return NN_ERROR_MODEL;
            }
        } else if (!have_epsilon && next_is(w, "epsilon")) {
            have_epsilon = 1;
            if (next_number(layer, w, "epsilon", 1e-12f, 1, &layer->epsilon, error)) {
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

static int parse_maxpool(nn_layer *layer, words *w, nn_error *error)
{
    if (next_whole(layer, w, "window", MAX_POOL, &layer->k, error)) {
        return NN_ERROR_MODEL;
    }
    layer->out = (nn_shape){layer->in.h / layer->k, layer->in.w / layer->k, layer->in.c};
    if (layer->out.h == 0 || layer->out.w == 0) {
        return bad(layer, error, "the window does not fit into its input of %dx%dx%d", layer->in.h,
                   layer->in.w, layer->in.c);
    }
    return NN_OK;
}

static int parse_kind(nn_layer *layer, words *w, nn_error *error)
{
    for (nn_kind kind = NN_CONV; kind <= NN_AVGPOOL; kind++) {
        if (strcmp(w->word[0], nn_kind_name(kind)) != 0) {
            continue;
        }
        layer->kind = kind;
        layer->out = layer->in;
        switch (kind) {
        case NN_CONV:
            return parse_conv(layer, w, error);
        case NN_DENSE:
            return parse_dense(layer, w, error);
        case NN_BATCHNORM:
            return parse_batchnorm(layer, w, error);
        case NN_MAXPOOL:
            return parse_maxpool(layer, w, error);
        case NN_DROPOUT:
            return next_number(layer, w, "probability", 0, 1, &layer->rate, error);
        case NN_FLATTEN:
            layer->out = (nn_shape){1, 1, (int)nn_shape_size(layer->in)};
            return NN_OK;
        case NN_AVGPOOL:
            layer->out = (nn_shape){1, 1, layer->in.c};
            return NN_OK;
        case NN_RELU:
        case NN_SHORTCUT:
        case NN_ADD:
            return NN_OK;
        }
    }
    return bad(layer, error,
               "unknown layer, expected conv, dense, batchnorm, relu, maxpool, avgpool, dropout, "
               "shortcut, add or flatten");
}

int nn_layer_parse(nn_layer *layer, nn_error *error)
{
    words w;
    if (split(layer, &w, error) || parse_kind(layer, &w, error)) {
        return NN_ERROR_MODEL;
    }
    if (w.next < w.count) {
        return bad(layer, error, "'%s' is not expected here", w.word[w.next]);
    }
    if (layer->parameters > max_parameters || nn_shape_size(layer->out) > max_activations) {
        return bad(layer, error, "%zu parameters and %zu outputs are more than can be handled",
                   layer->parameters, nn_shape_size(layer->out));
    }
    return NN_OK;
}
