/* sheet.c: what a submission says, out of the database: what its columns are, ids, and predicted
 * labels or probabilities. */
#include "pipeline/submit/submit.h"

#include "pipeline/store/prediction.h"
#include "sql/submit.h"

#include <stdlib.h>
#include <string.h>

/* Makes room for one row more where there is none. */
static int reserve(struct answer_sheet *sheet)
{
    if (sheet->rows < sheet->room)
        return 0;
    const size_t room = sheet->room ? 2 * sheet->room : 1024;
    const size_t columns = sheet->form.kind == FORM_LABELS ? 0 : (size_t)sheet->form.columns - 1;
    char **ids = realloc(sheet->ids, room * sizeof *ids);
    if (ids)
        sheet->ids = ids;
    int *predicted = realloc(sheet->predicted, room * sizeof *predicted);
    if (predicted)
        sheet->predicted = predicted;
    double *probabilities =
        columns ? realloc(sheet->probabilities, room * columns * sizeof *probabilities) : NULL;
    if (probabilities)
        sheet->probabilities = probabilities;
    if (!ids || !predicted || (columns && !probabilities))
        return -1;
    sheet->room = room;
    return 0;
}

/* The prediction's numbers in the order of the columns, scaled so that those of all classes sum to
 * 1, which their six digits do not. 0, or -1 where they are none of as many classes. */
static int take_probabilities(const struct dataset *dataset, const char *text,
                              struct answer_sheet *sheet)
{
    double p[NN_MAX_CLASSES], sum = 0;
    const int n = sheet->form.columns - 1;
    if (prediction_read_exact(text, NN_MAX_CLASSES, p) != dataset->classes)
        return -1;
    for (int k = 0; k < dataset->classes; k++)
        sum += p[k];
    for (int c = 0; c < n; c++)
        sheet->probabilities[sheet->rows * (size_t)n + (size_t)c] =
            p[sheet->form.classes[c + 1]] / sum;
    return sum > 0 ? 0 : -1;
}

/* Why a sheet can't be submitted; 0 where it can. */
static int check_loaded(struct db *db, const struct run *run, const struct answer_sheet *sheet,
                        size_t missing)
{
    if (missing && missing == sheet->rows)
        return error_set(&db->error,
                         "run %lld has no predictions of the test images (evaluate makes them)",
                         (long long)run->id);
    if (missing)
        return error_set(&db->error,
                         "run %lld has predictions of %zu test images; expected %zu (evaluate)",
                         (long long)run->id, sheet->rows - missing, sheet->rows);
    return DB_OK;
}

/* One row of the result; *missing counts those without a prediction. */
static int take_row(struct db *db, struct statement *s, const struct dataset *dataset,
                    struct answer_sheet *sheet, size_t *missing)
{
    if (reserve(sheet) || !(sheet->ids[sheet->rows] = strdup(db_text_at(s, 0))))
        return error_memory(&db->error, "the submission");
    const int known = !db_is_null_at(s, 1);
    sheet->predicted[sheet->rows] = known ? (int)db_int_at(s, 1) : -1;
    const int broken = known && sheet->form.kind != FORM_LABELS &&
                       take_probabilities(dataset, db_text_at(s, 2), sheet);
    *missing += !known;
    sheet->rows++;
    return broken ? error_set(&db->error,
                              "the prediction of test row %zu is '%.60s'; expected a probability "
                              "for each of %d classes",
                              sheet->rows, db_text_at(s, 2), dataset->classes)
                  : DB_OK;
}

static int load_rows(struct db *db, const struct run *run, const struct dataset *dataset,
                     struct answer_sheet *sheet)
{
    size_t missing = 0;
    int rc;
    struct statement *s = db_prepare(db, sql_submit_rows);
    db_bind_int(s, ":run", run->id);
    db_bind_int(s, ":dataset", dataset->id);
    while ((rc = db_step(db, s)) == 1)
        if ((rc = take_row(db, s, dataset, sheet, &missing)))
            break;
    db_finish(s);
    return rc < 0 ? rc : check_loaded(db, run, sheet, missing);
}

int sheet_load(struct db *db, const struct run *run, const struct dataset *dataset,
               const char *positive, struct answer_sheet *sheet)
{
    memset(sheet, 0, sizeof *sheet);
    if (!form_load(db, dataset, &sheet->form) &&
        !form_choose(db, dataset, positive, &sheet->form) && !load_rows(db, run, dataset, sheet))
        return DB_OK;
    sheet_free(sheet);
    return DB_ERROR;
}

void sheet_free(struct answer_sheet *sheet)
{
    for (size_t i = 0; i < sheet->rows; i++)
        free(sheet->ids[i]);
    free(sheet->ids);
    free(sheet->predicted);
    free(sheet->probabilities);
    form_free(&sheet->form);
    memset(sheet, 0, sizeof *sheet);
}
