/* utf8.h: characters as UTF-8 has them (RFC 3629). */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The character at the beginning of a text of `size` bytes: how many bytes it takes, and *code is
 * its number; 0 where they are no UTF-8, or there are none. */
size_t utf8_character(const char *text, size_t size, uint32_t *code);

/* Writes a character, up to 0x10ffff; returns its bytes, one to four. */
enum { UTF8_MOST = 4 };
size_t utf8_write(uint32_t code, char bytes[UTF8_MOST]);

#endif
