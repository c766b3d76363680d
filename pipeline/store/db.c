/* db.c: opening, creating and writing the database. See db.h. */
#include "pipeline/store/db.h"

#include "pipeline/store/lock.h"
#include "sql/schema.h"
#include "sql/store.h"

#include <assert.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { APPLICATION_ID = 1349089388, WAIT_MILLISECONDS = 60000 };

static int fail(struct db *db, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct db *db, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(db->error, sizeof db->error, format, arguments);
    va_end(arguments);
    return DB_ERROR;
}

static int fail_sqlite(struct db *db)
{
    return fail(db, "%s: %s", db->path, sqlite3_errmsg(db->handle));
}

static int execute(struct db *db, const char *sql)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? DB_OK : fail_sqlite(db);
}

struct identity {
    int64_t application, version, things, defined;
    int current; /* made by the text of tables and views that this program has */
};

static int read_identity(struct db *db, struct identity *identity)
{
    sqlite3_stmt *statement = db_prepare(db, sql_store_identity);
    int rc = db_step(db, statement);
    if (rc == 1) {
        identity->application = sqlite3_column_int64(statement, 0);
        identity->version = sqlite3_column_int64(statement, 1);
        identity->things = sqlite3_column_int64(statement, 2);
        identity->defined = sqlite3_column_int64(statement, 3);
        identity->current = 0;
    }
    sqlite3_finalize(statement);
    if (rc != 1 || !identity->defined || identity->application != APPLICATION_ID)
        return rc == 1 ? DB_OK : DB_ERROR;
    statement = db_prepare(db, sql_store_fingerprint);
    rc = db_step(db, statement);
    identity->current =
        rc == 1 && !strcmp((const char *)sqlite3_column_text(statement, 0), sql_fingerprint);
    sqlite3_finalize(statement);
    return rc < 0 ? DB_ERROR : DB_OK;
}

/* WAL needs shared memory between processes, which network file systems do not give. */
static int on_network(const char *path)
{
    enum {
        NFS = 0x6969,
        SMB2 = 0xfe534d42,
        CIFS = 0xff534d42,
        V9FS = 0x01021997,
        LUSTRE = 0x0bd00bd0
    };
    struct statfs info;
    if (statfs(path, &info))
        return 0;
    switch ((unsigned)info.f_type) {
    case NFS:
    case SMB2:
    case CIFS:
    case V9FS:
    case LUSTRE:
        return 1;
    default:
        return 0;
    }
}

/* Tables that the program has changed since the file was made. */
static int upgrade(struct db *db, int64_t version)
{
    int rc = DB_OK;
    for (int64_t v = version + 1; version > 0 && v <= SQL_VERSION && !rc; v++)
        rc = execute(db, sql_upgrades[v]);
    return rc;
}

static int define(struct db *db, int64_t version)
{
    if (upgrade(db, version) || execute(db, sql_schema) || execute(db, sql_views) ||
        execute(db, sql_store_forget_fingerprint))
        return DB_ERROR;
    sqlite3_stmt *statement = db_prepare(db, sql_store_set_fingerprint);
    db_bind_text(statement, ":fingerprint", sql_fingerprint);
    int rc = db_run(db, statement);
    sqlite3_finalize(statement);
    return rc;
}

/* Several programs may find the new or the old file at once: the first one in makes the tables and
 * views, the others find them there when their turn comes. */
static int create(struct db *db, int new)
{
    struct identity now;
    if (new && !on_network(db->path) && execute(db, sql_store_wal))
        return DB_ERROR;
    if (execute(db, sql_store_begin_exclusive))
        return DB_ERROR;
    if (read_identity(db, &now) ||
        (!now.current && (now.version || !now.things) && define(db, now.version))) {
        db_rollback(db);
        return DB_ERROR;
    }
    return db_commit(db);
}

static int create_locked(struct db *db, int new)
{
    if (lock_creation(db, 1))
        return DB_ERROR;
    int rc = create(db, new);
    lock_creation(db, 0);
    return rc;
}

static int check_identity(struct db *db, db_mode mode)
{
    struct identity now;
    if (read_identity(db, &now))
        return DB_ERROR;
    if (now.application == 0 && now.version == 0 && now.things == 0) {
        if (mode != DB_CREATE)
            return fail(db, "%s: an empty file; expected a Pixelmill database (ingest makes one)",
                        db->path);
        return create_locked(db, 1);
    }
    if (now.application != APPLICATION_ID)
        return fail(db, "%s: not a Pixelmill database (application id %lld, expected %d)", db->path,
                    (long long)now.application, APPLICATION_ID);
    if (now.version > SQL_VERSION)
        return fail(db, "%s: made by a newer Pixelmill (schema %lld, this program knows %d)",
                    db->path, (long long)now.version, SQL_VERSION);
    if (!now.current && !sqlite3_db_readonly(db->handle, "main"))
        return create_locked(db, 0);
    return DB_OK;
}

int db_open(struct db *db, const char *path, db_mode mode)
{
    memset(db, 0, sizeof *db);
    db->locks = -1;
    if (strlen(path) + 16 > sizeof db->path)
        return fail(db, "the path of the database is longer than %zu bytes", sizeof db->path - 16);
    snprintf(db->path, sizeof db->path, "%s", path);
    int flags = SQLITE_OPEN_READWRITE | (mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0);
    if (mode != DB_CREATE && access(path, F_OK))
        return fail(db, "%s: no such database (ingest makes one)", path);
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK)
        return fail_sqlite(db);
    sqlite3_busy_timeout(db->handle, WAIT_MILLISECONDS);
    sqlite3_extended_result_codes(db->handle, 1);
    if (execute(db, sql_store_connect) || check_identity(db, mode))
        return DB_ERROR;
    if (sqlite3_db_readonly(db->handle, "main"))
        return mode == DB_READ ? DB_OK : fail(db, "%s: is read-only", path);
    if (lock_settle(db))
        return DB_ERROR;
    return mode == DB_READ ? execute(db, sql_store_query_only) : DB_OK;
}

void db_close(struct db *db)
{
    sqlite3_close_v2(db->handle);
    db->handle = NULL;
    if (db->locks >= 0)
        close(db->locks);
    db->locks = -1;
}

int db_begin(struct db *db)
{
    return execute(db, sql_store_begin);
}

int db_commit(struct db *db)
{
    if (execute(db, sql_store_commit) == DB_OK)
        return DB_OK;
    db_rollback(db);
    return DB_ERROR;
}

void db_rollback(struct db *db)
{
    if (db->handle && !sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, sql_store_rollback, NULL, NULL, NULL);
}

sqlite3_stmt *db_prepare(struct db *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_sqlite(db);
    return statement;
}

static int parameter(sqlite3_stmt *statement, const char *name)
{
    int index = sqlite3_bind_parameter_index(statement, name);
    assert(index > 0);
    return index;
}

/* A failed bind (out of memory) leaves NULL, which the tables' NOT NULL turns into an error. */
void db_bind_int(sqlite3_stmt *statement, const char *name, int64_t value)
{
    if (statement)
        sqlite3_bind_int64(statement, parameter(statement, name), value);
}

void db_bind_real(sqlite3_stmt *statement, const char *name, double value)
{
    if (statement && isnan(value))
        sqlite3_bind_null(statement, parameter(statement, name));
    else if (statement)
        sqlite3_bind_double(statement, parameter(statement, name), value);
}

void db_bind_text(sqlite3_stmt *statement, const char *name, const char *value)
{
    if (statement)
        sqlite3_bind_text(statement, parameter(statement, name), value, -1, SQLITE_TRANSIENT);
}

void db_bind_blob(sqlite3_stmt *statement, const char *name, const void *bytes, size_t size)
{
    if (statement)
        sqlite3_bind_blob64(statement, parameter(statement, name), bytes, size, SQLITE_TRANSIENT);
}

void db_bind_null(sqlite3_stmt *statement, const char *name)
{
    if (statement)
        sqlite3_bind_null(statement, parameter(statement, name));
}

int db_step(struct db *db, sqlite3_stmt *statement)
{
    if (!statement)
        return DB_ERROR;
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW:
        return 1;
    case SQLITE_DONE:
        return 0;
    default:
        return fail_sqlite(db);
    }
}

int db_run(struct db *db, sqlite3_stmt *statement)
{
    int rc;
    do
        rc = db_step(db, statement);
    while (rc == 1);
    sqlite3_reset(statement);
    return rc;
}

int db_value_int(struct db *db, sqlite3_stmt *statement, int64_t *value, int *found)
{
    int rc = db_step(db, statement);
    *found = rc == 1 && sqlite3_column_type(statement, 0) != SQLITE_NULL;
    if (*found)
        *value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return rc < 0 ? rc : DB_OK;
}

void db_now(char text[25])
{
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t used = strftime(text, 25, "%Y-%m-%dT%H:%M:%S.", &utc);
    int milliseconds = (int)(now.tv_nsec / 1000000);
    for (int i = 2; i >= 0; i--, milliseconds /= 10)
        text[used + (size_t)i] = (char)('0' + milliseconds % 10);
    text[used + 3] = 'Z';
    text[used + 4] = '\0';
}

int db_log_stage(struct db *db, const char *stage, int64_t dataset, int64_t run,
                 const char *arguments, double seconds, const char *result)
{
    char now[25];
    db_now(now);
    sqlite3_stmt *statement = db_prepare(db, sql_store_log_stage);
    db_bind_text(statement, ":stage", stage);
    if (dataset)
        db_bind_int(statement, ":dataset", dataset);
    if (run)
        db_bind_int(statement, ":run", run);
    db_bind_text(statement, ":arguments", arguments);
    db_bind_text(statement, ":ended_at", now);
    db_bind_real(statement, ":seconds", seconds);
    db_bind_text(statement, ":result", result);
    int rc = db_run(db, statement);
    sqlite3_finalize(statement);
    return rc;
}
