/* db.h: the one way in which the programs reach the database: opened here, used by statement.h. */
#ifndef DB_H
#define DB_H

#include "pipeline/db/statement.h"

typedef enum db_mode {
    DB_READ,  /* must exist; nothing is written but the states of crashed runs */
    DB_WRITE, /* must exist */
    DB_CREATE /* is created where it does not exist */
} db_mode;

/* Opens the database: waits up to a minute for other writers, foreign keys on, WAL (set at
 * creation; the rollback journal where the file system is a network's). Creates or upgrades the
 * schema in one exclusive transaction; refuses files of another application or a newer version.
 * Where the file or its folder may not be written, DB_READ reads the file as it stands, the others
 * are an error. Then settles the runs that say `running` but whose process is gone (crashed.h). */
int db_open(struct db *db, const char *path, db_mode mode);
void db_close(struct db *db); /* also where db_open failed; db.error.text stays */

/* Appends a row to the log of stages. dataset and run: 0 for none. Opens no transaction. */
int db_log_stage(struct db *db, const char *stage, int64_t dataset, int64_t run,
                 const char *arguments, double seconds, const char *result);

#endif
