/* sweep.h: what the files of the stage `sweep` share. */
#ifndef SWEEP_H
#define SWEEP_H

#include "pipeline/conf/conf.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/db.h"
#include "pipeline/program/stage.h"

enum {
    SWEEP_PARAMETERS = 32,
    SWEEP_LIST = 64,
    SWEEP_VALUE = 64,
    SWEEP_CONFIGURATIONS = 100000,
    SWEEP_SETS = 16
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
    char name[128], base[1024]; /* base: path of the experiment file */
    char *text;
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

/* sweep_file.c: reads a sweep file and the experiment that it varies; `sets` are lines 'key=value'
 * that are appended to its section [sweep]. Fills error with one line and returns -1.
 * sweep_plan_free accepts a plan that failed to load. */
int sweep_plan_load(const char *path, const char *const *sets, int n_sets, struct sweep_plan *plan,
                    char *error, size_t size);
void sweep_plan_free(struct sweep_plan *plan);

/* sweep_choose.c: fills in the configurations. Each is tried on the experiment, so that no trial
 * fails for a setting that does not exist. */
int sweep_choose(struct sweep_plan *plan, char *error, size_t size);

/* How many trainings that makes at most; in words: "12, then 8 of the best 4". */
int sweep_trainings(const struct sweep_plan *plan, char *text, size_t size);

/* sweep_store.c: the sweep of just this text on this dataset; fills its queue where it is new.
 * *fresh tells which. retry puts failed trials back into the queue. */
int sweep_store(struct db *db, const struct sweep_plan *plan, const struct dataset *dataset,
                int retry, int64_t *sweep, int *fresh);

/* sweep_work.c: works on the queue until it is empty. Returns 0, or 1 when it was interrupted; ends
 * the program with an error where the database fails. */
int sweep_work(const struct stage *stage, int64_t sweep, int threads);

/* Runs a program that stands beside this one, its result thrown away: 0, or -1 with the line that
 * it left on stderr. db: its locks are shared with the program; NULL: they are not. killed: whether
 * a signal ended it; may be NULL. */
int sweep_run(struct db *db, char *const argv[], char *line, size_t size, int *killed);

/* SIGINT and SIGTERM are noted from now on, and passed to the program that sweep_run waits for. */
void sweep_catch_signals(void);
int sweep_interrupted(void);

#endif
