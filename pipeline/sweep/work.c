/* work.c: a worker of a sweep: claims a trial, has it trained, records what came of it. See
 * sweep.h.
 *
 * A claim is one UPDATE under BEGIN IMMEDIATE, and a lock that the kernel frees however the worker
 * ends (lock.h). The programs that it runs share the lock and are killed with it, so a trial that
 * returns to the queue is at work nowhere.
 */
#include "pipeline/sweep/sweep.h"

#include "pipeline/base/child.h"
#include "pipeline/base/file.h"
#include "pipeline/db/crashed.h"
#include "pipeline/db/lock.h"
#include "pipeline/store/identity.h"
#include "sql/sweep.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ATTEMPTS = 10 };

struct worker {
    const struct stage *stage;
    struct db db;
    int64_t sweep;
    int threads;
    struct unfinished folder; /* of the worker, for the experiment of the trial as a file: */
    char conf[UNFINISHED_PATH + 160];
    int evaluate, rungs;
    struct dataset dataset;
    char experiment[128]; /* that is varied, */
    struct text text;     /* as it was when the sweep began */
};

struct trial {
    int64_t id, configuration, rung, epochs, seed, fold, attempts; /* epochs, fold: -1 for none */
};

_Noreturn static void fail(const struct worker *w)
{
    stage_fail(w->stage, "%s", w->db.error.text);
}

/* ---------------------------------------------------------------- queue */

struct claiming {
    struct worker *worker;
    struct trial *trial;
    int found;
};

static int64_t or_none(struct statement *s, const char *column)
{
    return db_is_null(s, column) ? -1 : db_int(s, column);
}

/* The lock is taken before anybody can see the claim. */
static int claim_row(void *context)
{
    struct claiming *c = context;
    struct worker *w = c->worker;
    char host[256];
    lock_host(host, sizeof host);
    struct statement *s = db_prepare(&w->db, sql_sweep_claim);
    db_bind_int(s, ":sweep", w->sweep);
    db_bind_text(s, ":host", host);
    int rc = db_step(&w->db, s);
    c->found = rc == 1;
    if (c->found)
        *c->trial = (struct trial){.id = db_int(s, "id"),
                                   .configuration = db_int(s, "configuration"),
                                   .rung = db_int(s, "rung"),
                                   .epochs = or_none(s, "epochs"),
                                   .seed = db_int(s, "seed"),
                                   .fold = or_none(s, "fold"),
                                   .attempts = db_int(s, "attempts")};
    db_finish(s);
    return c->found ? lock_take(&w->db, LOCK_TRIAL, c->trial->id) : rc;
}

/* Returns 1 where there was one. */
static int claim(struct worker *w, struct trial *t)
{
    struct claiming c = {w, t, 0};
    if (db_transaction(&w->db, claim_row, &c))
        fail(w);
    return c.found;
}

struct ending {
    struct worker *worker;
    const struct trial *trial;
    const char *state, *message; /* message: NULL for none */
    int64_t run;                 /* 0: none */
};

/* A trial's new state, and the next rung where this was the last of one. */
static int write_end(void *context)
{
    const struct ending *e = context;
    struct db *db = &e->worker->db;
    struct statement *s = db_prepare(db, sql_sweep_end_trial);
    db_bind_int(s, ":trial", e->trial->id);
    db_bind_text(s, ":state", e->state);
    if (e->run)
        db_bind_int(s, ":run", e->run);
    db_bind_text(s, ":message", e->message);
    if (db_run_once(db, s))
        return DB_ERROR;
    s = db_prepare(db, sql_sweep_promote);
    db_bind_int(s, ":sweep", e->worker->sweep);
    db_bind_int(s, ":rung", e->trial->rung);
    return db_run_once(db, s);
}

static void settle(struct worker *w, const struct trial *t, const char *state, int64_t run,
                   const char *message)
{
    struct ending e = {w, t, state, message, run};
    if (db_transaction(&w->db, write_end, &e))
        fail(w);
    lock_release(&w->db, LOCK_TRIAL, t->id);
}

static int64_t count_running(struct worker *w)
{
    int64_t running = 0;
    int found;
    struct statement *s = db_prepare(&w->db, sql_sweep_running);
    db_bind_int(s, ":sweep", w->sweep);
    if (db_value_int(&w->db, s, &running, &found))
        fail(w);
    return running;
}

static void show(struct worker *w, const struct trial *t)
{
    struct statement *s = db_prepare(&w->db, sql_sweep_line);
    db_bind_int(s, ":trial", t->id);
    if (db_step(&w->db, s) != 1)
        fail(w);
    stage_progress(w->stage, 1, "%s", db_text(s, "line"));
    db_finish(s);
}

/* ---------------------------------------------------------------- a trial */

static int set_number(struct conf *conf, const char *name, int64_t value, struct error *error)
{
    char assignment[160];
    snprintf(assignment, sizeof assignment, "%s=%lld", name, (long long)value);
    return conf_set(conf, assignment, error);
}

/* The experiment with the settings of the trial's configuration, its epochs and its seed. Where the
 * database can't be read, the worker ends: a trial never trains with fewer settings. */
static int make_conf(struct worker *w, const struct trial *t, struct conf *conf,
                     struct error *error)
{
    int more = 0, rc = conf_parse(w->experiment, text_of(&w->text), conf, error);
    struct statement *s = db_prepare(&w->db, sql_sweep_settings);
    db_bind_int(s, ":sweep", w->sweep);
    db_bind_int(s, ":configuration", t->configuration);
    while (!rc && (more = db_step(&w->db, s)) == 1)
        rc = conf_set(conf, db_text(s, "setting"), error);
    db_finish(s);
    if (more < 0)
        fail(w);
    if (!rc && t->epochs > 0)
        rc = set_number(conf, "train.epochs", t->epochs, error);
    if (!rc)
        rc = set_number(conf, "train.seed", t->seed, error);
    return rc ? rc : conf_check(conf, error);
}

/* As child_run; the child shares the trial's lock. */
static int call(struct worker *w, char *const argv[], struct error *error)
{
    const struct child_options options = {.keep = w->db.locks, .silent = 1};
    return child_run(argv, &options, error);
}

static int train(struct worker *w, const struct trial *t, struct error *error)
{
    char fold[32], threads[16];
    snprintf(fold, sizeof fold, "%lld", (long long)t->fold);
    snprintf(threads, sizeof threads, "%d", w->threads);
    char *const argv[] = {"train",     "--quiet",
                          "--db",      w->db.path,
                          "--dataset", w->dataset.name,
                          "--threads", threads,
                          w->conf,     t->fold < 0 ? NULL : "--fold",
                          fold,        NULL};
    return call(w, argv, error);
}

static int evaluate(struct worker *w, int64_t run, struct error *error)
{
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)run);
    char *const argv[] = {"evaluate", "--quiet", "--db", w->db.path, "--run", number, NULL};
    return call(w, argv, error);
}

/* The run that `train` has made of the experiment, or found. */
static int find_run(struct worker *w, const struct trial *t, const struct conf *conf, int64_t *run,
                    struct error *error)
{
    char hash[65];
    run_status status = RUN_CRASHED;
    if (identity_of_training(&w->db, conf, &w->dataset, (int)t->fold, hash) ||
        identity_find(&w->db, hash, 0, run, &status))
        fail(w);
    if (*run && status == RUN_FINISHED)
        return 0;
    *run = 0;
    return error_set(error, "train: has ended, but there is no finished run of this trial");
}

/* Has a trial trained, and of the last rung evaluated. 0, or as child_run with error filled in. */
static int do_trial(struct worker *w, const struct trial *t, int64_t *run, struct error *error)
{
    struct conf conf;
    int rc = make_conf(w, t, &conf, error);
    if (!rc)
        rc = file_replace(w->conf, conf.text, strlen(conf.text), error);
    if (!rc)
        rc = train(w, t, error);
    if (!rc)
        rc = find_run(w, t, &conf, run, error);
    if (!rc && w->evaluate && t->rung == w->rungs && !child_interrupted())
        rc = evaluate(w, *run, error);
    conf_free(&conf);
    return rc;
}

static void work_on(struct worker *w, const struct trial *t)
{
    struct error error = {""};
    int64_t run = 0;
    int rc = do_trial(w, t, &run, &error), killed = rc > 128;
    if (child_interrupted() || (killed && t->attempts < MAX_ATTEMPTS)) {
        settle(w, t, "waiting", 0, NULL);
        return;
    }
    settle(w, t, rc ? "failed" : "done", run, rc ? error.text : NULL);
    show(w, t);
}

/* ---------------------------------------------------------------- worker */

static void read_sweep(struct worker *w)
{
    int64_t dataset = 0;
    struct text name = {0};
    struct statement *s = db_prepare(&w->db, sql_sweep_by_id);
    db_bind_int(s, ":sweep", w->sweep);
    int rc = db_step(&w->db, s);
    if (rc == 1) {
        snprintf(w->experiment, sizeof w->experiment, "%s", db_text(s, "experiment"));
        text_add(&w->text, db_text(s, "conf"));
        text_add(&name, db_text(s, "name"));
        w->rungs = (int)db_int(s, "rungs");
        w->evaluate = (int)db_int(s, "evaluate");
        dataset = db_int(s, "dataset");
    }
    db_finish(s);
    if (rc == 0)
        stage_fail(w->stage, "%s: no sweep %lld", w->db.path, (long long)w->sweep);
    if (text_failed(&w->text) || text_failed(&name))
        stage_fail(w->stage, "out of memory for the experiment");
    if (rc < 0 || dataset_load(&w->db, text_of(&name), &w->dataset))
        stage_fail(w->stage, "%s", w->db.error.text);
    if (w->dataset.id != dataset)
        stage_fail(w->stage,
                   "sweep %lld: is of an older version of dataset %s; expected a sweep of version "
                   "%d (the sweep file begins one)",
                   (long long)w->sweep, w->dataset.name, w->dataset.version);
    text_free(&name);
}

static void make_folder(struct worker *w)
{
    struct error error;
    if (unfinished_folder(&w->folder, "sweep", &error))
        stage_fail(w->stage, "%s", error.text);
    snprintf(w->conf, sizeof w->conf, "%s/%s.conf", w->folder.path, w->experiment);
}

int sweep_work(const struct stage *stage, int64_t sweep, int threads)
{
    struct worker w = {.stage = stage, .sweep = sweep, .threads = threads};
    const struct timespec pause = {.tv_nsec = 200000000};
    struct trial trial;
    stage_open(stage, &w.db, DB_WRITE);
    read_sweep(&w);
    make_folder(&w);
    while (!child_interrupted()) {
        if (claim(&w, &trial)) {
            work_on(&w, &trial);
            continue;
        }
        /* Those at work here may yet free a trial, or open the next rung. */
        if (!count_running(&w))
            break;
        nanosleep(&pause, NULL);
        if (crashed_settle(&w.db))
            fail(&w);
    }
    unfinished_remove(&w.folder);
    dataset_free(&w.dataset);
    text_free(&w.text);
    db_close(&w.db);
    return child_interrupted();
}
