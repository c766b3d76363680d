/* lock.c: locks of living runs, as byte ranges of one file beside the database. See lock.h. */
#include "pipeline/store/lock.h"

#include "sql/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* SQLite resolves symbolic links, so that however the database is named, the locks are the same. */
static int open_file(struct db *db)
{
    if (db->locks >= 0)
        return DB_OK;
    char path[2 * sizeof db->path];
    const char *resolved = db->handle ? sqlite3_db_filename(db->handle, "main") : NULL;
    snprintf(path, sizeof path, "%s-locks", resolved && *resolved ? resolved : db->path);
    db->locks = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (db->locks >= 0)
        return DB_OK;
    snprintf(db->error, sizeof db->error, "%.900s: %s", path, strerror(errno));
    return DB_ERROR;
}

/* Byte 0 is the lock of creation, byte N that of run N, the others are far behind all runs. */
static const int64_t BYTE_CREATION = 0, BYTE_SETTLE = (int64_t)1 << 39,
                     BYTE_TRIALS = (int64_t)1 << 40;

static int set(struct db *db, int command, int64_t byte, short type)
{
    struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    int rc;
    do
        rc = fcntl(db->locks, command, &range);
    while (rc < 0 && errno == EINTR);
    return rc;
}

static int fail(struct db *db, const char *what)
{
    snprintf(db->error, sizeof db->error, "%.900s-locks: %s: %s", db->path, what, strerror(errno));
    return DB_ERROR;
}

int lock_creation(struct db *db, int on)
{
    if (open_file(db))
        return DB_ERROR;
    if (set(db, on ? F_OFD_SETLKW : F_OFD_SETLK, BYTE_CREATION, on ? F_WRLCK : F_UNLCK))
        return fail(db, "cannot lock for creation");
    return DB_OK;
}

/* Tries for two seconds: a program that settles what has crashed may hold the lock for a moment. */
static int try(struct db *db, int64_t byte)
{
    enum { TRIES = 100 };
    const struct timespec pause = {.tv_nsec = 20000000};
    for (int i = 0; i < TRIES; i++) {
        if (!set(db, F_OFD_SETLK, byte, F_WRLCK))
            return DB_OK;
        nanosleep(&pause, NULL);
    }
    return DB_ERROR;
}

static int take(struct db *db, int64_t byte, const char *what, int64_t number)
{
    if (open_file(db))
        return DB_ERROR;
    if (!try(db, byte))
        return DB_OK;
    snprintf(db->error, sizeof db->error, "%s %lld: another process is at work on it", what,
             (long long)number);
    return DB_ERROR;
}

static void release(struct db *db, int64_t byte)
{
    if (db->locks >= 0)
        set(db, F_OFD_SETLK, byte, F_UNLCK);
}

int lock_take(struct db *db, int64_t run)
{
    return take(db, run, "run", run);
}

void lock_release(struct db *db, int64_t run)
{
    release(db, run);
}

int lock_take_trial(struct db *db, int64_t trial)
{
    return take(db, BYTE_TRIALS + trial, "trial", trial);
}

void lock_release_trial(struct db *db, int64_t trial)
{
    release(db, BYTE_TRIALS + trial);
}

void lock_host(char *text, size_t size)
{
    struct utsname name;
    char machine[40] = "";
    uname(&name);
    FILE *file = fopen("/etc/machine-id", "r");
    if (file) {
        if (!fgets(machine, sizeof machine, file))
            machine[0] = '\0';
        machine[strcspn(machine, "\n")] = '\0';
        fclose(file);
    }
    snprintf(text, size, "%s%s%s", name.nodename, machine[0] ? " " : "", machine);
}

/* What may have crashed: how it is listed and put right, and where its locks begin. */
struct kind {
    const char *running, *crashed;
    int64_t first_byte;
};

/* The lock is held while the state is written, so one that is being resumed is not hit. */
static int settle_one(struct db *db, const struct kind *kind, int64_t id, const char *host)
{
    if (set(db, F_OFD_SETLK, kind->first_byte + id, F_WRLCK))
        return DB_OK;
    sqlite3_stmt *update = db_prepare(db, kind->crashed);
    db_bind_int(update, ":id", id);
    db_bind_text(update, ":host", host);
    int rc = db_begin(db);
    if (!rc) {
        rc = db_run(db, update);
        if (rc)
            db_rollback(db);
        else
            rc = db_commit(db);
    }
    sqlite3_finalize(update);
    release(db, kind->first_byte + id);
    return rc;
}

/* The numbers of those that say they are running on this host; the caller frees *ids. */
static int list(struct db *db, const struct kind *kind, const char *host, int64_t **ids, size_t *n)
{
    int rc;
    sqlite3_stmt *running = db_prepare(db, kind->running);
    db_bind_text(running, ":host", host);
    *ids = NULL;
    *n = 0;
    while ((rc = db_step(db, running)) == 1) {
        int64_t *more = realloc(*ids, (*n + 1) * sizeof **ids);
        if (!more) {
            snprintf(db->error, sizeof db->error, "out of memory");
            rc = DB_ERROR;
            break;
        }
        *ids = more;
        more[(*n)++] = sqlite3_column_int64(running, 0);
    }
    sqlite3_finalize(running);
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
        rc = open_file(db);
    if (n && rc == 0)
        waited = !try(db, BYTE_SETTLE);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = settle_one(db, kind, ids[i], host);
    if (waited)
        release(db, BYTE_SETTLE);
    free(ids);
    return rc;
}

int lock_settle(struct db *db)
{
    const struct kind runs = {sql_store_running, sql_store_crashed, 0};
    const struct kind trials = {sql_store_trials, sql_store_requeue, BYTE_TRIALS};
    char host[256];
    lock_host(host, sizeof host);
    return settle(db, &runs, host) ? DB_ERROR : settle(db, &trials, host);
}
