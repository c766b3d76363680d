/* db.c: opening and closing the database. See db.h. */
#include "pipeline/db/db.h"

#include "pipeline/db/crashed.h"
#include "pipeline/db/schema.h"
#include "sql/db.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MILLISECONDS = 60000, URI_MOST = 3200 };

/* ---------------------------------------------------------------- who may write */

/* The folder counts, too: SQLite puts the write-ahead log there. */
static int may_write(const char *path)
{
    char folder[1100], *slash;
    char *whole = realpath(path, NULL); /* SQLite follows links, as this does */
    if (!whole)
        return 1; /* it is to be made */
    snprintf(folder, sizeof folder, "%s", whole);
    free(whole);
    int writable = !access(folder, W_OK);
    if ((slash = strrchr(folder, '/')))
        slash[slash == folder] = '\0';
    return writable && !access(folder, W_OK);
}

/* Whether somebody's changes stand in the write-ahead log, not in the file yet. */
static int has_log(const char *path)
{
    char log[1100];
    struct stat info;
    char *whole = realpath(path, NULL);
    snprintf(log, sizeof log, "%s-wal", whole ? whole : path);
    free(whole);
    return !stat(log, &info) && info.st_size > 0;
}

/* The name as a URI, by which a file is opened that is read as it is, without locks. */
static void write_uri(const char *path, char uri[URI_MOST])
{
    size_t used = (size_t)snprintf(uri, URI_MOST, "file:");
    for (; *path && used + 20 < URI_MOST; path++)
        used += (size_t)snprintf(uri + used, URI_MOST - used,
                                 strchr("?#%", *path) ? "%%%02X" : "%c", (unsigned char)*path);
    snprintf(uri + used, URI_MOST - used, "?immutable=1");
}

/* A file that nobody may write, or in a folder where nobody may. With changes in the log, SQLite
 * reads it where the log's index is there, too. */
static int open_unwritable(struct db *db)
{
    char uri[URI_MOST];
    write_uri(db->path, uri);
    int log = has_log(db->path);
    int rc = sqlite3_open_v2(log ? db->path : uri, &db->handle,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    if (rc == SQLITE_OK && log)
        rc = sqlite3_exec(db->handle, sql_db_identity, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        return DB_OK;
    return error_set(&db->error,
                     log ? "%s: may only be read, and %s-wal holds changes that are not in it yet; "
                           "expected write permission, or both files copied elsewhere"
                         : "%s: cannot be read: %s",
                     db->path, log ? db->path : sqlite3_errmsg(db->handle));
}

static int open_file(struct db *db, db_mode mode)
{
    int flags = SQLITE_OPEN_READWRITE | (mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0);
    if (mode != DB_CREATE && access(db->path, F_OK))
        return error_set(&db->error, "%s: no such database (ingest makes one)", db->path);
    if (!may_write(db->path))
        return mode == DB_READ
                   ? open_unwritable(db)
                   : error_set(&db->error,
                               "%s: is read-only, it or its folder; expected write permission "
                               "(ask, show and watch only read)",
                               db->path);
    if (sqlite3_open_v2(db->path, &db->handle, flags, NULL) != SQLITE_OK)
        return error_set(&db->error, "%s: %s", db->path, sqlite3_errmsg(db->handle));
    return DB_OK;
}

/* ---------------------------------------------------------------- opening and closing */

int db_open(struct db *db, const char *path, db_mode mode)
{
    memset(db, 0, sizeof *db);
    db->locks = -1;
    if (strlen(path) + 16 > sizeof db->path)
        return error_set(&db->error, "the path of the database is longer than %zu bytes",
                         sizeof db->path - 16);
    snprintf(db->path, sizeof db->path, "%s", path);
    if (open_file(db, mode))
        return DB_ERROR;
    sqlite3_busy_timeout(db->handle, WAIT_MILLISECONDS);
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (db_execute(db, sql_db_connect) || schema_check(db, mode == DB_CREATE))
        return DB_ERROR;
    if (sqlite3_db_readonly(db->handle, "main"))
        return mode == DB_READ ? DB_OK : error_set(&db->error, "%s: is read-only", path);
    if (crashed_settle(db))
        return DB_ERROR;
    return mode == DB_READ ? db_execute(db, sql_db_query_only) : DB_OK;
}

void db_close(struct db *db)
{
    sqlite3_close_v2(db->handle);
    db->handle = NULL;
    if (db->locks >= 0)
        close(db->locks);
    db->locks = -1;
}

int db_log_stage(struct db *db, const char *stage, int64_t dataset, int64_t run,
                 const char *arguments, double seconds, const char *result)
{
    char now[25];
    db_now(now);
    struct statement *statement = db_prepare(db, sql_db_log_stage);
    db_bind_text(statement, ":stage", stage);
    if (dataset)
        db_bind_int(statement, ":dataset", dataset);
    if (run)
        db_bind_int(statement, ":run", run);
    db_bind_text(statement, ":arguments", arguments);
    db_bind_text(statement, ":ended_at", now);
    db_bind_real(statement, ":seconds", seconds);
    db_bind_text(statement, ":result", result);
    return db_run_once(db, statement);
}
