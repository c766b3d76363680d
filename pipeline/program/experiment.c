/* experiment.c: see experiment.h. */
#include "pipeline/program/experiment.h"

#include "pipeline/store/identity.h"

#include <stdio.h>
#include <string.h>

/* --set, --seed, --all and --folds, in this order. */
static int change(const struct stage *stage, struct conf *conf, int64_t seed, int of_net,
                  struct error *error)
{
    char text[64];
    snprintf(text, sizeof text, "train.seed=%lld", (long long)seed);
    if (seed >= 0 && conf_set(conf, text, error))
        return FAILED;
    if (of_net && stage->all && conf_train_on_all(conf, error))
        return FAILED;
    if (of_net && stage->folds && conf_train_folds(conf, (int)stage->folds, error))
        return FAILED;
    return conf_check(conf, error);
}

void experiment_load(const struct stage *stage, struct conf *conf)
{
    struct error error;
    if (conf_load(stage->experiment, conf, &error))
        stage_fail(stage, "%s", error.text);
    for (int i = 0; i < stage->sets.n; i++)
        if (conf_set(conf, stage->sets.items[i], &error))
            stage_usage(stage, "--set: %s", error.text);
    if (change(stage, conf, stage->seed, conf->layers != NULL, &error))
        stage_fail(stage, "%s", error.text);
}

int experiment_members(const struct stage *stage, const struct conf *committee,
                       struct conf_member members[CONF_MEMBERS_MOST])
{
    struct error error;
    int n = members_parse(committee->committee_members, stage->seed >= 0 ? stage->seed : 0, members,
                          &error);
    if (n < 0)
        stage_fail(stage, "%s: committee.members: %s", stage->experiment, error.text);
    return n;
}

void experiment_load_member(const struct stage *stage, const struct conf_member *member,
                            struct conf *conf, char path[1200])
{
    struct error error;
    const char *slash = strrchr(stage->experiment, '/');
    snprintf(path, 1200, "%.*s%s.conf", slash ? (int)(slash - stage->experiment) + 1 : 0,
             stage->experiment, member->experiment);
    if (conf_load(path, conf, &error) || change(stage, conf, member->seed, 1, &error))
        stage_fail(stage, "%s", error.text);
}

static int64_t find_training(const struct stage *stage, struct db *db,
                             const struct dataset *dataset, const struct conf *conf,
                             run_status *status)
{
    char hash[65];
    int64_t run;
    stage_check(stage, db, identity_of_training(db, conf, dataset, -1, hash));
    stage_check(stage, db, identity_find(db, hash, 0, &run, status));
    return run;
}

/* 0 where a member is missing, too. */
static int64_t find_committee(const struct stage *stage, struct db *db,
                              const struct dataset *dataset, const struct conf *conf,
                              run_status *status)
{
    struct conf_member members[CONF_MEMBERS_MOST];
    int64_t runs[CONF_MEMBERS_MOST], run = 1;
    char hash[65], path[1200];
    int n = experiment_members(stage, conf, members);
    for (int i = 0; i < n && run; i++) {
        struct conf of_member;
        experiment_load_member(stage, &members[i], &of_member, path);
        run = runs[i] = find_training(stage, db, dataset, &of_member, status);
        conf_free(&of_member);
        if (run && *status != RUN_FINISHED)
            run = 0;
    }
    if (!run)
        return 0;
    stage_check(stage, db, identity_of_committee(db, conf, dataset, runs, n, hash));
    stage_check(stage, db, identity_find(db, hash, 0, &run, status));
    return run;
}

int64_t experiment_number(const struct stage *stage, struct db *db, run_status *status)
{
    struct conf conf;
    struct dataset dataset;
    if (!stage->experiment)
        return stage->run;
    experiment_load(stage, &conf);
    stage_check(stage, db, dataset_load(db, stage->dataset, &dataset));
    int64_t run = conf.layers ? find_training(stage, db, &dataset, &conf, status)
                              : find_committee(stage, db, &dataset, &conf, status);
    if (!run)
        stage_fail(stage, "%s: no run of %s on dataset %s with these settings (train makes one)",
                   db->path, stage->experiment, dataset.name);
    dataset_free(&dataset);
    conf_free(&conf);
    return run;
}

void experiment_run(const struct stage *stage, struct db *db, struct run *run)
{
    run_status status = RUN_FINISHED;
    int64_t id = experiment_number(stage, db, &status);
    if (status != RUN_FINISHED)
        stage_fail(stage,
                   "run %lld of %s is %s; expected one that is finished (train goes on with it)",
                   (long long)id, stage->experiment, run_status_name(status));
    stage_check(stage, db, run_load(db, id, stage->dataset, run));
}
