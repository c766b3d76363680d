/* store.c: a sweep and its queue of trials in the database. See sweep.h. */
#include "pipeline/sweep/sweep.h"

#include "pipeline/base/number.h"
#include "sql/sweep.h"

#include <math.h>

static int insert_sweep(struct db *db, const struct sweep_plan *plan, const struct dataset *dataset,
                        int64_t *sweep)
{
    char now[25];
    db_now(now);
    struct statement *s = db_prepare(db, sql_sweep_insert);
    db_bind_text(s, ":name", plan->name);
    db_bind_text(s, ":text", text_of(&plan->text));
    db_bind_text(s, ":experiment", plan->conf.name);
    db_bind_text(s, ":conf", plan->conf.text);
    db_bind_int(s, ":dataset", dataset->id);
    db_bind_text(s, ":objective", plan->accuracy ? "validation_accuracy" : "validation_loss");
    if (plan->halving)
        db_bind_int(s, ":halving", plan->halving);
    db_bind_int(s, ":rungs", plan->rungs);
    db_bind_int(s, ":evaluate", plan->evaluate);
    db_bind_text(s, ":created_at", now);
    int rc = db_run_once(db, s);
    *sweep = db_last_id(db);
    return rc;
}

/* Numbers are stored as such, so that queries compare them as numbers. */
static void bind_value(struct statement *s, const char *value)
{
    int64_t whole;
    double real;
    if (!number_whole(value, INT64_MIN, INT64_MAX, &whole))
        db_bind_int(s, ":value", whole);
    else if (!number_real(value, -1e300, 1e300, &real))
        db_bind_real(s, ":value", real);
    else
        db_bind_text(s, ":value", value);
}

static int insert_values(struct db *db, const struct sweep_plan *plan, int64_t sweep)
{
    int rc = DB_OK;
    struct statement *s = db_prepare(db, sql_sweep_insert_value);
    for (int i = 0; !rc && i < plan->configurations * plan->n_parameters; i++) {
        if (!plan->values[i][0])
            continue;
        db_bind_int(s, ":sweep", sweep);
        db_bind_int(s, ":configuration", i / plan->n_parameters + 1);
        db_bind_text(s, ":name", plan->parameters[i % plan->n_parameters].name);
        bind_value(s, plan->values[i]);
        rc = db_run(db, s);
    }
    db_finish(s);
    return rc;
}

/* The first rung of a halving trains for epochs / halving^(rungs - 1). */
static int insert_trials(struct db *db, const struct sweep_plan *plan, int64_t sweep)
{
    int rc = DB_OK, folds = plan->n_folds ? plan->n_folds : 1;
    int each = plan->n_seeds * folds;
    double epochs = plan->conf.epochs / pow(plan->halving, plan->rungs - 1);
    struct statement *s = db_prepare(db, sql_sweep_insert_trial);
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
    db_finish(s);
    return rc;
}

int sweep_find(struct db *db, const struct sweep_plan *plan, const struct dataset *dataset,
               int64_t *sweep)
{
    int found;
    struct statement *s = db_prepare(db, sql_sweep_find);
    db_bind_text(s, ":text", text_of(&plan->text));
    db_bind_text(s, ":conf", plan->conf.text);
    db_bind_int(s, ":dataset", dataset->id);
    *sweep = 0;
    return db_value_int(db, s, sweep, &found);
}

int sweep_insert(struct db *db, const struct sweep_plan *plan, const struct dataset *dataset,
                 int64_t *sweep)
{
    return insert_sweep(db, plan, dataset, sweep) || insert_values(db, plan, *sweep) ||
                   insert_trials(db, plan, *sweep)
               ? DB_ERROR
               : DB_OK;
}

int sweep_retry(struct db *db, int64_t sweep)
{
    struct statement *s = db_prepare(db, sql_sweep_retry);
    db_bind_int(s, ":sweep", sweep);
    return db_run_once(db, s);
}
