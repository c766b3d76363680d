/* sheet.c: what a submission says, out of the database: the header that the sample
 * submission prescribed, ids and predicted labels. */
#include "pipeline/submit/submit.h"

#include "pipeline/base/pairs.h"
#include "sql/submit.h"

#include <stdlib.h>
#include <string.h>

static int load_header(struct db *db, const struct dataset *dataset, struct answer_sheet *sheet)
{
    struct statement *s = db_prepare(db, sql_submit_sample);
    db_bind_int(s, ":dataset", dataset->id);
    int rc = db_step(db, s);
    const char *header = "ImageId,Label";
    char id[200], label[200];
    sheet->sample_rows = -1;
    if (rc == 1) {
        sheet->sample_rows = db_int(s, "rows");
        header = db_is_null(s, "header") ? NULL : db_text(s, "header");
    }
    if (rc >= 0 && header && pairs_header(header, id, label))
        rc = error_set(&db->error,
                       "%.100s: the header is '%.150s'; expected two names, id and label",
                       db_text(s, "name"), header);
    if (rc >= 0 && header && !(sheet->header = strndup(header, strcspn(header, "\r\n"))))
        rc = error_memory(&db->error, "the header");
    db_finish(s);
    return rc < 0 ? rc : DB_OK;
}

static const char *known_label(const struct dataset *dataset, const char *label)
{
    for (int k = 0; k < dataset->classes; k++)
        if (strcmp(dataset->labels[k], label) == 0)
            return dataset->labels[k];
    return NULL;
}

/* Makes room for one row more where there is none. */
static int reserve(struct answer_sheet *sheet, size_t *room)
{
    if (sheet->rows < *room)
        return 0;
    size_t more = *room ? 2 * *room : 1024;
    char **ids = realloc(sheet->ids, more * sizeof *ids);
    if (ids)
        sheet->ids = ids;
    const char **labels = realloc(sheet->labels, more * sizeof *labels);
    if (labels)
        sheet->labels = labels;
    if (!ids || !labels)
        return -1;
    *room = more;
    return 0;
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

static int load_rows(struct db *db, const struct run *run, const struct dataset *dataset,
                     struct answer_sheet *sheet)
{
    size_t room = 0, missing = 0;
    int rc;
    struct statement *s = db_prepare(db, sql_submit_rows);
    db_bind_int(s, ":run", run->id);
    db_bind_int(s, ":dataset", dataset->id);
    while ((rc = db_step(db, s)) == 1) {
        if (reserve(sheet, &room) || !(sheet->ids[sheet->rows] = strdup(db_text_at(s, 0)))) {
            rc = error_memory(&db->error, "the submission");
            break;
        }
        sheet->labels[sheet->rows] =
            db_is_null_at(s, 1) ? NULL : known_label(dataset, db_text_at(s, 1));
        missing += !sheet->labels[sheet->rows];
        sheet->rows++;
    }
    db_finish(s);
    return rc < 0 ? rc : check_loaded(db, run, sheet, missing);
}

int sheet_load(struct db *db, const struct run *run, const struct dataset *dataset,
               struct answer_sheet *sheet)
{
    memset(sheet, 0, sizeof *sheet);
    if (!load_header(db, dataset, sheet) && !load_rows(db, run, dataset, sheet))
        return DB_OK;
    sheet_free(sheet);
    return DB_ERROR;
}

void sheet_free(struct answer_sheet *sheet)
{
    for (size_t i = 0; i < sheet->rows; i++)
        free(sheet->ids[i]);
    free(sheet->ids);
    free(sheet->labels);
    free(sheet->header);
    memset(sheet, 0, sizeof *sheet);
}
