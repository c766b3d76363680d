/* score.c: compares a submission with answers at hand. In: a submission's file and a CSV of ids and
 * right labels. Out: the share of right rows on stdout, and beside the submission in the database.
 */
#include "pipeline/base/pairs.h"
#include "sql/score.h"
#include "pipeline/program/stage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_ANSWERS = 256, PATH_SIZE = 1024 };

static const char HELP[] =
    "Usage: score --answers FILE [--db FILE] [--run N | SUBMISSION]\n"
    "\n"
    "Compares a submission with the right answers, and keeps the score beside it.\n"
    "\n"
    "Example: score --db experiments/runs.db --answers data/answers.csv --run 7\n"
    "\n"
    "  --answers FILE  ids and right labels, with the header of the submission\n"
    "  --db FILE       database (default experiments/runs.db)\n"
    "  --run N         the newest submission of this run\n"
    "  --dataset NAME  without run and file: the newest submission on it (default digits)\n"
    "  --quiet         no remarks, only the score\n"
    "  --help          this text\n"
    "  --version       version\n"
    "\n"
    "The row with the submission is found by its SHA-256, whatever its file is called.\n"
    "\n"
    "Reads: submission, run, dataset\n"
    "Writes: submission, stage\n";

static const struct option OPTIONS[] = {{"answers", required_argument, NULL, OPTION_ANSWERS}, {0}};

static int take(int option, const char *argument, void *context, char error[200])
{
    const char **answers = context;
    (void)error;
    if (option == OPTION_ANSWERS)
        *answers = argument;
    return 0;
}

/* The file that is to be judged. */
struct target {
    char path[PATH_SIZE];
    char sha256[65]; /* of its bytes */
    int64_t run;     /* 0: not known */
};

static void find_newest(const struct stage *stage, struct db *db, struct target *target,
                        char recorded[65])
{
    sqlite3_stmt *statement = db_prepare(db, sql_score_newest);
    db_bind_text(statement, ":dataset", stage->dataset);
    if (stage->run)
        db_bind_int(statement, ":run", stage->run);
    int rc = db_step(db, statement);
    if (rc < 0)
        stage_fail(stage, "%s", db->error);
    if (rc == 0 && stage->run)
        stage_fail(stage, "%s: run %lld has no submission (submit makes one)", db->path,
                   (long long)stage->run);
    if (rc == 0)
        stage_fail(stage, "%s: no submission on dataset '%s' (submit makes one)", db->path,
                   stage->dataset);
    snprintf(target->path, PATH_SIZE, "%s", (const char *)sqlite3_column_text(statement, 0));
    snprintf(recorded, 65, "%s", (const char *)sqlite3_column_text(statement, 1));
    target->run = sqlite3_column_int64(statement, 2);
    sqlite3_finalize(statement);
}

static void find(const struct stage *stage, struct db *db, const char *file, struct target *target)
{
    char recorded[65] = "";
    if (file)
        snprintf(target->path, PATH_SIZE, "%s", file);
    else
        find_newest(stage, db, target, recorded);
    if (hash_file(target->path, target->sha256, NULL))
        stage_fail(stage, "%s: %s", target->path, strerror(errno));
    if (*recorded && strcmp(recorded, target->sha256) != 0)
        stage_fail(stage,
                   "%s: has changed since run %lld submitted it (SHA-256 %.12s..., "
                   "expected %.12s...)",
                   target->path, (long long)target->run, target->sha256, recorded);
}

static void read_pairs(const struct stage *stage, const char *path, struct pairs *pairs)
{
    char error[400];
    if (pairs_read(path, 1, pairs, error))
        stage_fail(stage, "%s", error);
    if (pairs->count == 0)
        stage_fail(stage, "%s: no rows below the header", path);
}

static const struct pair **sort(const struct stage *stage, const char *path,
                                const struct pairs *pairs)
{
    const struct pair *twice;
    const struct pair **sorted = pairs_by_id(pairs, &twice);
    if (!sorted)
        stage_fail(stage, "out of memory");
    if (twice) {
        free(sorted);
        stage_fail(stage, "%s:%zu: id '%s' occurs a second time; expected unique ids", path,
                   twice->line, twice->id);
    }
    return sorted;
}

/* Counts the rows whose labels differ. In the order of ids, both files must have the same id in
 * each place; the first difference names one that is in only one of them. */
static size_t compare(const struct stage *stage, const char *path, const char *answers_path,
                      const struct pairs *submission, const struct pairs *answers)
{
    if (strcmp(submission->header, answers->header) != 0)
        stage_fail(stage, "%s:1: the header is '%s'; expected '%s' as in %s", path,
                   submission->header, answers->header, answers_path);
    const struct pair **said = sort(stage, path, submission);
    const struct pair **right = sort(stage, answers_path, answers);
    const struct pair *extra = NULL, *missing = NULL;
    size_t wrong = 0, i = 0;
    for (; i < submission->count && i < answers->count && !extra && !missing; i++) {
        int order = strcmp(said[i]->id, right[i]->id);
        extra = order < 0 ? said[i] : NULL;
        missing = order > 0 ? right[i] : NULL;
        wrong += strcmp(said[i]->label, right[i]->label) != 0;
    }
    if (!extra && !missing && i < submission->count)
        extra = said[i];
    if (!extra && !missing && i < answers->count)
        missing = right[i];
    free(said);
    free(right);
    if (extra)
        stage_fail(stage, "%s:%zu: id '%s' is not in %s; expected its %zu ids", path, extra->line,
                   extra->id, answers_path, answers->count);
    if (missing)
        stage_fail(stage, "%s: id '%s' is missing; expected the %zu ids of %s", path, missing->id,
                   answers->count, answers_path);
    return wrong;
}

/* Returns the number of submissions that are these very bytes. */
static int store(const struct stage *stage, struct db *db, const struct target *target, size_t rows,
                 size_t wrong)
{
    char now[25], result[200];
    db_now(now);
    snprintf(result, sizeof result, "%zu wrong of %zu", wrong, rows);
    if (db_begin(db))
        stage_fail(stage, "%s", db->error);
    sqlite3_stmt *update = db_prepare(db, sql_score_store);
    db_bind_real(update, ":score", (double)(rows - wrong) / (double)rows);
    db_bind_int(update, ":wrong", (int64_t)wrong);
    db_bind_text(update, ":scored_at", now);
    db_bind_text(update, ":sha256", target->sha256);
    int rc = db_run(db, update);
    sqlite3_finalize(update);
    if (rc)
        stage_fail(stage, "%s", db->error);
    int stored = sqlite3_changes(db->handle);
    if (stored == 0) {
        db_rollback(db);
        return 0;
    }
    if (db_log_stage(db, stage->name, 0, target->run, stage->arguments,
                     stage_seconds() - stage->started, result) ||
        db_commit(db))
        stage_fail(stage, "%s", db->error);
    return stored;
}

static void tell(const struct stage *stage, struct db *db, const struct target *target, size_t rows,
                 size_t wrong)
{
    sqlite3_stmt *statement = db_prepare(db, sql_score_line);
    db_bind_text(statement, ":file", target->path);
    db_bind_int(statement, ":rows", (int64_t)rows);
    db_bind_int(statement, ":wrong", (int64_t)wrong);
    if (db_step(db, statement) != 1)
        stage_fail(stage, "%s", db->error);
    printf("%s\n", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    if (fflush(stdout) || ferror(stdout))
        stage_fail(stage, "the score can't be written to standard output");
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "score", .help = HELP};
    struct target target = {0};
    struct pairs submission = {0}, answers = {0};
    const char *answers_path = NULL;
    struct db db;

    int next = stage_options(&stage, argc, argv, OPTIONS, take, &answers_path);
    const char *file = next < argc ? argv[next] : NULL;
    if (!answers_path)
        stage_usage(&stage, "--answers is missing; expected the file of right answers");
    if (file && (stage.run || next + 1 < argc || strlen(file) >= PATH_SIZE))
        stage_usage(&stage, "expected either --run or one submission file");
    stage_open(&stage, &db, DB_WRITE);
    find(&stage, &db, file, &target);
    read_pairs(&stage, answers_path, &answers);
    read_pairs(&stage, target.path, &submission);
    size_t wrong = compare(&stage, target.path, answers_path, &submission, &answers);
    int stored = store(&stage, &db, &target, answers.count, wrong);
    tell(&stage, &db, &target, answers.count, wrong);
    if (!stored && !stage.quiet)
        fprintf(stderr, "score: not kept: no submission in %s is this file\n", db.path);

    pairs_free(&submission);
    pairs_free(&answers);
    db_close(&db);
    return 0;
}
