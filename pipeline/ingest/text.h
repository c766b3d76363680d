/* ingest_text.h: the texts that come with images: labels, ids, the header line.
 *
 * In: fields of a CSV file as bytes with a length. Out: lists of texts that end in a NUL.
 */
#ifndef INGEST_TEXT_H
#define INGEST_TEXT_H

#include "nn/nn.h"
#include <stddef.h>
#include <stdint.h>

enum { MAX_LABEL = 100, MAX_ID = 255 }; /* bytes */

/* Different labels; the index of one is its class. */
struct label_list {
    size_t count;
    size_t length[NN_MAX_CLASSES];
    char text[NN_MAX_CLASSES][MAX_LABEL + 1];
};

/* The index of that label or -1; label_list_add appends it where it is new, and returns -1 where
 * the list is full. The length is at most MAX_LABEL. */
int label_list_find(const struct label_list *list, const char *text, size_t length);
int label_list_add(struct label_list *list, const char *text, size_t length);

/* Sorts: by value where all labels are numbers, else as texts, byte by byte. number[i] becomes the
 * new index of what had index i. Returns 0, or -1 where memory is short. */
int label_list_sort(struct label_list *list, uint16_t number[NN_MAX_CLASSES]);

/* Texts in the order of their arrival. Add returns 0 or -1 (memory); free accepts zeros. */
struct text_list {
    char **items; /* [count] */
    size_t count, capacity;
};

int text_list_add(struct text_list *list, const char *text, size_t length);
void text_list_free(struct text_list *list);

/* The first line of a file that comes in blocks, without its end. Add returns 0 or -1 (memory). */
struct text_line {
    char *text;
    size_t length;
    int complete;
};

int text_line_add(struct text_line *line, const char *block, size_t size);

/* 1: no control characters, so the text can be stored and printed as it is. */
int text_is_clean(const char *text, size_t length);

/* For error messages: at most size - 1 bytes of it, what is not printable as '?', dots at a cut. */
void text_show(const char *text, size_t length, char *shown, size_t size);

#endif
