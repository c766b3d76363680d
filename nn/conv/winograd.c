/* winograd.c: the path of winograd_path.h with tiles of 2 x 2 outputs, F(2 x 2, 3 x 3): 16
 * multiply-adds in place of 36. */
#define WINOGRAD_M 2
#include "nn/conv/winograd_path.h"

const nn_conv_path NN_KERNEL(nn_conv_winograd) = {.name = "winograd", WINOGRAD_PATH};
