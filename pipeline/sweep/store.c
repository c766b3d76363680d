/* sweep_store.c: a sweep and its queue of trials in the database. See sweep.h. */
#include "pipeline/sweep/sweep.h"

#include "sql/sweep.h"

#include <math.h>
#include <string.h>

static int insert_sweep(struct db *db, const struct sweep_plan *plan, const struct dataset *dataset,
                        int64_t *sweep)
{
    char now[25];
    db_now(now);
    sqlite3_stmt *s = db_prepare(db, sql_sweep_insert);
    db_bind_text(s, ":name", plan->name);
    db_bind_text(s, ":text", plan->text);
    db_bind_text(s, ":experiment", plan->conf.name);
    db_bind_text(s, ":conf", plan->conf.text);
    db_bind_int(s, ":dataset", dataset->id);
    db_bind_text(s, ":objective", plan->accuracy ? "validation_accuracy" : "validation_loss");
    if (plan->halving)
        db_bind_int(s, ":halving", plan->halving);
    db_bind_int(s, ":rungs", plan->rungs);
    db_bind_int(s, ":evaluate", plan->evaluate);
    db_bind_text(s, ":created_at", now);
    int rc = db_run(db, s);
    sqlite3_finalize(s);
    *sweep = sqlite3_last_insert_rowid(db->handle);
    return rc;
}

/* Numbers are stored as such, so that queries compare them as numbers. */
static void bind_value(sqlite3_stmt *s, const char *value)
{
    int64_t whole;
    double real;
    if (!parse_int(value, INT64_MIN, INT64_MAX, &whole))
        db_bind_int(s, ":value", whole);
    else if (!parse_real(value, -1e300, 1e300, &real))
        db_bind_real(s, ":value", real);
    else
        db_bind_text(s, ":value", value);
}

static int insert_values(struct db *db, const struct sweep_plan *plan, int64_t sweep)
{
    int rc = DB_OK;
    sqlite3_stmt *s = db_prepare(db, sql_sweep_insert_value);
    for (int i = 0; !rc && i < plan->configurations * plan->n_parameters; i++) {
        if (!plan->values[i][0])
            continue;
        db_bind_int(s, ":sweep", sweep);
        db_bind_int(s, ":configuration", i / plan->n_parameters + 1);
        db_bind_text(s, ":name", plan->parameters[i % plan->n_parameters].name);
        bind_value(s, plan->values[i]);
        rc = db_run(db, s);
    }
    sqlite3_finalize(s);
    return rc;
}

/* The first rung of a halving trains for epochs / halving^(rungs - 1). */
static int insert_trials(struct db *db, const struct sweep_plan *plan, int64_t sweep)
{
    int rc = DB_OK, folds = plan->n_folds ? plan->n_folds : 1;
    int each = plan->n_seeds * folds;
    double epochs = plan->conf.epochs / pow(plan->halving, plan->rungs - 1);
    sqlite3_stmt *s = db_prepare(db, sql_sweep_insert_trial);
    for (int i = 0; !rc && i < plan->configurations * each; i++) {
        db_bind_int(s, ":sweep", sweep);
        db_bind_int(s, ":configuration", i / each + 1);
        if (plan->halving && !plan->by_folds)
            db_bind_int(s, ":epochs", (int64_t)fmax(1, round(epochs)));
        db_bind_int(s, ":seed", plan->seeds[i % each / folds]);
        if (plan->n_folds)
            db_bind_int(s, ":fold", plan->folds[i % folds]);
        rc = db_run(db, s);
    }
    sqlite3_finalize(s);
    return rc;
}

static int find(struct db *db, const struct sweep_plan *plan, const struct dataset *dataset,
                int64_t *sweep, int *found)
{
    sqlite3_stmt *s = db_prepare(db, sql_sweep_find);
    db_bind_text(s, ":text", plan->text);
    db_bind_text(s, ":conf", plan->conf.text);
    db_bind_int(s, ":dataset", dataset->id);
    return db_value_int(db, s, sweep, found);
}

static int requeue_failed(struct db *db, int64_t sweep)
{
    sqlite3_stmt *s = db_prepare(db, sql_sweep_retry);
    db_bind_int(s, ":sweep", sweep);
    int rc = db_run(db, s);
    sqlite3_finalize(s);
    return rc;
}

int sweep_store(struct db *db, const struct sweep_plan *plan, const struct dataset *dataset,
                int retry, int64_t *sweep, int *fresh)
{
    int found = 0;
    if (db_begin(db))
        return DB_ERROR;
    int rc = find(db, plan, dataset, sweep, &found);
    if (!rc && !found)
        rc = insert_sweep(db, plan, dataset, sweep) || insert_values(db, plan, *sweep) ||
             insert_trials(db, plan, *sweep);
    if (!rc && found && retry)
        rc = requeue_failed(db, *sweep);
    *fresh = !found;
    if (!rc)
        return db_commit(db);
    db_rollback(db);
    return DB_ERROR;
}
