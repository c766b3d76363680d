/* score.c: compares a submission with answers at hand. In: a submission's file and a CSV of ids and
 * right labels. Out: the share of right rows, and of probabilities the log loss and the AUC, on
 * stdout and beside the submission in the database. */
#include "pipeline/score/score.h"
#include "pipeline/base/hash.h"
#include "sql/score.h"

#include <string.h>

enum { PATH_SIZE = 1024 };

struct options {
    const char *answers, *positive;
};

static const struct option_row ROWS[] = {
    {"answers", OPTION_TEXT, "FILE", OPTION_AT(struct options, answers),
     .help = "ids and right labels under the names that the submission has; or a column for each "
             "class as there, 1 for the right one and else 0; a column Usage is ignored"},
    {"positive", OPTION_TEXT, "LABEL", OPTION_AT(struct options, positive),
     .help = "whose probability a file has that holds one a row",
     .fallback = "found by the predictions of its run, else the greater one of two labels"},
    {0}};

static const struct program PROGRAM = {
    .name = "score",
    .usage = "--answers FILE [OPTION]... [--run N | SUBMISSION]",
    .about = "Compares a submission with the right answers, and keeps the score beside it: the "
             "file that is named, or the newest submission of a run, or without either the newest "
             "one on the dataset. The row with the submission is found by its SHA-256, whatever "
             "its file is called. Of labels there is the accuracy; of a probability for each class "
             "the log loss, too; of one probability a row also the AUC, and it counts as its label "
             "where it is above one half.",
    .example = "build/bin/score --answers data/answers.csv --run 7",
    .reads = "submission, run, dataset, class, submission_column, source_file, image, prediction.",
    .writes = "submission, stage.",
    .uses = USES_DB | USES_DATASET | USES_RUN | USES_IF_NEEDED | USES_QUIET,
    .rows = ROWS,
    .most = -1};

/* The file that is to be judged. */
struct target {
    char path[PATH_SIZE];
    char sha256[65]; /* of its bytes */
    int64_t run;     /* 0: not known */
    int64_t dataset; /* 0: not known */
};

/* A dataset that nothing can be submitted on is told from one on which nothing was. */
static void check_test(const struct stage *stage, struct db *db)
{
    char name[128] = "";
    struct statement *statement = db_prepare(db, sql_score_untested);
    db_bind_text(statement, ":dataset", stage->dataset);
    if (stage->run)
        db_bind_int(statement, ":run", stage->run);
    int rc = db_step(db, statement);
    if (rc == 1)
        snprintf(name, sizeof name, "%s", db_text(statement, "name"));
    db_finish(statement);
    stage_check(stage, db, rc < 0);
    if (rc == 1 && stage->if_needed)
        stage_idle(stage, "nothing to score");
    if (rc == 1)
        stage_fail(stage, "dataset %s has no test file; nothing to score", name);
}

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
    if (rc == 0)
        check_test(stage, db);
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

/* A file that is a submission of this database, whoever named it, is of the run that made it. */
static void find_by_bytes(const struct stage *stage, struct db *db, struct target *target)
{
    struct statement *statement = db_prepare(db, sql_score_recorded);
    db_bind_text(statement, ":sha256", target->sha256);
    int rc = db_step(db, statement);
    if (rc == 1) {
        target->run = db_int(statement, "run");
        target->dataset = db_int(statement, "dataset");
    }
    db_finish(statement);
    stage_check(stage, db, rc < 0);
}

/* The dataset of the submission; of a file that no run has made, the one that --dataset names. NULL
 * where there is none. */
static struct dataset *load_dataset(const struct stage *stage, struct db *db,
                                    const struct target *target, struct dataset *dataset)
{
    int rc = target->dataset ? dataset_load_id(db, target->dataset, dataset)
                             : dataset_load(db, stage->dataset, dataset);
    if (rc && target->dataset)
        stage_fail(stage, "%s", db->error.text);
    return rc ? NULL : dataset;
}

/* The label whose probability the file of a run holds: the one whose probability the run gave to
 * the row with the greatest value. NULL where that does not tell. */
static const char *find_positive(const struct stage *stage, struct db *db,
                                 const struct target *target, const struct papers *papers)
{
    double greatest = -1;
    size_t row = 0;
    int found = 0, class = -1, rc;
    for (size_t i = 0; i < papers->submission.count; i++) {
        const double p = papers_probability(stage, papers, i, 1);
        row = p > greatest ? i : row;
        greatest = p > greatest ? p : greatest;
    }
    struct statement *statement = db_prepare(db, sql_score_positive);
    db_bind_int(statement, ":run", target->run);
    db_bind_text(statement, ":id", records_field(&papers->submission, row, 0));
    db_bind_real(statement, ":value", greatest);
    for (; (rc = db_step(db, statement)) == 1; found++)
        class = (int)db_int(statement, "class");
    db_finish(statement);
    stage_check(stage, db, rc < 0);
    return found == 1 && class >= 0 && class < papers->dataset->classes
               ? papers->dataset->labels[class]
               : NULL;
}

/* Settles whose probability is meant before any answer is looked at. */
static void choose(const struct stage *stage, struct db *db, const char *positive,
                   const struct target *target, struct papers *papers)
{
    const char *found = NULL;
    if (!papers->dataset)
        return;
    if (papers->form.kind == FORM_ONE && target->run)
        found = find_positive(stage, db, target, papers);
    stage_check(stage, db,
                form_choose(db, papers->dataset, positive ? positive : found, &papers->form));
    if (found && form_class(papers->dataset, found) != papers->form.classes[1])
        stage_fail(stage, "--positive: '%s': run %lld wrote the probability of '%s' into %s",
                   positive, (long long)target->run, found, papers->path);
}

struct scoring {
    const struct stage *stage;
    struct db *db;
    const struct target *target;
    const struct score *score;
    int64_t stored; /* submissions that are these very bytes */
};

static int store(void *context)
{
    struct scoring *s = context;
    const struct score *score = s->score;
    char now[25], result[200];
    db_now(now);
    snprintf(result, sizeof result, "%zu wrong of %zu", score->wrong, score->rows);
    struct statement *update = db_prepare(s->db, sql_score_store);
    db_bind_real(update, ":score", (double)(score->rows - score->wrong) / (double)score->rows);
    db_bind_int(update, ":wrong", (int64_t)score->wrong);
    db_bind_real(update, ":log_loss", score->log_loss);
    db_bind_real(update, ":auc", score->auc);
    db_bind_text(update, ":scored_at", now);
    db_bind_text(update, ":sha256", s->target->sha256);
    if (db_run_once(s->db, update))
        return DB_ERROR;
    s->stored = db_changes(s->db);
    return s->stored ? stage_log(s->stage, s->db, 0, s->target->run, result) : DB_OK;
}

static void tell(const struct scoring *scoring)
{
    const struct score *score = scoring->score;
    struct db *db = scoring->db;
    struct statement *statement = db_prepare(db, sql_score_line);
    db_bind_text(statement, ":file", scoring->target->path);
    db_bind_int(statement, ":rows", (int64_t)score->rows);
    db_bind_int(statement, ":wrong", (int64_t)score->wrong);
    db_bind_real(statement, ":log_loss", score->log_loss);
    db_bind_real(statement, ":auc", score->auc);
    db_bind_text(statement, ":positive", score->positive);
    stage_check(scoring->stage, db, db_step(db, statement) != 1);
    printf("%s\n", db_text(statement, "line"));
    db_finish(statement);
    if (!scoring->stored && !scoring->stage->quiet)
        fprintf(stderr, "score: not kept: no submission in %s is this file\n", db->path);
}

static void score(const struct stage *stage, struct db *db, const struct options *options,
                  const struct target *target)
{
    struct dataset dataset = {0};
    struct score result;
    struct papers papers = {.path = target->path, .answers_path = options->answers};
    papers.dataset = load_dataset(stage, db, target, &dataset);
    if (papers.dataset)
        stage_check(stage, db, form_load(db, &dataset, &papers.form));
    else
        papers.form.columns = 2;
    papers_read(stage, &papers);
    choose(stage, db, options->positive, target, &papers);
    papers_match(stage, &papers);
    score_papers(stage, &papers, &result);

    struct scoring scoring = {stage, db, target, &result, 0};
    stage_check(stage, db, db_transaction(db, store, &scoring));
    tell(&scoring);
    papers_free(&papers);
    dataset_free(&dataset);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct stage stage;
    struct target target = {0};
    struct db db;

    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    const char *file = stage.n_arguments ? stage.arguments[0] : NULL;
    if (!options.answers)
        stage_usage(&stage, "--answers is missing; expected the file of right answers");
    if (file && (stage.run || stage.n_arguments > 1 || strlen(file) >= PATH_SIZE))
        stage_usage(&stage, "expected either --run or one submission file");
    stage_open(&stage, &db, DB_WRITE);
    find(&stage, &db, file, &target);
    if (!target.run)
        find_by_bytes(&stage, &db, &target);
    score(&stage, &db, &options, &target);
    db_close(&db);
    return stage_end(&stage, 0);
}
