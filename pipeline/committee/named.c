/* named.c: the members that an experiment file names. Each is found by what decides its weights,
 * its experiment file and seed as they are now; one that is missing, not finished or not evaluated
 * is made by the programs split, train and evaluate that stand beside this one. */
#include "pipeline/committee/committee.h"

#include "pipeline/base/child.h"
#include "pipeline/program/experiment.h"
#include "pipeline/store/identity.h"
#include "sql/committee.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

struct named {
    const struct conf_member *name;
    char path[1200]; /* of its experiment file */
    char identity[65];
};

static void fail(const struct founding *f, const struct named *named, const char *why)
{
    stage_fail(f->stage, "member %s with seed %lld: %s", named->name->experiment,
               (long long)named->name->seed, why);
}

/* Why a run of the member has failed since then, where one has; else the error that is there. */
static void find_reason(const struct founding *f, const struct named *named, const char *since,
                        struct error *error)
{
    struct statement *s = db_prepare(f->db, sql_committee_failure);
    db_bind_text(s, ":input_hash", named->identity);
    db_bind_text(s, ":since", since);
    if (db_step(f->db, s) == 1)
        error_set(error, "run %lld failed: %s", (long long)db_int(s, "run"), db_text(s, "message"));
    db_finish(s);
}

/* Calls a program for a member, with the words that name it everywhere. */
static void call(const struct founding *f, const struct named *named, const char *program)
{
    const struct stage *stage = f->stage;
    char seed[24], folds[24], began[25];
    struct error error;
    int n = 0;
    const char *argv[16] = {program,        named->path, "--db", stage->db_path, "--dataset",
                            stage->dataset, "--seed",    seed,   "--if-needed"};
    while (argv[n])
        n++;
    if (stage->quiet)
        argv[n++] = "--quiet";
    if (stage->all)
        argv[n++] = "--all";
    if (stage->folds) {
        argv[n++] = "--folds";
        argv[n++] = folds;
    }
    snprintf(seed, sizeof seed, "%lld", (long long)named->name->seed);
    snprintf(folds, sizeof folds, "%lld", (long long)stage->folds);
    db_now(began);
    fflush(stdout);
    int status = child_interrupted()
                     ? 0
                     : child_run((char *const *)argv, &(struct child_options){.keep = -1}, &error);
    if (child_interrupted() || status == 128 + SIGINT || status == 128 + SIGTERM)
        stage_interrupted(stage,
                          "interrupted while member %s with seed %lld was made; the same call goes "
                          "on with it",
                          named->name->experiment, (long long)named->name->seed);
    if (status == 0 || status == NOTHING_TO_DO)
        return;
    if (strcmp(program, "train") == 0)
        find_reason(f, named, began, &error);
    fail(f, named, error.text);
}

/* The member's finished run, 0 where there is none. */
static int64_t find_run(const struct founding *f, const struct named *named)
{
    int64_t run;
    run_status status;
    if (identity_find(f->db, named->identity, 0, &run, &status))
        stage_fail(f->stage, "%s", f->db->error.text);
    return run && status == RUN_FINISHED ? run : 0;
}

static void identify(const struct founding *f, struct named *named)
{
    struct conf conf;
    experiment_load_member(f->stage, named->name, &conf, named->path);
    if (!conf.layers)
        stage_fail(f->stage, "%s: is a committee; expected members that are nets", named->path);
    if (identity_of_training(f->db, &conf, &f->dataset, -1, named->identity))
        fail(f, named, f->db->error.text);
    conf_free(&conf);
}

static void find_member(const struct founding *f, struct named *named, struct candidate *c)
{
    identify(f, named);
    c->run = find_run(f, named);
    if (!c->run) {
        call(f, named, "split");
        call(f, named, "train");
        c->run = find_run(f, named);
        if (!c->run)
            fail(f, named, "train has made no finished run of it");
    }
    members_read(f, c);
    if (c->evaluated)
        return;
    call(f, named, "evaluate");
    members_read(f, c);
    if (!c->evaluated)
        fail(f, named, "evaluate has not predicted all rows");
}

void named_find(struct founding *f)
{
    struct conf_member members[CONF_MEMBERS_MOST];
    int n = experiment_members(f->stage, &f->conf, members);
    child_catch_signals();
    for (; f->candidates < n; f->candidates++) {
        struct candidate *c = &f->candidate[f->candidates];
        struct named named = {.name = &members[f->candidates]};
        find_member(f, &named, c);
        for (int i = 0; i < f->candidates; i++)
            if (f->candidate[i].run == c->run)
                stage_fail(f->stage,
                           "%s: %s:%lld and %s:%lld are the same run %lld; expected "
                           "members that differ",
                           f->stage->experiment, members[i].experiment, (long long)members[i].seed,
                           named.name->experiment, (long long)named.name->seed, (long long)c->run);
    }
    signal(SIGINT, SIG_DFL); /* from here on nothing is lost by an end at once */
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    if (child_interrupted())
        stage_interrupted(f->stage, "interrupted before the committee was made");
}
