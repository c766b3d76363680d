/* activation.c: what one layer makes of one image, for looking at it. */
#include "nn/base/error.h"
#include "nn/kernels/images.h"
#include "nn/predict/predictor.h"

#include <string.h>

int nn_model_activation(const nn_model *model, const nn_images *images, uint32_t row, int layer,
                        float *out, nn_error *error)
{
    if (layer < 0 || layer >= model->count) {
        return nn_fail(error, NN_ERROR_INPUT, "layer %d, expected 0 to %d", layer,
                       model->count - 1);
    }
    if (nn_images_check_rows(images, &row, 1, error) ||
        nn_images_check(images, model->input, error)) {
        return error->code;
    }
    nn_predictor *predictor = nn_predictor_make(model, 1, 1, NN_ISA_BEST, 1, error);
    if (!predictor) {
        return error->code;
    }
    /* An unfused plan has an operation for each layer but dropout and flatten, which change no
     * number. */
    int end = 0;
    while (end < predictor->plan.count && predictor->plan.ops[end].layer <= layer) {
        end++;
    }
    nn_predictor_prepare(predictor);
    const float *y = nn_predictor_tile(predictor, images, &row, 0, 1, 0, end);
    memcpy(out, y, nn_shape_size(model->layers[layer].out) * sizeof *out);
    nn_predictor_free(predictor);
    return NN_OK;
}
