/* error.h: how functions of nn/ report; inside nn/ only. */
#ifndef NN_ERROR_H
#define NN_ERROR_H

#include "nn/nn.h"

/* Fills *error and returns the code. */
int nn_fail(nn_error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
