/* lock.h: how a run shows that it lives, and how two programs don't do the same work at once.
 *
 * Beside the database stands a file PATH-locks. A living run holds an advisory lock (open file
 * description lock, fcntl(2)) on the byte whose offset is the run's number; trials of a sweep and
 * pieces of work have bytes of their own. The kernel frees a lock however the process ends, so a
 * run that says `running` while its byte is free has crashed: no heartbeat, no time-out, no guess.
 * Locks belong to the open file `db->locks`: a child process that inherits it shares them.
 */
#ifndef LOCK_H
#define LOCK_H

#include "pipeline/db/statement.h"

typedef enum lock_kind {
    LOCK_RUN,      /* number: of the run */
    LOCK_TRIAL,    /* number: of the trial that a worker is at work on */
    LOCK_SETTLING, /* number 0: whoever settles what has crashed */
    LOCK_CREATION, /* number 0: tables are made or changed */
    LOCK_WORK      /* number: lock_number of a text that names the work */
} lock_kind;

/* Takes a lock until the process ends or lock_release: lock_try at once or not at all, lock_take
 * within two seconds, in which a program that settles what has crashed may hold it, lock_wait when
 * the other one has ended. 0; lock_try returns 1 where another process has it, lock_take DB_ERROR
 * then; DB_ERROR. */
int lock_try(struct db *db, lock_kind kind, int64_t number);
int lock_take(struct db *db, lock_kind kind, int64_t number);
int lock_wait(struct db *db, lock_kind kind, int64_t number);
void lock_release(struct db *db, lock_kind kind, int64_t number);

/* A number for a piece of work, out of its name; two names may have the same one. */
int64_t lock_number(const char *name);

/* The name under which this machine's runs are recorded: nodename and machine id. */
void lock_host(char *text, size_t size);

#endif
