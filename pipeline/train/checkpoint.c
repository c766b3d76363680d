/* checkpoint.c: see checkpoint.h.
 *
 * The state of a checkpoint is what state.c writes, the weights of early stopping's best epoch and
 * what nn_trainer_save gives, one behind the other. It is dropped when the run has finished.
 */
#include "pipeline/train/checkpoint.h"

#include "pipeline/base/hash.h"
#include "sql/train.h"

#include <string.h>

static int pack_state(const struct training *t, struct text *bytes)
{
    size_t moments = nn_trainer_size(t->trainer);
    train_state_write(&t->state, bytes);
    text_add_bytes(bytes, t->stopping_best, nn_model_size(t->model));
    char *to = text_extend(bytes, moments);
    if (!to)
        return error_memory(&t->db->error, "the state of a training");
    nn_trainer_save(t->trainer, to);
    text_extended(bytes, moments);
    return 0;
}

static int unpack_state(struct training *t, const uint8_t *bytes, size_t size, struct error *error)
{
    size_t weights = nn_model_size(t->model), moments = nn_trainer_size(t->trainer);
    nn_error of_net;
    int used = train_state_read(&t->state, bytes, size, t->conf, t->rows.n_train, error);
    if (used < 0)
        return FAILED;
    if (size != (size_t)used + weights + moments)
        return error_set(error, "found %zu bytes, expected %zu", size,
                         (size_t)used + weights + moments);
    memcpy(t->stopping_best, bytes + used, weights);
    if (nn_trainer_load(t->trainer, bytes + used + weights, moments, &of_net))
        return error_set(error, "%s", of_net.text);
    return 0;
}

void train_hash_weights(struct training *t, const nn_model *model, char hex[65])
{
    nn_model_save(model, t->weights);
    hash_bytes(t->weights, nn_model_size(model), hex);
}

static int save_checkpoint(struct training *t, const nn_model *model, const char *kind, int epoch,
                           const struct text *state)
{
    char hex[65];
    train_hash_weights(t, model, hex);
    struct statement *s = db_prepare(t->db, sql_train_save_checkpoint);
    db_bind_int(s, ":run", t->run);
    db_bind_text(s, ":kind", kind);
    db_bind_int(s, ":epoch", epoch);
    db_bind_text(s, ":sha256", hex);
    db_bind_blob(s, ":weights", t->weights, nn_model_size(model));
    db_bind_blob(s, ":state", state ? state->bytes : NULL, state ? state->length : 0);
    return db_run_once(t->db, s);
}

int train_save_best(struct training *t, int epoch)
{
    return save_checkpoint(t, train_weights(t), "best", epoch, NULL);
}

int train_save_resumable(struct training *t)
{
    struct text state = {0};
    int rc = pack_state(t, &state);
    if (!rc)
        rc = save_checkpoint(t, t->model, "last", t->state.epoch - 1, &state);
    text_free(&state);
    return rc;
}

int train_save_final(struct training *t)
{
    int epoch = t->state.epoch - 1;
    if (t->average && save_checkpoint(t, t->average, "average", epoch, NULL))
        return FAILED;
    return save_checkpoint(t, t->model, "last", epoch, NULL);
}

/* A run that has crashed before its first checkpoint begins anew, which t is ready for. */
static int read_checkpoint(struct training *t, struct statement *s)
{
    struct error *error = &t->db->error, why;
    nn_error of_net;
    size_t size;
    run_status status = run_status_of(db_text(s, "status"));
    if (status != RUN_INTERRUPTED && status != RUN_CRASHED)
        return error_set(error, "run %lld is %s; only an interrupted or crashed run can go on",
                         (long long)t->run, run_status_name(status));
    if (t->kind == RUN_FOLDS || db_is_null(s, "weights"))
        return 0;
    const void *weights = db_blob(s, "weights", &size);
    if (nn_model_load(t->model, weights, size, &of_net))
        return error_set(error, "run %lld: the weights of its checkpoint: %s", (long long)t->run,
                         of_net.text);
    const void *state = db_blob(s, "state", &size);
    if (unpack_state(t, state, size, &why))
        return error_set(error,
                         "run %lld: the state of its checkpoint is not understood: %s; the program "
                         "that wrote it can go on with the run, or train EXPERIMENT.conf --again "
                         "begins anew",
                         (long long)t->run, why.text);
    return 0;
}

int train_load_checkpoint(struct training *t)
{
    struct statement *s = db_prepare(t->db, sql_train_load_checkpoint);
    db_bind_int(s, ":run", t->run);
    int there = db_step(t->db, s), rc = FAILED;
    if (there == 1)
        rc = read_checkpoint(t, s);
    else if (there == 0)
        error_set(&t->db->error, "%.400s: no run %lld", t->db->path, (long long)t->run);
    db_finish(s);
    return rc;
}
