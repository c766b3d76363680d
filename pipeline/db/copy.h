/* copy.h: SQLite files that are made of the database: a copy, and what scripts make of it.
 *
 * Both are written beside their place and renamed: nobody ever sees half of one. Where that fails,
 * or SIGINT or SIGTERM was caught (base/child.h), nothing is left and what was there is untouched.
 * A file that is the database or one of those beside it is refused as a place. */
#ifndef COPY_H
#define COPY_H

#include "pipeline/db/db.h"

enum { COPY_LINE = 512 };

/* Copies what was committed when the copy began, whoever writes meanwhile, into a new file. It
 * is checked: integrity, foreign keys, and that it has as much as the original; what that is goes
 * to counted. 0 or FAILED. */
int copy_backup(struct db *db, const char *path, char counted[COPY_LINE], struct error *error);

/* How a file is made: in one transaction that sees one state of the database. */
struct copy_script {
    const char *kind;         /* its one row is 1 in a file of this kind, which may be replaced */
    const char *attach;       /* makes the database, :path, a schema of the new file's connection */
    const char *const *steps; /* NULL after the last; the first one begins, the last one commits */
    const char *counts;       /* tells in a line of text what was made */
    int replace;              /* 1: a file of the kind may be there */
};

int copy_script(struct db *db, const char *path, const struct copy_script *script,
                char counted[COPY_LINE], struct error *error);

#endif
