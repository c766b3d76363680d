/* record.c: see record.h. The weights are in checkpoint.c. */
#include "pipeline/train/record.h"

#include "pipeline/base/number.h"
#include "pipeline/db/lock.h"
#include "pipeline/store/record.h"
#include "pipeline/train/checkpoint.h"
#include "sql/train.h"

/* Checkpoints may take one part in SAVE_SHARE of the time. */
enum { SAVE_SHARE = 50 };

/* What the work within a transaction is told. */
struct writing {
    struct training *t;
    const struct train_epoch *epoch;
    const struct train_end *end;
    int due; /* 1: a checkpoint from which the run can go on */
};

/* ---------------------------------------------------------------- start */

static int insert_layers(struct training *t)
{
    int rc = DB_OK;
    struct statement *s = db_prepare(t->db, sql_train_insert_layer);
    db_bind_int(s, ":run", t->run);
    for (int i = 0; !rc && i < nn_model_layers(t->model); i++) {
        nn_layer_info layer = nn_model_layer(t->model, i);
        db_bind_int(s, ":layer", i + 1);
        db_bind_text(s, ":kind", layer.kind);
        db_bind_text(s, ":text", layer.text);
        db_bind_int(s, ":height", layer.out.h);
        db_bind_int(s, ":width", layer.out.w);
        db_bind_int(s, ":channels", layer.out.c);
        db_bind_int(s, ":parameters", (int64_t)layer.parameters);
        db_bind_int(s, ":trainable", (int64_t)layer.trainable);
        db_bind_real(s, ":macs", layer.macs);
        db_bind_text(s, ":path", nn_layer_path(t->model, i, t->isa));
        rc = db_run(t->db, s);
    }
    db_finish(s);
    return rc;
}

/* Nobody sees the run before its lock is held: the lock is taken inside the transaction. */
static int write_start(void *context)
{
    struct training *t = ((struct writing *)context)->t;
    size_t trainable, parameters = nn_model_parameters(t->model, &trainable);
    const struct run_record record = {.kind = t->kind,
                                      .status = RUN_RUNNING,
                                      .conf = t->conf,
                                      .identity = t->identity,
                                      .program = PIXELMILL_VERSION,
                                      .dataset = t->dataset->id,
                                      .split = t->split,
                                      .parent = t->parent ? t->parent->run : 0,
                                      .fold = t->fold,
                                      .isa = t->isa,
                                      .threads = t->threads,
                                      .parameters = (int64_t)parameters,
                                      .trainable = (int64_t)trainable,
                                      .epochs = t->conf->epochs};
    if (run_insert(t->db, &record, &t->run) || run_insert_settings(t->db, t->run, t->conf, 0) ||
        insert_layers(t))
        return FAILED;
    return lock_take(t->db, LOCK_RUN, t->run);
}

/* ---------------------------------------------------------------- going on */

static int run_after(struct training *t, const char *sql)
{
    struct statement *s = db_prepare(t->db, sql);
    db_bind_int(s, ":run", t->run);
    db_bind_int(s, ":epoch", t->state.epoch - 1);
    return db_run_once(t->db, s);
}

static int mark_running(struct training *t)
{
    char host[256];
    lock_host(host, sizeof host);
    struct statement *s = db_prepare(t->db, sql_train_resume_run);
    db_bind_int(s, ":run", t->run);
    db_bind_text(s, ":host", host);
    return db_run_once(t->db, s);
}

/* What the run wrote after its last checkpoint is computed anew, so it goes in the same transaction
 * in which the run lives again. */
static int write_resume(void *context)
{
    struct training *t = ((struct writing *)context)->t;
    if (train_load_checkpoint(t) || mark_running(t) || run_after(t, sql_train_forget_epochs))
        return FAILED;
    return run_after(t, sql_train_forget_best);
}

/* The lock comes first: whoever settles crashed runs holds it while waiting to write. */
static int resume(struct writing *w)
{
    struct training *t = w->t;
    if (lock_take(t->db, LOCK_RUN, t->run))
        return FAILED;
    if (!db_transaction(t->db, write_resume, w))
        return 0;
    lock_release(t->db, LOCK_RUN, t->run);
    return FAILED;
}

static int start(struct training *t, void *own)
{
    struct recording *r = own;
    struct writing w = {.t = t};
    int rc = t->goes_on ? resume(&w) : db_transaction(t->db, write_start, &w);
    r->saved_at = number_seconds();
    return rc;
}

int train_adopt_run(struct training *t)
{
    struct statement *s = db_prepare(t->db, sql_train_adopt_run);
    db_bind_int(s, ":run", t->run);
    db_bind_int(s, ":parent", t->parent->run);
    return db_write_once(t->db, s);
}

/* ---------------------------------------------------------------- epochs */

void train_bind_epoch(struct statement *s, int64_t run, const struct train_epoch *e)
{
    db_bind_int(s, ":run", run);
    db_bind_int(s, ":epoch", e->epoch);
    db_bind_real(s, ":learning_rate", e->learning_rate);
    db_bind_real(s, ":train_loss", e->train_loss);
    db_bind_real(s, ":train_accuracy", e->train_accuracy);
    db_bind_real(s, ":validation_loss", e->validation_loss);
    db_bind_real(s, ":validation_accuracy", e->validation_accuracy);
    db_bind_real(s, ":average_loss", e->average_loss);
    db_bind_real(s, ":average_accuracy", e->average_accuracy);
}

static int write_figures(void *context)
{
    const struct writing *w = context;
    const struct train_epoch *e = w->epoch;
    char now[25];
    db_now(now);
    struct statement *s = db_prepare(w->t->db, sql_train_insert_epoch);
    train_bind_epoch(s, w->t->run, e);
    db_bind_real(s, ":seconds", e->seconds);
    db_bind_real(s, ":images_per_second", e->images_per_second);
    db_bind_text(s, ":ended_at", now);
    return db_run_once(w->t->db, s);
}

static int write_weights(void *context)
{
    const struct writing *w = context;
    if (w->epoch->improved && train_save_best(w->t, w->epoch->epoch))
        return FAILED;
    return w->due ? train_save_resumable(w->t) : 0;
}

/* The figures are there for all to see in less than a millisecond; the weights, megabytes, follow
 * in a transaction of their own. In this order: a run that dies between the two goes on from an
 * earlier checkpoint and computes the epoch anew, whereas a checkpoint without its epoch would
 * leave a gap. A run with fast epochs does not write a resumable checkpoint at each. */
static int epoch(struct training *t, void *own, const struct train_epoch *e)
{
    struct recording *r = own;
    struct writing w = {.t = t, .epoch = e};
    if (db_transaction(t->db, write_figures, &w))
        return FAILED;
    double began = number_seconds();
    w.due = began - r->saved_at >= SAVE_SHARE * r->save_seconds;
    if ((e->improved || w.due) && db_transaction(t->db, write_weights, &w))
        return FAILED;
    if (w.due) {
        r->saved_at = number_seconds();
        r->save_seconds = r->saved_at - began;
    }
    return 0;
}

/* ---------------------------------------------------------------- end */

static int end_run(struct training *t, const struct train_end *end)
{
    char now[25];
    db_now(now);
    struct statement *s = db_prepare(t->db, sql_train_end_run);
    db_bind_int(s, ":run", t->run);
    db_bind_text(s, ":status", run_status_name(end->status));
    db_bind_text(s, ":message", end->message);
    db_bind_text(s, ":ended_at", now);
    if (t->state.best_epoch)
        db_bind_int(s, ":best_epoch", t->state.best_epoch);
    db_bind_int(s, ":stopped_early", t->state.stopped);
    return db_run_once(t->db, s);
}

static int write_end(void *context)
{
    const struct writing *w = context;
    struct training *t = w->t;
    const struct train_end *end = w->end;
    struct text result = {0};
    text_format(&result, "%s after %d epochs%s%s", run_status_name(end->status), t->state.epoch - 1,
                end->message ? ": " : "", end->message ? end->message : "");
    int rc = 0;
    if (t->kind != RUN_FOLDS && end->status == RUN_FINISHED)
        rc = train_save_final(t);
    if (t->kind != RUN_FOLDS && end->status == RUN_INTERRUPTED)
        rc = train_save_resumable(t);
    if (!rc)
        rc = end_run(t, end);
    if (!rc)
        rc = stage_log(t->stage, t->db, t->dataset->id, t->run, text_of(&result));
    text_free(&result);
    return rc;
}

static int end(struct training *t, void *own, const struct train_end *how)
{
    struct writing w = {.t = t, .end = how};
    (void)own;
    if (db_transaction(t->db, write_end, &w))
        return FAILED;
    lock_release(t->db, LOCK_RUN, t->run);
    return 0;
}

struct listener train_recorder(struct recording *recording)
{
    return (struct listener){.own = recording, .start = start, .epoch = epoch, .end = end};
}
