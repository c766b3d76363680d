/* model.c: a model and its one block of parameters; drawing them, and looking at the model. */
#include "nn/model/model.h"

#include "nn/base/arena.h"
#include "nn/base/error.h"
#include "nn/kernels/images.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 65536 }; /* of a table of numbers */

nn_model *nn_model_new(const char *text, nn_shape input, nn_error *error)
{
    nn_layer_kinds_check();
    nn_model *model = calloc(1, sizeof *model);
    if (!model) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for a model");
        return NULL;
    }
    model->input = input;
    int table = input.h == 1 && input.w == 1;
    if (input.h < 1 || input.w < 1 || input.c < 1 || input.h > 4096 || input.w > 4096 ||
        input.c > (table ? MOST_COLUMNS : 64)) {
        nn_fail(error, NN_ERROR_MODEL,
                "the input is %dx%dx%d, expected 1 to 4096 rows and columns and 1 to 64 channels, "
                "or 1x1 with up to %d",
                input.h, input.w, input.c, MOST_COLUMNS);
        goto failed;
    }
    model->text = strdup(text);
    if (!model->text) {
        nn_fail(error, NN_ERROR_MEMORY, "no memory for a model");
        goto failed;
    }
    if (nn_model_read(model, error)) {
        goto failed;
    }
    model->fingerprint = nn_model_fingerprint(model);
    /* One cache line more, so that a model without parameters is no special case. */
    model->values = nn_memory_new((model->floats + NN_ALIGN_FLOATS) * sizeof(float));
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

/* Whether a ReLU comes behind before any other layer that multiplies by weights. */
static int leads_to_relu(const nn_model *model, int layer)
{
    for (int i = layer + 1; i < model->count && model->layers[i].macs == 0; i++) {
        if (model->layers[i].within == NN_WITHIN_RELU) {
            return 1;
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
        assert(layer->kind->initialise || layer->parameters == 0);
        if (layer->parameters) {
            nn_random random = nn_random_new(seed, (uint64_t)i);
            layer->kind->initialise(layer, leads_to_relu(model, i), &random,
                                    model->values + layer->offset);
        }
    }
}

int nn_model_fit(nn_model *model, const nn_images *images, const uint32_t *rows, size_t n,
                 nn_error *error)
{
    for (int i = 0; i < model->count; i++) {
        const nn_layer *layer = &model->layers[i];
        if (!layer->kind->fit) {
            continue;
        }
        if (n == 0) {
            return nn_fail(error, NN_ERROR_INPUT, "no images to fit line %d: '%.60s' to",
                           layer->line, layer->text);
        }
        if (nn_images_check(images, model->input, error) ||
            nn_images_check_rows(images, rows, n, error) ||
            layer->kind->fit(layer, images, rows, n, model->values + layer->offset, error)) {
            return error->code;
        }
        model->version++;
    }
    return NN_OK;
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
    return (nn_layer_info){.kind = l->kind->word.word,
                           .text = l->text,
                           .line = l->line,
                           .out = l->out,
                           .parameters = l->parameters,
                           .trainable = l->trainable,
                           .macs = l->macs};
}
