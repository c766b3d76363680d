/* crashed.h: runs and trials whose process is gone. */
#ifndef CRASHED_H
#define CRASHED_H

#include "pipeline/db/statement.h"

/* Sets the runs of this host that say `running` without holding their lock to `crashed`, and puts
 * trials whose worker is gone back into the queue. What another host started is left alone. Safe
 * when several programs do it at once. */
int crashed_settle(struct db *db);

#endif
