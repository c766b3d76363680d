/* utf16.c: see utf16.h. */
#include "pipeline/source/utf16.h"

#include "pipeline/base/utf8.h"

static int fail_line(const struct utf16 *utf16, const char *finding, struct error *error)
{
    return error_set(error, "%s:%zu: %s", utf16->path, utf16->lines + 1, finding);
}

/* One unit of 16 bits; returns the bytes written, or FAILED. */
static int take_unit(struct utf16 *utf16, uint32_t unit, char *to, struct error *error)
{
    const int is_high = unit >= 0xd800 && unit < 0xdc00, is_low = unit >= 0xdc00 && unit < 0xe000;
    if (is_low != (utf16->high != 0))
        return fail_line(utf16, "half of a surrogate pair stands alone in this UTF-16 text", error);
    if (is_high) {
        utf16->high = unit;
        return 0;
    }
    if (is_low)
        unit = 0x10000 + ((utf16->high - 0xd800) << 10) + (unit - 0xdc00);
    utf16->high = 0;
    utf16->lines += unit == '\n';
    return (int)utf8_write(unit, to);
}

int64_t utf16_convert(struct utf16 *utf16, const char *from, size_t size, char *to,
                      struct error *error)
{
    const unsigned char *bytes = (const unsigned char *)from;
    const char *const begin = to;
    for (size_t i = 0; i < size; i++) {
        utf16->odd = !utf16->odd;
        if (utf16->odd) {
            utf16->half = bytes[i];
            continue;
        }
        const uint32_t unit = utf16->big_endian ? (uint32_t)utf16->half << 8 | bytes[i]
                                                : (uint32_t)bytes[i] << 8 | utf16->half;
        const int written = take_unit(utf16, unit, to, error);
        if (written < 0)
            return FAILED;
        to += written;
    }
    return to - begin;
}

int utf16_finish(const struct utf16 *utf16, struct error *error)
{
    if (utf16->odd)
        return fail_line(utf16, "ends with half a character; its UTF-16 has an odd number of bytes",
                         error);
    if (utf16->high)
        return fail_line(utf16, "half of a surrogate pair stands alone in this UTF-16 text", error);
    return 0;
}
