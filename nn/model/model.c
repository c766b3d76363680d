/* model.c: from a model's text to its layers and one block of parameters; drawing, saving and
 * loading them. */
#include "nn/model/model.h"

#include "nn/base/arena.h"
#include "nn/base/bytes.h"
#include "nn/base/error.h"
#include "nn/model/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Saved weights begin with four numbers of eight bytes: the letters NNWEIGHT, the number of the
 * format, the fingerprint, the count of floats. */
static const uint64_t weights_magic = 0x5448474945574e4e;
enum { WEIGHTS_FORMAT = 1, WEIGHTS_HEADER = 32, ALIGN_FLOATS = 16 };

/* FNV-1a over the eight bytes of a number. */
static uint64_t hash(uint64_t fingerprint, uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        fingerprint = (fingerprint ^ (number >> (8 * i) & 0xff)) * 0x100000001b3u;
    }
    return fingerprint;
}

static uint64_t hash_shape(uint64_t fingerprint, nn_shape shape)
{
    fingerprint = hash(fingerprint, (uint64_t)shape.h);
    fingerprint = hash(fingerprint, (uint64_t)shape.w);
    return hash(fingerprint, (uint64_t)shape.c);
}

/* Dropout, flatten and the momentum of running statistics do not change what weights compute. */
static uint64_t fingerprint_of(const nn_model *model)
{
    uint64_t fingerprint = hash_shape(0xcbf29ce484222325u, model->input);
    for (int i = 0; i < model->count; i++) {
        const nn_layer *layer = &model->layers[i];
        if (layer->kind == NN_DROPOUT || layer->kind == NN_FLATTEN) {
            continue;
        }
        uint32_t epsilon;
        memcpy(&epsilon, &layer->epsilon, sizeof epsilon);
        fingerprint = hash(fingerprint, (uint64_t)layer->kind);
        fingerprint = hash(fingerprint, (uint64_t)layer->k);
        fingerprint = hash(fingerprint, (uint64_t)layer->stride);
        fingerprint = hash(fingerprint, (uint64_t)layer->pad);
        fingerprint = hash(fingerprint, epsilon);
        fingerprint = hash_shape(fingerprint, layer->out);
    }
    return fingerprint;
}

/* The layers `shortcut` that wait for their `add`, the innermost last. */
typedef struct shortcuts {
    int count;
    int layers[NN_MAX_LAYERS];
} shortcuts;

/* Notes a shortcut, or pairs the model's layer `at`, an add, with the innermost one. */
static int pair(nn_model *model, int at, shortcuts *pending, nn_error *error)
{
    nn_layer *layer = &model->layers[at];
    if (layer->kind == NN_SHORTCUT) {
        pending->layers[pending->count++] = at;
        return NN_OK;
    }
    if (pending->count == 0) {
        return nn_fail(
            error, NN_ERROR_MODEL,
            "line %d: '%.60s': expected a shortcut on a line before that no other add closes",
            layer->line, layer->text);
    }
    int start = pending->layers[--pending->count];
    nn_shape kept = model->layers[start].out;
    if (start + 1 == at) {
        return nn_fail(error, NN_ERROR_MODEL,
                       "line %d: '%.60s': expected a layer between it and the shortcut of line %d",
                       layer->line, layer->text, model->layers[start].line);
    }
    if (layer->in.h != kept.h || layer->in.w != kept.w || layer->in.c != kept.c) {
        return nn_fail(error, NN_ERROR_MODEL,
                       "line %d: '%.60s': its input is %dx%dx%d, expected %dx%dx%d as the shortcut "
                       "of line %d keeps",
                       layer->line, layer->text, layer->in.h, layer->in.w, layer->in.c, kept.h,
                       kept.w, kept.c, model->layers[start].line);
    }
    layer->partner = start;
    model->layers[start].partner = at;
    return NN_OK;
}

/* Cuts the model's copy of the text into lines and parses those that hold a layer. */
static int parse(nn_model *model, nn_error *error)
{
    nn_shape shape = model->input;
    shortcuts pending = {.count = 0};
    char *next = model->text;
    for (int line = 1; next; line++) {
        char *text = next;
        next = strchr(text, '\n');
        if (next) {
            *next++ = '\0';
        }
        text[strcspn(text, "#")] = '\0';
        text += strspn(text, " \t\r");
        size_t length = strlen(text);
        while (length && strchr(" \t\r", text[length - 1])) {
            text[--length] = '\0';
        }
        if (length == 0) {
            continue;
        }
        if (model->count == NN_MAX_LAYERS) {
            return nn_fail(error, NN_ERROR_MODEL, "line %d: more than %d layers", line,
                           NN_MAX_LAYERS);
        }
        nn_layer *layer = &model->layers[model->count];
        *layer = (nn_layer){.line = line, .text = text, .in = shape};
        if (nn_layer_parse(layer, error)) {
            return error->code;
        }
        int paired = layer->kind == NN_SHORTCUT || layer->kind == NN_ADD;
        if (paired && pair(model, model->count, &pending, error)) {
            return error->code;
        }
        layer->offset = model->floats;
        model->parameters += layer->parameters;
        model->trainable += layer->trainable;
        model->floats += (layer->parameters + ALIGN_FLOATS - 1) / ALIGN_FLOATS * ALIGN_FLOATS;
        model->count++;
        shape = layer->out;
    }
    if (model->count == 0) {
        return nn_fail(error, NN_ERROR_MODEL, "the model has no layer");
    }
    if (pending.count > 0) {
        const nn_layer *layer = &model->layers[pending.layers[pending.count - 1]];
        return nn_fail(error, NN_ERROR_MODEL, "line %d: '%.60s': expected an add on a line behind",
                       layer->line, layer->text);
    }
    size_t classes = nn_shape_size(shape);
    if (classes < 2 || classes > NN_MAX_CLASSES) {
        return nn_fail(error, NN_ERROR_MODEL,
                       "line %d: '%.60s': %zu values come out of the last layer, expected one for "
                       "each of 2 to %d classes",
                       model->layers[model->count - 1].line, model->layers[model->count - 1].text,
                       classes, NN_MAX_CLASSES);
    }
    return NN_OK;
}

nn_model *nn_model_new(const char *text, nn_shape input, nn_error *error)
{
    nn_model *model = calloc(1, sizeof *model);
    if (!model) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for a model");
        return NULL;
    }
    model->input = input;
    if (input.h < 1 || input.w < 1 || input.c < 1 || input.h > 4096 || input.w > 4096 ||
        input.c > 64) {
        nn_fail(error, NN_ERROR_MODEL,
                "the input is %dx%dx%d, expected 1 to 4096 rows and columns and 1 to 64 channels",
                input.h, input.w, input.c);
        goto failed;
    }
    model->text = strdup(text);
    if (!model->text) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for a model");
        goto failed;
    }
    if (parse(model, error)) {
        goto failed;
    }
    model->fingerprint = fingerprint_of(model);
    /* One cache line more, so that a model without parameters is no special case. */
    model->values = nn_memory_new((model->floats + ALIGN_FLOATS) * sizeof(float));
    if (!model->values) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for %zu parameters", model->parameters);
        goto failed;
    }
    return model;

failed:
    nn_model_free(model);
    return NULL;
}

void nn_model_free(nn_model *model)
{
    if (model) {
        free(model->text);
        free(model->values);
        free(model);
    }
}

static int followed_by_relu(const nn_model *model, int layer)
{
    for (int i = layer + 1; i < model->count; i++) {
        nn_kind kind = model->layers[i].kind;
        if (kind == NN_RELU) {
            return 1;
        }
        if (kind == NN_CONV || kind == NN_DENSE) {
            return 0;
        }
    }
    return 0;
}

void nn_model_initialise(nn_model *model, uint64_t seed)
{
    memset(model->values, 0, model->floats * sizeof(float));
    model->version++;
    for (int i = 0; i < model->count; i++) {
        const nn_layer *layer = &model->layers[i];
        float *w = model->values + layer->offset;
        if (layer->kind == NN_BATCHNORM) {
            for (size_t j = 0; j < layer->weights; j++) {
                w[j] = 1;                      /* gamma */
                w[3 * layer->weights + j] = 1; /* running variance */
            }
        } else if (layer->kind == NN_CONV || layer->kind == NN_DENSE) {
            double units = layer->units;
            double fan_in = (double)layer->weights / units;
            double fan_out = layer->kind == NN_CONV ? units * layer->k * layer->k : units;
            double deviation = sqrt(2 / fan_in), limit = sqrt(6 / (fan_in + fan_out));
            int normal = followed_by_relu(model, i);
            nn_random random = nn_random_new(seed, (uint64_t)i);
            for (size_t j = 0; j < layer->weights; j++) {
                w[j] = normal ? (float)(deviation * (double)nn_random_normal(&random))
                              : (float)(limit * (2 * (double)nn_random_uniform(&random) - 1));
            }
        }
    }
}

int nn_model_layers(const nn_model *model)
{
    return model->count;
}

nn_shape nn_model_input(const nn_model *model)
{
    return model->input;
}

int nn_model_classes(const nn_model *model)
{
    return (int)nn_shape_size(model->layers[model->count - 1].out);
}

size_t nn_model_parameters(const nn_model *model, size_t *trainable)
{
    if (trainable) {
        *trainable = model->trainable;
    }
    return model->parameters;
}

const float *nn_model_weights(const nn_model *model, int layer)
{
    return model->values + model->layers[layer].offset;
}

nn_layer_info nn_model_layer(const nn_model *model, int layer)
{
    const nn_layer *l = &model->layers[layer];
    double outputs = l->kind == NN_CONV ? (double)l->out.h * l->out.w : 1;
    double macs = l->kind == NN_CONV || l->kind == NN_DENSE ? (double)l->weights * outputs : 0;
    return (nn_layer_info){.kind = nn_kind_name(l->kind),
                           .text = l->text,
                           .path = nn_plan_path(model, layer),
                           .line = l->line,
                           .out = l->out,
                           .parameters = l->parameters,
                           .trainable = l->trainable,
                           .macs = macs};
}

size_t nn_model_size(const nn_model *model)
{
    return WEIGHTS_HEADER + model->parameters * sizeof(float);
}

void nn_model_save(const nn_model *model, void *bytes)
{
    uint8_t *at = bytes;
    nn_bytes_put(&at, weights_magic);
    nn_bytes_put(&at, WEIGHTS_FORMAT);
    nn_bytes_put(&at, model->fingerprint);
    nn_bytes_put(&at, model->parameters);
    for (int i = 0; i < model->count; i++) {
        const nn_layer *layer = &model->layers[i];
        nn_bytes_put_floats(&at, model->values + layer->offset, layer->parameters);
    }
}

int nn_model_load(nn_model *model, const void *bytes, size_t size, nn_error *error)
{
    const uint8_t *at = bytes;
    if (size < WEIGHTS_HEADER || nn_bytes_get(&at) != weights_magic) {
        return nn_fail(error, NN_ERROR_FORMAT, "these %zu bytes are not saved weights", size);
    }
    uint64_t format = nn_bytes_get(&at);
    if (format != WEIGHTS_FORMAT) {
        return nn_fail(error, NN_ERROR_FORMAT, "weights of format %llu, expected %d",
                       (unsigned long long)format, WEIGHTS_FORMAT);
    }
    uint64_t fingerprint = nn_bytes_get(&at), count = nn_bytes_get(&at);
    if (fingerprint != model->fingerprint || count != model->parameters) {
        return nn_fail(error, NN_ERROR_FORMAT,
                       "weights of a model with other layers, of %llu parameters, expected those "
                       "of this one, of %zu",
                       (unsigned long long)count, model->parameters);
    }
    if (size != nn_model_size(model)) {
        return nn_fail(error, NN_ERROR_FORMAT, "%zu bytes of saved weights, expected %zu", size,
                       nn_model_size(model));
    }
    for (int i = 0; i < model->count; i++) {
        const nn_layer *layer = &model->layers[i];
        nn_bytes_get_floats(&at, model->values + layer->offset, layer->parameters);
    }
    model->version++;
    return NN_OK;
}
