/* submit_sheet.c: what a submission says, out of the database: the header that the sample
 * submission prescribed, ids and predicted labels. */
#include "pipeline/submit/submit.h"

#include "pipeline/base/pairs.h"
#include "sql/submit.h"

#include <stdlib.h>
#include <string.h>

static int out_of_memory(char error[400])
{
    snprintf(error, 400, "out of memory");
    return -1;
}

static int load_header(struct db *db, const struct dataset *dataset, struct answer_sheet *sheet,
                       char error[400])
{
    sqlite3_stmt *statement = db_prepare(db, sql_submit_sample);
    db_bind_int(statement, ":dataset", dataset->id);
    int rc = db_step(db, statement), short_of_memory = 0;
    sheet->sample_rows = -1;
    if (rc == 0) {
        sheet->header = strdup("ImageId,Label");
        short_of_memory = !sheet->header;
    } else if (rc == 1) {
        const char *header = (const char *)sqlite3_column_text(statement, 0);
        char id[200], label[200];
        sheet->sample_rows = sqlite3_column_int64(statement, 1);
        if (header && pairs_header(header, id, label)) {
            snprintf(error, 400, "%.100s: the header is '%.150s'; expected two names, id and label",
                     (const char *)sqlite3_column_text(statement, 2), header);
            sqlite3_finalize(statement);
            return -1;
        }
        sheet->header = header ? strndup(header, strcspn(header, "\r\n")) : NULL;
        short_of_memory = header && !sheet->header;
    }
    sqlite3_finalize(statement);
    if (rc < 0)
        snprintf(error, 400, "%.399s", db->error);
    return rc < 0 ? -1 : short_of_memory ? out_of_memory(error) : 0;
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

static int load_rows(struct db *db, const struct run *run, const struct dataset *dataset,
                     struct answer_sheet *sheet, char error[400])
{
    size_t room = 0, missing = 0;
    int rc, short_of_memory = 0;
    sqlite3_stmt *statement = db_prepare(db, sql_submit_rows);
    db_bind_int(statement, ":run", run->id);
    db_bind_int(statement, ":dataset", dataset->id);
    while (!short_of_memory && (rc = db_step(db, statement)) == 1) {
        const char *id = (const char *)sqlite3_column_text(statement, 0);
        const char *label = (const char *)sqlite3_column_text(statement, 1);
        if (reserve(sheet, &room) || !(sheet->ids[sheet->rows] = strdup(id ? id : ""))) {
            short_of_memory = 1;
            break;
        }
        sheet->labels[sheet->rows] = label ? known_label(dataset, label) : NULL;
        missing += !sheet->labels[sheet->rows];
        sheet->rows++;
    }
    sqlite3_finalize(statement);
    if (short_of_memory)
        return out_of_memory(error);
    if (rc < 0)
        snprintf(error, 400, "%.399s", db->error);
    else if (sheet->rows == 0)
        snprintf(error, 400, "dataset %s has no test images; expected some to submit",
                 dataset->name);
    else if (missing == sheet->rows)
        snprintf(error, 400, "run %lld has no predictions of the test images (evaluate makes them)",
                 (long long)run->id);
    else if (missing)
        snprintf(error, 400, "run %lld has predictions of %zu test images; expected %zu (evaluate)",
                 (long long)run->id, sheet->rows - missing, sheet->rows);
    else
        return 0;
    return -1;
}

int sheet_load(struct db *db, const struct run *run, const struct dataset *dataset,
               struct answer_sheet *sheet, char error[400])
{
    memset(sheet, 0, sizeof *sheet);
    if (load_header(db, dataset, sheet, error) || load_rows(db, run, dataset, sheet, error)) {
        sheet_free(sheet);
        return -1;
    }
    return 0;
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
