/* error.c: fills an nn_error. */
#include "nn/base/error.h"

#include <stdarg.h>
#include <stdio.h>

int nn_fail(nn_error *error, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    error->code = code;
    return code;
}
