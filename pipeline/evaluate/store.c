/* evaluate_store.c: a judgement into the tables prediction, confusion and evaluation. */
#include "pipeline/evaluate/evaluate.h"

#include "sql/evaluate.h"

#include <math.h>
#include <stdlib.h>

enum { NUMBER_SIZE = 16 }; /* "1.23457e-05" and a comma */

static int out_of_memory(struct db *db)
{
    snprintf(db->error, sizeof db->error, "out of memory");
    return DB_ERROR;
}

int evaluation_clear(struct db *db, int64_t run)
{
    const char *const texts[] = {sql_evaluate_clear_predictions, sql_evaluate_clear_confusion,
                                 sql_evaluate_clear_evaluation};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sqlite3_stmt *statement = db_prepare(db, texts[i]);
        db_bind_int(statement, ":run", run);
        int rc = db_run(db, statement);
        sqlite3_finalize(statement);
        if (rc)
            return rc;
    }
    return DB_OK;
}

/* p[classes] as a JSON array of numbers with 6 significant digits, which a 32-bit float is good
 * for. */
static void write_probabilities(const float *p, int classes, char *text)
{
    *text++ = '[';
    for (int k = 0; k < classes; k++)
        text += snprintf(text, NUMBER_SIZE, k ? ",%.6g" : "%.6g", p[k]);
    text[0] = ']';
    text[1] = '\0';
}

static int store_predictions(struct db *db, int64_t run, const struct judgement *judgement)
{
    size_t classes = (size_t)judgement->classes;
    char *text = malloc(classes * NUMBER_SIZE + 3);
    if (!text)
        return out_of_memory(db);
    sqlite3_stmt *insert = db_prepare(db, sql_evaluate_insert_prediction);
    db_bind_int(insert, ":run", run);
    int rc = insert ? DB_OK : DB_ERROR;
    for (size_t i = 0; i < judgement->n && !rc; i++) {
        const float *p = judgement->probabilities + i * classes;
        size_t row = judgement->rows[i];
        write_probabilities(p, judgement->classes, text);
        db_bind_int(insert, ":image", judgement->set->ids[row]);
        db_bind_int(insert, ":class", judgement->predicted[i]);
        /* A sum of floats may make the only candidate a little more than certain. */
        db_bind_real(insert, ":confidence", fmin(p[judgement->predicted[i]], 1.0));
        db_bind_text(insert, ":probabilities", text);
        rc = db_run(db, insert);
    }
    sqlite3_finalize(insert);
    free(text);
    return rc;
}

static int store_confusion(struct db *db, int64_t run, const struct judgement *judgement)
{
    size_t classes = (size_t)judgement->classes;
    int64_t *counts = calloc(classes * classes, sizeof *counts); /* [actual][predicted] */
    if (!counts)
        return out_of_memory(db);
    for (size_t i = 0; i < judgement->n; i++) {
        size_t row = judgement->rows[i];
        counts[judgement->set->labels[row] * classes + judgement->predicted[i]]++;
    }
    sqlite3_stmt *insert = db_prepare(db, sql_evaluate_insert_confusion);
    db_bind_int(insert, ":run", run);
    db_bind_text(insert, ":part", judgement->part);
    int rc = insert ? DB_OK : DB_ERROR;
    for (size_t i = 0; i < classes * classes && !rc; i++) {
        if (counts[i] == 0)
            continue;
        db_bind_int(insert, ":actual", (int64_t)(i / classes));
        db_bind_int(insert, ":predicted", (int64_t)(i % classes));
        db_bind_int(insert, ":count", counts[i]);
        rc = db_run(db, insert);
    }
    sqlite3_finalize(insert);
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
    sqlite3_stmt *insert = db_prepare(db, sql_evaluate_insert_evaluation);
    db_bind_int(insert, ":run", run);
    db_bind_text(insert, ":part", judgement->part);
    db_bind_int(insert, ":images", (int64_t)judgement->n);
    db_bind_real(insert, ":loss", judgement->loss);
    if (judgement->labelled)
        db_bind_int(insert, ":correct", (int64_t)judgement->correct);
    db_bind_real(insert, ":seconds", judgement->seconds);
    db_bind_text(insert, ":evaluated_at", now);
    int rc = db_run(db, insert);
    sqlite3_finalize(insert);
    return rc;
}
