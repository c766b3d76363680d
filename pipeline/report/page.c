/* page.c: report.html, the page of one run, and the page that compares two. A page has the sections
 * that its kind of run can fill: a folds run has no one training and no one net, but its trainings;
 * a committee has its members and no layers. */
#include "pipeline/base/markup.h"
#include "pipeline/report/report.h"
#include "sql/report.h"

#include <stdio.h>
#include <string.h>

enum { A_TRAINING = 1 << RUN_TRAINING, A_FOLDS = 1 << RUN_FOLDS, A_COMMITTEE = 1 << RUN_COMMITTEE };

enum { TABLES_MOST = 2 };

#define ANY (A_TRAINING | A_FOLDS | A_COMMITTEE)

/* Of each section: what runs have it, and its tables. What a section has beside charts and tables
 * is in add_extra. */
static const struct section {
    const char *id, *name;
    unsigned kinds;
    struct {
        const char *sql, *caption;
        int of_table;     /* 1: only of such a dataset */
        const char *none; /* said where it has no rows */
    } tables[TABLES_MOST];
} SECTIONS[] = {
    {"members",
     "Members",
     A_COMMITTEE,
     {{.sql = sql_report_members,
       .caption = "Each member by all {images} that judge it, and beside the committee on "
                  "those in common: how "
                  "many of these either gets wrong, the committee fixes, and breaks"}}},
    {"folds",
     "Folds",
     A_FOLDS,
     {{.sql = sql_report_folds,
       .caption = "One training for each fold, which judges the {images} that it did not see"}}},
    {"training", "Training", A_TRAINING, {{.sql = sql_report_epochs, .caption = "Epochs"}}},
    {"results",
     "Results",
     ANY,
     {{.sql = sql_report_classes, .caption = "Precision, recall and F1 of each class"},
      {.sql = sql_report_confusions, .caption = "Most frequent confusions"}}},
    {"confidence",
     "Confidence",
     ANY,
     {{.sql = sql_report_confidence, .caption = "Confidence of right and wrong answers"}}},
    {"gallery",
     "Predictions",
     ANY,
     {{.sql = sql_report_mistakes,
       .caption = "Wrong predictions, the most certain first",
       .of_table = 1,
       .none = "Wrong predictions: none, or the run has not been evaluated on rows with labels."}}},
    {"model",
     "Model",
     A_TRAINING | A_FOLDS,
     {{.sql = sql_report_layers, .caption = "Layers with the shapes of their outputs"}}},
    {"data",
     "Data",
     ANY,
     {{.sql = sql_report_columns,
       .caption = "Columns, as the training rows have them",
       .of_table = 1},
      {.sql = sql_report_duplicates,
       .caption = "Rows that occur more than once, two of each",
       .of_table = 1,
       .none = "Duplicates: no two rows of the dataset are the same."}}},
    {"experiments", "Experiments", ANY, {{.sql = NULL}}},
    {"settings",
     "Settings",
     ANY,
     {{.sql = sql_report_settings, .caption = "Settings in force, defaults too"}}},
    {"provenance", "Provenance", ANY, {{.sql = NULL}}},
};
enum { N_SECTIONS = sizeof SECTIONS / sizeof *SECTIONS };
static const char COMPARE[] = "compare";

static const struct section *find_section(const char *id)
{
    for (size_t i = 0; i < N_SECTIONS; i++)
        if (!strcmp(SECTIONS[i].id, id))
            return &SECTIONS[i];
    return NULL;
}

static int of_run(const struct report *report, const struct section *section)
{
    return (section->kinds >> report->run.kind & 1) != 0;
}

int page_has_section(const struct report *report, const char *id)
{
    const struct section *section = find_section(id);
    if (report->a || report->all)
        return strcmp(id, report->a ? COMPARE : "experiments") == 0;
    return section && of_run(report, section);
}

int page_knows_section(const char *id)
{
    return strcmp(id, COMPARE) == 0 || find_section(id);
}

static void add_navigation(const struct report *report, struct text *out)
{
    text_add(out, "<nav aria-label=\"Sections\">\n<ul>\n"
                  "<li><a href=\"../index.html\">All runs</a></li>\n");
    for (size_t i = 0; i < N_SECTIONS; i++)
        if (of_run(report, &SECTIONS[i]))
            text_format(out, "<li><a href=\"#section-%s\">%s</a></li>\n", SECTIONS[i].id,
                        SECTIONS[i].name);
    text_add(out, "</ul>\n</nav>\n");
}

/* The text of a query's first row between two pieces of HTML; nothing where it has no row. */
static int add_text(struct report *report, struct text *out, const char *sql, const char *before,
                    const char *after)
{
    struct statement *statement = report_prepare(report, sql);
    if (!statement)
        return FAILED;
    int rc = db_step(report->db, statement);
    if (rc == 1) {
        text_add(out, before);
        markup_text(out, db_text(statement, "text"));
        text_add(out, after);
    }
    db_finish(statement);
    return rc < 0 ? report_db_error(report) : 0;
}

static int add_sentence(struct report *report, struct text *out, const char *sql)
{
    return add_text(report, out, sql, "<p class=\"note\">", "</p>\n");
}

static int add_provenance(struct report *report, struct text *out)
{
    int rows;
    if (html_list(report, out, sql_report_provenance, "facts") ||
        html_table(report, out, sql_report_submissions, "Submissions of this run", &rows))
        return FAILED;
    if (!rows)
        text_add(out, "<p class=\"note\">Submissions: this run has made none.</p>\n");
    text_add(out, "<p>The same for programs: <a href=\"final_report.json\">final_report.json</a>, "
                  "<a href=\"training_summary.json\">training_summary.json</a>, "
                  "<a href=\"training_history.csv\">training_history.csv</a>. What the charts show "
                  "is in the folder <a href=\"data/\">data</a>.</p>\n");
    return 0;
}

/* The tables of a section, or why one is missing. */
static int add_tables(struct report *report, struct text *out, const struct section *section)
{
    for (size_t i = 0; i < TABLES_MOST; i++) {
        int rows = 0;
        if (!section->tables[i].sql || (section->tables[i].of_table && !report->dataset.is_table))
            continue;
        if (html_table(report, out, section->tables[i].sql, section->tables[i].caption, &rows))
            return FAILED;
        if (!rows && section->tables[i].none) {
            text_add(out, "<p class=\"note\">");
            markup_text(out, section->tables[i].none);
            text_add(out, "</p>\n");
        }
    }
    return 0;
}

/* Charts, then tables, in a grid; what is too wide for it stands below. */
static int add_section(struct report *report, struct text *out, const struct section *section)
{
    const char *id = section->id;
    int rc = 0;
    text_format(out,
                "<section id=\"section-%s\" aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">%s</h2>\n"
                "<div class=\"charts\">\n",
                id, id, id, section->name);
    if (!strcmp(id, "results"))
        rc = add_sentence(report, out, sql_report_selected) ||
             add_sentence(report, out, sql_report_teacher) ||
             add_sentence(report, out, sql_report_classes_shown);
    if (!strcmp(id, "data") && report->dataset.is_table)
        rc = add_sentence(report, out, sql_report_columns_shown);
    if (!strcmp(id, "settings"))
        rc = add_text(report, out, sql_report_conf,
                      "<div><h3>Experiment file as run</h3>\n<pre tabindex=\"0\">",
                      "</pre></div>\n");
    rc = rc || html_charts(report, out, id) || add_tables(report, out, section);
    text_add(out, "</div>\n");
    if (!rc && !strcmp(id, "provenance"))
        rc = add_provenance(report, out);
    text_add(out, "</section>\n");
    return rc ? FAILED : 0;
}

int page_write(struct report *report, struct text *out)
{
    char title[400];
    snprintf(title, sizeof title, "Run %lld: %s on %s", (long long)report->run.id,
             report->run.experiment, report->dataset.name);
    html_head(out, title, "Results, charts and provenance of one run");
    text_add(out, "<header>\n");
    markup_element(out, "h1", title);
    text_add(out, "\n");
    if (html_list(report, out, sql_report_headline, "headline") ||
        add_sentence(report, out, sql_report_message))
        return FAILED;
    add_navigation(report, out);
    text_add(out, "</header>\n<main>\n");
    for (size_t i = 0; i < N_SECTIONS; i++)
        if (of_run(report, &SECTIONS[i]) && add_section(report, out, &SECTIONS[i]))
            return FAILED;
    text_add(out, "</main>\n");
    html_foot(out);
    return 0;
}

int compare_write(struct report *report, struct text *out)
{
    char title[200];
    snprintf(title, sizeof title, "Run %lld and run %lld compared", (long long)report->a,
             (long long)report->b);
    html_head(out, title, "Two training runs side by side");
    text_format(out,
                "<header>\n<h1>%s</h1>\n<nav aria-label=\"Pages\"><ul><li>"
                "<a href=\"../index.html\">All runs</a></li></ul></nav>\n</header>\n<main>\n",
                title);
    if (html_list(report, out, sql_report_changes, "headline"))
        return FAILED;
    text_add(out, "<div class=\"charts\">\n");
    if (html_charts(report, out, COMPARE) ||
        html_table(report, out, sql_report_compare, "Figures and the settings that differ", NULL) ||
        (report->dataset.is_table &&
         html_table(report, out, sql_report_changed,
                    "Rows that one of the runs reads and the other does not", NULL)))
        return FAILED;
    text_add(out, "</div>\n</main>\n");
    html_foot(out);
    return 0;
}
