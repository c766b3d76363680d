/* sweep.h: what the files of the stage `sweep` share. */
#ifndef SWEEP_H
#define SWEEP_H

#include "pipeline/base/text.h"
#include "pipeline/conf/conf.h"
#include "pipeline/db/db.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"

enum {
    SWEEP_PARAMETERS = 32,
    SWEEP_LIST = 64,
    SWEEP_VALUE = 64,
    SWEEP_CONFIGURATIONS = 100000,
    SWEEP_MISUSED = -2 /* beside FAILED: what --set says can't be read */
};

/* One hyperparameter that is varied: by a list of values, or by a range from which is drawn. */
struct sweep_parameter {
    char name[128];
    char list[SWEEP_LIST][SWEEP_VALUE];
    int n; /* values of the list; 0: a range */
    double least, greatest;
    int logarithmic, whole;
};

/* A sweep file as read. */
struct sweep_plan {
    char name[128], base[1200]; /* base: path of the experiment file */
    struct text text;           /* of the file, with what was set on the command line appended */
    struct conf conf;
    int trials; /* trainings of the first rung, at most */
    int seed;   /* of what is drawn */
    int accuracy, halving, rungs, evaluate;
    int by_folds;    /* the second rung has all folds, not more epochs */
    int one_by_one;  /* each value alone, beside the experiment as it is */
    int split_folds; /* in place of the experiment's own division; 0: that one */
    int seeds[SWEEP_LIST], n_seeds, folds[SWEEP_LIST], n_folds;
    struct sweep_parameter parameters[SWEEP_PARAMETERS];
    int n_parameters;
    int configurations;
    char (*values)[SWEEP_VALUE]; /* [configurations][n_parameters]; '': as the experiment says */
};

/* file.c: reads a sweep file and the experiment that it varies; `sets` are lines 'key=value' that
 * are appended to its section [sweep]. 0, FAILED or SWEEP_MISUSED. sweep_plan_free accepts a plan
 * that failed to load. */
int sweep_plan_load(const char *path, const struct option_list *sets, struct sweep_plan *plan,
                    struct error *error);
void sweep_plan_free(struct sweep_plan *plan);

/* choose.c: fills in the configurations. Each is tried on the experiment, so that no trial fails
 * for a setting that does not exist. 0 or FAILED. */
int sweep_choose(struct sweep_plan *plan, struct error *error);

/* How many trainings that makes at most; in words: "12, then 8 of the best 4". */
int sweep_trainings(const struct sweep_plan *plan, struct text *words);

/* store.c: the sweep of just this text on this dataset, 0 where there is none. */
int sweep_find(struct db *db, const struct sweep_plan *plan, const struct dataset *dataset,
               int64_t *sweep);

/* Within the caller's transaction: a new sweep with its queue; failed trials wait again. */
int sweep_insert(struct db *db, const struct sweep_plan *plan, const struct dataset *dataset,
                 int64_t *sweep);
int sweep_retry(struct db *db, int64_t sweep);

/* work.c: works on the queue until it is empty. Returns 0, or 1 when it was interrupted; ends the
 * program with an error where the database fails. */
int sweep_work(const struct stage *stage, int64_t sweep, int threads);

#endif
