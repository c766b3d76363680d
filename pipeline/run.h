/* run.h: a run as the stages after training see it. */
#ifndef RUN_H
#define RUN_H

#include "conf.h"
#include "dataset.h"
#include "db.h"

struct run {
    int64_t id, dataset, split;
    int fold; /* -1: none */
    char experiment[128];
    char status[16];
    struct conf conf; /* as recorded */
};

/* A certain run, or with id 0 the newest finished run of the dataset.
 * run_free accepts one that was zeroed or failed to load. */
int run_load(struct db *db, int64_t id, const char *dataset, struct run *run);
void run_free(struct run *run);

/* The run's net with the weights that count (checkpoint `best`, else `last`). NULL on error. */
nn_model *run_model(struct db *db, const struct run *run, const struct dataset *dataset);

#endif
