/* experiment.h: the run that a program works on, by its number or by its experiment.
 *
 * In every program that takes USES_EXPERIMENT, a run is addressed by --run N or by EXPERIMENT.conf
 * with --seed, --set, --folds and --all: the same words find the run that `train` made of them. */
#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include "pipeline/conf/conf.h"
#include "pipeline/conf/members.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"

/* The experiment as the command line changes it: --set, --seed, and --all or --folds. Of a
 * committee, --seed, --all and --folds go to its members. Ends the program on error; conf_free. */
void experiment_load(const struct stage *stage, struct conf *conf);

/* The members that a committee's experiment names, --seed added to their seeds. */
int experiment_members(const struct stage *stage, const struct conf *committee,
                       struct conf_member members[CONF_MEMBERS_MOST]);

/* The experiment of a member, in the folder of the committee's file. */
void experiment_load_member(const struct stage *stage, const struct conf_member *member,
                            struct conf *conf, char path[1200]);

/* The number of the run that --run N or EXPERIMENT.conf names, whatever its status, which is set
 * for the latter; 0 where neither is given. Ends the program where there is none. */
int64_t experiment_number(const struct stage *stage, struct db *db, run_status *status);

/* The finished run that a stage after training works on: --run N, that of EXPERIMENT.conf, or the
 * newest on the dataset. Ends the program where there is none; run_free. */
void experiment_run(const struct stage *stage, struct db *db, struct run *run);

#endif
