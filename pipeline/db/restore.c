/* restore.c: see restore.h. */
#include "pipeline/db/restore.h"

#include "pipeline/base/file.h"
#include "pipeline/base/output.h"
#include "sql/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What nobody else may use meanwhile. */
struct place {
    char path[RESTORE_PATH];
    int file, locks; /* file descriptors that hold locks; -1: not there */
    mode_t mode;     /* of the database; 0: there is none */
};

/* A database that a killed program has left is brought into one file, where it still can be. */
static void fold_log(const char *path)
{
    sqlite3 *handle = NULL;
    if (sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
        sqlite3_busy_timeout(handle, 1000);
        sqlite3_exec(handle, sql_db_fold_log, NULL, NULL, NULL);
    }
    sqlite3_close(handle);
}

/* Takes a lock on bytes of a file; length 0: all of them. The descriptor, or -1. */
static int lock_bytes(const char *path, off_t first, off_t length)
{
    struct flock range = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = first, .l_len = length};
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor >= 0 && fcntl(descriptor, F_OFD_SETLK, &range)) {
        close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

/* Every connection to a database with a write-ahead log holds a shared lock on bytes behind the
 * first GiB, as https://www.sqlite.org/fileformat2.html has it ("lock-byte page"); runs, trials and
 * pieces of work hold theirs on PATH-locks. Whoever comes now waits. */
static int take_place(struct place *place, const char *path, struct error *error)
{
    enum { PENDING = 0x40000000, BYTES = 512 };
    char locks[RESTORE_PATH + 16];
    struct stat info;
    char *whole = realpath(path, NULL);
    *place = (struct place){.file = -1, .locks = -1};
    snprintf(place->path, sizeof place->path, "%s", whole ? whole : path);
    free(whole);
    snprintf(locks, sizeof locks, "%s-locks", place->path);
    if (stat(place->path, &info))
        return errno == ENOENT ? 0 : error_system(error, path);
    place->mode = info.st_mode & 0777;
    fold_log(place->path);
    place->file = lock_bytes(place->path, PENDING, BYTES);
    if (place->file >= 0)
        place->locks = lock_bytes(locks, 0, 0);
    if (place->file >= 0 && (place->locks >= 0 || access(locks, F_OK)))
        return 0;
    return errno == EAGAIN || errno == EACCES
               ? error_set(error,
                           "%s: another program has it open; expected none while it is replaced",
                           path)
               : error_system(error, path);
}

static void leave_place(struct place *place)
{
    if (place->file >= 0)
        close(place->file);
    if (place->locks >= 0)
        close(place->locks);
}

/* The first name PATH.before-restore-N that is free. */
static int find_name(const struct place *place, char kept[RESTORE_PATH], struct error *error)
{
    for (int n = 1; n < 10000; n++) {
        if (snprintf(kept, RESTORE_PATH, "%s.before-restore-%d", place->path, n) >= RESTORE_PATH)
            return error_set(error, "%.200s...: the path is too long", place->path);
        if (access(kept, F_OK))
            return 0;
    }
    return error_set(error, "%s: there are too many of them", kept);
}

/* A log that could not be folded goes with its database; one that is empty, and the index, go. */
static int move_log(const struct place *place, const char *kept, struct error *error)
{
    char from[RESTORE_PATH + 16], to[RESTORE_PATH + 16];
    struct stat info;
    snprintf(from, sizeof from, "%s-wal", place->path);
    snprintf(to, sizeof to, "%s-wal", kept);
    int rc = stat(from, &info) ? 0 : info.st_size ? rename(from, to) : unlink(from);
    if (rc)
        return error_system(error, from);
    snprintf(from, sizeof from, "%s-shm", place->path);
    unlink(from);
    return 0;
}

/* Two files change their names; where the file system can't in one step, in three. */
static int exchange(const char *a, const char *b)
{
    char between[RESTORE_PATH + 16];
    if (!renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE))
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    snprintf(between, sizeof between, "%s-old", a);
    return rename(b, between) || rename(a, b) || rename(between, a) ? -1 : 0;
}

/* The copy stands under the name that the old database is to have. */
static int swap(const struct place *place, char kept[RESTORE_PATH], struct error *error)
{
    if (move_log(place, kept, error))
        return FAILED;
    int rc = place->mode ? chmod(kept, place->mode) || exchange(kept, place->path)
                         : renameat2(AT_FDCWD, kept, AT_FDCWD, place->path, RENAME_NOREPLACE);
    if (rc || file_sync_folder(place->path))
        return error_system(error, place->path);
    if (!place->mode)
        kept[0] = '\0';
    return 0;
}

int restore_database(const char *path, const char *from, char kept[RESTORE_PATH],
                     char counted[COPY_LINE], struct error *error)
{
    struct place place;
    struct db source;
    if (output_check(from, path, NULL, 0, error))
        return FAILED;
    if (db_open(&source, from, DB_LOOK)) {
        *error = source.error;
        db_close(&source);
        return FAILED;
    }
    int rc = take_place(&place, path, error);
    rc = rc ? rc : find_name(&place, kept, error);
    rc = rc ? rc : copy_backup(&source, kept, counted, error);
    if (!rc && swap(&place, kept, error)) {
        unlink(kept);
        rc = FAILED;
    }
    leave_place(&place);
    db_close(&source);
    return rc;
}
