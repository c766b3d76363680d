/* state.c: what can be asked of a trainer between steps, and saving and loading it. */
#include "nn/base/bytes.h"
#include "nn/base/error.h"
#include "nn/train/trainer.h"

#include <assert.h>
#include <string.h>

/* Saved bytes begin with the letters NNMOMENT, the number of the format, the model's fingerprint,
 * the count of parameters and of steps; the first and the second moments follow, and the average of
 * the weights where one is kept. */
static const uint64_t moments_magic = 0x544e454d4f4d4e4e;
enum { MOMENTS_FORMAT = 1, MOMENTS_HEADER = 40 };

size_t nn_trainer_size(const nn_trainer *trainer)
{
    size_t blocks = trainer->average ? 3 : 2;
    return MOMENTS_HEADER + blocks * trainer->model->parameters * sizeof(float);
}

void nn_trainer_save(const nn_trainer *trainer, void *bytes)
{
    const nn_model *model = trainer->model;
    uint8_t *at = bytes;
    nn_bytes_put(&at, moments_magic);
    nn_bytes_put(&at, MOMENTS_FORMAT);
    nn_bytes_put(&at, model->fingerprint);
    nn_bytes_put(&at, model->parameters);
    nn_bytes_put(&at, trainer->training.steps);
    float *const blocks[] = {trainer->m, trainer->v, trainer->average};
    for (int b = 0; b < 3 && blocks[b]; b++) {
        for (int i = 0; i < model->count; i++) {
            const nn_layer *layer = &model->layers[i];
            nn_bytes_put_floats(&at, blocks[b] + layer->offset, layer->parameters);
        }
    }
}

int nn_trainer_load(nn_trainer *trainer, const void *bytes, size_t size, nn_error *error)
{
    const nn_model *model = trainer->model;
    const uint8_t *at = bytes;
    if (size < MOMENTS_HEADER || nn_bytes_get(&at) != moments_magic) {
        return nn_fail(error, NN_ERROR_FORMAT, "these %zu bytes are not a trainer's state", size);
    }
    uint64_t format = nn_bytes_get(&at);
    if (format != MOMENTS_FORMAT) {
        return nn_fail(error, NN_ERROR_FORMAT, "a trainer's state of format %llu, expected %d",
                       (unsigned long long)format, MOMENTS_FORMAT);
    }
    uint64_t fingerprint = nn_bytes_get(&at), count = nn_bytes_get(&at);
    if (fingerprint != model->fingerprint || count != model->parameters ||
        size != nn_trainer_size(trainer)) {
        return nn_fail(error, NN_ERROR_FORMAT,
                       "a trainer's state of %zu bytes for %llu parameters of another model, "
                       "expected %zu bytes for %zu",
                       size, (unsigned long long)count, nn_trainer_size(trainer),
                       model->parameters);
    }
    trainer->training.steps = nn_bytes_get(&at);
    float *const blocks[] = {trainer->m, trainer->v, trainer->average};
    for (int b = 0; b < 3 && blocks[b]; b++) {
        for (int i = 0; i < model->count; i++) {
            const nn_layer *layer = &model->layers[i];
            nn_bytes_get_floats(&at, blocks[b] + layer->offset, layer->parameters);
        }
    }
    return NN_OK;
}

void nn_trainer_average(const nn_trainer *trainer, nn_model *model)
{
    assert(trainer->average && model->fingerprint == trainer->model->fingerprint);
    memcpy(model->values, trainer->average, model->floats * sizeof *model->values);
    model->version++;
}

const float *nn_trainer_gradient(const nn_trainer *trainer, int layer)
{
    return trainer->gradient + trainer->model->layers[layer].offset;
}

void nn_trainer_profile(nn_trainer *trainer, int on)
{
    trainer->team.profile = on;
    if (on) {
        memset(trainer->team.seconds, 0, sizeof trainer->team.seconds);
    }
}

double nn_trainer_seconds(const nn_trainer *trainer, int layer)
{
    return trainer->team.seconds[layer];
}
