/* train_record.c: what a training writes into the database. Its weights are in train_checkpoint.c.
 */
#include "pipeline/train/train.h"

#include "pipeline/store/lock.h"
#include "sql/store.h"
#include "sql/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Checkpoints may take one part in SAVE_SHARE of the time. */
enum { SAVE_SHARE = 50 };

static const char *const METHODS[] = {"stratified", "stratified-kfold", "none"};

/* ---------------------------------------------------------------- inputs */

void train_input_hash(struct training *t)
{
    char value[8192];
    char hex[65];
    int number;
    const char *name;
    snprintf(value, sizeof value, "%s fold %d", t->dataset.hash, t->fold);
    hash_bytes(value, strlen(value), t->input_hash);
    for (int i = 0; (name = conf_setting(&t->conf, i, value, sizeof value, &number)); i++) {
        char line[sizeof value + 256];
        if (conf_is_default(&t->conf, i))
            continue;
        snprintf(line, sizeof line, "%s\n%s=%s", t->input_hash, name, value);
        hash_bytes(line, strlen(line), hex);
        memcpy(t->input_hash, hex, sizeof hex);
    }
}

int train_find_split(struct training *t)
{
    const struct conf *c = &t->conf;
    int found;
    sqlite3_stmt *statement = db_prepare(&t->db, sql_train_find_split);
    db_bind_int(statement, ":dataset", t->dataset.id);
    db_bind_text(statement, ":method", METHODS[c->split_method]);
    db_bind_int(statement, ":seed", c->split_method == SPLIT_NONE ? 0 : c->split_seed);
    if (c->split_method == SPLIT_STRATIFIED)
        db_bind_real(statement, ":fraction", c->split_fraction);
    if (c->split_method == SPLIT_KFOLD)
        db_bind_int(statement, ":folds", c->split_folds);
    if (db_value_int(&t->db, statement, &t->split, &found))
        return DB_ERROR;
    if (!found)
        snprintf(t->db.error, sizeof t->db.error,
                 "dataset %s has no split as %s asks for (split --conf makes it)", t->dataset.name,
                 c->name);
    return found ? DB_OK : DB_ERROR;
}

int train_find_run(struct training *t, int64_t *run, int *finished)
{
    *run = 0;
    *finished = 0;
    sqlite3_stmt *statement = db_prepare(&t->db, sql_train_find_run);
    db_bind_text(statement, ":input_hash", t->input_hash);
    db_bind_int(statement, ":parent", t->parent ? t->parent->run : 0);
    int rc = db_step(&t->db, statement);
    if (rc == 1) {
        *run = sqlite3_column_int64(statement, 0);
        *finished = !strcmp((const char *)sqlite3_column_text(statement, 1), "finished");
    }
    sqlite3_finalize(statement);
    return rc < 0 ? DB_ERROR : DB_OK;
}

int train_adopt_run(struct training *t)
{
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_adopt_run);
    db_bind_int(s, ":run", t->run);
    db_bind_int(s, ":parent", t->parent->run);
    if (db_begin(&t->db))
        goto fail;
    if (db_run(&t->db, s)) {
        db_rollback(&t->db);
        goto fail;
    }
    sqlite3_finalize(s);
    return db_commit(&t->db);
fail:
    sqlite3_finalize(s);
    return DB_ERROR;
}

/* ---------------------------------------------------------------- start */

static int insert_run(struct training *t, const char *kind)
{
    struct machine m;
    char now[25];
    size_t trainable;
    size_t parameters = nn_model_parameters(t->model, &trainable);
    nn_isa isa = t->isa == NN_ISA_BEST ? nn_isa_best() : t->isa;
    machine_describe(&m);
    db_now(now);
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_insert_run);
    db_bind_text(s, ":kind", kind);
    db_bind_text(s, ":experiment", t->conf.name);
    if (t->parent)
        db_bind_int(s, ":parent", t->parent->run);
    db_bind_int(s, ":dataset", t->dataset.id);
    db_bind_int(s, ":split", t->split);
    if (t->fold >= 0)
        db_bind_int(s, ":fold", t->fold);
    db_bind_int(s, ":seed", t->conf.seed);
    db_bind_text(s, ":conf", t->conf.text);
    db_bind_text(s, ":input_hash", t->input_hash);
    db_bind_text(s, ":started_at", now);
    db_bind_text(s, ":host", m.host);
    db_bind_text(s, ":program", PIXELMILL_VERSION);
    db_bind_text(s, ":program_hash", m.program_hash);
    db_bind_text(s, ":git_commit", m.git_commit);
    db_bind_text(s, ":git_diff", m.git_diff);
    db_bind_text(s, ":compiler", m.compiler);
    db_bind_text(s, ":cpu", m.cpu);
    db_bind_text(s, ":isa", nn_isa_name(isa));
    db_bind_text(s, ":blas", m.blas);
    db_bind_int(s, ":threads", t->threads);
    db_bind_int(s, ":parameters", (int64_t)parameters);
    db_bind_int(s, ":trainable", (int64_t)trainable);
    db_bind_int(s, ":epochs", t->conf.epochs);
    int rc = db_run(&t->db, s);
    sqlite3_finalize(s);
    t->run = sqlite3_last_insert_rowid(t->db.handle);
    return rc;
}

static int insert_hyperparameters(struct training *t)
{
    char value[8192];
    int number, rc = DB_OK;
    const char *name;
    sqlite3_stmt *s = db_prepare(&t->db, sql_store_insert_setting);
    for (int i = 0; !rc && (name = conf_setting(&t->conf, i, value, sizeof value, &number)); i++) {
        if (!strncmp(name, "committee.", 10)) /* of no meaning for one net */
            continue;
        db_bind_int(s, ":run", t->run);
        db_bind_text(s, ":name", name);
        if (!number)
            db_bind_text(s, ":value", value);
        else if (strpbrk(value, ".eE"))
            db_bind_real(s, ":value", strtod(value, NULL));
        else
            db_bind_int(s, ":value", strtoll(value, NULL, 10));
        rc = db_run(&t->db, s);
    }
    sqlite3_finalize(s);
    return rc;
}

static int insert_layers(struct training *t)
{
    int rc = DB_OK;
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_insert_layer);
    for (int i = 0; !rc && i < nn_model_layers(t->model); i++) {
        nn_layer_info layer = nn_model_layer(t->model, i);
        db_bind_int(s, ":run", t->run);
        db_bind_int(s, ":layer", i + 1);
        db_bind_text(s, ":kind", layer.kind);
        db_bind_text(s, ":text", layer.text);
        db_bind_int(s, ":height", layer.out.h);
        db_bind_int(s, ":width", layer.out.w);
        db_bind_int(s, ":channels", layer.out.c);
        db_bind_int(s, ":parameters", (int64_t)layer.parameters);
        db_bind_int(s, ":trainable", (int64_t)layer.trainable);
        db_bind_real(s, ":macs", layer.macs);
        db_bind_text(s, ":path", layer.path);
        rc = db_run(&t->db, s);
    }
    sqlite3_finalize(s);
    return rc;
}

/* Nobody sees the run before its lock is held: the lock is taken inside the transaction. */
int train_record_start(struct training *t, const char *kind)
{
    if (db_begin(&t->db))
        return DB_ERROR;
    if (insert_run(t, kind) || insert_hyperparameters(t) || insert_layers(t) ||
        lock_take(&t->db, t->run)) {
        db_rollback(&t->db);
        return DB_ERROR;
    }
    return db_commit(&t->db);
}

/* ---------------------------------------------------------------- epochs */

static int insert_epoch(struct training *t, const struct train_epoch *e)
{
    char now[25];
    db_now(now);
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_insert_epoch);
    db_bind_int(s, ":run", t->run);
    db_bind_int(s, ":epoch", e->epoch);
    db_bind_real(s, ":learning_rate", e->learning_rate);
    db_bind_real(s, ":train_loss", e->train_loss);
    db_bind_real(s, ":train_accuracy", e->train_accuracy);
    db_bind_real(s, ":validation_loss", e->validation_loss);
    db_bind_real(s, ":validation_accuracy", e->validation_accuracy);
    db_bind_real(s, ":average_loss", e->average_loss);
    db_bind_real(s, ":average_accuracy", e->average_accuracy);
    db_bind_real(s, ":seconds", e->seconds);
    db_bind_real(s, ":images_per_second", e->images_per_second);
    db_bind_text(s, ":ended_at", now);
    int rc = db_run(&t->db, s);
    sqlite3_finalize(s);
    return rc;
}

static int record_figures(struct training *t, const struct train_epoch *e)
{
    if (db_begin(&t->db))
        return DB_ERROR;
    if (insert_epoch(t, e)) {
        db_rollback(&t->db);
        return DB_ERROR;
    }
    return db_commit(&t->db);
}

static int record_weights(struct training *t, const struct train_epoch *e, int due)
{
    if (db_begin(&t->db))
        return DB_ERROR;
    if ((e->improved && train_save_best(t, e->epoch)) || (due && train_save_resumable(t))) {
        db_rollback(&t->db);
        return DB_ERROR;
    }
    return db_commit(&t->db);
}

/* The figures are there for all to see in less than a millisecond; the weights, megabytes, follow
 * in a transaction of their own. In this order: a run that dies between the two goes on from an
 * earlier checkpoint and computes the epoch anew, whereas a checkpoint without its epoch would
 * leave a gap. A run with fast epochs does not write a resumable checkpoint at each. */
int train_record_epoch(struct training *t, const struct train_epoch *e)
{
    if (t->verify)
        return train_verify_epoch(t, e);
    if (record_figures(t, e))
        return DB_ERROR;
    double began = stage_seconds();
    int due = began - t->saved_at >= SAVE_SHARE * t->save_seconds;
    if ((e->improved || due) && record_weights(t, e, due))
        return DB_ERROR;
    if (due) {
        t->saved_at = stage_seconds();
        t->save_seconds = t->saved_at - began;
    }
    return DB_OK;
}

int train_record_position(struct training *t)
{
    if (db_begin(&t->db))
        return DB_ERROR;
    if (train_save_resumable(t)) {
        db_rollback(&t->db);
        return DB_ERROR;
    }
    return db_commit(&t->db);
}

/* ---------------------------------------------------------------- resume */

static int run_after(struct training *t, const char *sql)
{
    sqlite3_stmt *s = db_prepare(&t->db, sql);
    db_bind_int(s, ":run", t->run);
    db_bind_int(s, ":epoch", t->state.epoch - 1);
    int rc = db_run(&t->db, s);
    sqlite3_finalize(s);
    return rc;
}

static int mark_running(struct training *t)
{
    char host[256];
    lock_host(host, sizeof host);
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_resume_run);
    db_bind_int(s, ":run", t->run);
    db_bind_text(s, ":host", host);
    int rc = db_run(&t->db, s);
    sqlite3_finalize(s);
    return rc;
}

/* What the run wrote after its last checkpoint is computed anew, so it goes in the same
 * transaction in which the run lives again. The lock comes first: whoever settles crashed runs
 * holds it while waiting to write. */
int train_record_resume(struct training *t)
{
    if (lock_take(&t->db, t->run))
        return DB_ERROR;
    if (db_begin(&t->db))
        goto unlock;
    if (train_load_checkpoint(t) || mark_running(t) || run_after(t, sql_train_forget_epochs) ||
        run_after(t, sql_train_forget_best)) {
        db_rollback(&t->db);
        goto unlock;
    }
    if (db_commit(&t->db) == DB_OK)
        return DB_OK;
unlock:
    lock_release(&t->db, t->run);
    return DB_ERROR;
}

/* ---------------------------------------------------------------- end */

static int end_run(struct training *t, const char *status, const char *message)
{
    char now[25];
    db_now(now);
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_end_run);
    db_bind_int(s, ":run", t->run);
    db_bind_text(s, ":status", status);
    db_bind_text(s, ":message", message);
    db_bind_text(s, ":ended_at", now);
    if (t->state.best_epoch)
        db_bind_int(s, ":best_epoch", t->state.best_epoch);
    db_bind_int(s, ":stopped_early", t->state.stopped);
    int rc = db_run(&t->db, s);
    sqlite3_finalize(s);
    return rc;
}

int train_record_end(struct training *t, const char *status, const char *message)
{
    char result[1200];
    int finished = !strcmp(status, "finished");
    snprintf(result, sizeof result, "%s after %d epochs%s%s", status, t->state.epoch - 1,
             message ? ": " : "", message ? message : "");
    if (db_begin(&t->db))
        return DB_ERROR;
    if ((finished && train_save_final(t)) || end_run(t, status, message) ||
        db_log_stage(&t->db, t->stage->name, t->dataset.id, t->run, t->stage->arguments,
                     stage_seconds() - t->stage->started, result)) {
        db_rollback(&t->db);
        return DB_ERROR;
    }
    int rc = db_commit(&t->db);
    lock_release(&t->db, t->run);
    return rc;
}
