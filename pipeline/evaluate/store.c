/* store.c: a judgement into the tables prediction, confusion and evaluation. */
#include "pipeline/evaluate/evaluate.h"

#include "pipeline/store/prediction.h"
#include "sql/evaluate.h"

#include <math.h>
#include <stdlib.h>

int evaluation_is_complete(struct db *db, int64_t run)
{
    int64_t complete = 0;
    int found;
    struct statement *statement = db_prepare(db, sql_evaluate_is_complete);
    db_bind_int(statement, ":run", run);
    return db_value_int(db, statement, &complete, &found) ? DB_ERROR : complete != 0;
}

int evaluation_clear(struct db *db, int64_t run)
{
    const char *const texts[] = {sql_evaluate_clear_predictions, sql_evaluate_clear_confusion,
                                 sql_evaluate_clear_evaluation};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct statement *statement = db_prepare(db, texts[i]);
        db_bind_int(statement, ":run", run);
        if (db_run_once(db, statement))
            return DB_ERROR;
    }
    return DB_OK;
}

static int store_predictions(struct db *db, int64_t run, const struct judgement *judgement)
{
    int rc = DB_OK;
    struct text text = {0};
    struct statement *insert = db_prepare(db, sql_evaluate_insert_prediction);
    db_bind_int(insert, ":run", run);
    for (size_t i = 0; i < judgement->n && !rc; i++) {
        const float *p = judgement->probabilities + i * (size_t)judgement->classes;
        text_cut(&text, 0);
        prediction_write(p, judgement->classes, &text);
        db_bind_int(insert, ":image", judgement->set->ids[judgement->rows[i]]);
        db_bind_int(insert, ":class", judgement->predicted[i]);
        /* A sum of floats may make the only candidate a little more than certain. */
        db_bind_real(insert, ":confidence", fmin(p[judgement->predicted[i]], 1.0));
        db_bind_text(insert, ":probabilities", text_of(&text));
        rc = text_failed(&text) ? error_memory(&db->error, "a prediction") : db_run(db, insert);
    }
    db_finish(insert);
    text_free(&text);
    return rc;
}

static int store_confusion(struct db *db, int64_t run, const struct judgement *judgement)
{
    size_t classes = (size_t)judgement->classes;
    int64_t *counts = calloc(classes * classes, sizeof *counts); /* [actual][predicted] */
    if (!counts)
        return error_memory(&db->error, "the counts of confusions");
    for (size_t i = 0; i < judgement->n; i++) {
        size_t row = judgement->rows[i];
        counts[judgement->set->labels[row] * classes + judgement->predicted[i]]++;
    }
    struct statement *insert = db_prepare(db, sql_evaluate_insert_confusion);
    db_bind_int(insert, ":run", run);
    db_bind_text(insert, ":part", judgement->part);
    int rc = DB_OK;
    for (size_t i = 0; i < classes * classes && !rc; i++) {
        if (counts[i] == 0)
            continue;
        db_bind_int(insert, ":actual", (int64_t)(i / classes));
        db_bind_int(insert, ":predicted", (int64_t)(i % classes));
        db_bind_int(insert, ":count", counts[i]);
        rc = db_run(db, insert);
    }
    db_finish(insert);
    free(counts);
    return rc;
}

int evaluation_store(struct db *db, int64_t run, const struct judgement *judgement)
{
    if (store_predictions(db, run, judgement) ||
        (judgement->labelled && store_confusion(db, run, judgement)))
        return DB_ERROR;
    char now[25];
    db_now(now);
    struct statement *insert = db_prepare(db, sql_evaluate_insert_evaluation);
    db_bind_int(insert, ":run", run);
    db_bind_text(insert, ":part", judgement->part);
    db_bind_int(insert, ":images", (int64_t)judgement->n);
    db_bind_real(insert, ":loss", judgement->loss);
    if (judgement->labelled)
        db_bind_int(insert, ":correct", (int64_t)judgement->correct);
    db_bind_real(insert, ":seconds", judgement->seconds);
    db_bind_text(insert, ":evaluated_at", now);
    return db_run_once(db, insert);
}
