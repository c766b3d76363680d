/* restore.h: a backup in the place of the database. */
#ifndef RESTORE_H
#define RESTORE_H

#include "pipeline/db/copy.h"

/* Puts a checked copy of the file `from` in the place of the database at path, which stays as
 * PATH.before-restore-N: both names change in one step, so that at every moment the one or the
 * other stands there, whole and without the write-ahead log of the other. Refuses while any program
 * has the database open, or a run of it lives. `from` is left as it is. kept: the name of the old
 * one,
 * "" where there was none; counted: what is in the new one. 0 or FAILED. */
enum { RESTORE_PATH = 1100 };
int restore_database(const char *path, const char *from, char kept[RESTORE_PATH],
                     char counted[COPY_LINE], struct error *error);

#endif
