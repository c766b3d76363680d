/* submit.c: writes a run's predictions of the test images as the competition wants them. In: the
 * predictions of an evaluated run. Out: a CSV file in submissions/ and the row that records it,
 * both or neither. */
#include "pipeline/submit/submit.h"

#include "pipeline/base/file.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/output.h"
#include "pipeline/db/files.h"
#include "pipeline/program/experiment.h"
#include "sql/submit.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 1024, NAMES_MOST = 1000 };

struct options {
    const char *output, *message, *positive;
    int sent;
};

static int take_output(const char *text, void *field, struct error *error)
{
    if (!*text || strlen(text) >= PATH_SIZE)
        return error_set(error, "expected a file name of 1 to %d bytes", PATH_SIZE - 1);
    *(const char **)field = text;
    return 0;
}

static const struct option_row ROWS[] = {
    {"output", OPTION_OWN, "FILE", OPTION_AT(struct options, output), .take = take_output,
     .help = "the file",
     .fallback = "submissions/DATASET-EXPERIMENT-runN.csv, or where that is "
                 "taken by something else, ...runN-2.csv and so on"},
    {"message", OPTION_TEXT, "TEXT", OPTION_AT(struct options, message),
     .help = "is kept with the submission"},
    {"positive", OPTION_TEXT, "LABEL", OPTION_AT(struct options, positive),
     .help = "whose probability stands in a submission of one probability a row",
     .fallback = "the greater one of two labels"},
    {"sent", OPTION_FLAG, NULL, OPTION_AT(struct options, sent),
     .help = "the file of --output was sent: keep its --message, and leave the file as it is"},
    {0}};

static const struct program PROGRAM = {
    .name = "submit",
    .usage = "[OPTION]... [--run N | EXPERIMENT.conf]",
    .about =
        "Writes the predictions of a run for the test images as a submission file: labels, a "
        "probability for each class, or one probability, as the sample submission has them. "
        "The last line on standard output is the file's name. A file that is not this run's own "
        "submission is never overwritten; one that is gone or was changed is written again.",
    .example = "build/bin/submit --run 7 --message 'first try'",
    .reads = "run, prediction, dataset, class, image, source_file, submission_column.",
    .writes = "submission, file, stage.",
    .uses = USES_DB | USES_DATASET | USES_RUN | USES_EXPERIMENT | USES_IF_NEEDED | USES_QUIET,
    .rows = ROWS};

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
    const struct stage *stage;
    struct db *db;
    const struct run *run;
    const struct dataset *dataset;
    const struct answer_sheet *sheet;
    const char *message; /* NULL: none */
    char path[PATH_SIZE];
    struct text bytes;
    char sha256[65];
    int in_place;   /* a file with these very bytes stands there */
    int recorded;   /* under this name, of this run */
    int same;       /* recorded with these bytes */
    int named_here; /* the name was not given by the user */
};

/* Compares with what the database says of the file's name and with what stands there. 0; 1 with
 * the reason in db->error where the place is taken; DB_ERROR. */
static int look(struct submission *s)
{
    char there[65];
    struct file_state state;
    struct error *error = &s->db->error;
    struct statement *statement = db_prepare(s->db, sql_submit_recorded);
    db_bind_text(statement, ":file", s->path);
    int rc = db_step(s->db, statement);
    int64_t owner = rc == 1 ? db_int(statement, "run") : s->run->id;
    s->recorded = rc == 1;
    s->same = rc == 1 && strcmp(db_text(statement, "sha256"), s->sha256) == 0;
    db_finish(statement);
    if (rc < 0)
        return rc;
    if (owner != s->run->id) {
        error_set(error, "%s: belongs to run %lld; expected a free name (--output)", s->path,
                  (long long)owner);
        return 1;
    }
    int missing = file_look(s->path, &state, error);
    if (missing < 0 || (!missing && hash_file(s->path, there, NULL, error)))
        return DB_ERROR;
    s->in_place = !missing && strcmp(there, s->sha256) == 0;
    if (missing || s->in_place || s->recorded)
        return DB_OK;
    error_set(error, "%s: exists and is no submission of run %lld; expected a free name (--output)",
              s->path, (long long)s->run->id);
    return 1;
}

/* Finds the place for a submission: as asked for, or the first free one of our own names. The files
 * of a database that is gone keep theirs. */
static int find_place(struct submission *s)
{
    int again = 1, rc;
    while ((rc = look(s)) == 1) {
        if (!s->named_here || again == NAMES_MOST)
            return DB_ERROR;
        name_file(s->run, s->dataset, ++again, s->path);
    }
    return rc;
}

static int record(const struct submission *s)
{
    char now[25], result[200];
    db_now(now);
    snprintf(result, sizeof result, "%zu rows, SHA-256 %s", s->sheet->rows, s->sha256);
    struct statement *insert = db_prepare(s->db, sql_submit_insert);
    db_bind_int(insert, ":run", s->run->id);
    db_bind_text(insert, ":file", s->path);
    db_bind_text(insert, ":sha256", s->sha256);
    db_bind_int(insert, ":rows", (int64_t)s->sheet->rows);
    db_bind_text(insert, ":message", s->message);
    db_bind_text(insert, ":created_at", now);
    return db_run_once(s->db, insert) ||
                   stage_log(s->stage, s->db, s->run->dataset, s->run->id, result)
               ? DB_ERROR
               : DB_OK;
}

/* File and row, both or neither: the file is moved into place last before COMMIT, which makes the
 * row true, and is removed where that fails. The write lock, held from before the look, keeps two
 * programs from taking the same name. */
static int put(struct submission *s, struct file_new *file)
{
    if (db_begin(s->db))
        return DB_ERROR;
    if (find_place(s) || ((!s->same || s->message) && record(s)))
        return DB_ERROR;
    snprintf(file->path, sizeof file->path, "%s", s->path);
    if (s->in_place)
        file_abandon(file);
    else if (file_commit(file, &s->db->error))
        return DB_ERROR;
    if (db_commit(s->db) == DB_OK)
        return DB_OK;
    if (!s->in_place)
        unlink(s->path);
    return DB_ERROR;
}

/* What is written is not what is read. A folder that somebody named and that is not there is a
 * slip; that of our own names is made. */
static void check_place(const struct submission *s)
{
    struct error error;
    if (output_check(s->path, s->db->path, &s->stage->experiment, 1, &error))
        stage_fail(s->stage, "--output: %s", error.text);

    const char *slash = strrchr(s->path, '/');
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - s->path) + 1 : 1,
             slash ? s->path : ".");
    if (access(folder, F_OK))
        stage_fail(s->stage, "%s: can't be written: %s", s->path, strerror(errno));
}

/* The file beside its place, read back and checked, then moved there. */
static void write_file(struct submission *s)
{
    struct file_new file;
    struct error error;
    if (!s->named_here)
        check_place(s);
    if (file_begin(&file, s->path, &error))
        stage_fail(s->stage, "%s", error.text);
    fwrite(s->bytes.bytes, 1, s->bytes.length, file.out);
    int rc = fflush(file.out) ? error_system(&error, file.new.path)
                              : sheet_check(s->sheet, s->dataset, file.new.path, &error);
    if (rc) {
        file_abandon(&file);
        stage_fail(s->stage, "%s: %s", s->path, error.text);
    }
    if (put(s, &file)) {
        file_abandon(&file);
        db_rollback(s->db);
        stage_fail(s->stage, "%s", s->db->error.text);
    }
}

/* Whether the run's newest submission is these very bytes and still stands in its place, whose name
 * comes into s->path. */
static int is_current(struct submission *s)
{
    char there[65];
    int64_t bytes;
    struct statement *newest = db_prepare(s->db, sql_submit_newest);
    db_bind_int(newest, ":run", s->run->id);
    int rc = db_step(s->db, newest);
    int same = rc == 1 && !strcmp(db_text(newest, "sha256"), s->sha256);
    if (same)
        snprintf(s->path, PATH_SIZE, "%s", db_text(newest, "file"));
    db_finish(newest);
    if (rc < 0)
        stage_fail(s->stage, "%s", s->db->error.text);
    return same && files_hash(s->db, s->path, there, &bytes) == 0 && !strcmp(there, s->sha256);
}

static void tell(const struct submission *s, int current)
{
    const struct answer_sheet *sheet = s->sheet;
    const int64_t sample_rows = sheet->form.sample_rows;
    if (sample_rows >= 0 && (size_t)sample_rows != sheet->rows)
        stage_warn(s->stage, "the sample submission has %lld rows, this one %zu",
                   (long long)sample_rows, sheet->rows);
    if (!s->stage->quiet && (current || (s->same && s->in_place)))
        printf("unchanged: this run's %zu rows were submitted before\n", sheet->rows);
    else if (!s->stage->quiet)
        printf("%zu rows, SHA-256 %s\n", sheet->rows, s->sha256);
    printf("%s\n", s->path);
}

static void submit(struct submission *s, const char *output)
{
    char work[64];
    struct error error;
    if (sheet_text(s->sheet, s->dataset, &s->bytes, &error))
        stage_fail(s->stage, "%s", error.text);
    hash_bytes(s->bytes.bytes, s->bytes.length, s->sha256);
    snprintf(work, sizeof work, "the submission of run %lld", (long long)s->run->id);
    stage_exclusive(s->stage, s->db, work);
    int current = !output && !s->message && is_current(s);
    if (current && s->stage->if_needed)
        stage_idle(s->stage, "%s", s->path);
    if (!current) {
        if (output)
            snprintf(s->path, PATH_SIZE, "%s", output);
        else
            name_file(s->run, s->dataset, 1, s->path);
        write_file(s);
    }
    tell(s, current);
    text_free(&s->bytes);
}

/* The row of a file that was sent gets its message; nothing is written but that. */
static void keep_message(const struct stage *stage, struct db *db, const struct run *run,
                         const struct options *options)
{
    struct statement *update = db_prepare(db, sql_submit_sent);
    db_bind_int(update, ":run", run->id);
    db_bind_text(update, ":file", options->output);
    db_bind_text(update, ":message", options->message);
    stage_check(stage, db, db_write_once(db, update));
    if (!db_changes(db))
        stage_fail(stage, "%s: is no submission of run %lld", options->output, (long long)run->id);
    stage_check(stage, db, stage_log_once(stage, db, run->dataset, run->id, "sent"));
    if (!stage->quiet)
        printf("message kept\n");
    printf("%s\n", options->output);
}

/* A dataset without test images has nothing to submit, whatever its submissions are made of. */
static void check_test(const struct stage *stage, struct db *db, const struct dataset *dataset)
{
    struct statement *statement = db_prepare(db, sql_submit_tested);
    db_bind_int(statement, ":dataset", dataset->id);
    int rc = db_step(db, statement);
    db_finish(statement);
    stage_check(stage, db, rc < 0);
    if (rc == 0 && stage->if_needed)
        stage_idle(stage, "nothing to submit");
    if (rc == 0)
        stage_fail(stage, "dataset %s has no test file; nothing to submit", dataset->name);
}

static void submit_run(const struct stage *stage, struct db *db, const struct run *run,
                       const struct options *options)
{
    struct dataset dataset;
    struct answer_sheet sheet;
    stage_check(stage, db, dataset_load_id(db, run->dataset, &dataset));
    check_test(stage, db, &dataset);
    stage_check(stage, db, sheet_load(db, run, &dataset, options->positive, &sheet));
    struct submission submission = {.stage = stage,
                                    .db = db,
                                    .run = run,
                                    .dataset = &dataset,
                                    .sheet = &sheet,
                                    .message = options->message,
                                    .named_here = !options->output};
    submit(&submission, options->output);
    sheet_free(&sheet);
    dataset_free(&dataset);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct stage stage;
    struct run run;
    struct db db;

    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    if (options.sent && (!options.output || !options.message))
        stage_usage(&stage, "--sent needs the --output and the --message that were sent");
    stage_open(&stage, &db, DB_WRITE);
    experiment_run(&stage, &db, &run);
    if (options.sent)
        keep_message(&stage, &db, &run, &options);
    else
        submit_run(&stage, &db, &run, &options);
    run_free(&run);
    db_close(&db);
    return stage_end(&stage, 0);
}
