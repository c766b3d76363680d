/* sweep_work.c: a worker of a sweep: claims a trial, has it trained, records what came of it.
 *
 * A claim is one UPDATE under BEGIN IMMEDIATE, and a lock that the kernel frees however the worker
 * ends (lock.h). The programs that it runs share the lock and are killed with it, so a trial that
 * returns to the queue is at work nowhere.
 */
#include "pipeline/sweep/sweep.h"

#include "pipeline/store/lock.h"
#include "sql/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ATTEMPTS = 10, MAX_ARGUMENTS = 2 * SWEEP_PARAMETERS + 24 };

/* The one place where a signal handler can leave word, and the child it passes the signal to. */
static volatile sig_atomic_t interrupted, child;

static void note_signal(int number)
{
    interrupted = 1;
    if (child > 0)
        kill((pid_t)child, number);
}

void sweep_catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int sweep_interrupted(void)
{
    return interrupted;
}

/* ---------------------------------------------------------------- programs */

static int program_path(const char *name, char *path, size_t size)
{
    char self[1024];
    ssize_t got = readlink("/proc/self/exe", self, sizeof self - 1);
    if (got < 0)
        return -1;
    self[got] = '\0';
    char *slash = strrchr(self, '/');
    snprintf(path, size, "%.*s/%s", slash ? (int)(slash - self) : 0, self, name);
    return 0;
}

/* In the child, between fork and exec. The locks go with it, stderr into a file. */
_Noreturn static void become(const struct db *db, const char *path, char *const argv[],
                             FILE *errors)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (db && db->locks >= 0)
        fcntl(db->locks, F_SETFD, 0);
    int nothing = open("/dev/null", O_RDWR);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(nothing, STDOUT_FILENO) >= 0 &&
        dup2(fileno(errors), STDERR_FILENO) >= 0)
        execv(path, argv);
    _exit(127);
}

int sweep_run(struct db *db, char *const argv[], char *line, size_t size, int *killed)
{
    char path[1200];
    int status = 0;
    FILE *errors = tmpfile();
    pid_t parent = getpid();
    snprintf(line, size, "%s: cannot be started: %s", argv[0], strerror(errno));
    if (!errors || program_path(argv[0], path, sizeof path))
        goto fail;
    pid_t pid = fork();
    if (pid < 0)
        goto fail;
    if (pid == 0) {
        if (getppid() != parent)
            _exit(127);
        become(db, path, argv, errors);
    }
    child = pid;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    child = 0;
    rewind(errors);
    if (!fgets(line, (int)size, errors))
        snprintf(line, size, "%s: ended with status %d", argv[0], status);
    line[strcspn(line, "\n")] = '\0';
    fclose(errors);
    if (killed)
        *killed = WIFSIGNALED(status);
    return status ? -1 : 0;
fail:
    if (errors)
        fclose(errors);
    if (killed)
        *killed = 0;
    return -1;
}

/* ---------------------------------------------------------------- queue */

struct worker {
    const struct stage *stage;
    struct db db;
    int64_t sweep;
    int threads;
    char folder[64], conf[300], run_file[100]; /* made for the worker */
    int evaluate, rungs;
    char dataset[128], experiment[128];
};

struct trial {
    int64_t id, configuration, rung, epochs, seed, fold, attempts; /* epochs, fold: -1 for none */
};

_Noreturn static void fail(const struct worker *w)
{
    stage_fail(w->stage, "%s", w->db.error);
}

static int claim_row(struct worker *w, struct trial *t)
{
    char host[256];
    lock_host(host, sizeof host);
    sqlite3_stmt *s = db_prepare(&w->db, sql_sweep_claim);
    db_bind_int(s, ":sweep", w->sweep);
    db_bind_text(s, ":host", host);
    int rc = db_step(&w->db, s);
    if (rc == 1) {
        int64_t *const fields[] = {&t->id,   &t->configuration, &t->rung,    &t->epochs,
                                   &t->seed, &t->fold,          &t->attempts};
        for (int i = 0; i < 7; i++)
            *fields[i] = sqlite3_column_type(s, i) == SQLITE_NULL ? -1 : sqlite3_column_int64(s, i);
    }
    sqlite3_finalize(s);
    return rc;
}

/* Returns 1 where there was one. The lock is taken before anybody can see the claim. */
static int claim(struct worker *w, struct trial *t)
{
    if (db_begin(&w->db))
        fail(w);
    int rc = claim_row(w, t);
    if (rc < 0 || (rc == 1 && lock_take_trial(&w->db, t->id))) {
        db_rollback(&w->db);
        fail(w);
    }
    if (db_commit(&w->db))
        fail(w);
    return rc;
}

/* Ends a trial's work: its new state, and the next rung where this was the last of one. */
static void settle(struct worker *w, const struct trial *t, const char *state, int64_t run,
                   const char *message)
{
    sqlite3_stmt *s = db_prepare(&w->db, sql_sweep_end_trial);
    sqlite3_stmt *promote = db_prepare(&w->db, sql_sweep_promote);
    db_bind_int(s, ":trial", t->id);
    db_bind_text(s, ":state", state);
    if (run)
        db_bind_int(s, ":run", run);
    db_bind_text(s, ":message", message);
    db_bind_int(promote, ":sweep", w->sweep);
    db_bind_int(promote, ":rung", t->rung);
    if (db_begin(&w->db))
        fail(w);
    if (db_run(&w->db, s) || db_run(&w->db, promote)) {
        db_rollback(&w->db);
        fail(w);
    }
    sqlite3_finalize(s);
    sqlite3_finalize(promote);
    if (db_commit(&w->db))
        fail(w);
    lock_release_trial(&w->db, t->id);
}

/* A number that a statement gives for the sweep, or for one of its trials. */
static int64_t number_of(struct worker *w, const char *sql, const char *parameter, int64_t id)
{
    int64_t value = 0;
    int found;
    sqlite3_stmt *s = db_prepare(&w->db, sql);
    db_bind_int(s, parameter, id);
    if (db_value_int(&w->db, s, &value, &found))
        fail(w);
    return found ? value : 0;
}

static void show(struct worker *w, const struct trial *t)
{
    sqlite3_stmt *s = db_prepare(&w->db, sql_sweep_line);
    db_bind_int(s, ":trial", t->id);
    if (db_step(&w->db, s) == 1 && !w->stage->quiet)
        printf("%s\n", (const char *)sqlite3_column_text(s, 0));
    fflush(stdout);
    sqlite3_finalize(s);
}

/* ---------------------------------------------------------------- one trial */

static int64_t read_run(const struct worker *w)
{
    long long run = 0;
    FILE *file = fopen(w->run_file, "r");
    if (file && fscanf(file, "%lld", &run) != 1)
        run = 0;
    if (file)
        fclose(file);
    return run;
}

/* The settings of a configuration, 'name=value' each. */
static int read_settings(struct worker *w, const struct trial *t,
                         char settings[SWEEP_PARAMETERS][256])
{
    int n = 0;
    sqlite3_stmt *s = db_prepare(&w->db, sql_sweep_settings);
    db_bind_int(s, ":sweep", w->sweep);
    db_bind_int(s, ":configuration", t->configuration);
    while (n < SWEEP_PARAMETERS && db_step(&w->db, s) == 1)
        snprintf(settings[n++], 256, "%s", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    return n;
}

static int train(struct worker *w, const struct trial *t, char *line, size_t size, int *killed)
{
    char settings[SWEEP_PARAMETERS][256], seed[32], fold[32], threads[16], epochs[48];
    char db[sizeof w->db.path], *argv[MAX_ARGUMENTS];
    int n = 0, sets = read_settings(w, t, settings);
    snprintf(seed, sizeof seed, "%lld", (long long)t->seed);
    snprintf(fold, sizeof fold, "%lld", (long long)t->fold);
    snprintf(epochs, sizeof epochs, "train.epochs=%lld", (long long)t->epochs);
    snprintf(threads, sizeof threads, "%d", w->threads);
    snprintf(db, sizeof db, "%s", w->db.path);
    char *const fixed[] = {"train", "--db",      db,      "--dataset", w->dataset,  "--seed",
                           seed,    "--threads", threads, "--run-to",  w->run_file, "--quiet"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        argv[n++] = fixed[i];
    for (int i = 0; i < sets; i++) {
        argv[n++] = "--set";
        argv[n++] = settings[i];
    }
    if (t->epochs > 0) {
        argv[n++] = "--set";
        argv[n++] = epochs;
    }
    if (t->fold >= 0) {
        argv[n++] = "--fold";
        argv[n++] = fold;
    }
    argv[n++] = w->conf;
    argv[n] = NULL;
    unlink(w->run_file);
    return sweep_run(&w->db, argv, line, size, killed);
}

static int evaluate(struct worker *w, int64_t run, char *line, size_t size, int *killed)
{
    char number[32], db[sizeof w->db.path];
    snprintf(number, sizeof number, "%lld", (long long)run);
    snprintf(db, sizeof db, "%s", w->db.path);
    char *const argv[] = {"evaluate", "--db", db, "--run", number, "--quiet", NULL};
    return sweep_run(&w->db, argv, line, size, killed);
}

static void work_on(struct worker *w, const struct trial *t)
{
    char line[500];
    int64_t run = 0;
    int killed = 0;
    int rc = train(w, t, line, sizeof line, &killed);
    if (rc == 0)
        run = read_run(w);
    if (run && w->evaluate && t->rung == w->rungs && !interrupted)
        rc = evaluate(w, run, line, sizeof line, &killed);
    if (interrupted || (killed && t->attempts < MAX_ATTEMPTS)) {
        settle(w, t, "waiting", 0, NULL);
        return;
    }
    settle(w, t, rc ? "failed" : "done", run, rc ? line : NULL);
    show(w, t);
}

/* ---------------------------------------------------------------- worker */

/* The experiment as it was when the sweep began, in a file of its own for `train` to read. */
static void prepare(struct worker *w)
{
    const char *where = getenv("TMPDIR");
    snprintf(w->folder, sizeof w->folder, "%.40s/sweep.XXXXXX", where && *where ? where : "/tmp");
    sqlite3_stmt *s = db_prepare(&w->db, sql_sweep_by_id);
    db_bind_int(s, ":sweep", w->sweep);
    int rc = db_step(&w->db, s);
    if (rc < 0)
        fail(w);
    if (rc == 0)
        stage_fail(w->stage, "%s: no sweep %lld", w->db.path, (long long)w->sweep);
    snprintf(w->experiment, sizeof w->experiment, "%s", (const char *)sqlite3_column_text(s, 0));
    snprintf(w->dataset, sizeof w->dataset, "%s", (const char *)sqlite3_column_text(s, 2));
    w->rungs = sqlite3_column_int(s, 3);
    w->evaluate = sqlite3_column_int(s, 4);
    if (!mkdtemp(w->folder))
        stage_fail(w->stage, "%s: %s", w->folder, strerror(errno));
    snprintf(w->conf, sizeof w->conf, "%s/%s.conf", w->folder, w->experiment);
    snprintf(w->run_file, sizeof w->run_file, "%s/run", w->folder);
    FILE *file = fopen(w->conf, "w");
    if (!file || fputs((const char *)sqlite3_column_text(s, 1), file) < 0 || fclose(file))
        stage_fail(w->stage, "%s: %s", w->conf, strerror(errno));
    sqlite3_finalize(s);
}

int sweep_work(const struct stage *stage, int64_t sweep, int threads)
{
    struct worker w = {.stage = stage, .sweep = sweep, .threads = threads};
    const struct timespec pause = {.tv_nsec = 200000000};
    struct trial trial;
    stage_open(stage, &w.db, DB_WRITE);
    prepare(&w);
    while (!interrupted) {
        if (claim(&w, &trial)) {
            work_on(&w, &trial);
            continue;
        }
        /* Those at work here may yet free a trial, or open the next rung. */
        if (!number_of(&w, sql_sweep_running, ":sweep", sweep))
            break;
        nanosleep(&pause, NULL);
        if (lock_settle(&w.db))
            fail(&w);
    }
    unlink(w.conf);
    unlink(w.run_file);
    rmdir(w.folder);
    db_close(&w.db);
    return interrupted;
}
