/* copy.c: see copy.h. */
#include "pipeline/db/copy.h"

#include "pipeline/base/child.h"
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

enum { PAGES = 4096, OPERATIONS = 100000 }; /* between two looks whether a signal was caught */

/* A file that is being written. */
struct copy {
    const char *path;
    struct unfinished part; /* what it is until it is whole */
    struct db to;
    struct error *error;
};

static int interrupted(void *unused)
{
    (void)unused;
    return child_interrupted();
}

/* Where the database is, whatever the current folder of who opens it. */
static const char *path_of(const struct db *db)
{
    const char *whole = sqlite3_db_filename(db->handle, "main");
    return whole && *whole ? whole : db->path;
}

/* The one row of a statement, its first column as text. */
static int line_of(struct db *db, const char *sql, char line[COPY_LINE])
{
    struct statement *s = db_prepare(db, sql);
    int rc = db_step(db, s);
    snprintf(line, COPY_LINE, "%s", rc == 1 ? db_text_at(s, 0) : "");
    db_finish(s);
    return rc < 0 ? rc : 0;
}

/* ---------------------------------------------------------------- where it may go */

static int check_apart(const struct db *db, const char *path, struct error *error)
{
    char other[2048];
    if (output_check(path, path_of(db), NULL, 0, error))
        return FAILED;
    /* What another database of that name has left would be read into the new file. */
    for (int i = 1; OUTPUT_OF_DATABASE[i]; i++) {
        snprintf(other, sizeof other, "%s%s", path, OUTPUT_OF_DATABASE[i]);
        if (!access(other, F_OK))
            return error_set(error, "%s: exists, so %s is in use or was; expected another name",
                             other, path);
    }
    return 0;
}

/* Whether what stands there is a SQLite file of the kind that `sql` asks for. */
static int is_kind(const char *path, const char *sql)
{
    struct db db = {.locks = -1};
    struct stat info;
    char line[COPY_LINE] = "";
    if (stat(path, &info) || !S_ISREG(info.st_mode))
        return 0;
    snprintf(db.path, sizeof db.path, "%s", path);
    if (sqlite3_open_v2(path, &db.handle, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        line_of(&db, sql, line);
    db_close(&db);
    return !strcmp(line, "1");
}

/* ---------------------------------------------------------------- written beside its place */

static int begin(struct copy *copy, const char *path, struct error *error)
{
    *copy = (struct copy){.path = path, .error = error, .to.locks = -1};
    if (strlen(path) + 32 > sizeof copy->to.path)
        return error_set(error, "%.200s...: the path is longer than %zu bytes", path,
                         sizeof copy->to.path - 32);
    if (unfinished_file(&copy->part, path, error))
        return FAILED;
    snprintf(copy->to.path, sizeof copy->to.path, "%s", path);
    if (sqlite3_open_v2(copy->part.path, &copy->to.handle, SQLITE_OPEN_READWRITE, NULL) !=
        SQLITE_OK)
        return error_set(error, "%s: can't be written: %s", path,
                         copy->to.handle ? sqlite3_errmsg(copy->to.handle) : strerror(errno));
    sqlite3_busy_timeout(copy->to.handle, 60000);
    sqlite3_progress_handler(copy->to.handle, OPERATIONS, interrupted, NULL);
    return 0;
}

static void abandon(struct copy *copy)
{
    db_close(&copy->to);
    unfinished_remove(&copy->part);
}

/* On the disk before it has its name. */
static int sync_part(const struct copy *copy)
{
    return fsync(copy->part.lock) ? error_system(copy->error, copy->path) : 0;
}

/* A new name is not taken from a file that has come there meanwhile; some file systems can't tell.
 */
static int give_name(const struct copy *copy, int replace)
{
    if (replace)
        return rename(copy->part.path, copy->path);
    if (!renameat2(AT_FDCWD, copy->part.path, AT_FDCWD, copy->path, RENAME_NOREPLACE))
        return 0;
    return errno == EINVAL || errno == ENOSYS ? rename(copy->part.path, copy->path) : -1;
}

/* Ends a copy of which rc tells whether it is whole. 0 or FAILED. */
static int end(struct copy *copy, int rc, int replace)
{
    if (!rc && child_interrupted())
        rc = error_set(copy->error, "%s: interrupted", copy->path);
    if (!rc && sqlite3_close(copy->to.handle) != SQLITE_OK)
        rc = error_set(copy->error, "%s: can't be closed", copy->path);
    else if (!rc)
        copy->to.handle = NULL;
    rc = rc ? rc : sync_part(copy);
    if (!rc && (give_name(copy, replace) || file_sync_folder(copy->path)))
        rc = error_system(copy->error, copy->path);
    if (rc)
        abandon(copy);
    unfinished_keep(&copy->part);
    return rc ? FAILED : 0;
}

/* ---------------------------------------------------------------- a backup */

/* All pages, as they are in the reading transaction that the connection has open. */
static int copy_pages(struct db *from, struct copy *copy)
{
    int rc, finished;
    sqlite3_backup *backup = sqlite3_backup_init(copy->to.handle, "main", from->handle, "main");
    if (!backup)
        return error_set(copy->error, "%s: %s", copy->path, sqlite3_errmsg(copy->to.handle));
    do
        rc = sqlite3_backup_step(backup, PAGES);
    while ((rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED) && !child_interrupted());
    finished = sqlite3_backup_finish(backup);
    if (rc == SQLITE_DONE && finished == SQLITE_OK)
        return 0;
    return error_set(copy->error, "%s: %s", copy->path,
                     rc == SQLITE_OK ? "interrupted" : sqlite3_errstr(rc));
}

static int check_copy(struct copy *copy, const char *check, const char *counts,
                      const char *expected)
{
    char line[COPY_LINE];
    if (line_of(&copy->to, check, line))
        return error_set(copy->error, "%s", copy->to.error.text);
    if (strcmp(line, "ok"))
        return error_set(copy->error, "%s: the copy is not sound: %s", copy->path, line);
    if (line_of(&copy->to, counts, line))
        return error_set(copy->error, "%s", copy->to.error.text);
    if (strcmp(line, expected))
        return error_set(copy->error, "%s: the copy has %s; expected %s", copy->path, line,
                         expected);
    return 0;
}

int copy_backup(struct db *db, const char *path, const char *check, const char *counts,
                char counted[COPY_LINE], struct error *error)
{
    struct copy copy;
    if (check_apart(db, path, error))
        return FAILED;
    if (!access(path, F_OK))
        return error_set(error, "%s: exists; expected the name of a new file", path);
    int rc = begin(&copy, path, error);
    /* As long as this statement stands at its row, the connection sees the same state, and so does
     * the copy, which would otherwise begin anew whenever somebody writes. */
    struct statement *held = db_prepare(db, counts);
    if (!rc && db_step(db, held) != 1)
        rc = error_set(error, "%s", db->error.text);
    if (!rc) {
        snprintf(counted, COPY_LINE, "%s", db_text_at(held, 0));
        rc = copy_pages(db, &copy);
    }
    db_finish(held);
    return end(&copy, rc ? rc : check_copy(&copy, check, counts, counted), 0);
}

/* ---------------------------------------------------------------- scripts */

static int attach(struct db *to, const char *sql, const char *path)
{
    struct statement *s = db_prepare(to, sql);
    db_bind_text(s, ":path", path);
    return db_run_once(to, s);
}

int copy_script(struct db *db, const char *path, const struct copy_script *script,
                char counted[COPY_LINE], struct error *error)
{
    struct copy copy;
    if (check_apart(db, path, error))
        return FAILED;
    const int there = !access(path, F_OK);
    if (there && !script->replace)
        return error_set(error, "%s: exists; expected a new file, or --replace (make: REPLACE=1)",
                         path);
    if (there && !is_kind(path, script->kind))
        return error_set(error, "%s: is no earlier file of this kind, which alone may be replaced",
                         path);
    if (begin(&copy, path, error))
        return end(&copy, FAILED, 0);
    int rc = db_execute(&copy.to, sql_db_connect);
    rc = rc ? rc : attach(&copy.to, script->attach, path_of(db));
    for (size_t i = 0; script->steps[i] && !rc; i++)
        rc = db_execute(&copy.to, script->steps[i]);
    rc = rc ? rc : line_of(&copy.to, script->counts, counted);
    if (rc)
        error_set(error, "%s", copy.to.error.text);
    return end(&copy, rc, there);
}
