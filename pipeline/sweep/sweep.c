/* sweep.c: tries hyperparameters: fills a queue of trials and has workers train them.
 *
 * In: a sweep file and the experiment that it varies. Out: sweep, sweep_value, trial, and a run for
 * each trial. Questions: ask sweep, ask sweep_importance.
 */
#include "pipeline/sweep/sweep.h"

#include "sql/sweep.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const char HELP[] =
    "Usage: sweep [OPTIONS] FILE.sweep\n"
    "       sweep [OPTIONS] --work N\n"
    "\n"
    "Trains an experiment with many values of its hyperparameters. The queue of trials is in the\n"
    "database: any number of workers take from it, a killed one's trial returns to it, and the\n"
    "same command goes on where an interrupted one has stopped.\n"
    "\n"
    "Example: sweep --workers 2 --set base=quick experiments/tune.sweep\n"
    "\n"
    "  --workers N     worker processes; they share the processors (default 1; 0 only fills the\n"
    "                  queue)\n"
    "  --work N        be one more worker of sweep N\n"
    "  --threads N     of each training (default: processors / workers)\n"
    "  --set KEY=VALUE one more line of the file's section [sweep]; may be repeated\n"
    "  --retry         put trials that have failed back into the queue\n"
    "  --db PATH       database (default experiments/runs.db)\n"
    "  --dataset NAME  dataset (default digits)\n"
    "  --quiet         print the last line only\n"
    "  --help, --version\n"
    "\n"
    "A sweep file has two sections. [sweep]:\n"
    "  base = NAME           the experiment that is varied\n"
    "  trials = 20           of the first rung, at most\n"
    "  seeds = 1, 2          each configuration with each of them (default: the experiment's)\n"
    "  split_folds = 5       divide into stratified folds, whatever the experiment says\n"
    "  folds = 0, 1          each configuration on each of them (default: all)\n"
    "  design = all          every combination of lists, thinned out to the number of trials; "
    "with\n"
    "                        a range, draws. one-by-one: as it is, and each value alone\n"
    "  knobs = NAME NAME     only these of the settings under [vary]\n"
    "  seed = 42             of what is drawn\n"
    "  objective = validation_loss, or validation_accuracy\n"
    "  halving = N           of N configurations one goes on to the next rung\n"
    "  halving_by = epochs   and trains N times as long; folds: and trains on all folds\n"
    "  rungs = 3             of a halving by epochs\n"
    "  evaluate = yes        predictions of the last rung's runs are kept\n"
    "[vary]: SECTION.KEY = a list of values, or a range: 1e-4 .. 1e-2 log, 0.1 .. 0.5. In a list,\n"
    "x0.5 is half of what the experiment has.\n"
    "\n"
    "Reads: dataset. Writes: sweep, sweep_value, trial, stage; through split, train and evaluate\n"
    "what these write.\n";

enum { WORKERS = 256, WORK, THREADS, RETRY, SET, MAX_WORKERS = 256 };

static const struct option OWN[] = {
    {"workers", required_argument, NULL, WORKERS}, {"work", required_argument, NULL, WORK},
    {"threads", required_argument, NULL, THREADS}, {"retry", no_argument, NULL, RETRY},
    {"set", required_argument, NULL, SET},         {0}};

struct options {
    int64_t workers, work, threads;
    int retry, n_sets;
    const char *sets[SWEEP_SETS];
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct options *o = context;
    switch (option) {
    case WORKERS:
        snprintf(error, 200, "--workers: '%.60s' is not a whole number from 0 to %d", argument,
                 MAX_WORKERS);
        return parse_int(argument, 0, MAX_WORKERS, &o->workers);
    case WORK:
        snprintf(error, 200, "--work: '%.60s' is not the number of a sweep", argument);
        return parse_int(argument, 1, INT64_MAX, &o->work);
    case THREADS:
        snprintf(error, 200, "--threads: '%.60s' is not a whole number from 1 to 256", argument);
        return parse_int(argument, 1, 256, &o->threads);
    case SET:
        snprintf(error, 200, "--set: '%.60s', expected at most %d times KEY=VALUE", argument,
                 SWEEP_SETS);
        if (!strchr(argument, '=') || strpbrk(argument, "\n[") || o->n_sets == SWEEP_SETS)
            return -1;
        o->sets[o->n_sets++] = argument;
        return 0;
    default:
        o->retry = 1;
        return 0;
    }
}

/* The split that all trials share must be there before the first one. */
static void make_split(const struct stage *stage, const struct sweep_plan *plan)
{
    char line[500], db[1024], dataset[256], base[sizeof plan->base], folds[16];
    snprintf(db, sizeof db, "%s", stage->db_path);
    snprintf(dataset, sizeof dataset, "%s", stage->dataset);
    snprintf(base, sizeof base, "%s", plan->base);
    snprintf(folds, sizeof folds, "%d", plan->split_folds);
    char *argv[] = {"split", "--db", db, "--dataset", dataset, "--conf", base, NULL, NULL, NULL};
    if (plan->split_folds) {
        argv[7] = "--folds";
        argv[8] = folds;
    }
    if (sweep_run(NULL, argv, line, sizeof line, NULL))
        stage_fail(stage, "%s", line);
}

static int64_t fill(const struct stage *stage, const struct options *o, const char *path)
{
    struct sweep_plan plan;
    struct dataset dataset;
    struct db db;
    char error[1024];
    int64_t sweep;
    int fresh;
    if (sweep_plan_load(path, o->sets, o->n_sets, &plan, error, sizeof error))
        stage_fail(stage, "%s", error);
    stage_open(stage, &db, DB_WRITE);
    if (dataset_load(&db, stage->dataset, &dataset))
        stage_fail(stage, "%s", db.error);
    make_split(stage, &plan);
    if (sweep_store(&db, &plan, &dataset, o->retry, &sweep, &fresh))
        stage_fail(stage, "%s", db.error);
    int trainings = sweep_trainings(&plan, error, sizeof error);
    if (!stage->quiet)
        printf("sweep %lld: %s %s, %d configurations, %d trainings%s%s\n", (long long)sweep,
               fresh ? "varies" : "goes on with", plan.conf.name, plan.configurations, trainings,
               plan.rungs > 1 ? ": " : "", plan.rungs > 1 ? error : "");
    fflush(stdout);
    dataset_free(&dataset);
    db_close(&db);
    sweep_plan_free(&plan);
    return sweep;
}

static void check_sweep(const struct stage *stage, int64_t sweep)
{
    struct db db;
    stage_open(stage, &db, DB_READ);
    sqlite3_stmt *s = db_prepare(&db, sql_sweep_by_id);
    db_bind_int(s, ":sweep", sweep);
    int rc = db_step(&db, s);
    if (rc != 1)
        stage_fail(stage, rc ? "%s" : "%s: no such sweep", rc ? db.error : stage->db_path);
    sqlite3_finalize(s);
    db_close(&db);
}

/* Each worker is a process of its own, which ends when this one does. Returns whether one of them
 * was interrupted or failed. */
static int work(const struct stage *stage, int64_t sweep, int workers, int threads)
{
    pid_t pids[MAX_WORKERS];
    int bad = 0, status;
    pid_t parent = getpid();
    for (int i = 0; i < workers; i++) {
        pids[i] = fork();
        if (pids[i] < 0)
            stage_fail(stage, "cannot start a worker: %s", strerror(errno));
        if (pids[i] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            exit(getppid() != parent || sweep_work(stage, sweep, threads));
        }
    }
    int told = 0;
    for (int i = 0; i < workers; i++) {
        while (waitpid(pids[i], &status, 0) < 0 && errno == EINTR)
            for (int j = i; sweep_interrupted() && !told && j < workers; j++)
                kill(pids[j], SIGTERM);
        told = sweep_interrupted();
        bad = bad || status;
    }
    return bad;
}

/* The last line: how many trials there are in which state, and the best. */
static void report(const struct stage *stage, int64_t sweep)
{
    struct db db;
    char line[1000];
    stage_open(stage, &db, DB_WRITE);
    sqlite3_stmt *s = db_prepare(&db, sql_sweep_report);
    db_bind_int(s, ":sweep", sweep);
    if (db_step(&db, s) != 1)
        stage_fail(stage, "%s", db.error);
    snprintf(line, sizeof line, "%s", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    if (db_begin(&db))
        stage_fail(stage, "%s", db.error);
    if (db_log_stage(&db, stage->name, 0, 0, stage->arguments, stage_seconds() - stage->started,
                     line)) {
        db_rollback(&db);
        stage_fail(stage, "%s", db.error);
    }
    if (db_commit(&db))
        stage_fail(stage, "%s", db.error);
    db_close(&db);
    printf("%s\n", line);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "sweep", .help = HELP};
    struct options o = {.workers = 1};
    int first = stage_options(&stage, argc, argv, OWN, take, &o);
    if (o.work && o.n_sets)
        stage_usage(&stage, "--work goes on with a sweep as it is; expected no --set");
    if (argc - first != !o.work)
        stage_usage(&stage, o.work ? "--work: expected no file" : "expected one sweep file, got %d",
                    argc - first);
    int processors = nn_threads_available(), workers = o.work ? 1 : (int)o.workers;
    int threads = o.threads ? (int)o.threads : workers > 1 ? processors / workers : processors;
    int64_t sweep = o.work ? o.work : fill(&stage, &o, argv[first]);
    check_sweep(&stage, sweep);
    sweep_catch_signals();
    int bad = work(&stage, sweep, workers, threads > 1 ? threads : 1);
    report(&stage, sweep);
    if (bad)
        stage_fail(&stage, "sweep %lld: not all workers came to the end; the same command goes on",
                   (long long)sweep);
    return fflush(stdout) ? 1 : 0;
}
