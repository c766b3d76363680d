/* train_checkpoint.c: weights and state of a training into the table checkpoint, and back. See
 * train.h.
 *
 * The state of a checkpoint is a format number, struct train_state, the weights of early stopping's
 * best epoch and what nn_trainer_save gives, one behind the other, as they lie in memory: it is
 * read by the same program on the same kind of machine, and dropped when the run has finished.
 */
#include "pipeline/train/train.h"

#include "sql/train.h"

#include <stdlib.h>
#include <string.h>

enum { STATE_FORMAT = 2 };

static uint8_t *pack_state(const struct training *t, size_t *size)
{
    size_t weights = nn_model_size(t->model), moments = nn_trainer_size(t->trainer);
    uint32_t format = STATE_FORMAT;
    *size = sizeof format + sizeof t->state + weights + moments;
    uint8_t *bytes = malloc(*size), *at = bytes;
    if (!bytes)
        return NULL;
    memcpy(at, &format, sizeof format);
    memcpy(at += sizeof format, &t->state, sizeof t->state);
    memcpy(at += sizeof t->state, t->stopping_best, weights);
    nn_trainer_save(t->trainer, at + weights);
    return bytes;
}

static int unpack_state(struct training *t, const uint8_t *bytes, size_t size)
{
    size_t weights = nn_model_size(t->model), moments = nn_trainer_size(t->trainer);
    uint32_t format;
    nn_error error;
    if (!bytes || size != sizeof format + sizeof t->state + weights + moments)
        goto unknown;
    memcpy(&format, bytes, sizeof format);
    if (format != STATE_FORMAT)
        goto unknown;
    memcpy(&t->state, bytes += sizeof format, sizeof t->state);
    memcpy(t->stopping_best, bytes += sizeof t->state, weights);
    if (!nn_trainer_load(t->trainer, bytes + weights, moments, &error))
        return DB_OK;
    snprintf(t->db.error, sizeof t->db.error, "run %lld: %s", (long long)t->run, error.text);
    return DB_ERROR;
unknown:
    snprintf(t->db.error, sizeof t->db.error,
             "run %lld: its checkpoint is not of this version of the program", (long long)t->run);
    return DB_ERROR;
}

static int save_checkpoint(struct training *t, const nn_model *model, const char *kind, int epoch,
                           const void *state, size_t state_size)
{
    char hex[65];
    size_t size = nn_model_size(model);
    nn_model_save(model, t->weights);
    hash_bytes(t->weights, size, hex);
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_save_checkpoint);
    db_bind_int(s, ":run", t->run);
    db_bind_text(s, ":kind", kind);
    db_bind_int(s, ":epoch", epoch);
    db_bind_text(s, ":sha256", hex);
    db_bind_blob(s, ":weights", t->weights, size);
    db_bind_blob(s, ":state", state, state_size);
    int rc = db_run(&t->db, s);
    sqlite3_finalize(s);
    return rc;
}

int train_save_best(struct training *t, int epoch)
{
    return save_checkpoint(t, train_weights(t), "best", epoch, NULL, 0);
}

int train_save_resumable(struct training *t)
{
    size_t size;
    uint8_t *state = pack_state(t, &size);
    if (!state) {
        snprintf(t->db.error, sizeof t->db.error, "out of memory");
        return DB_ERROR;
    }
    int rc = save_checkpoint(t, t->model, "last", t->state.epoch - 1, state, size);
    free(state);
    return rc;
}

int train_save_final(struct training *t)
{
    int epoch = t->state.epoch - 1;
    if (!t->trainer) /* the run of all folds has no weights of its own */
        return DB_OK;
    if (t->average && save_checkpoint(t, t->average, "average", epoch, NULL, 0))
        return DB_ERROR;
    return save_checkpoint(t, t->model, "last", epoch, NULL, 0);
}

/* A run that has crashed before its first checkpoint begins anew, which t is ready for. */
static int read_checkpoint(struct training *t, sqlite3_stmt *s)
{
    nn_error error;
    const char *status = (const char *)sqlite3_column_text(s, 3);
    if (strcmp(status, "interrupted") && strcmp(status, "crashed")) {
        snprintf(t->db.error, sizeof t->db.error,
                 "run %lld is %s; only an interrupted or crashed run can go on", (long long)t->run,
                 status);
        return DB_ERROR;
    }
    if (sqlite3_column_type(s, 1) == SQLITE_NULL)
        return DB_OK;
    if (nn_model_load(t->model, sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1),
                      &error)) {
        snprintf(t->db.error, sizeof t->db.error, "run %lld: %s", (long long)t->run, error.text);
        return DB_ERROR;
    }
    return unpack_state(t, sqlite3_column_blob(s, 2), (size_t)sqlite3_column_bytes(s, 2));
}

int train_load_checkpoint(struct training *t)
{
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_load_checkpoint);
    db_bind_int(s, ":run", t->run);
    int there = db_step(&t->db, s), rc = DB_ERROR;
    if (there == 1)
        rc = read_checkpoint(t, s);
    else if (there == 0)
        snprintf(t->db.error, sizeof t->db.error, "%.400s: no run %lld", t->db.path,
                 (long long)t->run);
    sqlite3_finalize(s);
    return rc;
}
