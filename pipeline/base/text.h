/* text.h: a text that grows.
 *
 *     struct text t = {0};
 *     text_format(&t, "%d images", n);
 *     if (text_failed(&t)) ... no memory
 *     use(t.bytes);
 *     text_free(&t);
 *
 * Once memory was short, further calls do nothing, so it is enough to look at the end. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>

struct text {
    char *bytes; /* ends with a zero byte that length does not count; NULL while it is empty */
    size_t length, room;
    int failed;
};

void text_add(struct text *text, const char *more);
void text_add_bytes(struct text *text, const void *bytes, size_t size);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes room for so many bytes more and returns where they go, NULL where there is no memory;
 * text_extended counts those that were written there. */
char *text_extend(struct text *text, size_t size);
void text_extended(struct text *text, size_t size);

void text_cut(struct text *text, size_t length); /* keeps the first `length` bytes */
int text_failed(const struct text *text);        /* 1: memory was short, bytes are incomplete */
const char *text_of(const struct text *text);    /* "" where nothing was added */
void text_free(struct text *text);               /* leaves an empty one */

#endif
