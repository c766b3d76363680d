/* statement.h: statements on an open database; db.h opens it.
 *
 * SQL text lives in sql/; the build turns each statement `-- NAME: ...` of sql/ROOM.sql into
 * `extern const char sql_ROOM_NAME[]` (sql/ROOM.h). A statement is prepared once, bound by name,
 * stepped and reset; its columns are read by name, in hot loops by number:
 *
 *     struct statement *insert = db_prepare(&db, sql_ingest_insert_class);
 *     db_bind_int(insert, ":class", 3);
 *     if (db_run(&db, insert))
 *         ... db.error says why
 *     db_finish(insert);
 *
 * Functions return 0 or DB_ERROR with one line in db->error.
 */
#ifndef STATEMENT_H
#define STATEMENT_H

#include "pipeline/base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { DB_OK = 0, DB_ERROR = FAILED };

struct db {
    struct sqlite3 *handle;
    int locks; /* file descriptor of the run locks' file; -1 until one is needed */
    char path[1024];
    struct error error;
};

struct statement;

/* NULL on error. The caller ends it with db_finish, which accepts NULL. db_prepare_text is for a
 * statement that a person wrote: `rest` is where it ends in the text. */
struct statement *db_prepare(struct db *db, const char *sql);
struct statement *db_prepare_text(struct db *db, const char *sql, const char **rest);
void db_finish(struct statement *statement);

/* A NULL statement is ignored, so that a failed db_prepare may be noticed at the next db_step; so
 * is a bind for which there was no memory. The statement must have the parameter. Text and blobs
 * are copied; a NULL text, a NaN and a NULL blob bind NULL. */
void db_bind_int(struct statement *statement, const char *name, int64_t value);
void db_bind_real(struct statement *statement, const char *name, double value);
void db_bind_text(struct statement *statement, const char *name, const char *value);
void db_bind_blob(struct statement *statement, const char *name, const void *bytes, size_t size);
void db_bind_null(struct statement *statement, const char *name);

/* For hot loops: by number, and text and blobs are not copied but must stay until the step. */
int db_parameter(const struct statement *statement, const char *name);
void db_bind_int_at(struct statement *statement, int parameter, int64_t value);
void db_bind_text_at(struct statement *statement, int parameter, const char *value);
void db_bind_blob_at(struct statement *statement, int parameter, const void *bytes, size_t size);

/* 1: a row is there, 0: done, DB_ERROR. */
int db_step(struct db *db, struct statement *statement);

/* Steps to the end, then resets: for statements of which no row is wanted. */
int db_run(struct db *db, struct statement *statement);
void db_reset(struct statement *statement);

/* The columns of the row that is there; the statement must have the column. Text is "" where it is
 * NULL; text and blobs live until the next step. */
int64_t db_int(struct statement *statement, const char *column);
double db_real(struct statement *statement, const char *column);
const char *db_text(struct statement *statement, const char *column);
const void *db_blob(struct statement *statement, const char *column, size_t *size);
int db_is_null(struct statement *statement, const char *column);

/* The same by number, from 0. */
int64_t db_int_at(struct statement *statement, int column);
double db_real_at(struct statement *statement, int column);
const char *db_text_at(struct statement *statement, int column);
const void *db_blob_at(struct statement *statement, int column, size_t *size);
int db_is_null_at(struct statement *statement, int column);

/* What a result consists of. */
typedef enum db_type { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BLOB } db_type;
int db_columns(const struct statement *statement);
const char *db_column_name(const struct statement *statement, int column);
db_type db_type_at(struct statement *statement, int column);
int db_has_parameter(const struct statement *statement, const char *name);
const char *db_parameter_name(const struct statement *statement, int i); /* i from 0; NULL: none */
int db_only_reads(const struct statement *statement);

/* A REAL as text that reads back as the same number, with a point or an exponent. */
void db_real_text(double value, char text[40]);

/* Steps once and keeps the first column of the first row; *found is 0 where there is none, or a
 * NULL. Finishes the statement. */
int db_value_int(struct db *db, struct statement *statement, int64_t *value, int *found);

/* Runs a statement of no rows, and finishes it. */
int db_run_once(struct db *db, struct statement *statement);

int64_t db_last_id(const struct db *db); /* of the row that was inserted last */
int64_t db_changes(const struct db *db); /* rows that the last statement changed */

/* Every write is one short transaction, begun with BEGIN IMMEDIATE; none is held while anything
 * long goes on. db_transaction does all of it: where work returns not 0, nothing is written, and
 * that is returned. */
int db_begin(struct db *db);
int db_commit(struct db *db);    /* rolls back and returns DB_ERROR where it can't */
void db_rollback(struct db *db); /* nothing where no transaction is open */
int db_transaction(struct db *db, int (*work)(void *context), void *context);

/* db_run_once in a transaction of its own. */
int db_write_once(struct db *db, struct statement *statement);

/* Several statements without parameters or rows. */
int db_execute(struct db *db, const char *sql);

/* The time as the tables hold it, 2026-01-31T12:34:56.789Z. */
void db_now(char text[25]);

#endif
