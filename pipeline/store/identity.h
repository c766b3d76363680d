/* identity.h: what tells one run from another: the hash of all that decides its weights, whatever
 * its number. It is run.input_hash, and how a stage finds the run of an experiment. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "pipeline/conf/conf.h"
#include "pipeline/db/db.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"

/* Of a training, or of all folds (fold -1): the data, the fold, the settings that have not their
 * default, and what decided the weights of its teacher, which must have finished and been
 * evaluated. Settings with their default do not count, so that a new setting does not make the runs
 * strange that know nothing of it. 0 or DB_ERROR. */
int identity_of_training(struct db *db, const struct conf *conf, const struct dataset *dataset,
                         int fold, char hash[65]);

/* Of a committee: the data, its own settings, and what decides its members' predictions
 * (identity_of_member), in any order. */
int identity_of_member(struct db *db, int64_t run, char hash[65]);
int identity_of_committee(struct db *db, const struct conf *conf, const struct dataset *dataset,
                          const int64_t *members, int n, char hash[65]);

/* The run of just this identity that is finished, or else the newest that can go on; *run is 0
 * where there is none. One of a fold may be free, or of this parent (0: of any). 0 or DB_ERROR. */
int identity_find(struct db *db, const char hash[65], int64_t parent, int64_t *run,
                  run_status *status);

#endif
