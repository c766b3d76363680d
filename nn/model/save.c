/* save.c: a model's weights as bytes, and what tells whose weights they are. */
#include "nn/base/bytes.h"
#include "nn/base/error.h"
#include "nn/model/model.h"

#include <string.h>

/* Saved weights begin with four numbers of eight bytes: the letters NNWEIGHT, the number of the
 * format, the fingerprint, the count of floats. */
static const uint64_t weights_magic = 0x5448474945574e4e;
enum { WEIGHTS_FORMAT = 1, WEIGHTS_HEADER = 32 };

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

/* Layers that are absent when predicting, and the momentum of running statistics, do not change
 * what weights compute. */
uint64_t nn_model_fingerprint(const nn_model *model)
{
    uint64_t fingerprint = hash_shape(0xcbf29ce484222325u, model->input);
    for (int i = 0; i < model->count; i++) {
        const nn_layer *layer = &model->layers[i];
        if (layer->kind->absent[NN_FOR_INFERENCE]) {
            continue;
        }
        uint32_t epsilon, rate;
        memcpy(&epsilon, &layer->epsilon, sizeof epsilon);
        memcpy(&rate, &layer->rate, sizeof rate);
        fingerprint = hash(fingerprint, (uint64_t)nn_layer_kind_number(layer->kind));
        fingerprint = hash(fingerprint, (uint64_t)layer->k);
        fingerprint = hash(fingerprint, (uint64_t)layer->stride);
        fingerprint = hash(fingerprint, (uint64_t)layer->pad);
        fingerprint = hash(fingerprint, epsilon);
        if (rate) { /* no kind that counts had one when the first weights were saved */
            fingerprint = hash(fingerprint, rate);
        }
        fingerprint = hash_shape(fingerprint, layer->out);
    }
    return fingerprint;
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
