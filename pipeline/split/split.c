/* split: divides a dataset's training images into training and validation, or into folds.
 *
 * In: image and class. Out: a row in split and one in split_image for each training image. The
 * same split again is found and named, not made twice.
 */
#include "pipeline/conf/conf.h"
#include "pipeline/store/dataset.h"
#include "pipeline/split/stratified.h"
#include "sql/split.h"
#include "sql/store.h"
#include "pipeline/program/stage.h"

#include <stdlib.h>
#include <string.h>

static const char HELP[] =
    "Usage: split [OPTION]...\n"
    "\n"
    "Divide the training images of a dataset into training and validation, each class by its "
    "share,\n"
    "or into folds. The rows are those of scikit-learn's train_test_split and StratifiedKFold "
    "with\n"
    "the same random_state. The same split again changes nothing.\n"
    "\n"
    "Example:\n"
    "  build/bin/split --dataset digits --fraction 0.2 --seed 42\n"
    "\n"
    "Options:\n"
    "  --db FILE         the database (default experiments/runs.db)\n"
    "  --dataset NAME    name of the dataset, of which the newest version counts (default digits)\n"
    "  --fraction F      share of validation, between 0 and 1 (default 0.2)\n"
    "  --folds K         K folds instead, from 2 to 1000\n"
    "  --method METHOD   stratified; or none: all images to training (default stratified)\n"
    "  --seed N          0 to 4294967295 (default 42)\n"
    "  --conf FILE       take all four from the section [split] of an experiment file; with --folds\n"
    "                    or --method none, what else it says of its split\n"
    "  --quiet           no progress\n"
    "  --help, --version\n"
    "\n"
    "Reads the tables dataset, class and image; writes split, split_image and stage.\n";

enum { OPTION_FRACTION = 256, OPTION_FOLDS, OPTION_METHOD, OPTION_CONF };

enum { MAX_FOLDS = 1000, DEFAULT_SEED = 42 };

enum method { METHOD_PARTS, METHOD_FOLDS, METHOD_NONE };

static const char *const METHOD_NAMES[] = {"stratified", "stratified-kfold", "none"};

struct options {
    double fraction; /* 0: not given */
    int64_t folds;   /* 0: not given */
    int none, method_given;
    const char *conf; /* experiment file, or NULL */
    enum method method;
    uint32_t seed;
};

/* The training images and where they go. */
struct division {
    size_t n;
    int64_t *ids;        /* [n] */
    uint16_t *labels;    /* [n] */
    uint8_t *validation; /* [n], 0 or 1 */
    uint16_t *fold;      /* [n] */
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct options *options = context;
    switch (option) {
    case OPTION_FRACTION:
        if (!parse_real(argument, 0, 1, &options->fraction) && options->fraction > 0 &&
            options->fraction < 1)
            return 0;
        snprintf(error, 200, "--fraction: '%.40s' is not a number between 0 and 1", argument);
        return -1;
    case OPTION_FOLDS:
        if (!parse_int(argument, 2, MAX_FOLDS, &options->folds))
            return 0;
        snprintf(error, 200, "--folds: '%.40s' is not a whole number from 2 to %d", argument,
                 MAX_FOLDS);
        return -1;
    case OPTION_CONF:
        options->conf = argument;
        return 0;
    default:
        options->method_given = 1;
        options->none = !strcmp(argument, "none");
        if (options->none || !strcmp(argument, "stratified"))
            return 0;
        snprintf(error, 200, "--method: '%.40s' is neither stratified nor none", argument);
        return -1;
    }
}

static void take_conf(const struct stage *stage, struct options *options)
{
    static const enum method METHODS[] = {[SPLIT_STRATIFIED] = METHOD_PARTS,
                                          [SPLIT_KFOLD] = METHOD_FOLDS,
                                          [SPLIT_NONE] = METHOD_NONE};
    struct conf conf = {0};
    char error[512];
    if (conf_load(options->conf, &conf, error, sizeof error) ||
        (options->none && conf_train_on_all(&conf, error, sizeof error)) ||
        (options->folds && conf_train_folds(&conf, (int)options->folds, error, sizeof error)))
        stage_fail(stage, "%s", error);
    options->method = METHODS[conf.split_method];
    options->fraction = conf.split_fraction;
    options->folds = conf.split_folds;
    options->seed = options->method == METHOD_NONE ? 0 : (uint32_t)conf.split_seed;
    conf_free(&conf);
}

static void parse(struct stage *stage, int argc, char **argv, struct options *options)
{
    static const struct option own[] = {{"fraction", required_argument, NULL, OPTION_FRACTION},
                                        {"folds", required_argument, NULL, OPTION_FOLDS},
                                        {"method", required_argument, NULL, OPTION_METHOD},
                                        {"conf", required_argument, NULL, OPTION_CONF},
                                        {0}};
    const int first = stage_options(stage, argc, argv, own, take, options);
    if (first < argc)
        stage_usage(stage, "unexpected argument '%.100s'", argv[first]);
    if (options->fraction > 0 && options->folds)
        stage_usage(stage, "--fraction and --folds exclude each other");
    if (options->none && (options->fraction > 0 || options->folds))
        stage_usage(stage, "--method none goes with neither --fraction nor --folds");
    if (options->conf && ((options->method_given && !options->none) || options->fraction > 0 ||
                          stage->seed_given))
        stage_usage(stage, "--conf goes with none of --fraction, --method stratified and --seed");
    if (options->conf) {
        take_conf(stage, options);
        return;
    }
    if (stage->seed_given && stage->seed > UINT32_MAX)
        stage_usage(stage, "--seed: %llu is not a whole number from 0 to 4294967295",
                    (unsigned long long)stage->seed);
    options->method = options->none ? METHOD_NONE : options->folds ? METHOD_FOLDS : METHOD_PARTS;
    /* Where nothing is drawn, every seed is the same one. */
    options->seed = options->none ? 0 : stage->seed_given ? (uint32_t)stage->seed : DEFAULT_SEED;
    if (options->method == METHOD_PARTS && options->fraction == 0)
        options->fraction = 0.2;
}

static void load_images(const struct stage *stage, struct db *db, const struct dataset *dataset,
                        struct division *division)
{
    int64_t count;
    int found;
    sqlite3_stmt *counting = db_prepare(db, sql_store_dataset_count_images);
    db_bind_int(counting, ":dataset", dataset->id);
    db_bind_text(counting, ":part", "train");
    if (db_value_int(db, counting, &count, &found))
        stage_fail(stage, "%s", db->error);
    const size_t room = (size_t)count + 1;
    *division = (struct division){.ids = calloc(room, sizeof *division->ids),
                                  .labels = calloc(room, sizeof *division->labels),
                                  .validation = calloc(room, sizeof *division->validation),
                                  .fold = calloc(room, sizeof *division->fold)};
    if (!division->ids || !division->labels || !division->validation || !division->fold)
        stage_fail(stage, "out of memory");

    int more;
    sqlite3_stmt *images = db_prepare(db, sql_split_list_images);
    db_bind_int(images, ":dataset", dataset->id);
    while ((more = db_step(db, images)) == 1 && division->n < (size_t)count) {
        division->ids[division->n] = sqlite3_column_int64(images, 0);
        division->labels[division->n++] = (uint16_t)sqlite3_column_int(images, 1);
    }
    sqlite3_finalize(images);
    if (more < 0)
        stage_fail(stage, "%s", db->error);
}

static void divide(const struct stage *stage, const struct options *options,
                   const struct dataset *dataset, struct division *division)
{
    struct stratified_error error;
    int result = STRATIFIED_OK;
    if (options->method == METHOD_PARTS)
        result = stratified_parts(division->labels, division->n, dataset->classes,
                                  options->fraction, options->seed, division->validation, &error);
    else if (options->method == METHOD_FOLDS)
        result = stratified_folds(division->labels, division->n, dataset->classes,
                                  (int)options->folds, options->seed, division->fold, &error);
    if (result && error.class >= 0)
        stage_fail(stage, "%s: class '%s' %s", dataset->name, dataset->labels[error.class],
                   error.text);
    if (result)
        stage_fail(stage, "%s: %s", dataset->name, error.text);
}

static void bind_identity(sqlite3_stmt *statement, const struct options *options, int64_t dataset)
{
    db_bind_int(statement, ":dataset", dataset);
    db_bind_text(statement, ":method", METHOD_NAMES[options->method]);
    db_bind_int(statement, ":seed", options->seed);
    if (options->method == METHOD_PARTS)
        db_bind_real(statement, ":fraction", options->fraction);
    if (options->method == METHOD_FOLDS)
        db_bind_int(statement, ":folds", options->folds);
}

/* *split is 0 where there is none yet. */
static int find_split(struct db *db, const struct options *options, int64_t dataset, int64_t *split)
{
    int found;
    sqlite3_stmt *find = db_prepare(db, sql_store_find_split);
    bind_identity(find, options, dataset);
    *split = 0;
    return db_value_int(db, find, split, &found);
}

static int insert_split(struct db *db, const struct options *options, int64_t dataset,
                        const struct division *division, int64_t *split)
{
    char now[25];
    db_now(now);
    sqlite3_stmt *insert = db_prepare(db, sql_store_insert_split);
    bind_identity(insert, options, dataset);
    db_bind_text(insert, ":created_at", now);
    int result = db_run(db, insert);
    sqlite3_finalize(insert);
    *split = sqlite3_last_insert_rowid(db->handle);
    if (result)
        return result;

    insert = db_prepare(db, sql_split_insert_image);
    db_bind_int(insert, ":split", *split);
    for (size_t i = 0; i < division->n && !result; i++) {
        db_bind_int(insert, ":image", division->ids[i]);
        if (options->method == METHOD_FOLDS)
            db_bind_int(insert, ":fold", division->fold[i]);
        else
            db_bind_text(insert, ":part", division->validation[i] ? "validation" : "train");
        result = db_run(db, insert);
    }
    sqlite3_finalize(insert);
    return result;
}

static void describe(const struct options *options, char text[100])
{
    if (options->method == METHOD_FOLDS)
        snprintf(text, 100, "%d stratified folds, seed %u", (int)options->folds, options->seed);
    else if (options->method == METHOD_PARTS)
        snprintf(text, 100, "stratified, validation %g, seed %u", options->fraction, options->seed);
    else
        snprintf(text, 100, "all images to training");
}

/* One transaction. Returns 1 where the split is there already. */
static int store(const struct stage *stage, struct db *db, const struct options *options,
                 const struct dataset *dataset, const struct division *division, int64_t *split)
{
    char what[100], result[160];
    describe(options, what);
    if (db_begin(db) || find_split(db, options, dataset->id, split))
        goto fail;
    if (*split) {
        db_rollback(db);
        return 1;
    }
    if (insert_split(db, options, dataset->id, division, split))
        goto fail;
    snprintf(result, sizeof result, "split %lld: %s", (long long)*split, what);
    if (db_log_stage(db, "split", dataset->id, 0, stage->arguments,
                     stage_seconds() - stage->started, result) ||
        db_commit(db))
        goto fail;
    return 0;
fail:
    db_rollback(db);
    stage_fail(stage, "%s", db->error);
}

/* Images of each class in each part. */
static void print_table(const struct stage *stage, const struct options *options,
                        const struct dataset *dataset, const struct division *division)
{
    const size_t columns = options->method == METHOD_FOLDS ? (size_t)options->folds : 2;
    const size_t rows = (size_t)dataset->classes + 1; /* the last one is the sum */
    size_t *count = calloc(rows * columns, sizeof *count);
    if (!count)
        stage_fail(stage, "out of memory");
    for (size_t i = 0; i < division->n; i++) {
        const size_t column =
            options->method == METHOD_FOLDS ? division->fold[i] : division->validation[i];
        count[division->labels[i] * columns + column]++;
        count[(rows - 1) * columns + column]++;
    }
    int width = 5;
    for (size_t r = 0; r + 1 < rows; r++)
        if ((int)strlen(dataset->labels[r]) > width)
            width = (int)strlen(dataset->labels[r]);

    printf("%-*s", width, "class");
    for (size_t c = 0; c < columns; c++) {
        if (options->method == METHOD_FOLDS)
            printf("  %*s%zu", c < 10 ? 6 : 5, "fold ", c);
        else
            printf("  %10s", c ? "validation" : "train");
    }
    putchar('\n');
    for (size_t r = 0; r < rows; r++) {
        printf("%-*s", width, r + 1 < rows ? dataset->labels[r] : "all");
        for (size_t c = 0; c < columns; c++)
            printf("  %*zu", options->method == METHOD_FOLDS ? 7 : 10, count[r * columns + c]);
        putchar('\n');
    }
    free(count);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "split", .help = HELP};
    struct options options = {0};
    parse(&stage, argc, argv, &options);

    struct db db = {0};
    struct dataset dataset = {0};
    struct division division;
    int64_t split;
    char what[100];
    stage_open(&stage, &db, DB_WRITE);
    if (dataset_load(&db, stage.dataset, &dataset) || find_split(&db, &options, dataset.id, &split))
        stage_fail(&stage, "%s", db.error);
    describe(&options, what);
    if (split) {
        printf("split %lld of %s version %d: %s; there already, nothing to do\n", (long long)split,
               dataset.name, dataset.version, what);
    } else {
        load_images(&stage, &db, &dataset, &division);
        divide(&stage, &options, &dataset, &division);
        const int there = store(&stage, &db, &options, &dataset, &division, &split);
        printf("split %lld of %s version %d: %s%s\n", (long long)split, dataset.name,
               dataset.version, what, there ? "; there already, nothing to do" : "");
        print_table(&stage, &options, &dataset, &division);
        free(division.ids);
        free(division.labels);
        free(division.validation);
        free(division.fold);
    }
    dataset_free(&dataset);
    db_close(&db);
    return fflush(stdout) ? 1 : 0;
}
