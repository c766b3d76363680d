/* report: draws a run. In: a run in the database, with whatever there is of it: epochs, weights,
 * predictions. Out: a folder with the page report.html, its charts, their data and three files for
 * programs; and the page of all runs. With --compare, two runs side by side. Where the pages are of
 * what is known now, nothing is done. */
#include "pipeline/report/report.h"

#include "pipeline/base/child.h"
#include "pipeline/base/file.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/number.h"
#include "pipeline/program/experiment.h"
#include "pipeline/program/net.h"
#include "sql/report.h"

#include <string.h>

enum { PATH_MOST = 800 };

struct options {
    const char *out, *scripts;
    int png, plots_only, compare;
};

static const struct option_row ROWS[] = {
    {"compare", OPTION_FLAG, NULL, OPTION_AT(struct options, compare),
     .help = "draws runs A and B over each other, and the images or rows that one reads and the "
             "other does not"},
    {"out", OPTION_TEXT, "FOLDER", OPTION_AT(struct options, out), .help = "holds the reports",
     .fallback = "experiments/reports"},
    {"format", OPTION_CHOICE, "F", OPTION_AT(struct options, png), .choices = "svg|png",
     .help = "png: PNG files of the charts as well", .fallback = "svg"},
    {"plots-only", OPTION_FLAG, NULL, OPTION_AT(struct options, plots_only),
     .help = "draws the charts, writes no page"},
    {"scripts", OPTION_TEXT, "FOLDER", OPTION_AT(struct options, scripts),
     .help = "gnuplot scripts", .fallback = "experiments/charts"},
    {0}};

static const struct program PROGRAM = {
    .name = "report",
    .usage = "[OPTION]... [EXPERIMENT.conf]\n[OPTION]... --run N\n[OPTION]... --compare A B",
    .about = "Draws the charts of a run and writes its report, a page that needs nothing but "
             "itself: of the run that EXPERIMENT.conf or --run names, else of the newest finished "
             "one. A page that is of what the database says now is left as it is.",
    .example = "build/bin/report --db experiments/runs.db --run 7",
    .notes = "Result: FOLDER/run-N/report.html, final_report.json, training_summary.json, "
             "training_history.csv, the charts and their data; FOLDER/index.html. Last line "
             "printed: the page.",
    .reads =
        "input, run, member, epoch, layer, hyperparameter, checkpoint, evaluation, prediction, "
        "confusion, submission, tag, trial, sweep, dataset, class, source_file, image, split, "
        "split_image, report.",
    .writes = "report, stage.",
    .uses = USES_DB | USES_DATASET | USES_RUN | USES_EXPERIMENT | USES_IF_NEEDED | USES_QUIET |
            USES_ISA,
    .rows = ROWS,
    .most = 2};

static void read_arguments(const struct stage *stage, const struct options *o,
                           struct report *report)
{
    const char *const folders[2] = {o->out, o->scripts};
    const int named = stage->run || stage->experiment;
    for (int i = 0; i < 2; i++)
        if (!*folders[i] || strlen(folders[i]) > PATH_MOST)
            stage_usage(stage, "a folder's name must have 1 to %d bytes", PATH_MOST);
    if (!o->compare && stage->n_arguments)
        stage_usage(stage, "unexpected argument '%s'", stage->arguments[0]);
    if (o->compare && (named || stage->n_arguments != 2 ||
                       number_whole(stage->arguments[0], 1, INT64_MAX, &report->a) ||
                       number_whole(stage->arguments[1], 1, INT64_MAX, &report->b)))
        stage_usage(stage, "--compare needs the numbers of two runs");
    if (o->compare && report->a == report->b)
        stage_usage(stage, "--compare: the two runs are the same");
    report->out = o->out;
    report->scripts = o->scripts;
    report->png = o->png;
}

/* The run, or both of a comparison, of which the second one counts. */
static void find_run(const struct stage *stage, struct report *report)
{
    struct run first = {0};
    if (!report->a)
        experiment_run(stage, report->db, &report->run);
    else if (run_load(report->db, report->a, stage->dataset, &first) ||
             run_load(report->db, report->b, stage->dataset, &report->run))
        stage_fail(stage, "%s", report->db->error.text);
    run_free(&first);
    stage_check(stage, report->db,
                dataset_load_id(report->db, report->run.dataset, &report->dataset));
    if (charts_read(report->scripts, &report->charts, &report->error) ||
        charts_suit(&report->charts, report->dataset.is_table, report->dataset.classes,
                    &report->error))
        stage_fail(stage, "%s", report->error.text);
}

/* Of what the page of a run is made, and whether it is that now: 1, 0, or FAILED. */
static int look(struct report *report, const char *page, char inputs[65])
{
    struct text more = {0};
    text_format(&more, "%s\n%s", report->png ? "png" : "svg", report->root);
    int rc = text_failed(&more) ? error_memory(&report->error, page)
                                : current_inputs(report, sql_report_facts, text_of(&more), inputs);
    text_free(&more);
    return rc ? FAILED : current_page(report, page, inputs);
}

/* The page, its charts and files in report->folder. */
static int write_page(struct report *report, char sha256[65])
{
    struct text out = {0};
    char path[1200];
    snprintf(path, sizeof path, "%s/report.html", report->folder);
    int rc = report->a ? compare_write(report, &out) : page_write(report, &out);
    if (!rc && text_failed(&out))
        rc = error_memory(&report->error, path);
    if (!rc)
        rc = file_replace(path, text_of(&out), out.length, &report->error);
    hash_bytes(text_of(&out), out.length, sha256);
    text_free(&out);
    return rc;
}

static int make(struct report *report, int plots_only, const char *place, char sha256[65])
{
    if (report_load(report) || (report->dataset.is_table && report_columns(report)) ||
        place_begin(report, place) || report_draw(report) ||
        (!plots_only && write_page(report, sha256)) || report_finish_drawings(report) ||
        (!plots_only && !report->a && json_write(report)))
        return FAILED;
    return plots_only ? place_pictures(report, place) : place_end(report, place);
}

/* The page of a run is made where it must be, the page of all runs likewise. */
static int bring_up_to_date(struct report *report, const char *place, const char *page)
{
    char inputs[65], sha256[65];
    int current = look(report, page, inputs);
    if (current == 0 &&
        (make(report, 0, place, sha256) || current_record(report, page, inputs, sha256)))
        current = FAILED;
    return current < 0 ? FAILED : index_write(report);
}

static int is_up_to_date(struct report *report, const char *page)
{
    char inputs[65];
    int current = look(report, page, inputs), needed = current == 1 ? index_needed(report) : 1;
    if (current < 0 || needed < 0)
        stage_fail(report->stage, "%s", report->error.text);
    return current && !needed;
}

static void work(const struct stage *stage, struct report *report, int plots_only,
                 const char *place, const char *page)
{
    char name[100], sha256[65];
    int rc;
    if (report->a)
        snprintf(name, sizeof name, "the comparison of runs %lld and %lld", (long long)report->a,
                 (long long)report->b);
    else
        snprintf(name, sizeof name, "the report of run %lld", (long long)report->run.id);
    if (!report->a && !plots_only && is_up_to_date(report, page)) {
        if (!stage->quiet || stage->if_needed)
            stage_idle(stage, "%s is up to date: nothing to do", name);
        return;
    }
    stage_exclusive(stage, report->db, name);
    child_catch_signals();
    if (report->a || plots_only)
        rc = make(report, plots_only, place, sha256) || current_record(report, page, NULL, NULL);
    else
        rc = bring_up_to_date(report, place, page);
    if (rc) {
        place_abandon(report);
        if (child_interrupted())
            stage_interrupted(stage, "%s: interrupted; what was there is as it was", name);
        stage_fail(stage, "%s", report->error.text);
    }
}

int main(int argc, char **argv)
{
    struct options options = {.out = "experiments/reports", .scripts = "experiments/charts"};
    struct stage stage;
    struct db db;
    struct report report = {.stage = &stage, .db = &db};
    char place[PATH_MOST + 100], page[PATH_MOST + 200];

    net_restart(argv);
    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    report.isa = net_isa(&stage);
    read_arguments(&stage, &options, &report);
    stage_open(&stage, &db, DB_WRITE);
    find_run(&stage, &report);
    if (report.a)
        snprintf(place, sizeof place, "%s/compare-%lld-%lld", report.out, (long long)report.a,
                 (long long)report.b);
    else
        snprintf(place, sizeof place, "%s/run-%lld", report.out, (long long)report.run.id);
    snprintf(page, sizeof page, "%s%s", place, options.plots_only ? "" : "/report.html");
    place_root(&report);

    work(&stage, &report, options.plots_only, place, page);
    puts(page);
    report_unload(&report);
    db_close(&db);
    return stage_end(&stage, 0);
}
