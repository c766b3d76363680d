/* backup.c: copies the database while others write to it.
 *
 * In: the database. Out: a file with what was committed at the moment in which the copy began;
 * written whole or not at all.
 */
#include "sql/backup.h"
#include "pipeline/program/stage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char HELP[] =
    "Usage: backup [OPTIONS] [FILE]\n"
    "\n"
    "Copies the database with SQLite's online backup, whoever writes to it meanwhile.\n"
    "\n"
    "Example: backup --db experiments/runs.db /mnt/usb/runs.db\n"
    "\n"
    "  FILE            the copy, which must not exist (default: DATABASE-backup-YYYYMMDD-HHMMSS)\n"
    "  --db PATH       database (default experiments/runs.db)\n"
    "  --quiet         print the path of the copy only\n"
    "  --help, --version\n"
    "\n"
    "Reads: all tables.\n"
    "Writes: nothing.\n";

/* One step for all pages: in WAL mode it reads one snapshot and keeps no writer waiting; in several
 * steps the copy would begin anew after each write of somebody else. */
static int copy(struct db *from, const char *path, char *error, size_t size)
{
    sqlite3 *to = NULL;
    sqlite3_backup *backup = NULL;
    int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (rc == SQLITE_OK && !(backup = sqlite3_backup_init(to, "main", from->handle, "main")))
        rc = sqlite3_errcode(to);
    if (backup) {
        do
            rc = sqlite3_backup_step(backup, -1);
        while (rc == SQLITE_BUSY || rc == SQLITE_LOCKED);
        int end = sqlite3_backup_finish(backup);
        rc = rc == SQLITE_DONE ? end : rc;
    }
    snprintf(error, size, "%s: %s", path, sqlite3_errstr(rc));
    int closed = sqlite3_close(to);
    return rc == SQLITE_OK && closed == SQLITE_OK ? 0 : -1;
}

static int sound(const char *path, char *error, size_t size)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
               sqlite3_prepare_v2(db, sql_backup_check, -1, &s, NULL) == SQLITE_OK &&
               sqlite3_step(s) == SQLITE_ROW &&
               !strcmp((const char *)sqlite3_column_text(s, 0), "ok");
    snprintf(error, size, "%s: the copy is not sound: %s", path,
             s && sqlite3_data_count(s) ? (const char *)sqlite3_column_text(s, 0)
                                        : sqlite3_errmsg(db));
    sqlite3_finalize(s);
    sqlite3_close(db);
    return good;
}

static void default_path(const struct stage *stage, char *path, size_t size)
{
    char moment[32];
    struct tm local;
    time_t now = time(NULL);
    localtime_r(&now, &local);
    strftime(moment, sizeof moment, "%Y%m%d-%H%M%S", &local);
    snprintf(path, size, "%s-backup-%s", stage->db_path, moment);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "backup", .help = HELP};
    struct db db;
    char path[2048], part[2100], error[2400];

    int first = stage_options(&stage, argc, argv, NULL, NULL, NULL);
    if (argc - first > 1)
        stage_usage(&stage, "expected one file, got %d", argc - first);
    default_path(&stage, path, sizeof path);
    if (first < argc)
        snprintf(path, sizeof path, "%s", argv[first]);
    if (!access(path, F_OK))
        stage_fail(&stage, "%s: exists; expected the name of a new file", path);
    snprintf(part, sizeof part, "%s.part", path);
    stage_open(&stage, &db, DB_READ);
    if (copy(&db, part, error, sizeof error) || !sound(part, error, sizeof error)) {
        unlink(part);
        stage_fail(&stage, "%s", error);
    }
    if (rename(part, path)) {
        snprintf(error, sizeof error, "%s: %s", path, strerror(errno));
        unlink(part);
        stage_fail(&stage, "%s", error);
    }
    db_close(&db);
    if (!stage.quiet)
        fprintf(stderr, "Copied in %.2f s.\n", stage_seconds() - stage.started);
    printf("%s\n", path);
    return fflush(stdout) ? 1 : 0;
}
