/* lock.h: how a run shows that it lives.
 *
 * Beside the database stands a file PATH-locks; a living run holds an advisory lock (open file
 * description lock, fcntl(2)) on the byte whose offset is the run's number. The kernel frees it
 * however the process ends, so a run that says `running` while its byte is free has crashed: no
 * heartbeat, no time-out, no guess.
 */
#ifndef LOCK_H
#define LOCK_H

#include "pipeline/store/db.h"

/* Takes the run's lock until the process ends or lock_release. */
int lock_take(struct db *db, int64_t run);
void lock_release(struct db *db, int64_t run);

/* The same for the trial of a sweep that a worker is at work on. The lock belongs to the open file
 * `db->locks`: a child process that inherits it keeps the trial from others until it ends too. */
int lock_take_trial(struct db *db, int64_t trial);
void lock_release_trial(struct db *db, int64_t trial);

/* Sets the runs of this host that say `running` without holding their lock to `crashed`, and puts
 * trials whose worker is gone back into the queue. What another host started is left alone. Safe
 * when several programs do it at once. */
int lock_settle(struct db *db);

/* Keeps other programs out while the tables are made or changed; waits for them first. */
int lock_creation(struct db *db, int on);

/* The name under which this machine's runs are recorded: nodename and machine id. */
void lock_host(char *text, size_t size);

#endif
