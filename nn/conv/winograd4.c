/* conv_winograd4.c: the same as conv_winograd.c with tiles of 4 x 4 outputs, F(4 x 4, 3 x 3): 36
 * multiply-adds in place of 144, at several times the rounding error. */
#define WINOGRAD_M 4
#include "nn/conv/winograd.c"
