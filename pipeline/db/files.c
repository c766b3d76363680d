/* files.c: see files.h. */
#include "pipeline/db/files.h"

#include "pipeline/base/hash.h"
#include "sql/db.h"

#include <stdlib.h>
#include <string.h>

/* Returns 1 where the database knows the file in just this state. */
static int find(struct db *db, const char *absolute, const struct file_state *state,
                char sha256[65])
{
    struct statement *s = db_prepare(db, sql_db_find_file);
    db_bind_text(s, ":path", absolute);
    int same = db_step(db, s) == 1 && db_int(s, "bytes") == state->bytes &&
               db_int(s, "mtime_ns") == state->mtime_ns &&
               db_int(s, "ctime_ns") == state->ctime_ns && db_int(s, "inode") == state->inode;
    if (same)
        snprintf(sha256, 65, "%s", db_text(s, "sha256"));
    db_finish(s);
    return same;
}

void files_keep(struct db *db, const char *path, const struct file_state *state,
                const char sha256[65])
{
    char *absolute = realpath(path, NULL);
    if (!absolute || !file_is_settled(state)) {
        free(absolute);
        return;
    }
    struct statement *s = db_prepare(db, sql_db_keep_file);
    db_bind_text(s, ":path", absolute);
    db_bind_text(s, ":sha256", sha256);
    db_bind_int(s, ":bytes", state->bytes);
    db_bind_int(s, ":mtime_ns", state->mtime_ns);
    db_bind_int(s, ":ctime_ns", state->ctime_ns);
    db_bind_int(s, ":inode", state->inode);
    db_write_once(db, s); /* where it fails, the file is read once more */
    free(absolute);
}

int files_hash(struct db *db, const char *path, char sha256[65], int64_t *bytes)
{
    struct file_state state;
    int rc = file_look(path, &state, &db->error);
    if (rc)
        return rc;
    *bytes = state.bytes;
    char *absolute = realpath(path, NULL);
    if (absolute && find(db, absolute, &state, sha256)) {
        free(absolute);
        return 0;
    }
    free(absolute);
    int settled = file_is_settled(&state); /* before it is read, which may take long */
    if (hash_file(path, sha256, bytes, &db->error))
        return DB_ERROR;
    if (settled)
        files_keep(db, path, &state, sha256);
    return 0;
}
