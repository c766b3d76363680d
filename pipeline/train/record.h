/* record.h: the listener that writes a training into the database. */
#ifndef TRAIN_RECORD_H
#define TRAIN_RECORD_H

#include "pipeline/train/training.h"

/* What it keeps for itself; zeros at the start. */
struct recording {
    double saved_at;     /* number_seconds() of the last resumable checkpoint */
    double save_seconds; /* that it took; 0 before the first */
};

struct listener train_recorder(struct recording *recording);

/* The figures of an epoch that do not depend on the machine, as :run, :epoch, :train_loss, ... */
void train_bind_epoch(struct statement *s, int64_t run, const struct train_epoch *e);

/* t->run becomes one of the folds of t->parent. 0 or FAILED. */
int train_adopt_run(struct training *t);

#endif
