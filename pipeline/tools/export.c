/* export.c: the way out: all runs as an MLflow tracking store, a SQLite file that MLflow opens.
 *
 * In: the database. Out: the file, written whole or not at all. The tables and how they are filled
 * are in sql/mlflow/.
 */
#include "pipeline/base/child.h"
#include "pipeline/db/copy.h"
#include "pipeline/program/stage.h"
#include "sql/mlflow.h"

struct options {
    int replace;
};

static const struct option_row ROWS[] = {
    {"replace", OPTION_FLAG, NULL, OPTION_AT(struct options, replace),
     .help = "put it in place of an earlier FILE, which must be an MLflow store, too"},
    {0}};

static const struct program PROGRAM = {
    .name = "export",
    .usage = "[OPTION]... FILE",
    .about =
        "Writes all runs with their hyperparameters, figures, notes and tags into a SQLite file "
        "that MLflow opens: mlflow ui --backend-store-uri sqlite:///FILE (MLflow 2.4 or newer; "
        "newer ones upgrade the file by themselves, so never give them the database itself).",
    .example = "build/bin/export --db experiments/runs.db mlflow.db",
    .reads =
        "dataset, source_file, run, hyperparameter, epoch, evaluation, submission, tag, sweep, "
        "trial.",
    .uses = USES_DB | USES_QUIET,
    .rows = ROWS,
    .most = -1};

int main(int argc, char **argv)
{
    static const char *const STEPS[] = {sql_mlflow_begin, sql_mlflow_schema, sql_mlflow_fill,
                                        sql_mlflow_commit, NULL};
    struct options options = {0};
    struct stage stage;
    struct db db;
    struct error error;
    char counted[COPY_LINE];

    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    if (stage.n_arguments == 0)
        stage_usage(&stage, "expected one file, got 0");
    stage_open(&stage, &db, DB_READ);
    child_catch_signals();
    const struct copy_script script = {.kind = sql_mlflow_kind,
                                       .attach = sql_mlflow_attach,
                                       .steps = STEPS,
                                       .counts = sql_mlflow_counts,
                                       .replace = options.replace};
    if (copy_script(&db, stage.arguments[0], &script, counted, &error)) {
        if (child_interrupted())
            stage_interrupted(&stage, "%s", error.text);
        stage_fail(&stage, "%s", error.text);
    }
    db_close(&db);
    if (!stage.quiet)
        printf("%s: %s\n", stage.arguments[0], counted);
    return stage_end(&stage, 0);
}
