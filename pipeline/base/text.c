/* text.c: see text.h. */
#include "pipeline/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *text_extend(struct text *text, size_t size)
{
    size_t need = text->length + size + 1;
    if (text->failed)
        return NULL;
    if (need > text->room) {
        size_t room = need < 2 * text->room ? 2 * text->room : need < 128 ? 128 : need;
        char *bytes = realloc(text->bytes, room);
        if (!bytes) {
            text->failed = 1;
            return NULL;
        }
        text->bytes = bytes;
        text->room = room;
        text->bytes[text->length] = '\0';
    }
    return text->bytes + text->length;
}

void text_extended(struct text *text, size_t size)
{
    text->length += size;
    text->bytes[text->length] = '\0';
}

void text_add_bytes(struct text *text, const void *bytes, size_t size)
{
    char *to = text_extend(text, size);
    if (!to)
        return;
    if (size)
        memcpy(to, bytes, size);
    text_extended(text, size);
}

void text_add(struct text *text, const char *more)
{
    text_add_bytes(text, more, strlen(more));
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    char *to = size < 0 ? NULL : text_extend(text, (size_t)size);
    if (to) {
        vsnprintf(to, (size_t)size + 1, format, again);
        text_extended(text, (size_t)size);
    } else {
        text->failed = 1;
    }
    va_end(again);
    va_end(arguments);
}

void text_cut(struct text *text, size_t length)
{
    if (length < text->length) {
        text->length = length;
        text->bytes[length] = '\0';
    }
}

int text_failed(const struct text *text)
{
    return text->failed;
}

const char *text_of(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}
