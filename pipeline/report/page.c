/* report_page.c: report.html, the page of one run, and the page that compares two. A page has the
 * sections that its kind of run can fill: a folds run has no one training and no one net, but its
 * trainings; a committee has its members and no layers. */
#include "pipeline/report/report.h"

#include "sql/report.h"

#include <string.h>

enum { A_TRAINING = 1 << RUN_TRAINING, A_FOLDS = 1 << RUN_FOLDS, A_COMMITTEE = 1 << RUN_COMMITTEE };

#define ANY (A_TRAINING | A_FOLDS | A_COMMITTEE)

static const struct {
    const char *id, *name;
    unsigned kinds; /* of runs whose pages have it */
} SECTIONS[] = {
    {"members", "Members", A_COMMITTEE},      {"folds", "Folds", A_FOLDS},
    {"training", "Training", A_TRAINING},     {"results", "Results", ANY},
    {"confidence", "Confidence", ANY},        {"gallery", "Predictions", ANY},
    {"model", "Model", A_TRAINING | A_FOLDS}, {"data", "Data", ANY},
    {"experiments", "Experiments", ANY},      {"settings", "Settings", ANY},
    {"provenance", "Provenance", ANY},
};

static int has_section(const struct report *report, size_t i)
{
    return (SECTIONS[i].kinds >> report->run.kind & 1) != 0;
}

static void section_head(FILE *out, const char *id)
{
    for (size_t i = 0; i < sizeof SECTIONS / sizeof *SECTIONS; i++)
        if (strcmp(SECTIONS[i].id, id) == 0)
            fprintf(out,
                    "<section id=\"section-%s\" aria-labelledby=\"h-%s\">\n"
                    "<h2 id=\"h-%s\">%s</h2>\n<div class=\"charts\">\n",
                    id, id, id, SECTIONS[i].name);
}

static void navigation(const struct report *report, FILE *out)
{
    fputs("<nav aria-label=\"Sections\">\n<ul>\n<li><a href=\"../index.html\">All runs</a></li>\n",
          out);
    for (size_t i = 0; i < sizeof SECTIONS / sizeof *SECTIONS; i++)
        if (has_section(report, i))
            fprintf(out, "<li><a href=\"#section-%s\">%s</a></li>\n", SECTIONS[i].id,
                    SECTIONS[i].name);
    fputs("</ul>\n</nav>\n", out);
}

static int write_conf(struct report *report, FILE *out)
{
    sqlite3_stmt *statement = report_prepare(report, sql_report_conf);
    if (!statement)
        return -1;
    int rc = db_step(report->db, statement);
    if (rc == 1) {
        fputs("<div><h3>Experiment file as run</h3>\n<pre tabindex=\"0\">", out);
        html_text(out, (const char *)sqlite3_column_text(statement, 0));
        fputs("</pre></div>\n", out);
    } else {
        snprintf(report->error, sizeof report->error, "%s", report->db->error);
    }
    sqlite3_finalize(statement);
    return rc == 1 ? 0 : -1;
}

/* The first column of a query's first row as a paragraph; nothing where there is none. */
static int write_sentence(struct report *report, FILE *out, const char *sql)
{
    sqlite3_stmt *statement = report_prepare(report, sql);
    if (!statement)
        return -1;
    int rc = db_step(report->db, statement);
    if (rc == 1) {
        fputs("<p class=\"note\">", out);
        html_text(out, (const char *)sqlite3_column_text(statement, 0));
        fputs("</p>\n", out);
    } else if (rc < 0) {
        snprintf(report->error, sizeof report->error, "%s", report->db->error);
    }
    sqlite3_finalize(statement);
    return rc < 0 ? -1 : 0;
}

/* A section's charts, and the tables beside them (up to two; NULL: none). Nothing where the page
 * has no such section. */
static int write_section(struct report *report, FILE *out, const char *id, const char *sql,
                         const char *caption, const char *other_sql, const char *other_caption)
{
    for (size_t i = 0; i < sizeof SECTIONS / sizeof *SECTIONS; i++)
        if (strcmp(SECTIONS[i].id, id) == 0 && !has_section(report, i))
            return 0;
    section_head(out, id);
    if ((strcmp(id, "results") == 0 && (write_sentence(report, out, sql_report_selected) ||
                                        write_sentence(report, out, sql_report_teacher))) ||
        html_charts(report, out, id) || (sql && html_table(report, out, sql, caption, NULL)) ||
        (other_sql && html_table(report, out, other_sql, other_caption, NULL)))
        return -1;
    fputs("</div>\n</section>\n", out);
    return 0;
}

static int write_settings(struct report *report, FILE *out)
{
    section_head(out, "settings");
    if (write_conf(report, out) ||
        html_table(report, out, sql_report_settings, "Settings in force, defaults too", NULL))
        return -1;
    fputs("</div>\n</section>\n", out);
    return 0;
}

static int write_provenance(struct report *report, FILE *out)
{
    int rows;
    section_head(out, "provenance");
    fputs("</div>\n", out);
    if (html_list(report, out, sql_report_provenance, "facts") ||
        html_table(report, out, sql_report_submissions, "Submissions of this run", &rows))
        return -1;
    if (!rows)
        fputs("<p class=\"note\">Submissions: this run has made none.</p>\n", out);
    fputs("<p>The same for programs: <a href=\"final_report.json\">final_report.json</a>, "
          "<a href=\"training_summary.json\">training_summary.json</a>, "
          "<a href=\"training_history.csv\">training_history.csv</a>. What the charts show is in "
          "the folder <a href=\"data/\">data</a>.</p>\n</section>\n",
          out);
    return 0;
}

static int write_sections(struct report *report, FILE *out)
{
    return write_section(
               report, out, "members", sql_report_members,
               "Each member by all images that judge it, and beside the committee on those in "
               "common: how many of these either gets wrong, the committee fixes, and breaks",
               NULL, NULL) ||
           write_section(report, out, "folds", sql_report_folds,
                         "One training for each fold, which judges the images that it did not see",
                         NULL, NULL) ||
           write_section(report, out, "training", sql_report_epochs, "Epochs", NULL, NULL) ||
           write_section(report, out, "results", sql_report_classes,
                         "Precision, recall and F1 of each class", sql_report_confusions,
                         "Most frequent confusions") ||
           write_section(report, out, "confidence", sql_report_confidence,
                         "Confidence of right and wrong answers", NULL, NULL) ||
           write_section(report, out, "gallery", NULL, NULL, NULL, NULL) ||
           write_section(report, out, "model", sql_report_layers,
                         "Layers with the shapes of their outputs", NULL, NULL) ||
           write_section(report, out, "data", NULL, NULL, NULL, NULL) ||
           write_section(report, out, "experiments", NULL, NULL, NULL, NULL) ||
           write_settings(report, out) || write_provenance(report, out);
}

int page_write(struct report *report)
{
    char title[400];
    FILE *out = report_open(report, "report.html");
    if (!out)
        return -1;
    snprintf(title, sizeof title, "Run %lld: %s on %s", (long long)report->run.id,
             report->run.experiment, report->dataset.name);
    html_head(out, title, "Results, charts and provenance of one run");
    fputs("<header>\n<h1>", out);
    html_text(out, title);
    fputs("</h1>\n", out);
    int rc = html_list(report, out, sql_report_headline, "headline");
    if (!rc)
        rc = write_sentence(report, out, sql_report_message);
    navigation(report, out);
    fputs("</header>\n<main>\n", out);
    if (!rc)
        rc = write_sections(report, out);
    fputs("</main>\n", out);
    html_foot(out);
    return report_close(report, out, "report.html") || rc ? -1 : 0;
}

int compare_write(struct report *report)
{
    char title[200];
    FILE *out = report_open(report, "report.html");
    if (!out)
        return -1;
    snprintf(title, sizeof title, "Run %lld and run %lld compared", (long long)report->a,
             (long long)report->b);
    html_head(out, title, "Two training runs side by side");
    fprintf(
        out,
        "<header>\n<h1>%s</h1>\n<nav aria-label=\"Pages\"><ul><li><a href=\"../index.html\">All "
        "runs</a></li></ul></nav>\n</header>\n<main>\n",
        title);
    int rc = html_list(report, out, sql_report_changes, "headline");
    fputs("<div class=\"charts\">\n", out);
    rc = rc || html_charts(report, out, "compare") ||
         html_table(report, out, sql_report_compare, "Figures and the settings that differ", NULL);
    fputs("</div>\n</main>\n", out);
    html_foot(out);
    return report_close(report, out, "report.html") || rc ? -1 : 0;
}
