/* report_index.c: index.html, the page of all runs, in the folder that holds their reports. */
#include "pipeline/report/report.h"

#include "sql/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The runs that have a report, as a JSON array that the caller frees; NULL on error. */
static char *reported(struct report *report, const char *out)
{
    size_t size = 8, used = 1;
    int rc = 0;
    char *json = malloc(size);
    sqlite3_stmt *statement = report_prepare(report, sql_report_list_runs);
    if (!json || !statement)
        goto fail;
    json[0] = '[';
    while ((rc = db_step(report->db, statement)) == 1) {
        char path[REPORT_PATH];
        long long run = sqlite3_column_int64(statement, 0);
        snprintf(path, sizeof path, "%.900s/run-%lld/report.html", out, run);
        if (run != report->run.id && access(path, R_OK))
            continue; /* the present one comes into place after this page */
        char *more = realloc(json, size + 24);
        if (!more)
            goto fail;
        json = more;
        size += 24;
        used += (size_t)snprintf(json + used, size - used, "%s%lld", used > 1 ? "," : "", run);
    }
    if (rc)
        goto fail;
    snprintf(json + used, size - used, "]");
    sqlite3_finalize(statement);
    return json;
fail:
    snprintf(report->error, sizeof report->error, "%s",
             rc ? report->db->error : "the list of runs: out of memory");
    sqlite3_finalize(statement);
    free(json);
    return NULL;
}

static int write_index(struct report *report, FILE *file, const char *runs)
{
    html_head(file, "Pixelmill: all runs", "Every training run with a link to its report");
    fputs("<header>\n<h1>All runs</h1>\n</header>\n<main>\n", file);
    sqlite3_stmt *statement = report_prepare(report, sql_report_runs);
    if (!statement)
        return -1;
    db_bind_text(statement, ":reports", runs);
    int rc = html_rows(report, file, statement, "The newest first", NULL);
    fputs("<p class=\"note\">A run without a link has no report yet: <code>make report "
          "RUN=7</code> makes one.</p>\n<h2>Runs on ",
          file);
    html_text(file, report->dataset.name);
    fputs("</h2>\n", file);
    fputs("<div class=\"charts\">\n", file);
    if (!rc)
        rc = html_charts(report, file, "experiments");
    fputs("</div>\n", file);
    fputs("</main>\n", file);
    html_foot(file);
    return rc;
}

int index_write(struct report *report, const char *out)
{
    char temporary[REPORT_PATH], path[REPORT_PATH];
    char *runs = reported(report, out);
    if (!runs)
        return -1;
    snprintf(path, sizeof path, "%.900s/index.html", out);
    snprintf(temporary, sizeof temporary, "%.900s/.index-%ld.html", out, (long)getpid());
    FILE *file = fopen(temporary, "w");
    int rc = -1, failed = 1;
    if (file) {
        rc = write_index(report, file, runs);
        failed = ferror(file);
        failed |= fclose(file) != 0;
    }
    free(runs);
    if (!rc && (failed || rename(temporary, path))) {
        snprintf(report->error, sizeof report->error, "%s: %s", path, strerror(errno));
        rc = -1;
    } else if (!file) {
        snprintf(report->error, sizeof report->error, "%s: %s", temporary, strerror(errno));
    }
    if (rc)
        unlink(temporary);
    return rc;
}
