/* error.c: see error.h. */
#include "pipeline/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *error, const char *format, ...)
{
    char text[sizeof error->text]; /* an argument may be the old text */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    memcpy(error->text, text, sizeof text);
    return FAILED;
}

int error_memory(struct error *error, const char *what)
{
    return error_set(error, "out of memory for %s", what);
}

int error_system(struct error *error, const char *what)
{
    return error_set(error, "%s: %s", what, strerror(errno));
}

int error_within(struct error *error, const char *format, ...)
{
    char place[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(place, sizeof place, format, arguments);
    va_end(arguments);
    return error_set(error, "%s: %s", place, error->text);
}
