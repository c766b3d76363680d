/* files.h: files whose SHA-256 the database holds, so that they need not be read again. */
#ifndef FILES_H
#define FILES_H

#include "pipeline/base/file.h"
#include "pipeline/db/db.h"

/* The SHA-256 of a file. It is not read where size, mtime, ctime and inode are those that the
 * database holds for its path; what is kept there was older than two seconds when it was read. A
 * database that may only be read, or is locked, is no hindrance. Returns 0; 1 where there is no
 * such file; DB_ERROR where it cannot be read. */
int files_hash(struct db *db, const char *path, char sha256[65], int64_t *bytes);

/* Keeps the SHA-256 of a file that was read from a state that file_look gave before; within a
 * transaction of its own. */
void files_keep(struct db *db, const char *path, const struct file_state *state,
                const char sha256[65]);

#endif
