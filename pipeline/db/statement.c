/* statement.c: see statement.h. */
#include "pipeline/db/statement.h"

#include "sql/db.h"

#include <assert.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A bind that failed is remembered, so that no NULL is written in place of the value. */
struct statement {
    sqlite3_stmt *handle;
    int bind; /* SQLITE_OK, or what the first failed bind returned */
};

static int fail(struct db *db)
{
    return error_set(&db->error, "%s: %s", db->path, sqlite3_errmsg(db->handle));
}

/* ---------------------------------------------------------------- prepare and bind */

struct statement *db_prepare_text(struct db *db, const char *sql, const char **rest)
{
    struct statement *statement = calloc(1, sizeof *statement);
    if (!statement) {
        error_memory(&db->error, "a statement");
        return NULL;
    }
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement->handle, rest) == SQLITE_OK &&
        statement->handle)
        return statement;
    if (sqlite3_errcode(db->handle) == SQLITE_OK)
        error_set(&db->error, "%s: there is no statement", db->path);
    else
        fail(db);
    db_finish(statement);
    return NULL;
}

struct statement *db_prepare(struct db *db, const char *sql)
{
    return db_prepare_text(db, sql, NULL);
}

void db_finish(struct statement *statement)
{
    if (statement)
        sqlite3_finalize(statement->handle);
    free(statement);
}

int db_parameter(const struct statement *statement, const char *name)
{
    int index = sqlite3_bind_parameter_index(statement->handle, name);
    assert(index > 0);
    return index;
}

static void bound(struct statement *statement, int rc)
{
    if (statement->bind == SQLITE_OK)
        statement->bind = rc;
}

void db_bind_int(struct statement *s, const char *name, int64_t value)
{
    if (s)
        bound(s, sqlite3_bind_int64(s->handle, db_parameter(s, name), value));
}

void db_bind_real(struct statement *s, const char *name, double value)
{
    if (s && isnan(value))
        db_bind_null(s, name);
    else if (s)
        bound(s, sqlite3_bind_double(s->handle, db_parameter(s, name), value));
}

void db_bind_text(struct statement *s, const char *name, const char *value)
{
    if (s)
        bound(s, sqlite3_bind_text(s->handle, db_parameter(s, name), value, -1, SQLITE_TRANSIENT));
}

void db_bind_blob(struct statement *s, const char *name, const void *bytes, size_t size)
{
    if (s)
        bound(s,
              sqlite3_bind_blob64(s->handle, db_parameter(s, name), bytes, size, SQLITE_TRANSIENT));
}

void db_bind_null(struct statement *s, const char *name)
{
    if (s)
        bound(s, sqlite3_bind_null(s->handle, db_parameter(s, name)));
}

void db_bind_int_at(struct statement *s, int parameter, int64_t value)
{
    bound(s, sqlite3_bind_int64(s->handle, parameter, value));
}

void db_bind_text_at(struct statement *s, int parameter, const char *value)
{
    bound(s, sqlite3_bind_text(s->handle, parameter, value, -1, SQLITE_STATIC));
}

void db_bind_blob_at(struct statement *s, int parameter, const void *bytes, size_t size)
{
    bound(s, sqlite3_bind_blob64(s->handle, parameter, bytes, size, SQLITE_STATIC));
}

/* ---------------------------------------------------------------- step */

int db_step(struct db *db, struct statement *statement)
{
    if (!statement)
        return DB_ERROR;
    if (statement->bind != SQLITE_OK)
        return error_set(&db->error, "%s: a value can't be bound: %s", db->path,
                         sqlite3_errstr(statement->bind));
    switch (sqlite3_step(statement->handle)) {
    case SQLITE_ROW:
        return 1;
    case SQLITE_DONE:
        return 0;
    default:
        return fail(db);
    }
}

void db_reset(struct statement *statement)
{
    if (statement)
        sqlite3_reset(statement->handle);
}

int db_run(struct db *db, struct statement *statement)
{
    int rc;
    do
        rc = db_step(db, statement);
    while (rc == 1);
    db_reset(statement);
    return rc;
}

int db_run_once(struct db *db, struct statement *statement)
{
    int rc = db_run(db, statement);
    db_finish(statement);
    return rc;
}

int db_value_int(struct db *db, struct statement *statement, int64_t *value, int *found)
{
    int rc = db_step(db, statement);
    *found = rc == 1 && !db_is_null_at(statement, 0);
    if (*found)
        *value = db_int_at(statement, 0);
    db_finish(statement);
    return rc < 0 ? rc : DB_OK;
}

/* ---------------------------------------------------------------- columns */

static int column_of(const struct statement *statement, const char *name)
{
    int n = sqlite3_column_count(statement->handle), i = 0;
    while (i < n && strcmp(sqlite3_column_name(statement->handle, i), name))
        i++;
    assert(i < n);
    return i;
}

int64_t db_int_at(struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

double db_real_at(struct statement *statement, int column)
{
    return sqlite3_column_double(statement->handle, column);
}

const char *db_text_at(struct statement *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement->handle, column);
    return text ? text : "";
}

const void *db_blob_at(struct statement *statement, int column, size_t *size)
{
    const void *bytes = sqlite3_column_blob(statement->handle, column);
    *size = (size_t)sqlite3_column_bytes(statement->handle, column);
    return bytes;
}

int db_is_null_at(struct statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

int64_t db_int(struct statement *statement, const char *column)
{
    return db_int_at(statement, column_of(statement, column));
}

double db_real(struct statement *statement, const char *column)
{
    return db_real_at(statement, column_of(statement, column));
}

const char *db_text(struct statement *statement, const char *column)
{
    return db_text_at(statement, column_of(statement, column));
}

const void *db_blob(struct statement *statement, const char *column, size_t *size)
{
    return db_blob_at(statement, column_of(statement, column), size);
}

int db_is_null(struct statement *statement, const char *column)
{
    return db_is_null_at(statement, column_of(statement, column));
}

int db_columns(const struct statement *statement)
{
    return sqlite3_column_count(statement->handle);
}

const char *db_column_name(const struct statement *statement, int column)
{
    return sqlite3_column_name(statement->handle, column);
}

db_type db_type_at(struct statement *statement, int column)
{
    switch (sqlite3_column_type(statement->handle, column)) {
    case SQLITE_INTEGER:
        return DB_INT;
    case SQLITE_FLOAT:
        return DB_REAL;
    case SQLITE_TEXT:
        return DB_TEXT;
    case SQLITE_BLOB:
        return DB_BLOB;
    default:
        return DB_NULL;
    }
}

int db_has_parameter(const struct statement *statement, const char *name)
{
    return sqlite3_bind_parameter_index(statement->handle, name) > 0;
}

const char *db_parameter_name(const struct statement *statement, int i)
{
    return i < sqlite3_bind_parameter_count(statement->handle)
               ? sqlite3_bind_parameter_name(statement->handle, i + 1)
               : NULL;
}

int db_only_reads(const struct statement *statement)
{
    return sqlite3_stmt_readonly(statement->handle);
}

void db_real_text(double value, char text[40])
{
    sqlite3_snprintf(40, text, "%!.15g", value);
    if (strtod(text, NULL) != value)
        sqlite3_snprintf(40, text, "%!.17g", value);
}

int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_changes(db->handle);
}

/* ---------------------------------------------------------------- transactions */

int db_execute(struct db *db, const char *sql)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? DB_OK : fail(db);
}

int db_begin(struct db *db)
{
    return db_execute(db, sql_db_begin);
}

int db_commit(struct db *db)
{
    if (db_execute(db, sql_db_commit) == DB_OK)
        return DB_OK;
    db_rollback(db);
    return DB_ERROR;
}

void db_rollback(struct db *db)
{
    if (db->handle && !sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, sql_db_rollback, NULL, NULL, NULL);
}

int db_transaction(struct db *db, int (*work)(void *context), void *context)
{
    if (db_begin(db))
        return DB_ERROR;
    int rc = work(context);
    if (rc == 0)
        return db_commit(db);
    db_rollback(db);
    return rc;
}

struct writing {
    struct db *db;
    struct statement *statement;
};

static int write_statement(void *context)
{
    const struct writing *writing = context;
    return db_run(writing->db, writing->statement);
}

int db_write_once(struct db *db, struct statement *statement)
{
    struct writing writing = {db, statement};
    int rc = db_transaction(db, write_statement, &writing);
    db_finish(statement);
    return rc;
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
