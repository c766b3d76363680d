/* utf8.c: see utf8.h. */
#include "pipeline/base/utf8.h"

/* By the first byte; 0 for one that begins no character. */
static size_t length_of(unsigned first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc0)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
}

size_t utf8_character(const char *text, size_t size, uint32_t *code)
{
    static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    const size_t length = size ? length_of(bytes[0]) : 0;
    if (length == 0 || length > size)
        return 0;
    *code = length == 1 ? bytes[0] : bytes[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (bytes[i] & 0x3f);
    }
    const int surrogate = *code >= 0xd800 && *code < 0xe000;
    return *code < LEAST[length] || surrogate || *code > 0x10ffff ? 0 : length;
}

size_t utf8_write(uint32_t code, char bytes[UTF8_MOST])
{
    const size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    bytes[0] = (char)(length == 1 ? code : (0xf00u >> length & 0xf0) | code);
    return length;
}
