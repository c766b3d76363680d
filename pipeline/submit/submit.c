/* submit.c: writes a run's predictions of the test images as the competition wants them. In: the
 * predictions of an evaluated run. Out: a CSV file in submissions/ and the row that records it,
 * both or neither. */
#include "pipeline/submit/submit.h"

#include "sql/submit.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_OUTPUT = 256, OPTION_MESSAGE, PATH_SIZE = 1024, NAMES_MOST = 1000 };

static const char HELP[] =
    "Usage: submit [--db FILE] [--run N] [options]\n"
    "\n"
    "Writes the predictions of a run for the test images as a submission file.\n"
    "\n"
    "Example: submit --db experiments/runs.db --run 7 --message 'first try'\n"
    "\n"
    "  --db FILE       database (default experiments/runs.db)\n"
    "  --run N         run (default: the newest finished run of the dataset)\n"
    "  --dataset NAME  dataset, where no run is given (default digits)\n"
    "  --output FILE   file (default submissions/DATASET-EXPERIMENT-runN.csv, or where that is\n"
    "                  taken by something else, ...runN-2.csv, ...runN-3.csv and so on)\n"
    "  --message TEXT  to be kept with the submission\n"
    "  --quiet         prints the file's name only\n"
    "  --help          this text\n"
    "  --version       version\n"
    "\n"
    "The last line on standard output is the file's name. A file that is not this run's own\n"
    "submission is never overwritten.\n"
    "\n"
    "Reads: run, prediction, dataset, class, image, source_file\n"
    "Writes: submission, stage\n";

static const struct option OPTIONS[] = {{"output", required_argument, NULL, OPTION_OUTPUT},
                                        {"message", required_argument, NULL, OPTION_MESSAGE},
                                        {0}};

struct options {
    const char *output, *message;
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct options *options = context;
    if (option == OPTION_OUTPUT && (!*argument || strlen(argument) >= PATH_SIZE)) {
        snprintf(error, 200, "--output: expected a file name of 1 to %d bytes", PATH_SIZE - 1);
        return -1;
    }
    if (option == OPTION_OUTPUT)
        options->output = argument;
    else
        options->message = argument;
    return 0;
}

/* submissions/digits-quick-run7.csv; from the second name on with a number, -2.csv and so on. */
static void name_file(const struct run *run, const struct dataset *dataset, int number,
                      char path[PATH_SIZE])
{
    static const char FOLDER[] = "submissions/";
    char more[16] = "";
    if (number > 1)
        snprintf(more, sizeof more, "-%d", number);
    snprintf(path, PATH_SIZE, "%s%s-%s-run%lld%s.csv", FOLDER, dataset->name, run->experiment,
             (long long)run->id, more);
    for (char *c = path + strlen(FOLDER); *c; c++)
        if (*c == '/')
            *c = '-';
}

/* A submission on its way: where it goes, what it is, and what stands there already. */
struct submission {
    char path[PATH_SIZE], temporary[1100];
    char sha256[65];
    int in_place;   /* a file with these very bytes stands there */
    int recorded;   /* under this name, of this run */
    int same;       /* recorded with these bytes */
    int named_here; /* the name was not given by the user */
};

/* Ends the program; the temporary file goes with it. */
#define FAIL(stage, submission, ...)                                                               \
    (unlink((submission)->temporary), stage_fail((stage), __VA_ARGS__))

/* Compares with what the database says of the file's name and with what stands there. Returns 1 and
 * the reason where the place is taken. */
static int look(const struct stage *stage, struct db *db, int64_t run,
                struct submission *submission, char reason[PATH_SIZE + 100])
{
    sqlite3_stmt *statement = db_prepare(db, sql_submit_recorded);
    db_bind_text(statement, ":file", submission->path);
    int rc = db_step(db, statement);
    int64_t owner = rc == 1 ? sqlite3_column_int64(statement, 0) : run;
    submission->recorded = rc == 1;
    submission->same =
        rc == 1 && strcmp((const char *)sqlite3_column_text(statement, 1), submission->sha256) == 0;
    sqlite3_finalize(statement);
    if (rc < 0)
        FAIL(stage, submission, "%s", db->error);
    if (owner != run) {
        snprintf(reason, PATH_SIZE + 100,
                 "%s: belongs to run %lld; expected a free name (--output)", submission->path,
                 (long long)owner);
        return 1;
    }

    char there[65];
    int exists = hash_file(submission->path, there, NULL) == 0;
    if (!exists && errno != ENOENT)
        FAIL(stage, submission, "%s: %s", submission->path, strerror(errno));
    submission->in_place = exists && strcmp(there, submission->sha256) == 0;
    if (exists && !submission->in_place && !submission->recorded) {
        snprintf(reason, PATH_SIZE + 100,
                 "%s: exists and is no submission of run %lld; expected a free name (--output)",
                 submission->path, (long long)run);
        return 1;
    }
    return 0;
}

/* Finds the place for a submission: as asked for, or the first free one of our own names. The files
 * of a database that is gone keep theirs. */
static void find_place(const struct stage *stage, struct db *db, const struct run *run,
                       const struct dataset *dataset, struct submission *submission)
{
    char reason[PATH_SIZE + 100];
    int again = 1;
    while (look(stage, db, run->id, submission, reason)) {
        if (!submission->named_here || again == NAMES_MOST)
            FAIL(stage, submission, "%s", reason);
        name_file(run, dataset, ++again, submission->path);
    }
}

static void record(const struct stage *stage, struct db *db, const struct run *run, size_t rows,
                   const char *message, const struct submission *submission)
{
    char now[25], result[200];
    db_now(now);
    snprintf(result, sizeof result, "%zu rows, SHA-256 %s", rows, submission->sha256);
    sqlite3_stmt *insert = db_prepare(db, sql_submit_insert);
    db_bind_int(insert, ":run", run->id);
    db_bind_text(insert, ":file", submission->path);
    db_bind_text(insert, ":sha256", submission->sha256);
    db_bind_int(insert, ":rows", (int64_t)rows);
    db_bind_text(insert, ":message", message);
    db_bind_text(insert, ":created_at", now);
    int rc = db_run(db, insert);
    sqlite3_finalize(insert);
    if (rc || db_log_stage(db, stage->name, run->dataset, run->id, stage->arguments,
                           stage_seconds() - stage->started, result))
        FAIL(stage, submission, "%s", db->error);
}

/* File and row, both or neither: the file is moved into place last before COMMIT, which makes the
 * row true, and is removed where that fails. The write lock, held from before the look, keeps two
 * programs from taking the same name. */
static void put(const struct stage *stage, struct db *db, const struct run *run,
                const struct dataset *dataset, size_t rows, const char *message,
                struct submission *submission)
{
    if (db_begin(db))
        FAIL(stage, submission, "%s", db->error);
    find_place(stage, db, run, dataset, submission);
    if (!submission->same || message)
        record(stage, db, run, rows, message, submission);
    if (submission->in_place)
        unlink(submission->temporary);
    else if (file_into_place(submission->temporary, submission->path))
        FAIL(stage, submission, "%s: can't be written: %s", submission->path, strerror(errno));
    if (db_commit(db)) {
        if (!submission->in_place)
            unlink(submission->path);
        stage_fail(stage, "%s", db->error);
    }
}

static void tell(const struct stage *stage, size_t rows, int64_t sample_rows,
                 const struct submission *submission)
{
    if (sample_rows >= 0 && (size_t)sample_rows != rows)
        fprintf(stderr, "submit: warning: the sample submission has %lld rows, this one %zu\n",
                (long long)sample_rows, rows);
    if (!stage->quiet && submission->same && submission->in_place)
        printf("unchanged: this run's %zu rows were submitted before\n", rows);
    else if (!stage->quiet)
        printf("%zu rows, SHA-256 %s\n", rows, submission->sha256);
    printf("%s\n", submission->path);
    if (fflush(stdout) || ferror(stdout))
        stage_fail(stage, "the file's name can't be written to standard output");
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "submit", .help = HELP};
    struct options options = {0};
    struct run run = {0};
    struct dataset dataset = {0};
    struct answer_sheet sheet = {0};
    struct submission submission = {0};
    struct db db;
    char error[400];

    int next = stage_options(&stage, argc, argv, OPTIONS, take, &options);
    if (next < argc)
        stage_usage(&stage, "unexpected argument '%s'", argv[next]);
    stage_open(&stage, &db, DB_WRITE);
    if (run_load(&db, stage.run, stage.dataset, &run) ||
        dataset_load_id(&db, run.dataset, &dataset))
        stage_fail(&stage, "%s", db.error);
    if (sheet_load(&db, &run, &dataset, &sheet, error))
        stage_fail(&stage, "%s", error);

    if (options.output)
        snprintf(submission.path, PATH_SIZE, "%s", options.output);
    else
        name_file(&run, &dataset, 1, submission.path);
    submission.named_here = !options.output;
    if (sheet_write(&sheet, submission.path, submission.temporary, error))
        stage_fail(&stage, "%s", error);
    if (sheet_check(&sheet, &dataset, submission.temporary, error))
        FAIL(&stage, &submission, "%s: %s", submission.path, error);
    if (hash_file(submission.temporary, submission.sha256, NULL))
        FAIL(&stage, &submission, "%s: %s", submission.temporary, strerror(errno));
    put(&stage, &db, &run, &dataset, sheet.rows, options.message, &submission);
    tell(&stage, sheet.rows, sheet.sample_rows, &submission);

    sheet_free(&sheet);
    dataset_free(&dataset);
    run_free(&run);
    db_close(&db);
    return 0;
}
