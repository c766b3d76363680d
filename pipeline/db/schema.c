/* schema.c: see schema.h. */
#include "pipeline/db/schema.h"

#include "pipeline/db/lock.h"
#include "pipeline/db/tables.h"
#include "sql/db.h"
#include "sql/schema.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/vfs.h>

enum { APPLICATION_ID = 1349089388 };

struct identity {
    int64_t application, version, things, defined;
    int current; /* made by the text of tables and views that this program has */
};

/* A new file; one of an older version, unless somebody was faster; one whose views are others. */
typedef enum making { MAKE_NEW, MAKE_CURRENT, MAKE_VIEWS } making;

static int read_identity(struct db *db, struct identity *identity)
{
    struct statement *statement = db_prepare(db, sql_db_identity);
    int rc = db_step(db, statement);
    if (rc == 1) {
        identity->application = db_int_at(statement, 0);
        identity->version = db_int_at(statement, 1);
        identity->things = db_int_at(statement, 2);
        identity->defined = db_int_at(statement, 3);
        identity->current = 0;
    }
    db_finish(statement);
    if (rc != 1 || !identity->defined || identity->application != APPLICATION_ID)
        return rc == 1 ? DB_OK : DB_ERROR;
    statement = db_prepare(db, sql_db_fingerprint);
    rc = db_step(db, statement);
    identity->current = rc == 1 && !strcmp(db_text_at(statement, 0), sql_fingerprint);
    db_finish(statement);
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
        rc = db_execute(db, sql_upgrades[v]);
    return rc;
}

static int define(struct db *db, int64_t version)
{
    if (upgrade(db, version) || db_execute(db, sql_schema) || db_execute(db, sql_views) ||
        db_execute(db, sql_db_forget_fingerprint))
        return DB_ERROR;
    struct statement *statement = db_prepare(db, sql_db_set_fingerprint);
    db_bind_text(statement, ":fingerprint", sql_fingerprint);
    return db_run_once(db, statement);
}

/* Several programs may find the new or the old file at once: the first one in makes the tables and
 * views, the others find them there when their turn comes. */
static int create(struct db *db, making what)
{
    struct identity now;
    if (what == MAKE_NEW && !on_network(db->path) && db_execute(db, sql_db_wal))
        return DB_ERROR;
    if (db_execute(db, sql_db_begin_exclusive))
        return DB_ERROR;
    int rc = read_identity(db, &now);
    int wanted = what == MAKE_VIEWS || (!now.current && (now.version || !now.things));
    if (rc || (wanted && define(db, now.version))) {
        db_rollback(db);
        return DB_ERROR;
    }
    return db_commit(db);
}

static int create_locked(struct db *db, making what)
{
    if (lock_wait(db, LOCK_CREATION, 0))
        return DB_ERROR;
    int rc = create(db, what);
    lock_release(db, LOCK_CREATION, 0);
    return rc;
}

static int check_identity(struct db *db, const struct identity *now)
{
    if (now->application != APPLICATION_ID)
        return error_set(&db->error,
                         "%s: not a Pixelmill database (application id %lld, expected %d)",
                         db->path, (long long)now->application, APPLICATION_ID);
    if (now->version > SQL_VERSION)
        return error_set(&db->error,
                         "%s: made by a newer Pixelmill (schema %lld, this program knows %d)",
                         db->path, (long long)now->version, SQL_VERSION);
    if (now->version < 1)
        return error_set(&db->error, "%s: its schema has the number %lld; expected 1 to %d",
                         db->path, (long long)now->version, SQL_VERSION);
    return DB_OK;
}

/* Brings a file of an older version, or with other views, up to date, where it may be written. */
static int bring_up_to_date(struct db *db, const struct identity *now)
{
    int current = now->current ? tables_views_are_ours(db) : 0;
    if (current < 0 || tables_check_triggers(db))
        return DB_ERROR;
    if (current)
        return DB_OK;
    if (!sqlite3_db_readonly(db->handle, "main"))
        return create_locked(db, now->current ? MAKE_VIEWS : MAKE_CURRENT);
    return now->version == SQL_VERSION
               ? DB_OK
               : error_set(&db->error,
                           "%s: made by an older Pixelmill and read-only; expected a file that can "
                           "be brought up to date (a copy of it will do)",
                           db->path);
}

int schema_verify(struct db *db)
{
    struct identity now;
    if (read_identity(db, &now) || check_identity(db, &now))
        return DB_ERROR;
    return now.version == SQL_VERSION ? tables_check(db) : tables_check_triggers(db);
}

int schema_check(struct db *db, int create_new)
{
    struct identity now;
    if (read_identity(db, &now))
        return DB_ERROR;
    if (now.application == 0 && now.version == 0 && now.things == 0) {
        if (!create_new)
            return error_set(&db->error,
                             "%s: an empty file; expected a Pixelmill database (ingest makes one)",
                             db->path);
        return create_locked(db, MAKE_NEW);
    }
    return check_identity(db, &now) || bring_up_to_date(db, &now) || tables_check(db) ? DB_ERROR
                                                                                      : DB_OK;
}
