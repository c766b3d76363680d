/* flatten.c: the layer flatten, x [H][W][C] as y [1][1][H W C]. The numbers stay where they are, so
 * it is never an operation. */
#include "nn/layers/layer.h"

static int read(nn_layer *layer, nn_line *line)
{
    (void)line;
    layer->out = (nn_shape){1, 1, (int)nn_shape_size(layer->in)};
    return NN_OK;
}

const nn_layer_kind nn_layer_flatten = {
    .word = {"flatten", "", "optional; a dense layer does it by itself"},
    .read = read,
    .absent = {1, 1},
};
