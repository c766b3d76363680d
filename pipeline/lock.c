/* lock.c: locks of living runs, as byte ranges of one file beside the database. See lock.h. */
#include "lock.h"

#include "sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static int open_file(struct db *db)
{
    if (db->locks >= 0)
        return DB_OK;
    char path[sizeof db->path + 8];
    snprintf(path, sizeof path, "%s-locks", db->path);
    db->locks = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (db->locks >= 0)
        return DB_OK;
    snprintf(db->error, sizeof db->error, "%.900s: %s", path, strerror(errno));
    return DB_ERROR;
}

/* Byte 0 is the lock of creation, byte N that of run N. */
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
    if (set(db, on ? F_OFD_SETLKW : F_OFD_SETLK, 0, on ? F_WRLCK : F_UNLCK))
        return fail(db, "cannot lock for creation");
    return DB_OK;
}

/* A program that settles crashed runs may hold the lock for a moment. */
int lock_take(struct db *db, int64_t run)
{
    enum { TRIES = 100 };
    const struct timespec pause = {.tv_nsec = 20000000};
    if (open_file(db))
        return DB_ERROR;
    for (int i = 0; i < TRIES; i++) {
        if (!set(db, F_OFD_SETLK, run, F_WRLCK))
            return DB_OK;
        nanosleep(&pause, NULL);
    }
    snprintf(db->error, sizeof db->error, "run %lld: another process is at work on it",
             (long long)run);
    return DB_ERROR;
}

void lock_release(struct db *db, int64_t run)
{
    if (db->locks >= 0)
        set(db, F_OFD_SETLK, run, F_UNLCK);
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

/* The lock is held while the state is written, so a run that is being resumed is not hit. */
static int settle_one(struct db *db, int64_t run)
{
    if (set(db, F_OFD_SETLK, run, F_WRLCK))
        return DB_OK;
    sqlite3_stmt *update = db_prepare(db, sql_lock_crashed);
    db_bind_int(update, ":run", run);
    int rc = db_begin(db);
    if (!rc) {
        rc = db_run(db, update);
        if (rc)
            db_rollback(db);
        else
            rc = db_commit(db);
    }
    sqlite3_finalize(update);
    lock_release(db, run);
    return rc;
}

int lock_settle(struct db *db)
{
    char host[256];
    int64_t *runs = NULL;
    size_t n = 0;
    lock_host(host, sizeof host);
    sqlite3_stmt *running = db_prepare(db, sql_lock_running);
    db_bind_text(running, ":host", host);
    int rc;
    while ((rc = db_step(db, running)) == 1) {
        int64_t *more = realloc(runs, (n + 1) * sizeof *runs);
        if (!more) {
            snprintf(db->error, sizeof db->error, "out of memory");
            rc = DB_ERROR;
            break;
        }
        runs = more;
        runs[n++] = sqlite3_column_int64(running, 0);
    }
    sqlite3_finalize(running);
    if (n && rc == 0)
        rc = open_file(db);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = settle_one(db, runs[i]);
    free(runs);
    return rc;
}
