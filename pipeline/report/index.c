/* index.c: index.html, the page of all runs, in the folder that holds their reports. Its last line
 * says of what it was made and what its bytes were, so that it is made again where either is
 * another. */
#include "pipeline/base/file.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/markup.h"
#include "pipeline/report/report.h"
#include "sql/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { INDEX_MOST = 1 << 28 };
static const char MARK[] = "<!-- made of ";

/* The runs that have a report, as a JSON array. */
static int list_reports(struct report *report, struct text *json)
{
    struct statement *statement = report_prepare(report, sql_report_list_runs);
    int rc;
    if (!statement)
        return FAILED;
    text_add(json, "[");
    while ((rc = db_step(report->db, statement)) == 1) {
        char path[1100];
        long long run = db_int_at(statement, 0);
        snprintf(path, sizeof path, "%s/run-%lld/report.html", report->out, run);
        if (access(path, R_OK) == 0)
            text_format(json, "%s%lld", json->length > 1 ? "," : "", run);
    }
    text_add(json, "]");
    db_finish(statement);
    if (rc)
        return report_db_error(report);
    return text_failed(json) ? error_memory(&report->error, "the list of reports") : 0;
}

/* Whether the page at path ends with a mark of these inputs and of the bytes before it. */
static int is_of(const char *path, const char inputs[65])
{
    struct text page = {0};
    struct error error;
    char sha256[65], mark[200];
    const char *end = NULL;
    if (access(path, R_OK) == 0 && file_read(path, INDEX_MOST, &page, &error) == 0)
        for (const char *at = text_of(&page); (at = strstr(at, MARK)); at++)
            end = at;
    if (end) {
        hash_bytes(page.bytes, (size_t)(end - page.bytes), sha256);
        snprintf(mark, sizeof mark, "%s%s, page %s -->\n", MARK, inputs, sha256);
    }
    int same = end && strcmp(end, mark) == 0;
    text_free(&page);
    return same;
}

/* reports: the list as JSON. 1 where the page must be written, 0, or FAILED. */
static int look(struct report *report, struct text *reports, char inputs[65])
{
    char path[1100];
    if (list_reports(report, reports) ||
        current_inputs(report, sql_report_listed, text_of(reports), inputs))
        return FAILED;
    snprintf(path, sizeof path, "%s/index.html", report->out);
    return !is_of(path, inputs);
}

int index_needed(struct report *report)
{
    struct text reports = {0};
    char inputs[65];
    int rc = look(report, &reports, inputs);
    text_free(&reports);
    return rc;
}

static int add_page(struct report *report, const char *reports, struct text *out)
{
    html_head(out, "Pixelmill: all runs", "Every training run with a link to its report");
    text_add(out, "<header>\n<h1>All runs</h1>\n</header>\n<main>\n");
    struct statement *statement = report_prepare(report, sql_report_runs);
    if (!statement)
        return FAILED;
    db_bind_text(statement, ":reports", reports);
    if (html_rows(report, out, statement, "The newest first", NULL))
        return FAILED;
    text_add(out, "<p class=\"note\">A run without a link has no report yet: <code>make report "
                  "RUN=7</code> makes one.</p>\n<h2>Runs on ");
    markup_text(out, report->dataset.name);
    text_add(out, "</h2>\n<div class=\"charts\">\n");
    if (html_charts(report, out, "experiments"))
        return FAILED;
    text_add(out, "</div>\n</main>\n");
    html_foot(out);
    return 0;
}

/* The page with its charts, which are those of the newest run. */
static int make(struct report *report, const char *reports, const char inputs[65])
{
    struct text out = {0};
    char place[1100], sha256[65];
    snprintf(place, sizeof place, "%s/index", report->out);
    int rc = place_begin(report, place) || report_draw(report) || add_page(report, reports, &out);
    place_abandon(report);
    if (!rc) {
        hash_text(text_of(&out), sha256);
        text_format(&out, "%s%s, page %s -->\n", MARK, inputs, sha256);
        snprintf(place, sizeof place, "%s/index.html", report->out);
        rc = text_failed(&out) ? error_memory(&report->error, place)
                               : file_replace(place, out.bytes, out.length, &report->error);
    }
    text_free(&out);
    return rc ? FAILED : 0;
}

/* The newest run and its dataset, whose charts the page has. */
static int load_newest(struct report *all)
{
    int64_t newest;
    int found;
    if (db_value_int(all->db, report_prepare(all, sql_report_newest), &newest, &found) ||
        run_load(all->db, found ? newest : 0, "", &all->run) ||
        dataset_load_id(all->db, all->run.dataset, &all->dataset))
        return report_db_error(all);
    return 0;
}

int index_write(struct report *report)
{
    struct report all = {.stage = report->stage,
                         .db = report->db,
                         .out = report->out,
                         .scripts = report->scripts,
                         .all = 1};
    struct text reports = {0};
    char inputs[65];
    stage_exclusive(report->stage, report->db, "the page of all runs");
    int rc = look(report, &reports, inputs);
    if (rc == 1)
        rc = charts_read(all.scripts, &all.charts, &all.error) || load_newest(&all) ||
             charts_suit(&all.charts, all.dataset.is_table, all.dataset.classes, &all.error) ||
             make(&all, text_of(&reports), inputs);
    if (rc)
        report->error = all.error.text[0] ? all.error : report->error;
    text_free(&reports);
    report_unload(&all);
    return rc ? FAILED : 0;
}
