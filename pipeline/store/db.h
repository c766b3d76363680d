/* db.h: the one way in which the programs reach the database.
 *
 * SQL text lives in sql/; the build turns each statement NAME of sql/ROOM.sql into `extern const char
 * sql_NAME[]` (sql.h). A statement is prepared once, bound by name, stepped and reset:
 *
 *     sqlite3_stmt *insert = db_prepare(&db, sql_insert_class);
 *     db_bind_int(insert, ":class", 3);
 *     if (!insert || db_run(&db, insert))
 *         ... db.error says why
 *
 * Functions return 0 or DB_ERROR with one line in db->error. A write is one db_begin ... db_commit;
 * no transaction is held while anything long goes on.
 */
#ifndef DB_H
#define DB_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

enum { DB_OK = 0, DB_ERROR = -1 };

typedef enum db_mode {
    DB_READ,  /* must exist; nothing is written but the states of crashed runs */
    DB_WRITE, /* must exist */
    DB_CREATE /* is created where it does not exist */
} db_mode;

struct db {
    sqlite3 *handle;
    int locks; /* file descriptor of the run locks' file; -1 until one is needed */
    char path[1024];
    char error[1024];
};

/* Opens the database: waits up to a minute for other writers, foreign keys on, WAL (set at
 * creation; the rollback journal where the file system is a network's). Creates or upgrades the
 * schema in one exclusive transaction; refuses files of another application or a newer version.
 * Then settles the runs that say `running` but whose process is gone (lock.h). */
int db_open(struct db *db, const char *path, db_mode mode);
void db_close(struct db *db); /* also where db_open failed; db.error stays */

int db_begin(struct db *db);     /* BEGIN IMMEDIATE */
int db_commit(struct db *db);    /* rolls back and returns DB_ERROR where it can't */
void db_rollback(struct db *db); /* nothing where no transaction is open */

/* NULL on error. The caller finalizes it (sqlite3_finalize accepts NULL). */
sqlite3_stmt *db_prepare(struct db *db, const char *sql);

/* A NULL statement is ignored, so that a failed db_prepare may be noticed at the next db_step.
 * The statement must have the parameter. Text and blobs are copied; a NULL text, a NaN and a NULL
 * blob bind NULL. */
void db_bind_int(sqlite3_stmt *statement, const char *name, int64_t value);
void db_bind_real(sqlite3_stmt *statement, const char *name, double value);
void db_bind_text(sqlite3_stmt *statement, const char *name, const char *value);
void db_bind_blob(sqlite3_stmt *statement, const char *name, const void *bytes, size_t size);
void db_bind_null(sqlite3_stmt *statement, const char *name);

/* 1: a row is there (sqlite3_column_...), 0: done, DB_ERROR. */
int db_step(struct db *db, sqlite3_stmt *statement);

/* Steps to the end, then resets: for statements of which no row is wanted. */
int db_run(struct db *db, sqlite3_stmt *statement);

/* Steps once and keeps the first column of the first row; *found is 0 where there is none.
 * Finalizes the statement. */
int db_value_int(struct db *db, sqlite3_stmt *statement, int64_t *value, int *found);

/* The time as the tables hold it, 2026-01-31T12:34:56.789Z. */
void db_now(char text[25]);

/* Appends a row to the log of stages. dataset and run: 0 for none. Opens no transaction. */
int db_log_stage(struct db *db, const char *stage, int64_t dataset, int64_t run,
                 const char *arguments, double seconds, const char *result);

#endif
