/* texts.c: see texts.h. */
#include "pipeline/table/texts.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const uint32_t QUIET_NAN = 0x7fc00000; /* with nothing in its lower bits: a gap */

int texts_find(const struct texts *texts, const char *text, size_t length)
{
    for (size_t i = 0; i < texts->list.count; i++)
        if (strlen(texts->list.items[i]) == length && !memcmp(texts->list.items[i], text, length))
            return (int)i;
    return TEXTS_MOST;
}

int texts_code(struct texts *texts, const char *text, size_t length)
{
    const int found = texts_find(texts, text, length);
    if (found < TEXTS_MOST)
        return found;
    if (texts->list.count == TEXTS_MOST) {
        texts->overflow = 1;
        return TEXTS_MOST - 1;
    }
    return fields_add(&texts->list, text, length) ? -1 : (int)texts->list.count - 1;
}

float texts_value(int code)
{
    const uint32_t bits = QUIET_NAN + (uint32_t)code + 1;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

float texts_gap(void)
{
    return texts_value(-1);
}

int texts_code_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return isnan(value) ? (int)(bits - QUIET_NAN) - 1 : -1;
}
