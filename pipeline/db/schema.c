/* schema.c: see schema.h. */
#include "pipeline/db/schema.h"

#include "pipeline/db/lock.h"
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
static int create(struct db *db, int new)
{
    struct identity now;
    if (new && !on_network(db->path) && db_execute(db, sql_db_wal))
        return DB_ERROR;
    if (db_execute(db, sql_db_begin_exclusive))
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
    if (lock_wait(db, LOCK_CREATION, 0))
        return DB_ERROR;
    int rc = create(db, new);
    lock_release(db, LOCK_CREATION, 0);
    return rc;
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
        return create_locked(db, 1);
    }
    if (now.application != APPLICATION_ID)
        return error_set(&db->error,
                         "%s: not a Pixelmill database (application id %lld, expected %d)",
                         db->path, (long long)now.application, APPLICATION_ID);
    if (now.version > SQL_VERSION)
        return error_set(&db->error,
                         "%s: made by a newer Pixelmill (schema %lld, this program knows %d)",
                         db->path, (long long)now.version, SQL_VERSION);
    if (!now.current && !sqlite3_db_readonly(db->handle, "main"))
        return create_locked(db, 0);
    return DB_OK;
}
