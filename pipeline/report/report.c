/* report.c: draws a run. In: a run in the database, with whatever there is of it: epochs, weights,
 * predictions. Out: a folder with the page report.html, its charts, their data and three files for
 * programs; and the page of all runs. With --compare, two runs side by side. */
#include "pipeline/report/report.h"

#include "sql/charts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTION_OUT = 256, OPTION_FORMAT, OPTION_PLOTS, OPTION_COMPARE, OPTION_SCRIPTS };

static const char HELP[] =
    "Usage: report [--db FILE] [--run N] [options]\n"
    "       report [--db FILE] --compare A B [options]\n"
    "\n"
    "Draws the charts of a run and writes its report, a page that needs nothing but itself.\n"
    "\n"
    "Example: report --db experiments/runs.db --run 7\n"
    "\n"
    "  --db FILE       database (default experiments/runs.db)\n"
    "  --run N         run (default: the newest finished run of the dataset)\n"
    "  --dataset NAME  dataset, where no run is given (default digits)\n"
    "  --compare       draws runs A and B over each other, and the images that one reads and the "
    "other does not\n"
    "  --out FOLDER    holds the reports (default experiments/reports)\n"
    "  --format F      svg, or png for PNG files of the charts as well (default svg)\n"
    "  --plots-only    draws the charts, writes no page\n"
    "  --scripts DIR   gnuplot scripts (default experiments/charts)\n"
    "  --quiet         prints nothing\n"
    "  --help          this text\n"
    "  --version       version\n"
    "\n"
    "Result: FOLDER/run-N/report.html, final_report.json, training_summary.json,\n"
    "training_history.csv, the charts and their data; FOLDER/index.html. Last line printed: the "
    "page.\n"
    "\n"
    "Reads: run, member, epoch, layer, hyperparameter, checkpoint, evaluation, prediction, confusion,\n"
    "       submission, dataset, class, source_file, image, split, split_image\n"
    "Writes: stage\n";

static const struct option OPTIONS[] = {{"out", required_argument, NULL, OPTION_OUT},
                                        {"format", required_argument, NULL, OPTION_FORMAT},
                                        {"plots-only", no_argument, NULL, OPTION_PLOTS},
                                        {"compare", no_argument, NULL, OPTION_COMPARE},
                                        {"scripts", required_argument, NULL, OPTION_SCRIPTS},
                                        {0}};

struct choices {
    const char *out, *scripts;
    int png, plots_only, compare;
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct choices *choices = context;
    switch (option) {
    case OPTION_OUT:
        choices->out = argument;
        break;
    case OPTION_SCRIPTS:
        choices->scripts = argument;
        break;
    case OPTION_PLOTS:
        choices->plots_only = 1;
        break;
    case OPTION_COMPARE:
        choices->compare = 1;
        break;
    default:
        choices->png = strcmp(argument, "png") == 0;
        if (!choices->png && strcmp(argument, "svg") != 0) {
            snprintf(error, 200, "--format: '%.60s', expected svg or png", argument);
            return -1;
        }
    }
    if (argument && (!*argument || strlen(argument) > 800)) {
        snprintf(error, 200, "a folder's name must have 1 to 800 bytes");
        return -1;
    }
    return 0;
}

/* ------------------------------------------------------------------------ folders */

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void remove_folder(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Makes a folder and those above it. */
static int make_folder(const char *path)
{
    char part[1200];
    snprintf(part, sizeof part, "%s", path);
    for (char *s = part + 1; *s; s++)
        if (*s == '/') {
            *s = '\0';
            if (mkdir(part, 0777) && errno != EEXIST)
                return -1;
            *s = '/';
        }
    return mkdir(part, 0777) && errno != EEXIST ? -1 : 0;
}

/* Puts the finished folder in the place of an older one, which is there until the new one is. */
static int put_in_place(const char *temporary, const char *path)
{
    if (rename(temporary, path) == 0)
        return 0;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return -1;
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_EXCHANGE) == 0) {
        remove_folder(temporary);
        return 0;
    }
    remove_folder(path); /* a file system that can't exchange */
    return rename(temporary, path);
}

/* Puts pictures and data into a folder that may hold an older report. */
static int put_pictures(const char *temporary, const char *path)
{
    char from[REPORT_PATH], to[REPORT_PATH];
    const struct dirent *entry;
    DIR *folder = opendir(temporary);
    int rc = folder && (mkdir(path, 0777) == 0 || errno == EEXIST) ? 0 : -1;
    while (!rc && (entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(from, sizeof from, "%.900s/%s", temporary, entry->d_name);
        snprintf(to, sizeof to, "%.900s/%s", path, entry->d_name);
        rc = put_in_place(from, to);
    }
    if (folder)
        closedir(folder);
    remove_folder(temporary);
    return rc;
}

/* From the page, two folders below `out`, to the folder in which the program runs. */
static void find_root(struct report *report, const char *out)
{
    size_t used = 0;
    if (out[0] == '/' || strstr(out, "..")) {
        char here[1000];
        snprintf(report->root, sizeof report->root, "%s/", getcwd(here, sizeof here) ? here : "");
        return;
    }
    for (const char *s = out; *s; s += strcspn(s, "/")) {
        s += strspn(s, "/");
        if (*s && strncmp(s, "./", 2) != 0 && strcmp(s, ".") != 0 && used < 1000)
            used += (size_t)snprintf(report->root + used, sizeof report->root - used, "../");
    }
    snprintf(report->root + used, sizeof report->root - used, "../");
}

/* ------------------------------------------------------------------------ work */

static const struct {
    const char *name, *sql;
    int compare;
} QUERIES[] = {
    {"classes", sql_charts_classes, 0},
    {"history", sql_charts_history, 0},
    {"confusion", sql_charts_confusion, 0},
    {"class_metrics", sql_charts_class_metrics, 0},
    {"confidence_histogram", sql_charts_confidence_histogram, 0},
    {"confidence_box", sql_charts_confidence_box, 0},
    {"reliability", sql_charts_reliability, 0},
    {"coverage", sql_charts_coverage, 0},
    {"correct", sql_charts_correct, 0},
    {"wrong", sql_charts_wrong, 0},
    {"layers", sql_charts_layers, 0},
    {"class_counts", sql_charts_class_counts, 0},
    {"samples", sql_charts_samples, 0},
    {"duplicates", sql_charts_duplicates, 0},
    {"leaderboard", sql_charts_leaderboard, 0},
    {"cost", sql_charts_cost, 0},
    {"seeds", sql_charts_seeds, 0},
    {"compare_history", sql_charts_compare_history, 1},
    {"fixed", sql_charts_fixed, 1},
    {"broken", sql_charts_broken, 1},
};

static int write_data(struct report *report)
{
    int compare = report->a != 0;
    for (size_t i = 0; i < sizeof QUERIES / sizeof *QUERIES; i++)
        if (QUERIES[i].compare == compare && data_query(report, QUERIES[i].name, QUERIES[i].sql))
            return -1;
    if (compare)
        return 0;
    return nearest_write(report) || pixels_write(report) || net_write(report) ||
                   features_write(report)
               ? -1
               : 0;
}

static int make_report(struct report *report, const struct choices *choices)
{
    if (write_data(report))
        return -1;
    if (choices->png) {
        report->png = 1;
        if (charts_draw(report))
            return -1;
        report->png = 0;
        if (choices->plots_only)
            return 0;
    }
    if (charts_draw(report))
        return -1;
    if (!choices->plots_only && (report->a ? compare_write(report) : page_write(report)))
        return -1;
    if (!choices->plots_only && !report->a && (index_write(report, choices->out)))
        return -1;
    if (charts_clean(report))
        return -1;
    return choices->plots_only || report->a ? 0 : json_write(report);
}

static void load(const struct stage *stage, struct db *db, struct report *report)
{
    struct run *run = &report->run;
    if (run_load(db, report->b ? report->b : stage->run, stage->dataset, run) ||
        dataset_load_id(db, run->dataset, &report->dataset) ||
        image_set_load(db, &report->dataset, IMAGES_TRAIN, &report->train) ||
        split_rows_load(db, run->split, run->fold, &report->train, &report->split) ||
        image_set_load(db, &report->dataset, IMAGES_TEST, &report->test))
        stage_fail(stage, "%s", db->error);
    report->model = run_model(db, run, &report->dataset); /* NULL: the page says so */
}

static void unload(struct report *report)
{
    nn_model_free(report->model);
    split_rows_free(&report->split);
    image_set_free(&report->train);
    image_set_free(&report->test);
    dataset_free(&report->dataset);
    run_free(&report->run);
}

static void log_stage(const struct stage *stage, struct report *report, const char *page)
{
    if (db_begin(report->db) ||
        db_log_stage(report->db, stage->name, report->dataset.id, report->run.id, stage->arguments,
                     stage_seconds() - stage->started, page) ||
        db_commit(report->db))
        stage_fail(stage, "%s", report->db->error);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "report", .help = HELP};
    struct choices choices = {.out = "experiments/reports", .scripts = "experiments/charts"};
    struct db db;
    struct report report = {.stage = &stage, .db = &db};
    char path[900], page[1000];

    int next = stage_options(&stage, argc, argv, OPTIONS, take, &choices);
    if (choices.compare && (argc - next != 2 || parse_int(argv[next], 1, INT64_MAX, &report.a) ||
                            parse_int(argv[next + 1], 1, INT64_MAX, &report.b)))
        stage_usage(&stage, "--compare needs the numbers of two runs");
    if (!choices.compare && next < argc)
        stage_usage(&stage, "unexpected argument '%s'", argv[next]);
    stage_open(&stage, &db, DB_WRITE);
    load(&stage, &db, &report);
    if (report.a && report.a == report.b)
        stage_usage(&stage, "--compare: the two runs are the same");

    report.scripts = choices.scripts;
    if (report.a)
        snprintf(path, sizeof path, "%s/compare-%lld-%lld", choices.out, (long long)report.a,
                 (long long)report.b);
    else
        snprintf(path, sizeof path, "%s/run-%lld", choices.out, (long long)report.run.id);
    snprintf(report.folder, sizeof report.folder, "%s.%ld", path, (long)getpid());
    snprintf(page, sizeof page, "%s%s", path, choices.plots_only ? "" : "/report.html");
    find_root(&report, choices.out);
    char data[1100];
    snprintf(data, sizeof data, "%s/data", report.folder);
    if (make_folder(data))
        stage_fail(&stage, "%s: %s", data, strerror(errno));
    if (make_report(&report, &choices)) {
        remove_folder(report.folder);
        stage_fail(&stage, "%s", report.error);
    }
    if (choices.plots_only ? put_pictures(report.folder, path) : put_in_place(report.folder, path))
        stage_fail(&stage, "%s: %s", path, strerror(errno));
    log_stage(&stage, &report, page);
    if (!stage.quiet)
        puts(page);
    unload(&report);
    db_close(&db);
    return fflush(stdout) ? 1 : 0;
}
