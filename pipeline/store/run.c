/* run.c: recorded runs and their nets. See run.h. */
#include "pipeline/store/run.h"

#include "sql/store.h"

#include <stdio.h>
#include <string.h>

static int newest(struct db *db, const char *dataset, int64_t *id)
{
    int found;
    sqlite3_stmt *statement = db_prepare(db, sql_store_run_newest);
    db_bind_text(statement, ":dataset", dataset);
    if (db_value_int(db, statement, id, &found))
        return DB_ERROR;
    if (!found)
        snprintf(db->error, sizeof db->error,
                 "%.400s: no finished run on dataset '%.200s' (train makes one)", db->path,
                 dataset);
    return found ? DB_OK : DB_ERROR;
}

static run_kind kind_of(const char *text)
{
    return strcmp(text, "folds") == 0       ? RUN_FOLDS
           : strcmp(text, "committee") == 0 ? RUN_COMMITTEE
                                            : RUN_TRAINING;
}

int run_load(struct db *db, int64_t id, const char *dataset, struct run *run)
{
    char error[512] = "";
    memset(run, 0, sizeof *run);
    if (id == 0 && newest(db, dataset, &id))
        return DB_ERROR;
    sqlite3_stmt *statement = db_prepare(db, sql_store_run_by_id);
    db_bind_int(statement, ":id", id);
    int rc = db_step(db, statement);
    if (rc == 1) {
        run->id = id;
        run->dataset = sqlite3_column_int64(statement, 1);
        run->split = sqlite3_column_int64(statement, 2);
        run->fold = sqlite3_column_type(statement, 3) == SQLITE_NULL
                        ? -1
                        : sqlite3_column_int(statement, 3);
        snprintf(run->experiment, sizeof run->experiment, "%s",
                 (const char *)sqlite3_column_text(statement, 4));
        snprintf(run->status, sizeof run->status, "%s",
                 (const char *)sqlite3_column_text(statement, 5));
        run->kind = kind_of((const char *)sqlite3_column_text(statement, 6));
        if (conf_parse(run->experiment, (const char *)sqlite3_column_text(statement, 7), &run->conf,
                       error, sizeof error)) {
            snprintf(db->error, sizeof db->error, "run %lld: %s", (long long)id, error);
            rc = DB_ERROR;
        }
    } else if (rc == 0) {
        snprintf(db->error, sizeof db->error, "%.400s: no run %lld", db->path, (long long)id);
        rc = DB_ERROR;
    }
    sqlite3_finalize(statement);
    return rc == 1 ? DB_OK : DB_ERROR;
}

void run_free(struct run *run)
{
    conf_free(&run->conf);
    memset(run, 0, sizeof *run);
}

nn_model *run_model(struct db *db, const struct run *run, const struct dataset *dataset)
{
    nn_error error;
    if (run->kind != RUN_TRAINING) {
        snprintf(db->error, sizeof db->error, "run %lld: a %s run has no net of its own",
                 (long long)run->id, run->kind == RUN_FOLDS ? "folds" : "committee");
        return NULL;
    }
    nn_model *model = nn_model_new(run->conf.layers, dataset->shape, &error);
    if (!model) {
        snprintf(db->error, sizeof db->error, "run %lld: %s", (long long)run->id, error.text);
        return NULL;
    }
    sqlite3_stmt *statement = db_prepare(db, sql_store_run_weights);
    db_bind_int(statement, ":run", run->id);
    int rc = db_step(db, statement);
    if (rc == 0)
        snprintf(db->error, sizeof db->error, "run %lld: has no weights (its status is '%s')",
                 (long long)run->id, run->status);
    if (rc == 1 && nn_model_load(model, sqlite3_column_blob(statement, 0),
                                 (size_t)sqlite3_column_bytes(statement, 0), &error)) {
        snprintf(db->error, sizeof db->error, "run %lld: weights: %s", (long long)run->id,
                 error.text);
        rc = DB_ERROR;
    }
    sqlite3_finalize(statement);
    if (rc == 1)
        return model;
    nn_model_free(model);
    return NULL;
}
