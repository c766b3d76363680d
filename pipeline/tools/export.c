/* export.c: the way out: all runs as an MLflow tracking store, a SQLite file that MLflow opens.
 *
 * In: the database. Out: the file, written whole or not at all. The tables and how they are filled
 * are in sql/mlflow/.
 */
#include "sql/mlflow.h"
#include "sql/store.h"
#include "pipeline/program/stage.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char HELP[] =
    "Usage: export [OPTIONS] FILE\n"
    "\n"
    "Writes all runs with their hyperparameters, figures, notes and tags into a SQLite file that\n"
    "MLflow opens: mlflow ui --backend-store-uri sqlite:///FILE (MLflow 2.4 or newer; newer ones\n"
    "upgrade the file by themselves, so never give them the database itself).\n"
    "\n"
    "Example: export --db experiments/runs.db mlflow.db\n"
    "\n"
    "  --replace       put it in place of an earlier FILE\n"
    "  --db PATH       database (default experiments/runs.db)\n"
    "  --quiet         print nothing\n"
    "  --help, --version\n"
    "\n"
    "Reads: dataset, source_file, run, hyperparameter, epoch, evaluation, submission, tag, sweep,\n"
    "trial.\n"
    "Writes: nothing.\n";

enum { REPLACE = 256 };

static const struct option OWN[] = {{"replace", no_argument, NULL, REPLACE}, {0}};

static int take(int option, const char *argument, void *context, char error[200])
{
    (void)option, (void)argument, (void)error;
    *(int *)context = 1;
    return 0;
}

/* Where the database is, whatever the current folder of who opens it; states are settled now. */
static void source_path(const struct stage *stage, char *path, size_t size)
{
    struct db db;
    stage_open(stage, &db, DB_READ);
    const char *whole = sqlite3_db_filename(db.handle, "main");
    snprintf(path, size, "%s", whole && *whole ? whole : stage->db_path);
    db_close(&db);
}

static int attach(sqlite3 *to, const char *source)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(to, sql_mlflow_attach, -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(s, 1, source, -1, SQLITE_TRANSIENT);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    sqlite3_finalize(s);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int count(sqlite3 *to, char *counts, size_t size)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(to, sql_mlflow_counts, -1, &s, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
        snprintf(counts, size, "%s", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* One transaction, which sees one state of the source. */
static int write_store(const char *source, const char *path, char *counts, char *error, size_t size)
{
    sqlite3 *to = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(path, &to, flags, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(to, 60000);
        rc = sqlite3_exec(to, sql_store_connect, NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK)
        rc = attach(to, source);
    static const char *const STEPS[] = {sql_store_begin, sql_mlflow_schema, sql_mlflow_fill,
                                        sql_store_commit};
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof STEPS / sizeof *STEPS; i++)
        rc = sqlite3_exec(to, STEPS[i], NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = count(to, counts, size);
    snprintf(error, size, "%s: %s", path, to ? sqlite3_errmsg(to) : sqlite3_errstr(rc));
    int closed = sqlite3_close(to);
    return rc == SQLITE_OK && closed == SQLITE_OK ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "export", .help = HELP};
    int replace = 0;
    char source[2048], part[2048], counts[2400], error[2400];

    int first = stage_options(&stage, argc, argv, OWN, take, &replace);
    if (argc - first != 1)
        stage_usage(&stage, "expected one file, got %d", argc - first);
    const char *path = argv[first];
    if (!replace && !access(path, F_OK))
        stage_fail(&stage, "%s: exists; expected a new file, or --replace (make: REPLACE=1)", path);
    if (strlen(path) + 6 > sizeof part)
        stage_fail(&stage, "the path of the file is longer than %zu bytes", sizeof part - 6);
    source_path(&stage, source, sizeof source);
    snprintf(part, sizeof part, "%s.part", path);
    unlink(part);
    if (write_store(source, part, counts, error, sizeof error)) {
        unlink(part);
        stage_fail(&stage, "%s", error);
    }
    if (rename(part, path)) {
        snprintf(error, sizeof error, "%s: %s", path, strerror(errno));
        unlink(part);
        stage_fail(&stage, "%s", error);
    }
    if (!stage.quiet)
        printf("%s: %s\n", path, counts);
    return fflush(stdout) ? 1 : 0;
}
