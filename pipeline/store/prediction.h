/* prediction.h: probabilities of the classes, as the table prediction holds them. */
#ifndef PREDICTION_H
#define PREDICTION_H

#include "pipeline/base/text.h"

#include <stdint.h>

/* As text: a JSON array of numbers with 6 significant digits. */
void prediction_write(const float *probabilities, int classes, struct text *text);

/* Reads such an array into probabilities[most]. Returns how many numbers it has, up to one too
 * many; -1 where it is something else, or one is no probability. */
int prediction_read(const char *text, int most, float *probabilities);

/* The same with all the digits that stand there. */
int prediction_read_exact(const char *text, int most, double *probabilities);

/* The most probable class, the first of equals. */
uint16_t prediction_best(const float *probabilities, int classes);

/* -ln p of the label's class, p being 1e-7 at least (as Keras clips it). */
double prediction_loss(const float *probabilities, uint16_t label);

/* softmax(logits / temperature) */
void prediction_softmax(const double *logits, int classes, double temperature,
                        float *probabilities);

#define PREDICTION_LEAST 1e-7 /* a smaller probability counts as this in a logarithm */

#endif
