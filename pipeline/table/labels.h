/* labels.h: the different labels of a dataset; the index of one is its class. */
#ifndef TABLE_LABELS_H
#define TABLE_LABELS_H

#include "nn/nn.h"

#include <stddef.h>
#include <stdint.h>

enum { MAX_LABEL = 100 }; /* bytes */

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

#endif
