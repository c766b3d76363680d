/* hash.h: SHA-256 in lower-case hexadecimal. */
#ifndef HASH_H
#define HASH_H

#include "pipeline/base/error.h"

#include <stddef.h>
#include <stdint.h>

void hash_bytes(const void *bytes, size_t size, char hex[65]);
void hash_text(const char *text, char hex[65]);

/* hash = SHA-256 of the old hash, a line end and the text: a chain over any number of lines. */
void hash_chain(char hash[65], const char *text);

/* Of a whole file; its size in *bytes, which may be NULL. 0 or FAILED. */
int hash_file(const char *path, char hex[65], int64_t *bytes, struct error *error);

#endif
