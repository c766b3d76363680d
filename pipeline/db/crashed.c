/* crashed.c: see crashed.h. */
#include "pipeline/db/crashed.h"

#include "pipeline/db/lock.h"
#include "sql/db.h"

#include <stdlib.h>

/* What may have crashed: how it is listed and put right, and what it holds while it lives. */
struct kind {
    const char *running, *crashed;
    lock_kind lock;
};

/* The lock is held while the state is written, so one that is being resumed is not hit. */
static int settle_one(struct db *db, const struct kind *kind, int64_t id, const char *host)
{
    int rc = lock_try(db, kind->lock, id);
    if (rc)
        return rc == 1 ? DB_OK : rc;
    struct statement *update = db_prepare(db, kind->crashed);
    db_bind_int(update, ":id", id);
    db_bind_text(update, ":host", host);
    rc = db_write_once(db, update);
    lock_release(db, kind->lock, id);
    return rc;
}

/* The numbers of those that say they are running on this host; the caller frees *ids. */
static int list(struct db *db, const struct kind *kind, const char *host, int64_t **ids, size_t *n)
{
    int rc;
    struct statement *running = db_prepare(db, kind->running);
    db_bind_text(running, ":host", host);
    *ids = NULL;
    *n = 0;
    while ((rc = db_step(db, running)) == 1) {
        int64_t *more = realloc(*ids, (*n + 1) * sizeof **ids);
        if (!more) {
            error_memory(&db->error, "the list of runs");
            rc = DB_ERROR;
            break;
        }
        *ids = more;
        more[(*n)++] = db_int_at(running, 0);
    }
    db_finish(running);
    return rc;
}

/* Whoever comes second waits for the first, so that it too reads states that are true. */
static int settle(struct db *db, const struct kind *kind, const char *host)
{
    int64_t *ids;
    size_t n;
    int waited = 0;
    int rc = list(db, kind, host, &ids, &n);
    if (n && rc == 0)
        waited = !lock_take(db, LOCK_SETTLING, 0);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = settle_one(db, kind, ids[i], host);
    if (waited)
        lock_release(db, LOCK_SETTLING, 0);
    free(ids);
    return rc;
}

int crashed_elsewhere(struct db *db, int64_t run, struct text *text)
{
    char host[256];
    lock_host(host, sizeof host);
    struct statement *s = db_prepare(db, sql_db_elsewhere);
    db_bind_int(s, ":run", run);
    db_bind_text(s, ":host", host);
    int rc = db_step(db, s);
    if (rc == 1)
        text_format(text, "on %s, last heard of at %s", db_text(s, "host"), db_text(s, "heard"));
    db_finish(s);
    return rc;
}

int crashed_refuse(struct db *db, int64_t run)
{
    struct text found = {0};
    int rc = crashed_elsewhere(db, run, &found);
    if (rc == 1)
        rc = error_set(&db->error,
                       "run %lld is running %s; where that is over, make settle RUN=%lld (mark "
                       "--run %lld --settle) says so",
                       (long long)run, text_of(&found), (long long)run, (long long)run);
    text_free(&found);
    return rc;
}

int crashed_requeue(struct db *db, const char *host)
{
    const struct kind trials = {sql_db_trials, sql_db_requeue, LOCK_TRIAL};
    return settle(db, &trials, host);
}

int crashed_settle(struct db *db)
{
    const struct kind runs = {sql_db_running, sql_db_crashed, LOCK_RUN};
    char host[256];
    lock_host(host, sizeof host);
    return settle(db, &runs, host) ? DB_ERROR : crashed_requeue(db, host);
}
