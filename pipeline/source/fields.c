/* fields.c: see fields.h. */
#include "pipeline/source/fields.h"

#include "pipeline/base/utf8.h"

#include <stdlib.h>
#include <string.h>

int fields_add(struct fields *fields, const char *text, size_t length)
{
    if (fields->count == fields->capacity) {
        const size_t capacity = fields->capacity ? 2 * fields->capacity : 1024;
        char **items = realloc(fields->items, capacity * sizeof *items);
        if (!items)
            return -1;
        fields->items = items;
        fields->capacity = capacity;
    }
    char *copy = malloc(length + 1);
    if (!copy)
        return -1;
    memcpy(copy, text, length);
    copy[length] = '\0';
    fields->items[fields->count++] = copy;
    return 0;
}

void fields_free(struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        free(fields->items[i]);
    free(fields->items);
    *fields = (struct fields){0};
}

/* strtod alone would take "nan", "inf", hexadecimal and leading blanks too. */
int field_is_number(const char *text)
{
    char *end;
    if (!*text || text[strspn(text, "0123456789+-.eE")])
        return 0;
    (void)strtod(text, &end);
    return !*end;
}

/* Control characters, and those that turn the direction in which what follows is read. */
static int is_harmful(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

int field_is_clean(const char *text, size_t length)
{
    uint32_t code = 0;
    for (size_t at = 0, bytes; at < length; at += bytes) {
        bytes = utf8_character(text + at, length - at, &code);
        if (!bytes || is_harmful(code))
            return 0;
    }
    return 1;
}

void field_show(const char *text, size_t length, char shown[FIELD_SHOWN])
{
    enum { ROOM = FIELD_SHOWN - 1 };
    size_t n = 0, whole = 0; /* whole: bytes of characters that leave room for the dots */
    uint32_t code = 0;
    for (size_t at = 0, bytes; at < length; at += bytes) {
        bytes = utf8_character(text + at, length - at, &code);
        const int is_shown = bytes && !is_harmful(code);
        bytes = bytes ? bytes : 1;
        const size_t wide = is_shown ? bytes : 1;
        if (n + wide > ROOM) {
            memcpy(shown + whole, "...", 3);
            n = whole + 3;
            break;
        }
        memcpy(shown + n, is_shown ? text + at : "?", wide);
        n += wide;
        whole = n + 3 <= ROOM ? n : whole;
    }
    shown[n] = '\0';
}
