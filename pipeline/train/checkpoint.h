/* checkpoint.h: weights and state of a training into the table checkpoint, and back.
 *
 * All within the caller's transaction. 0, or FAILED with a line in t->db->error. */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include "pipeline/train/training.h"

int train_save_best(struct training *t, int epoch); /* the weights that count */
int train_save_resumable(struct training *t);       /* all that the run needs to go on */
int train_save_final(struct training *t);           /* the weights at the end, without a state */

/* The SHA-256 of a net's weights, which come into t->weights. */
void train_hash_weights(struct training *t, const nn_model *model, char hex[65]);

/* What an interrupted or crashed run begins with; where it has no checkpoint, t is as it was. */
int train_load_checkpoint(struct training *t);

#endif
