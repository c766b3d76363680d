/* json.c: what a run is and how good it is, for programs. In: queries that give JSON or rows. Out:
 * final_report.json, training_summary.json and training_history.csv. */
#include "pipeline/base/file.h"
#include "pipeline/report/report.h"
#include "sql/report.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static int put(struct report *report, const char *name, const char *bytes, size_t size)
{
    char path[1300];
    snprintf(path, sizeof path, "%s/%s", report->folder, name);
    return file_replace(path, bytes, size, &report->error);
}

static int is_picture(const struct dirent *entry)
{
    return strstr(entry->d_name, ".svg") || strstr(entry->d_name, ".png");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the report's files in alphabetical order, and those that are still to be written. */
static json_t *file_names(const struct report *report)
{
    static const char *const OTHERS[] = {"report.html", "final_report.json",
                                         "training_summary.json", "training_history.csv"};
    enum { N_OTHERS = sizeof OTHERS / sizeof *OTHERS };
    struct dirent **entries = NULL;
    int n = scandir(report->folder, &entries, is_picture, NULL);
    const char **names = n < 0 ? NULL : malloc((size_t)(n + N_OTHERS) * sizeof *names);
    json_t *list = names ? json_array() : NULL;
    if (list) {
        for (int i = 0; i < n + N_OTHERS; i++)
            names[i] = i < n ? entries[i]->d_name : OTHERS[i - n];
        qsort(names, (size_t)(n + N_OTHERS), sizeof *names, by_name);
    }
    for (int i = 0; list && i < n + N_OTHERS; i++)
        if (json_array_append_new(list, json_string(names[i]))) {
            json_decref(list);
            list = NULL;
        }
    for (int i = 0; i < n; i++)
        free(entries[i]);
    free(entries);
    free(names);
    return list;
}

/* The document of a query, whose column `json` the database has made. NULL on error. */
static json_t *load(struct report *report, const char *sql, const char *name)
{
    struct statement *statement = report_prepare(report, sql);
    json_t *document = NULL;
    json_error_t what;
    if (!statement)
        return NULL;
    int rc = db_step(report->db, statement);
    if (rc < 0)
        report_db_error(report);
    else if (rc == 0)
        error_set(&report->error, "%s: no such run", name);
    else if (!(document = json_loads(db_text(statement, "json"), 0, &what)))
        error_set(&report->error, "%s: %s", name, what.text);
    db_finish(statement);
    return document;
}

/* Writes a document with 15 digits a number, as the database does, and frees it. */
static int save(struct report *report, json_t *document, const char *name)
{
    char *text = document ? json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) : NULL;
    struct text lines = {0};
    int rc = FAILED;
    if (text)
        text_format(&lines, "%s\n", text);
    if (!text || text_failed(&lines))
        error_memory(&report->error, name);
    else
        rc = put(report, name, lines.bytes, lines.length);
    free(text);
    text_free(&lines);
    json_decref(document);
    return rc;
}

static int save_history(struct report *report)
{
    struct statement *statement = report_prepare(report, sql_report_history_csv);
    struct text out = {0};
    int rc;
    if (!statement)
        return FAILED;
    const int columns = db_columns(statement);
    for (int i = 0; i < columns; i++)
        text_format(&out, "%s%c", db_column_name(statement, i), i + 1 < columns ? ',' : '\n');
    while ((rc = db_step(report->db, statement)) == 1)
        for (int i = 0; i < columns; i++)
            text_format(&out, "%s%c", db_text_at(statement, i), i + 1 < columns ? ',' : '\n');
    db_finish(statement);
    if (rc)
        rc = report_db_error(report);
    else if (text_failed(&out))
        rc = error_memory(&report->error, "training_history.csv");
    else
        rc = put(report, "training_history.csv", out.bytes, out.length);
    text_free(&out);
    return rc;
}

int json_write(struct report *report)
{
    json_t *final = load(report, sql_report_final_json, "final_report.json");
    if (!final)
        return FAILED;
    if (json_object_set_new(final, "files", file_names(report))) {
        json_decref(final);
        return error_memory(&report->error, "final_report.json");
    }
    if (save(report, final, "final_report.json"))
        return FAILED;
    json_t *training = load(report, sql_report_training_json, "training_summary.json");
    return !training || save(report, training, "training_summary.json") || save_history(report)
               ? FAILED
               : 0;
}
