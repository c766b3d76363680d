/* line.h: the words of one line of a model's text, while a layer reads its arguments from them;
 * inside nn/ only. */
#ifndef NN_LINE_H
#define NN_LINE_H

#include "nn/layers/layer.h"

enum { NN_LINE_WORDS = 8, NN_LINE_WORD = 32, NN_MAX_UNITS = 65536 };

struct nn_line {
    const nn_layer *layer;
    nn_shape input; /* of the model */
    nn_error *error;
    int count, next;
    char word[NN_LINE_WORDS][NN_LINE_WORD];
};

/* Cuts layer->text into words, of which the first counts as read. */
int nn_line_split(nn_line *line);

/* Fills the error: the line, and what was found and expected. Returns NN_ERROR_MODEL. */
int nn_line_bad(const nn_line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The next word, NULL where there is none; and whether it is this one, which is then read. */
const char *nn_line_next(nn_line *line);
int nn_line_is(nn_line *line, const char *word);

/* The next word as a whole number from 1 to high, or as one with low <= number < high. Returns 0 or
 * NN_ERROR_MODEL; the error speaks of `what`. */
int nn_line_whole(nn_line *line, const char *what, int high, int *value);
int nn_line_number(nn_line *line, const char *what, float low, float high, float *value);

/* A whole number from low to high, ended by `end`; *rest is what follows. Returns 0 or -1. */
int nn_whole(const char *text, long low, long high, char end, int *value, const char **rest);

#endif
