/* sweep.c: tries hyperparameters: fills a queue of trials and has workers train them.
 *
 * In: a sweep file and the experiment that it varies. Out: sweep, sweep_value, trial, and a run for
 * each trial. Questions: ask sweep, ask sweep_importance.
 */
#include "pipeline/sweep/sweep.h"

#include "pipeline/base/child.h"
#include "sql/sweep.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_WORKERS = 256 };

struct options {
    int64_t workers, work, threads;
    int retry;
    struct option_list sets;
};

static const struct option_row ROWS[] = {
    {"workers", OPTION_WHOLE, "N", OPTION_AT(struct options, workers), 0, MAX_WORKERS,
     .help = "worker processes, which share the processors; 0 only fills the queue",
     .fallback = "1"},
    {"work", OPTION_WHOLE, "N", OPTION_AT(struct options, work), 1, 9.1e18,
     .help = "be one more worker of sweep N"},
    {"threads", OPTION_WHOLE, "N", OPTION_AT(struct options, threads), 1, 256,
     .help = "of each training", .fallback = "processors / workers"},
    {"set", OPTION_LIST, "KEY=VALUE", OPTION_AT(struct options, sets),
     .help = "one more line of the file's section [sweep], which overrides the file"},
    {"retry", OPTION_FLAG, NULL, OPTION_AT(struct options, retry),
     .help = "put trials that have failed back into the queue"},
    {0}};

static const struct program PROGRAM = {
    .name = "sweep",
    .usage = "[OPTION]... FILE.sweep\n"
             "[OPTION]... --work N",
    .about = "Trains an experiment with many values of its hyperparameters. The queue of trials is "
             "in the database: any number of workers take from it, a killed one's trial returns to "
             "it, and the same command goes on where an interrupted one has stopped.",
    .example = "build/bin/sweep --workers 2 --set base=quick experiments/tune.sweep",
    .notes =
        "A sweep file has two sections. [sweep]: base = NAME, the experiment that is varied; "
        "trials "
        "= 20, of the first rung, at most; seeds = 1, 2, each configuration with each of them "
        "(default: the experiment's); split_folds = 5, divide into stratified folds, whatever the "
        "experiment says; folds = 0, 1, each configuration on each of them (default: all); design "
        "= "
        "all, every combination of lists, thinned out to the number of trials, or with a range, "
        "draws; design = one-by-one, as it is, and each value alone; knobs = NAME NAME, only these "
        "of the settings under [vary]; seed = 42, of what is drawn; objective = validation_loss or "
        "validation_accuracy; halving = N, of N configurations one goes on to the next rung; "
        "halving_by = epochs, and trains N times as long, or folds, and trains on all folds; rungs "
        "= 3, of a halving by epochs; evaluate = yes, predictions of the last rung's runs are "
        "kept. "
        "[vary]: SECTION.KEY = a list of values, or a range: 1e-4 .. 1e-2 log, 0.1 .. 0.5. In a "
        "list, x0.5 is half of what the experiment has.",
    .reads = "dataset.",
    .writes = "sweep, sweep_value, trial, stage; through split, train and evaluate what these "
              "write.",
    .uses = USES_DB | USES_DATASET | USES_QUIET,
    .rows = ROWS,
    .most = 1};

/* ---------------------------------------------------------------- the queue */

/* The split that all trials share must be there before the first one. */
static void make_split(const struct stage *stage, struct sweep_plan *plan)
{
    char folds[16];
    struct error error;
    const struct child_options options = {.keep = -1, .silent = 1};
    snprintf(folds, sizeof folds, "%d", plan->split_folds);
    char *argv[] = {"split",
                    "--db",
                    (char *)stage->db_path,
                    "--dataset",
                    (char *)stage->dataset,
                    plan->base,
                    plan->split_folds ? "--folds" : NULL,
                    folds,
                    NULL};
    int rc = child_run(argv, &options, &error);
    if (child_interrupted())
        stage_interrupted(stage, "interrupted before the first trial");
    if (rc)
        stage_fail(stage, "%s", error.text);
}

struct filling {
    struct db *db;
    const struct sweep_plan *plan;
    const struct dataset *dataset;
    int retry, fresh;
    int64_t sweep;
};

static int fill_queue(void *context)
{
    struct filling *f = context;
    if (sweep_find(f->db, f->plan, f->dataset, &f->sweep))
        return DB_ERROR;
    f->fresh = f->sweep == 0;
    if (f->fresh)
        return sweep_insert(f->db, f->plan, f->dataset, &f->sweep);
    return f->retry ? sweep_retry(f->db, f->sweep) : DB_OK;
}

static void load_plan(const struct stage *stage, const struct options *o, struct sweep_plan *plan)
{
    struct error error;
    int rc = sweep_plan_load(stage->arguments[0], &o->sets, plan, &error);
    if (rc == SWEEP_MISUSED)
        stage_usage(stage, "%s", error.text);
    if (rc)
        stage_fail(stage, "%s", error.text);
}

static int64_t fill(const struct stage *stage, const struct options *o)
{
    struct sweep_plan plan;
    struct dataset dataset;
    struct db db;
    struct text words = {0};
    load_plan(stage, o, &plan);
    stage_open(stage, &db, DB_WRITE);
    stage_check(stage, &db, dataset_load(&db, stage->dataset, &dataset));
    make_split(stage, &plan);
    struct filling f = {&db, &plan, &dataset, o->retry, .fresh = 0};
    stage_check(stage, &db, db_transaction(&db, fill_queue, &f));
    int trainings = sweep_trainings(&plan, &words);
    if (!stage->quiet)
        printf("sweep %lld: %s %s, %d configurations, %d trainings%s%s\n", (long long)f.sweep,
               f.fresh ? "varies" : "goes on with", plan.conf.name, plan.configurations, trainings,
               plan.rungs > 1 ? ": " : "", plan.rungs > 1 ? text_of(&words) : "");
    fflush(stdout);
    text_free(&words);
    dataset_free(&dataset);
    db_close(&db);
    sweep_plan_free(&plan);
    return f.sweep;
}

static void check_sweep(const struct stage *stage, int64_t sweep)
{
    struct db db;
    stage_open(stage, &db, DB_READ);
    struct statement *s = db_prepare(&db, sql_sweep_by_id);
    db_bind_int(s, ":sweep", sweep);
    int rc = db_step(&db, s);
    db_finish(s);
    if (rc == 0)
        stage_fail(stage, "%s: no such sweep", stage->db_path);
    stage_check(stage, &db, rc < 0);
    db_close(&db);
}

/* ---------------------------------------------------------------- workers */

static pid_t start(const struct stage *stage, int64_t sweep, int threads)
{
    const pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        stage_fail(stage, "cannot start a worker: %s", strerror(errno));
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    exit(getppid() != parent || sweep_work(stage, sweep, threads));
}

/* Each worker is a process of its own, which ends when this one does, and is told of a signal that
 * this one has got. Returns whether one of them was interrupted or failed. */
static int work(const struct stage *stage, int64_t sweep, int workers, int threads)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    pid_t pids[MAX_WORKERS];
    int bad = 0, told = 0, status;
    for (int i = 0; i < workers; i++)
        pids[i] = start(stage, sweep, threads);
    for (int i = 0; i < workers; i++) {
        while (waitpid(pids[i], &status, WNOHANG) == 0) {
            for (int j = i; child_interrupted() && !told && j < workers; j++)
                kill(pids[j], SIGTERM);
            told = child_interrupted();
            nanosleep(&pause, NULL);
        }
        bad = bad || status;
    }
    return bad;
}

/* ---------------------------------------------------------------- the end */

/* The last line: how many trials there are in which state, and the best. */
static void report(const struct stage *stage, int64_t sweep)
{
    struct db db;
    struct text line = {0};
    stage_open(stage, &db, DB_WRITE);
    struct statement *s = db_prepare(&db, sql_sweep_report);
    db_bind_int(s, ":sweep", sweep);
    stage_check(stage, &db, db_step(&db, s) != 1);
    text_add(&line, db_text(s, "line"));
    db_finish(s);
    stage_check(stage, &db, stage_log_once(stage, &db, 0, 0, text_of(&line)));
    puts(text_of(&line));
    text_free(&line);
    db_close(&db);
}

int main(int argc, char **argv)
{
    struct options o = {.workers = 1};
    struct stage stage;
    stage_begin(&stage, &PROGRAM, &o, argc, argv);
    if (o.work && o.sets.n)
        stage_usage(&stage, "--work goes on with a sweep as it is; expected no --set");
    if (o.work && stage.n_arguments)
        stage_usage(&stage, "--work: expected no file");
    if (!o.work && !stage.n_arguments)
        stage_usage(&stage, "expected one sweep file, got 0");
    const int processors = nn_threads_available(), workers = o.work ? 1 : (int)o.workers;
    const int threads = o.threads     ? (int)o.threads
                        : workers > 1 ? processors / workers
                                      : processors;
    child_catch_signals();
    const int64_t sweep = o.work ? o.work : fill(&stage, &o);
    check_sweep(&stage, sweep);
    int bad = work(&stage, sweep, workers, threads > 1 ? threads : 1);
    report(&stage, sweep);
    if (child_interrupted())
        stage_interrupted(&stage, "sweep %lld: interrupted; the same command goes on",
                          (long long)sweep);
    if (bad)
        stage_fail(&stage, "sweep %lld: not all workers came to the end; the same command goes on",
                   (long long)sweep);
    return stage_end(&stage, 0);
}
