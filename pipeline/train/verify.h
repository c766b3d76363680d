/* verify.h: the listener that compares a training, repeated in memory, with what t->run has
 * recorded. At the end it says on stdout whether the weights are the same, bit for bit, then what
 * is not as it was: data, settings, program, compiler, CPU, instruction set, BLAS. Nothing is
 * written but a line in the log of stages. */
#ifndef TRAIN_VERIFY_H
#define TRAIN_VERIFY_H

#include "pipeline/train/training.h"

struct verification;

struct verification *train_verification_new(void); /* NULL: no memory */
void train_verification_free(struct verification *verification);

struct listener train_verifier(struct verification *verification);
int train_verified_same(const struct verification *verification); /* after the end: 1, or 0 */

#endif
