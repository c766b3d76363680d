/* state.h: where a training stands: all that one that goes on needs beside weights and moments. */
#ifndef TRAIN_STATE_H
#define TRAIN_STATE_H

#include "pipeline/base/text.h"
#include "pipeline/conf/conf.h"

struct train_state {
    int epoch;            /* the one under way, from 1 */
    int best_epoch;       /* of the weights that count; 0: none yet */
    uint64_t position;    /* images of the epoch that are done */
    nn_metrics sums;      /* of this epoch so far */
    double epoch_seconds; /* of this epoch so far */
    double learning_rate; /* the schedule's peak; less after a plateau */
    int stopped;          /* 1: early stopping has ended it */
    nn_monitor checkpoint;
    nn_early_stopping stopping;
    nn_plateau plateau;
};

struct train_state train_state_first(const struct conf *conf);

/* Appends the state as bytes of format 3. */
void train_state_write(const struct train_state *state, struct text *bytes);

/* Reads what the experiment does not say into a state that train_state_first made; `images` are
 * those of an epoch. Returns how many bytes the state takes, or FAILED with a line in error where
 * the format is unknown or the state makes no sense. */
int train_state_read(struct train_state *state, const uint8_t *bytes, size_t size,
                     const struct conf *conf, size_t images, struct error *error);

#endif
