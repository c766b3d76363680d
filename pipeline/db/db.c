/* db.c: opening and closing the database. See db.h. */
#include "pipeline/db/db.h"

#include "pipeline/db/crashed.h"
#include "pipeline/db/schema.h"
#include "sql/db.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MILLISECONDS = 60000 };

int db_open(struct db *db, const char *path, db_mode mode)
{
    memset(db, 0, sizeof *db);
    db->locks = -1;
    if (strlen(path) + 16 > sizeof db->path)
        return error_set(&db->error, "the path of the database is longer than %zu bytes",
                         sizeof db->path - 16);
    snprintf(db->path, sizeof db->path, "%s", path);
    int flags = SQLITE_OPEN_READWRITE | (mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0);
    if (mode != DB_CREATE && access(path, F_OK))
        return error_set(&db->error, "%s: no such database (ingest makes one)", path);
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK)
        return error_set(&db->error, "%s: %s", db->path, sqlite3_errmsg(db->handle));
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
