/* fields.h: fields of a CSV file: kept as texts, looked at, shown in messages. */
#ifndef SOURCE_FIELDS_H
#define SOURCE_FIELDS_H

#include "pipeline/base/number.h"

#include <stddef.h>

/* Texts in the order of their arrival. Add returns 0 or -1 (memory); free accepts zeros. */
struct fields {
    char **items; /* [count] */
    size_t count, capacity;
};

int fields_add(struct fields *fields, const char *text, size_t length);
void fields_free(struct fields *fields);

/* Whether the whole text is a decimal number like 7, -1, 0.0 or 2.55e+02. */
int field_is_number(const char *text);

/* A whole number in float form in its shortest form, as number.h has it. */
enum { FIELD_WHOLE = NUMBER_WHOLE };
static inline size_t field_shorten(const char *text, size_t length, char whole[FIELD_WHOLE])
{
    return number_shorten(text, length, whole);
}

/* 1: UTF-8 without control characters (C0, DEL, C1) and without characters that turn the direction
 * of reading (U+202A to U+202E, U+2066 to U+2069), so the text can be stored, printed and drawn as
 * it is. */
int field_is_clean(const char *text, size_t length);

/* For error messages: what is no clean UTF-8 as '?', dots where it is cut. */
enum { FIELD_SHOWN = 40 };
void field_show(const char *text, size_t length, char shown[FIELD_SHOWN]);

#endif
