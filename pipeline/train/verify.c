/* train_verify.c: `train --verify`: whether a run comes out again, bit for bit.
 *
 * In: what the run has recorded. The training is repeated in memory; nothing is written but a line
 * in the log of stages. Out: one line that says whether the weights are the same, then what is not
 * as it was: data, settings, program, compiler, CPU, instruction set, BLAS.
 */
#include "pipeline/train/train.h"

#include "sql/train.h"

#include <stdlib.h>
#include <string.h>

/* The columns of train_verify_run.sql that are compared as text. */
enum {
    STATUS,
    KIND,
    PROGRAM_HASH,
    GIT_COMMIT,
    GIT_DIFF,
    COMPILER,
    CPU,
    ISA,
    BLAS,
    BEST,
    AVERAGE,
    LAST,
    DATA_HASH,
    N_RECORDED
};

struct train_verify {
    char recorded[N_RECORDED][512]; /* "" where NULL */
    char best[65];                  /* SHA-256 of the best weights that came out; "" for none */
    int differs_from;               /* first epoch with other figures; 0: none */
    char names[256];                /* of what is not as it was, for the log */
};

static int read_recorded(struct training *t, struct train_verify *v)
{
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_verify_run);
    db_bind_int(s, ":run", t->run);
    int rc = db_step(&t->db, s);
    for (int i = 0; rc == 1 && i < N_RECORDED; i++) {
        const char *text = (const char *)sqlite3_column_text(s, i);
        snprintf(v->recorded[i], sizeof v->recorded[i], "%s", text ? text : "");
    }
    sqlite3_finalize(s);
    return rc == 1 ? DB_OK : DB_ERROR;
}

struct train_verify *train_verify_begin(struct training *t)
{
    struct train_verify *v = calloc(1, sizeof *v);
    if (!v) {
        snprintf(t->db.error, sizeof t->db.error, "out of memory");
        return NULL;
    }
    if (read_recorded(t, v))
        goto fail;
    if (strcmp(v->recorded[KIND], "training") || strcmp(v->recorded[STATUS], "finished") ||
        !*v->recorded[LAST]) {
        snprintf(t->db.error, sizeof t->db.error,
                 "run %lld is a %.40s, %.40s; expected a finished training with its weights",
                 (long long)t->run, v->recorded[KIND], v->recorded[STATUS]);
        goto fail;
    }
    return v;
fail:
    free(v);
    return NULL;
}

void train_verify_free(struct train_verify *verify)
{
    free(verify);
}

static void hash_weights(struct training *t, const nn_model *model, char hex[65])
{
    nn_model_save(model, t->weights);
    hash_bytes(t->weights, nn_model_size(model), hex);
}

int train_verify_epoch(struct training *t, const struct train_epoch *e)
{
    struct train_verify *v = t->verify;
    int64_t same = 0;
    int found;
    if (e->improved)
        hash_weights(t, train_weights(t), v->best);
    if (v->differs_from)
        return DB_OK;
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_verify_epoch);
    db_bind_int(s, ":run", t->run);
    db_bind_int(s, ":epoch", e->epoch);
    db_bind_real(s, ":learning_rate", e->learning_rate);
    db_bind_real(s, ":train_loss", e->train_loss);
    db_bind_real(s, ":train_accuracy", e->train_accuracy);
    db_bind_real(s, ":validation_loss", e->validation_loss);
    db_bind_real(s, ":validation_accuracy", e->validation_accuracy);
    db_bind_real(s, ":average_loss", e->average_loss);
    db_bind_real(s, ":average_accuracy", e->average_accuracy);
    int rc = db_value_int(&t->db, s, &same, &found);
    if (!rc && !same)
        v->differs_from = e->epoch;
    return rc;
}

/* One line for something that is not as it was. */
static void tell(struct train_verify *v, const char *what, const char *then, const char *now)
{
    size_t used = strlen(v->names);
    snprintf(v->names + used, sizeof v->names - used, "%s%s", used ? ", " : "", what);
    printf("  %-12s then %s\n  %-12s now  %s\n", what, *then ? then : "none", "",
           *now ? now : "none");
}

static void compare(struct train_verify *v, const char *what, int recorded, const char *now)
{
    if (strcmp(v->recorded[recorded], now))
        tell(v, what, v->recorded[recorded], now);
}

/* A setting that was unknown when the run was made had what is its default now. */
static int compare_settings(struct training *t)
{
    char now[8192];
    int number, rc = DB_OK;
    const char *name;
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_verify_setting);
    for (int i = 0; rc >= 0 && (name = conf_setting(&t->conf, i, now, sizeof now, &number)); i++) {
        db_bind_int(s, ":run", t->run);
        db_bind_text(s, ":name", name);
        rc = db_step(&t->db, s);
        const char *then = rc == 1 ? (const char *)sqlite3_column_text(s, 0) : "";
        int same = rc == 0  ? conf_is_default(&t->conf, i)
                   : number ? strtod(then, NULL) == strtod(now, NULL)
                            : !strcmp(then, now);
        if (rc >= 0 && !same)
            tell(t->verify, name, then, now);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    return rc < 0 ? DB_ERROR : DB_OK;
}

/* What may be the cause where the weights differ, and is worth knowing where they do not. */
static int compare_inputs(struct training *t)
{
    struct train_verify *v = t->verify;
    struct machine m;
    nn_isa isa = t->isa == NN_ISA_BEST ? nn_isa_best() : t->isa;
    machine_describe(&m);
    if (compare_settings(t))
        return DB_ERROR;
    compare(v, "data", DATA_HASH, t->dataset.hash);
    compare(v, "program", PROGRAM_HASH, m.program_hash);
    compare(v, "commit", GIT_COMMIT, m.git_commit);
    compare(v, "changes", GIT_DIFF, m.git_diff);
    compare(v, "compiler", COMPILER, m.compiler);
    compare(v, "cpu", CPU, m.cpu);
    compare(v, "isa", ISA, nn_isa_name(isa));
    compare(v, "blas", BLAS, m.blas);
    return DB_OK;
}

int train_verify_end(struct training *t, double seconds)
{
    struct train_verify *v = t->verify;
    char last[65], average[65] = "", result[600];
    hash_weights(t, t->model, last);
    if (t->average)
        hash_weights(t, t->average, average);
    int same = !strcmp(last, v->recorded[LAST]) && !strcmp(average, v->recorded[AVERAGE]) &&
               !strcmp(v->best, v->recorded[BEST]);
    printf("run %lld: weights %s (%d epochs in %.1f s)\n", (long long)t->run,
           same ? "are the same, bit for bit" : "differ", t->state.epoch - 1, seconds);
    if (v->differs_from)
        printf("  figures differ from epoch %d on\n", v->differs_from);
    if (*v->recorded[GIT_DIFF])
        printf("  the run was made with uncommitted changes, hash %s\n", v->recorded[GIT_DIFF]);
    if (compare_inputs(t))
        return DB_ERROR;
    if (!same && !*v->names)
        printf("  data, settings, program and machine are as they were\n");
    snprintf(result, sizeof result, "verified: weights %s%s%s", same ? "are the same" : "differ",
             *v->names ? "; not as it was: " : "", v->names);
    if (db_begin(&t->db))
        return DB_ERROR;
    if (db_log_stage(&t->db, t->stage->name, t->dataset.id, t->run, t->stage->arguments,
                     stage_seconds() - t->stage->started, result)) {
        db_rollback(&t->db);
        return DB_ERROR;
    }
    return db_commit(&t->db) ? DB_ERROR : !same;
}
