/* run.c: recorded runs and their nets. See run.h. */
#include "pipeline/store/run.h"

#include "sql/store.h"

#include <stdio.h>
#include <string.h>

static int newest(struct db *db, const char *dataset, int64_t *id)
{
    int found;
    struct statement *statement = db_prepare(db, sql_store_run_newest);
    db_bind_text(statement, ":dataset", dataset);
    if (db_value_int(db, statement, id, &found))
        return DB_ERROR;
    if (!found)
        error_set(&db->error, "%.400s: no finished run on dataset '%.200s' (train makes one)",
                  db->path, dataset);
    return found ? DB_OK : DB_ERROR;
}

static const char *const KINDS[] = {
    [RUN_TRAINING] = "training", [RUN_FOLDS] = "folds", [RUN_COMMITTEE] = "committee"};

static const char *const STATUSES[] = {[RUN_RUNNING] = "running",
                                       [RUN_FINISHED] = "finished",
                                       [RUN_FAILED] = "failed",
                                       [RUN_INTERRUPTED] = "interrupted",
                                       [RUN_CRASHED] = "crashed"};

const char *run_kind_name(run_kind kind)
{
    return KINDS[kind];
}

const char *run_status_name(run_status status)
{
    return STATUSES[status];
}

/* The index of a name in a list; the tables' CHECKs let no other in. */
static int index_of(const char *const *names, int n, const char *name)
{
    int i = 0;
    while (i < n - 1 && strcmp(names[i], name))
        i++;
    return i;
}

run_status run_status_of(const char *name)
{
    return (run_status)index_of(STATUSES, RUN_CRASHED + 1, name);
}

enum { FOLDS_MOST = 1000 };

int run_load(struct db *db, int64_t id, const char *dataset, struct run *run)
{
    struct error error;
    memset(run, 0, sizeof *run);
    if (id == 0 && newest(db, dataset, &id))
        return DB_ERROR;
    struct statement *statement = db_prepare(db, sql_store_run_by_id);
    db_bind_int(statement, ":id", id);
    int rc = db_step(db, statement);
    if (rc == 1) {
        run->id = id;
        run->dataset = db_int(statement, "dataset");
        run->split = db_int(statement, "split");
        const int64_t fold = db_is_null(statement, "fold") ? -1 : db_int(statement, "fold");
        run->fold = (int)fold;
        snprintf(run->experiment, sizeof run->experiment, "%s", db_text(statement, "experiment"));
        run->status = run_status_of(db_text(statement, "status"));
        run->kind = (run_kind)index_of(KINDS, RUN_COMMITTEE + 1, db_text(statement, "kind"));
        if (conf_parse(run->experiment, db_text(statement, "conf"), &run->conf, &error)) {
            error_set(&db->error, "run %lld: %s", (long long)id, error.text);
            rc = DB_ERROR;
        } else if (fold < -1 || fold >= FOLDS_MOST) {
            rc = error_set(&db->error, "run %lld: found fold %lld, expected 0 to %d", (long long)id,
                           (long long)fold, FOLDS_MOST - 1);
        }
    } else if (rc == 0) {
        error_set(&db->error, "%.400s: no run %lld", db->path, (long long)id);
        rc = DB_ERROR;
    }
    db_finish(statement);
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
    size_t size;
    if (run->kind != RUN_TRAINING) {
        error_set(&db->error, "run %lld: a %s run has no net of its own", (long long)run->id,
                  run_kind_name(run->kind));
        return NULL;
    }
    nn_model *model = nn_model_new(run->conf.layers, dataset->shape, &error);
    if (!model) {
        error_set(&db->error, "run %lld: %s", (long long)run->id, error.text);
        return NULL;
    }
    if (nn_model_classes(model) != dataset->classes) {
        error_set(&db->error,
                  "run %lld: its net tells %d classes apart; expected %d as in dataset %s",
                  (long long)run->id, nn_model_classes(model), dataset->classes, dataset->name);
        nn_model_free(model);
        return NULL;
    }
    struct statement *statement = db_prepare(db, sql_store_run_weights);
    db_bind_int(statement, ":run", run->id);
    int rc = db_step(db, statement);
    if (rc == 0)
        error_set(&db->error, "run %lld: has no weights (its status is '%s')", (long long)run->id,
                  run_status_name(run->status));
    const void *weights = rc == 1 ? db_blob(statement, "weights", &size) : NULL;
    if (rc == 1 && nn_model_load(model, weights, size, &error)) {
        error_set(&db->error, "run %lld: weights: %s", (long long)run->id, error.text);
        rc = DB_ERROR;
    }
    db_finish(statement);
    if (rc == 1)
        return model;
    nn_model_free(model);
    return NULL;
}
