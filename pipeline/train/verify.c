/* verify.c: see verify.h. In: what a run has recorded. */
#include "pipeline/train/verify.h"

#include "pipeline/store/machine.h"
#include "pipeline/train/checkpoint.h"
#include "pipeline/train/record.h"
#include "sql/train.h"

#include <stdlib.h>
#include <string.h>

/* What a run has recorded of the surroundings, by its column in verify_run. */
enum { DATA, PROGRAM, COMMIT, CHANGES, COMPILER, CPU, ISA, BLAS, N_FACTS };
static const struct {
    const char *what, *column;
} FACTS[N_FACTS] = {[DATA] = {"data", "data_hash"},
                    [PROGRAM] = {"program", "program_hash"},
                    [COMMIT] = {"commit", "git_commit"},
                    [CHANGES] = {"changes", "git_diff"},
                    [COMPILER] = {"compiler", "compiler"},
                    [CPU] = {"cpu", "cpu"},
                    [ISA] = {"isa", "isa"},
                    [BLAS] = {"blas", "blas"}};

struct verification {
    char facts[N_FACTS][512];             /* "" where NULL */
    char best[65], average[65], last[65]; /* SHA-256 of the recorded weights; "" for none */
    char best_now[65];                    /* of the best weights that came out */
    int differs_from;                     /* first epoch with other figures; 0: none */
    int same;                             /* 1: the weights are the same */
    struct text names;                    /* of what is not as it was, for the log */
};

struct verification *train_verification_new(void)
{
    return calloc(1, sizeof(struct verification));
}

void train_verification_free(struct verification *v)
{
    if (v)
        text_free(&v->names);
    free(v);
}

int train_verified_same(const struct verification *v)
{
    return v->same;
}

/* ---------------------------------------------------------------- what is recorded */

static void read_run(struct verification *v, struct statement *s)
{
    for (int i = 0; i < N_FACTS; i++)
        snprintf(v->facts[i], sizeof v->facts[i], "%s", db_text(s, FACTS[i].column));
    snprintf(v->best, sizeof v->best, "%s", db_text(s, "best"));
    snprintf(v->average, sizeof v->average, "%s", db_text(s, "average"));
    snprintf(v->last, sizeof v->last, "%s", db_text(s, "last"));
}

static int start(struct training *t, void *own)
{
    struct verification *v = own;
    struct statement *s = db_prepare(t->db, sql_train_verify_run);
    db_bind_int(s, ":run", t->run);
    int rc = db_step(t->db, s);
    if (rc == 0)
        rc = error_set(&t->db->error, "%.400s: no run %lld", t->db->path, (long long)t->run);
    if (rc == 1) {
        const char *status = db_text(s, "status");
        read_run(v, s);
        rc = run_status_of(status) == RUN_FINISHED && *v->last
                 ? 0
                 : error_set(&t->db->error,
                             "run %lld is a training, %s; expected a finished training with its "
                             "weights",
                             (long long)t->run, status);
    }
    db_finish(s);
    return rc;
}

static int epoch(struct training *t, void *own, const struct train_epoch *e)
{
    struct verification *v = own;
    int64_t same = 0;
    int found;
    if (e->improved)
        train_hash_weights(t, train_weights(t), v->best_now);
    if (v->differs_from)
        return 0;
    struct statement *s = db_prepare(t->db, sql_train_verify_epoch);
    train_bind_epoch(s, t->run, e);
    int rc = db_value_int(t->db, s, &same, &found);
    if (!rc && !same)
        v->differs_from = e->epoch;
    return rc;
}

/* ---------------------------------------------------------------- what came out */

/* Two lines for something that is not as it was. */
static void tell(struct verification *v, const char *what, const char *then, const char *now)
{
    text_format(&v->names, "%s%s", v->names.length ? ", " : "", what);
    printf("  %-12s then %s\n  %-12s now  %s\n", what, *then ? then : "none", "",
           *now ? now : "none");
}

/* A setting that was unknown when the run was made had what is its default now. */
static int compare_settings(struct training *t, struct verification *v)
{
    char now[8192];
    conf_type type;
    int rc = 0;
    const char *name;
    struct statement *s = db_prepare(t->db, sql_train_verify_setting);
    db_bind_int(s, ":run", t->run);
    for (int i = 0; rc >= 0 && (name = conf_setting(t->conf, i, now, sizeof now, &type)); i++) {
        db_bind_text(s, ":name", name);
        rc = db_step(t->db, s);
        const char *then = rc == 1 ? db_text(s, "value") : "";
        int same = rc == 0              ? conf_is_default(t->conf, i)
                   : type == CONF_WORDS ? !strcmp(then, now)
                                        : strtod(then, NULL) == strtod(now, NULL);
        if (rc >= 0 && !same)
            tell(v, name, then, now);
        db_reset(s);
    }
    db_finish(s);
    return rc < 0 ? FAILED : 0;
}

/* What may be the cause where the weights differ, and is worth knowing where they do not. */
static int compare_inputs(struct training *t, struct verification *v)
{
    struct machine m;
    machine_describe(&m);
    const char *now[N_FACTS] = {[DATA] = t->dataset->hash,
                                [PROGRAM] = m.program_hash,
                                [COMMIT] = m.git_commit,
                                [CHANGES] = m.git_diff,
                                [COMPILER] = m.compiler,
                                [CPU] = m.cpu,
                                [ISA] = nn_isa_name(t->isa == NN_ISA_BEST ? nn_isa_best() : t->isa),
                                [BLAS] = m.blas};
    if (compare_settings(t, v))
        return FAILED;
    for (int i = 0; i < N_FACTS; i++)
        if (strcmp(v->facts[i], now[i]))
            tell(v, FACTS[i].what, v->facts[i], now[i]);
    return 0;
}

static int log_result(struct training *t, const struct verification *v)
{
    struct text result = {0};
    text_format(&result, "verified: weights %s%s%s", v->same ? "are the same" : "differ",
                v->names.length ? "; not as it was: " : "", text_of(&v->names));
    int rc = stage_log_once(t->stage, t->db, t->dataset->id, t->run, text_of(&result));
    text_free(&result);
    return rc;
}

static int end(struct training *t, void *own, const struct train_end *how)
{
    struct verification *v = own;
    char last[65], average[65] = "";
    train_hash_weights(t, t->model, last);
    if (t->average)
        train_hash_weights(t, t->average, average);
    v->same =
        !strcmp(last, v->last) && !strcmp(average, v->average) && !strcmp(v->best_now, v->best);
    stage_progress_end(t->stage);
    printf("run %lld: weights %s (%d epochs in %.1f s)\n", (long long)t->run,
           v->same ? "are the same, bit for bit" : "differ", t->state.epoch - 1, how->seconds);
    if (v->differs_from)
        printf("  figures differ from epoch %d on\n", v->differs_from);
    if (*v->facts[CHANGES])
        printf("  the run was made with uncommitted changes, hash %s\n", v->facts[CHANGES]);
    if (compare_inputs(t, v))
        return FAILED;
    if (!v->same && !v->names.length)
        printf("  data, settings, program and machine are as they were\n");
    return log_result(t, v);
}

struct listener train_verifier(struct verification *verification)
{
    return (struct listener){.own = verification, .start = start, .epoch = epoch, .end = end};
}
