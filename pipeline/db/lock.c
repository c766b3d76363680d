/* lock.c: locks as byte ranges of one file beside the database. See lock.h. */
#include "pipeline/db/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
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
    return db->locks >= 0 ? DB_OK : error_system(&db->error, path);
}

/* Byte 0 is the lock of creation, byte N that of run N, the others are far behind all runs. */
static int64_t byte_of(lock_kind kind, int64_t number)
{
    static const int64_t FIRST[] = {[LOCK_RUN] = 0,
                                    [LOCK_CREATION] = 0,
                                    [LOCK_SETTLING] = (int64_t)1 << 39,
                                    [LOCK_TRIAL] = (int64_t)1 << 40,
                                    [LOCK_WORK] = (int64_t)1 << 41};
    return FIRST[kind] + number;
}

static int set(struct db *db, int command, int64_t byte, short type)
{
    struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    int rc;
    do
        rc = fcntl(db->locks, command, &range);
    while (rc < 0 && errno == EINTR);
    return rc;
}

static int fail(struct db *db)
{
    return error_set(&db->error, "%.900s-locks: cannot be locked: %s", db->path, strerror(errno));
}

int lock_try(struct db *db, lock_kind kind, int64_t number)
{
    if (open_file(db))
        return DB_ERROR;
    if (!set(db, F_OFD_SETLK, byte_of(kind, number), F_WRLCK))
        return DB_OK;
    return errno == EAGAIN || errno == EACCES ? 1 : fail(db);
}

int lock_take(struct db *db, lock_kind kind, int64_t number)
{
    enum { TRIES = 100 };
    const struct timespec pause = {.tv_nsec = 20000000};
    int rc = 1;
    for (int i = 0; i < TRIES && rc == 1; i++) {
        rc = lock_try(db, kind, number);
        if (rc == 1)
            nanosleep(&pause, NULL);
    }
    if (rc < 1)
        return rc;
    return error_set(&db->error, "%s %lld: another process is at work on it",
                     kind == LOCK_TRIAL ? "trial" : "run", (long long)number);
}

int lock_wait(struct db *db, lock_kind kind, int64_t number)
{
    if (open_file(db))
        return DB_ERROR;
    return set(db, F_OFD_SETLKW, byte_of(kind, number), F_WRLCK) ? fail(db) : DB_OK;
}

void lock_release(struct db *db, lock_kind kind, int64_t number)
{
    if (db->locks >= 0)
        set(db, F_OFD_SETLK, byte_of(kind, number), F_UNLCK);
}

/* FNV-1a, folded to 40 bits. */
int64_t lock_number(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    return (int64_t)((hash ^ hash >> 40) & (((uint64_t)1 << 40) - 1));
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
