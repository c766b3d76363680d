/* utf16.h: text in UTF-16 on its way to UTF-8. */
#ifndef SOURCE_UTF16_H
#define SOURCE_UTF16_H

#include "pipeline/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Zeros but for the first two are a new one. A character may lie across two blocks. */
struct utf16 {
    int big_endian;
    const char *path; /* for messages */
    size_t lines;     /* that have ended so far */
    int odd;          /* there is half a unit: */
    unsigned char half;
    uint32_t high; /* a high surrogate whose other half is to come, or 0 */
};

/* Writes a block as UTF-8 into `to`, which has UTF16_ROOM(size) bytes. Returns the bytes written,
 * or FAILED with the line where it is no UTF-16. */
#define UTF16_ROOM(size) (((size) / 2 + 2) * 3)
int64_t utf16_convert(struct utf16 *utf16, const char *from, size_t size, char *to,
                      struct error *error);

/* After the last block: 0, or FAILED where a character is cut. */
int utf16_finish(const struct utf16 *utf16, struct error *error);

#endif
