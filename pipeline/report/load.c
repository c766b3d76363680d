/* load.c: what a report is made of, out of the database. */
#include "pipeline/report/report.h"

#include "sql/report.h"

#include <stdlib.h>

int report_db_error(struct report *report)
{
    return error_set(&report->error, "%s", report->db->error.text);
}

struct statement *report_prepare(struct report *report, const char *sql)
{
    struct statement *statement = db_prepare(report->db, sql);
    const struct {
        const char *name;
        int64_t value;
    } known[] = {{":run", report->run.id}, {":a", report->a}, {":b", report->b}};
    if (!statement) {
        report_db_error(report);
        return NULL;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].value && db_has_parameter(statement, known[i].name))
            db_bind_int(statement, known[i].name, known[i].value);
    const struct {
        const char *name, *text;
    } texts[] = {{":root", report->root},
                 {":rows", dataset_rows_word(&report->dataset)},
                 {":columns", report->columns.length ? report->columns.bytes : NULL}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text && db_has_parameter(statement, texts[i].name))
            db_bind_text(statement, texts[i].name, texts[i].text);
    return statement;
}

/* A run that has not ended its first epoch, a committee and one of folds have no weights. */
static int load_model(struct report *report)
{
    int64_t kept;
    int found;
    if (db_value_int(report->db, report_prepare(report, sql_report_weights), &kept, &found))
        return report_db_error(report);
    if (!found || !kept)
        return 0;
    report->model = run_model(report->db, &report->run, &report->dataset);
    return report->model ? 0 : report_db_error(report);
}

int report_load(struct report *report)
{
    struct db *db = report->db;
    const struct run *run = &report->run;
    if (image_set_load(db, &report->dataset, IMAGES_TRAIN, &report->train) ||
        split_rows_load(db, run->split, run->fold, &report->train, &report->split) ||
        image_set_load(db, &report->dataset, IMAGES_TEST, &report->test))
        return report_db_error(report);
    return load_model(report);
}

void report_unload(struct report *report)
{
    data_free(&report->files);
    charts_free(&report->charts);
    nn_model_free(report->model);
    text_free(&report->columns);
    split_rows_free(&report->split);
    image_set_free(&report->train);
    image_set_free(&report->test);
    dataset_free(&report->dataset);
    run_free(&report->run);
}
