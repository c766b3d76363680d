/* run.h: a run as the stages after training see it. */
#ifndef RUN_H
#define RUN_H

#include "pipeline/conf/conf.h"
#include "pipeline/db/db.h"
#include "pipeline/store/dataset.h"

/* A training has a net of its own; a folds run has one training for each fold of its split, a
 * committee has other runs for members. */
typedef enum run_kind { RUN_TRAINING, RUN_FOLDS, RUN_COMMITTEE } run_kind;

/* finished: with weights that count; failed: it would fail again; interrupted and crashed: it can
 * go on. */
typedef enum run_status {
    RUN_RUNNING,
    RUN_FINISHED,
    RUN_FAILED,
    RUN_INTERRUPTED,
    RUN_CRASHED
} run_status;

/* As the table run has them. A status that it does not know counts as crashed. */
const char *run_kind_name(run_kind kind);
const char *run_status_name(run_status status);
run_status run_status_of(const char *name);

struct run {
    int64_t id, dataset, split;
    run_kind kind;
    int fold; /* -1: none */
    char experiment[128];
    run_status status;
    struct conf conf; /* as recorded */
};

/* A certain run, or with id 0 the newest finished run of the dataset that is no fold of another.
 * run_free accepts one that was zeroed or failed to load. */
int run_load(struct db *db, int64_t id, const char *dataset, struct run *run);
void run_free(struct run *run);

/* The run's net with the weights that count (checkpoint `best`, else `average`, else `last`). NULL
 * on error, and where the run is no training. */
nn_model *run_model(struct db *db, const struct run *run, const struct dataset *dataset);

#endif
