/* loop.h: a training from its first epoch, or the one that it goes on with, to its end. */
#ifndef TRAIN_LOOP_H
#define TRAIN_LOOP_H

#include "pipeline/train/training.h"

/* Tell the listeners. 0, or FAILED with a line in t->db->error. */
int train_tell_start(struct training *t);
int train_tell_end(struct training *t, run_status status, const char *message, double seconds);

/* Trains, and tells the listeners of each epoch. How it ended:
 *     RUN_FINISHED
 *     RUN_INTERRUPTED  by a signal, after a whole step
 *     RUN_FAILED       it would fail again: *error says why
 *     RUN_CRASHED      by trouble of the surroundings, so the run can go on: *error says which */
run_status train_loop(struct training *t, struct error *error);

/* Catches SIGINT and SIGTERM from now on; train_loop notices them after the current step. */
void train_catch_signals(void);

#endif
