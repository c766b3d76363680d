/* crashed.h: runs and trials whose process is gone. */
#ifndef CRASHED_H
#define CRASHED_H

#include "pipeline/base/text.h"
#include "pipeline/db/statement.h"

/* Sets the runs of this host that say `running` without holding their lock to `crashed`, and puts
 * trials whose worker is gone back into the queue. What another host started is left alone. Safe
 * when several programs do it at once. */
int crashed_settle(struct db *db);

/* A run of another host cannot be told from one whose host is gone. Appends which host it is and
 * when the run was last heard of, `on HOST, last heard of at TIME`, and returns 1; 0 where the run
 * does not say that it is running, or is of this host; DB_ERROR. */
int crashed_elsewhere(struct db *db, int64_t run, struct text *text);

/* DB_ERROR, with that line and the way out of it, where crashed_elsewhere finds one; else 0. */
int crashed_refuse(struct db *db, int64_t run);

/* Puts the trials of a host that is gone back into the queue, but for those whose lock is held. */
int crashed_requeue(struct db *db, const char *host);

#endif
