/* score.c: compares a submission with answers at hand. In: a submission's file and a CSV of ids and
 * right labels. Out: the share of right rows on stdout, and beside the submission in the database.
 */
#include "sql/score.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/pairs.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 1024, LABELS_TOLD = 10 };

struct options {
    const char *answers;
};

static const struct option_row ROWS[] = {
    {"answers", OPTION_TEXT, "FILE", OPTION_AT(struct options, answers),
     .help = "ids and right labels, with the header of the submission"},
    {0}};

static const struct program PROGRAM = {
    .name = "score",
    .usage = "--answers FILE [OPTION]... [--run N | SUBMISSION]",
    .about = "Compares a submission with the right answers, and keeps the score beside it: the "
             "file that is named, or the newest submission of a run, or without either the newest "
             "one on the dataset. The row with the submission is found by its SHA-256, whatever "
             "its file is called.",
    .example = "build/bin/score --answers data/answers.csv --run 7",
    .reads = "submission, run, dataset, class.",
    .writes = "submission, stage.",
    .uses = USES_DB | USES_DATASET | USES_RUN | USES_QUIET,
    .rows = ROWS,
    .most = -1};

/* The file that is to be judged. */
struct target {
    char path[PATH_SIZE];
    char sha256[65]; /* of its bytes */
    int64_t run;     /* 0: not known */
    int64_t dataset; /* 0: not known */
};

static void find_newest(const struct stage *stage, struct db *db, struct target *target,
                        char recorded[65])
{
    struct statement *statement = db_prepare(db, sql_score_newest);
    db_bind_text(statement, ":dataset", stage->dataset);
    if (stage->run)
        db_bind_int(statement, ":run", stage->run);
    int rc = db_step(db, statement);
    if (rc == 1) {
        snprintf(target->path, PATH_SIZE, "%s", db_text(statement, "file"));
        snprintf(recorded, 65, "%s", db_text(statement, "sha256"));
        target->run = db_int(statement, "run");
        target->dataset = db_int(statement, "dataset");
    }
    db_finish(statement);
    stage_check(stage, db, rc < 0);
    if (rc == 0 && stage->run)
        stage_fail(stage, "%s: run %lld has no submission (submit makes one)", db->path,
                   (long long)stage->run);
    if (rc == 0)
        stage_fail(stage, "%s: no submission on dataset '%s' (submit makes one)", db->path,
                   stage->dataset);
}

static void find(const struct stage *stage, struct db *db, const char *file, struct target *target)
{
    char recorded[65] = "";
    struct error error;
    if (file)
        snprintf(target->path, PATH_SIZE, "%s", file);
    else
        find_newest(stage, db, target, recorded);
    if (hash_file(target->path, target->sha256, NULL, &error))
        stage_fail(stage, "%s", error.text);
    if (*recorded && strcmp(recorded, target->sha256) != 0)
        stage_fail(stage,
                   "%s: has changed since run %lld submitted it (SHA-256 %.12s..., "
                   "expected %.12s...)",
                   target->path, (long long)target->run, target->sha256, recorded);
}

static void read_pairs(const struct stage *stage, const char *path, struct pairs *pairs)
{
    struct error error;
    if (pairs_read(path, 1, pairs, &error))
        stage_fail(stage, "%s", error.text);
    if (pairs->count == 0)
        stage_fail(stage, "%s: no rows below the header", path);
}

static const struct pair **sort(const struct stage *stage, const char *path,
                                const struct pairs *pairs)
{
    const struct pair *twice;
    const struct pair **sorted = pairs_by_id(pairs, &twice);
    if (!sorted)
        stage_fail(stage, "out of memory for the ids");
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

/* A label that the dataset lacks can't be right: answers of another file, or written otherwise. */
static void check_labels(const struct stage *stage, const struct dataset *dataset, const char *path,
                         const struct pairs *answers)
{
    struct text classes = {0};
    for (int k = 0; k < dataset->classes && k < LABELS_TOLD; k++)
        text_format(&classes, "%s%s", k ? ", " : "", dataset->labels[k]);
    if (dataset->classes > LABELS_TOLD)
        text_add(&classes, " ...");
    for (size_t i = 0; i < answers->count; i++) {
        int k = 0;
        while (k < dataset->classes && strcmp(dataset->labels[k], answers->items[i].label))
            k++;
        if (k == dataset->classes)
            stage_fail(stage, "%s:%zu: '%s' is no class of dataset %s; expected one of %s", path,
                       answers->items[i].line, answers->items[i].label, dataset->name,
                       text_of(&classes));
    }
    text_free(&classes);
}

/* The dataset of the submission; of a file that no run has made, the one that --dataset names. */
static void check_answers(const struct stage *stage, struct db *db, const struct target *target,
                          const char *path, const struct pairs *answers)
{
    struct dataset dataset;
    int rc = target->dataset ? dataset_load_id(db, target->dataset, &dataset)
                             : dataset_load(db, stage->dataset, &dataset);
    if (rc && target->dataset)
        stage_fail(stage, "%s", db->error.text);
    if (rc)
        return;
    check_labels(stage, &dataset, path, answers);
    dataset_free(&dataset);
}

struct scoring {
    const struct stage *stage;
    struct db *db;
    const struct target *target;
    size_t rows, wrong;
    int64_t stored; /* submissions that are these very bytes */
};

static int store(void *context)
{
    struct scoring *s = context;
    char now[25], result[200];
    db_now(now);
    snprintf(result, sizeof result, "%zu wrong of %zu", s->wrong, s->rows);
    struct statement *update = db_prepare(s->db, sql_score_store);
    db_bind_real(update, ":score", (double)(s->rows - s->wrong) / (double)s->rows);
    db_bind_int(update, ":wrong", (int64_t)s->wrong);
    db_bind_text(update, ":scored_at", now);
    db_bind_text(update, ":sha256", s->target->sha256);
    if (db_run_once(s->db, update))
        return DB_ERROR;
    s->stored = db_changes(s->db);
    return s->stored ? stage_log(s->stage, s->db, 0, s->target->run, result) : DB_OK;
}

static void tell(const struct stage *stage, struct db *db, const struct target *target, size_t rows,
                 size_t wrong)
{
    struct statement *statement = db_prepare(db, sql_score_line);
    db_bind_text(statement, ":file", target->path);
    db_bind_int(statement, ":rows", (int64_t)rows);
    db_bind_int(statement, ":wrong", (int64_t)wrong);
    stage_check(stage, db, db_step(db, statement) != 1);
    printf("%s\n", db_text(statement, "line"));
    db_finish(statement);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct stage stage;
    struct target target = {0};
    struct pairs submission = {0}, answers = {0};
    struct db db;

    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    const char *file = stage.n_arguments ? stage.arguments[0] : NULL;
    if (!options.answers)
        stage_usage(&stage, "--answers is missing; expected the file of right answers");
    if (file && (stage.run || stage.n_arguments > 1 || strlen(file) >= PATH_SIZE))
        stage_usage(&stage, "expected either --run or one submission file");
    stage_open(&stage, &db, DB_WRITE);
    find(&stage, &db, file, &target);
    read_pairs(&stage, options.answers, &answers);
    check_answers(&stage, &db, &target, options.answers, &answers);
    read_pairs(&stage, target.path, &submission);
    struct scoring scoring = {&stage, &db, &target, .rows = answers.count};
    scoring.wrong = compare(&stage, target.path, options.answers, &submission, &answers);
    stage_check(&stage, &db, db_transaction(&db, store, &scoring));
    tell(&stage, &db, &target, scoring.rows, scoring.wrong);
    if (!scoring.stored && !stage.quiet)
        fprintf(stderr, "score: not kept: no submission in %s is this file\n", db.path);

    pairs_free(&submission);
    pairs_free(&answers);
    db_close(&db);
    return stage_end(&stage, 0);
}
