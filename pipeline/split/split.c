/* split: divides a dataset's training images into training and validation, or into folds.
 *
 * In: image and class. Out: a row in split and one in split_image for each training image. The
 * same split again is found and named, not made twice.
 */
#include "sql/split.h"
#include "pipeline/program/experiment.h"
#include "pipeline/program/stage.h"
#include "pipeline/split/stratified.h"
#include "pipeline/store/split.h"
#include "sql/split.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FOLDS = 1000, DEFAULT_SEED = 42 };

struct options {
    double fraction; /* 0: not given */
    int none;        /* 1: --method none; -1: not given */
};

static const struct option_row ROWS[] = {
    {"fraction", OPTION_BETWEEN, "F", OPTION_AT(struct options, fraction), 0, 1,
     .help = "share of validation", .fallback = "0.2"},
    {"method", OPTION_CHOICE, "METHOD", OPTION_AT(struct options, none),
     .choices = "stratified|none", .help = "how rows are held back; none: all of them train",
     .fallback = "stratified"},
    {0}};

static const struct program PROGRAM = {
    .name = "split",
    .usage = "[OPTION]... [EXPERIMENT.conf]",
    .about = "Divides the labelled rows of a dataset into training and validation, each class by "
             "its share, or into folds: as EXPERIMENT.conf says in its section [split], or as the "
             "options say. The rows are those of scikit-learn's train_test_split and "
             "StratifiedKFold with the same random_state. The same split again changes nothing.",
    .example = "build/bin/split --dataset digits --fraction 0.2 --seed 42",
    .reads = "dataset, class, image.",
    .writes = "split, split_image, stage.",
    .uses = USES_DB | USES_DATASET | USES_SEED | USES_EXPERIMENT | USES_IF_NEEDED | USES_QUIET,
    .rows = ROWS};

/* The labelled rows and where they go. */
struct division {
    size_t n;
    int64_t *ids;        /* [n] */
    uint16_t *labels;    /* [n] */
    uint8_t *validation; /* [n], 0 or 1 */
    uint16_t *fold;      /* [n] */
};

static struct split_key key_of_options(const struct stage *stage, const struct options *o)
{
    int none = o->none == 1 || stage->all;
    if (o->fraction > 0 && stage->folds)
        stage_usage(stage, "--fraction and --folds exclude each other");
    if (none && (o->fraction > 0 || stage->folds))
        stage_usage(stage, "--method none goes with neither --fraction nor --folds");
    if (none)
        return (struct split_key){.method = SPLIT_NONE};
    return (struct split_key){.method = stage->folds ? SPLIT_KFOLD : SPLIT_STRATIFIED,
                              .fraction = stage->folds      ? 0
                                          : o->fraction > 0 ? o->fraction
                                                            : 0.2,
                              .folds = (int)stage->folds,
                              .seed = stage->seed >= 0 ? stage->seed : DEFAULT_SEED};
}

/* What is asked for. The members of a committee have splits of their own: nothing to do. */
static struct split_key read_key(struct stage *stage, const struct options *o)
{
    struct conf conf;
    if (!stage->experiment)
        return key_of_options(stage, o);
    if (o->fraction > 0 || o->none >= 0)
        stage_usage(stage, "%s says how to split: expected neither --fraction nor --method",
                    stage->experiment);
    experiment_load(stage, &conf);
    if (!conf.layers) {
        stage_idle(stage, "%s: the members of a committee have their own splits: nothing to do",
                   conf.name);
        exit(stage_end(stage, 0));
    }
    struct split_key key = split_key_of(&conf);
    conf_free(&conf);
    return key;
}

static void grow(const struct stage *stage, struct division *d, size_t room)
{
    d->ids = realloc(d->ids, room * sizeof *d->ids);
    d->labels = realloc(d->labels, room * sizeof *d->labels);
    d->validation = realloc(d->validation, room * sizeof *d->validation);
    d->fold = realloc(d->fold, room * sizeof *d->fold);
    if (!d->ids || !d->labels || !d->validation || !d->fold)
        stage_fail(stage, "out of memory for the labelled rows");
}

static void load_rows(const struct stage *stage, struct db *db, const struct dataset *dataset,
                      struct division *division)
{
    size_t room = 1024;
    int more;
    *division = (struct division){0};
    grow(stage, division, room);
    struct statement *rows = db_prepare(db, sql_split_list_images);
    db_bind_int(rows, ":dataset", dataset->id);
    while ((more = db_step(db, rows)) == 1) {
        const int64_t image = db_int_at(rows, 0), class = db_int_at(rows, 1);
        if (class < 0 || class >= dataset->classes) {
            db_finish(rows);
            stage_fail(stage, "dataset %s: %s %lld is of class %lld, expected 0 to %d",
                       dataset->name, dataset_row_word(dataset), (long long)image, (long long)class,
                       dataset->classes - 1);
        }
        if (division->n == room)
            grow(stage, division, room *= 2);
        division->ids[division->n] = image;
        division->labels[division->n] = (uint16_t) class;
        division->validation[division->n] = 0;
        division->fold[division->n++] = 0;
    }
    db_finish(rows);
    stage_check(stage, db, more < 0);
}

static void division_free(struct division *division)
{
    free(division->ids);
    free(division->labels);
    free(division->validation);
    free(division->fold);
}

static void divide(const struct stage *stage, const struct split_key *key,
                   const struct dataset *dataset, struct division *division)
{
    struct stratified_error error;
    int rc = STRATIFIED_OK;
    if (key->method == SPLIT_STRATIFIED)
        rc = stratified_parts(division->labels, division->n, dataset->classes, key->fraction,
                              (uint32_t)key->seed, division->validation, &error);
    else if (key->method == SPLIT_KFOLD)
        rc = stratified_folds(division->labels, division->n, dataset->classes, key->folds,
                              (uint32_t)key->seed, division->fold, &error);
    if (rc && error.class >= 0)
        stage_fail(stage, "%s: class '%s' %s", dataset->name, dataset->labels[error.class],
                   error.text);
    if (rc)
        stage_fail(stage, "%s: %s", dataset->name, error.text);
}

static void describe(const struct split_key *key, const struct dataset *dataset, char text[100])
{
    if (key->method == SPLIT_KFOLD)
        snprintf(text, 100, "%d stratified folds, seed %lld", key->folds, (long long)key->seed);
    else if (key->method == SPLIT_STRATIFIED)
        snprintf(text, 100, "stratified, validation %g, seed %lld", key->fraction,
                 (long long)key->seed);
    else
        snprintf(text, 100, "all %s to training", dataset_rows_word(dataset));
}

/* ---------------------------------------------------------------- storing */

struct storing {
    const struct stage *stage;
    struct db *db;
    const struct split_key *key;
    const struct dataset *dataset;
    const struct division *division;
    int64_t split;
    int there; /* 1: another process has been faster */
};

static int insert_rows(const struct storing *s)
{
    int rc = DB_OK;
    struct statement *insert = db_prepare(s->db, sql_split_insert_image);
    db_bind_int(insert, ":split", s->split);
    for (size_t i = 0; i < s->division->n && !rc; i++) {
        db_bind_int(insert, ":image", s->division->ids[i]);
        if (s->key->method == SPLIT_KFOLD)
            db_bind_int(insert, ":fold", s->division->fold[i]);
        else
            db_bind_text(insert, ":part", s->division->validation[i] ? "validation" : "train");
        rc = db_run(s->db, insert);
    }
    db_finish(insert);
    return rc;
}

static int store(void *context)
{
    struct storing *s = context;
    char what[100], result[160];
    if (split_find(s->db, s->dataset->id, s->key, &s->split))
        return DB_ERROR;
    s->there = s->split != 0;
    if (s->there)
        return DB_OK;
    describe(s->key, s->dataset, what);
    if (split_insert(s->db, s->dataset->id, s->key, &s->split) || insert_rows(s))
        return DB_ERROR;
    snprintf(result, sizeof result, "split %lld: %s", (long long)s->split, what);
    return stage_log(s->stage, s->db, s->dataset->id, 0, result);
}

/* Rows of each class in each part. */
static void print_table(const struct stage *stage, const struct split_key *key,
                        const struct dataset *dataset, const struct division *division)
{
    const size_t columns = key->method == SPLIT_KFOLD ? (size_t)key->folds : 2;
    const size_t rows = (size_t)dataset->classes + 1; /* the last one is the sum */
    size_t *count = calloc(rows * columns, sizeof *count);
    if (!count)
        stage_fail(stage, "out of memory for the table");
    for (size_t i = 0; i < division->n; i++) {
        const size_t column =
            key->method == SPLIT_KFOLD ? division->fold[i] : division->validation[i];
        count[division->labels[i] * columns + column]++;
        count[(rows - 1) * columns + column]++;
    }
    int width = 5;
    for (size_t r = 0; r + 1 < rows; r++)
        if ((int)strlen(dataset->labels[r]) > width)
            width = (int)strlen(dataset->labels[r]);

    printf("%-*s", width, "class");
    for (size_t c = 0; c < columns; c++) {
        if (key->method == SPLIT_KFOLD)
            printf("  %*s%zu", c < 10 ? 6 : 5, "fold ", c);
        else
            printf("  %10s", c ? "validation" : "train");
    }
    putchar('\n');
    for (size_t r = 0; r < rows; r++) {
        printf("%-*s", width, r + 1 < rows ? dataset->labels[r] : "all");
        for (size_t c = 0; c < columns; c++)
            printf("  %*zu", key->method == SPLIT_KFOLD ? 7 : 10, count[r * columns + c]);
        putchar('\n');
    }
    free(count);
}

static void make(const struct stage *stage, struct db *db, const struct split_key *key,
                 const struct dataset *dataset)
{
    struct division division;
    char what[100];
    load_rows(stage, db, dataset, &division);
    divide(stage, key, dataset, &division);
    struct storing s = {stage, db, key, dataset, &division, .split = 0};
    stage_check(stage, db, db_transaction(db, store, &s));
    describe(key, dataset, what);
    printf("split %lld of %s version %d: %s%s\n", (long long)s.split, dataset->name,
           dataset->version, what, s.there ? "; there already, nothing to do" : "");
    print_table(stage, key, dataset, &division);
    division_free(&division);
}

int main(int argc, char **argv)
{
    struct options options = {.none = -1};
    struct stage stage;
    struct db db;
    struct dataset dataset;
    char what[100];
    int64_t split;

    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    const struct split_key key = read_key(&stage, &options);
    stage_open(&stage, &db, DB_WRITE);
    stage_check(&stage, &db, dataset_load(&db, stage.dataset, &dataset));
    stage_check(&stage, &db, split_find(&db, dataset.id, &key, &split));
    describe(&key, &dataset, what);
    if (split)
        stage_idle(&stage, "split %lld of %s version %d: %s; there already, nothing to do",
                   (long long)split, dataset.name, dataset.version, what);
    else
        make(&stage, &db, &key, &dataset);
    dataset_free(&dataset);
    db_close(&db);
    return stage_end(&stage, 0);
}
