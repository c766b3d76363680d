/* winograd4.c: the path of winograd_path.h with tiles of 4 x 4 outputs, F(4 x 4, 3 x 3): 36
 * multiply-adds in place of 144, at several times the rounding error. */
#define WINOGRAD_M 4
#include "nn/conv/winograd_path.h"

const nn_conv_path NN_KERNEL(nn_conv_winograd4) = {.name = "winograd4", WINOGRAD_PATH};
