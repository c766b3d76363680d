/* evaluate.c: judges a run. In: a run with weights, its dataset and split. Out: a prediction for
 * each validation and test image, the counts of confusions, loss and right answers; on stdout what
 * the views make of them. */
#include "evaluate.h"

#include <stdlib.h>
#include <string.h>

enum { OPTION_THREADS = 256, BATCH = 256, MAX_THREADS = 1024 };

static const char HELP[] =
    "Usage: evaluate [--db FILE] [--run N] [options]\n"
    "\n"
    "Lets the net of a run predict the validation and the test images, and says how good it is.\n"
    "\n"
    "Example: evaluate --db experiments/runs.db --run 7\n"
    "\n"
    "  --db FILE       database (default experiments/runs.db)\n"
    "  --run N         run (default: the newest finished run of the dataset)\n"
    "  --dataset NAME  dataset, where no run is given (default digits)\n"
    "  --threads T     threads (default: as many as the process may use)\n"
    "  --quiet         prints one line a part, no progress\n"
    "  --help          this text\n"
    "  --version       version\n"
    "\n"
    "A run that was evaluated before is evaluated afresh; the new figures replace the old ones.\n"
    "\n"
    "Reads: run, checkpoint, dataset, class, image, split_image\n"
    "Writes: prediction, confusion, evaluation, stage\n";

static const struct option OPTIONS[] = {{"threads", required_argument, NULL, OPTION_THREADS}, {0}};

static int take(int option, const char *argument, void *context, char error[200])
{
    int64_t *threads = context;
    if (option == OPTION_THREADS && parse_int(argument, 1, MAX_THREADS, threads)) {
        snprintf(error, 200, "--threads: '%.60s' is not a whole number from 1 to %d", argument,
                 MAX_THREADS);
        return -1;
    }
    return 0;
}

/* All that is read before anything is predicted. */
struct subject {
    struct run run;
    struct dataset dataset;
    struct image_set train, test;
    struct split_rows split;
    nn_model *model;
};

static void subject_load(const struct stage *stage, struct db *db, struct subject *subject)
{
    struct run *run = &subject->run;
    struct dataset *dataset = &subject->dataset;
    if (run_load(db, stage->run, stage->dataset, run))
        stage_fail(stage, "%s", db->error);
    if (strcmp(run->status, "running") == 0)
        stage_fail(stage, "run %lld is still running; expected one that has ended",
                   (long long)run->id);
    if (dataset_load_id(db, run->dataset, dataset) ||
        !(subject->model = run_model(db, run, dataset)) ||
        image_set_load(db, dataset, IMAGES_TRAIN, &subject->train) ||
        split_rows_load(db, run->split, run->fold, &subject->train, &subject->split) ||
        image_set_load(db, dataset, IMAGES_TEST, &subject->test))
        stage_fail(stage, "%s", db->error);
    if (nn_model_classes(subject->model) != dataset->classes)
        stage_fail(stage, "run %lld: its net tells %d classes apart; expected %d as in dataset %s",
                   (long long)run->id, nn_model_classes(subject->model), dataset->classes,
                   dataset->name);
    conf_scale(&run->conf, &subject->train.images);
    conf_scale(&run->conf, &subject->test.images);
}

static void subject_free(struct subject *subject)
{
    nn_model_free(subject->model);
    split_rows_free(&subject->split);
    image_set_free(&subject->train);
    image_set_free(&subject->test);
    dataset_free(&subject->dataset);
    run_free(&subject->run);
}

static void judge(const struct stage *stage, const struct subject *subject, int threads,
                  struct judgement judgements[2])
{
    int classes = subject->dataset.classes;
    judgements[0] = (struct judgement){.part = "validation",
                                       .set = &subject->train,
                                       .rows = subject->split.validation,
                                       .n = subject->split.n_validation,
                                       .classes = classes};
    judgements[1] = (struct judgement){
        .part = "test", .set = &subject->test, .n = subject->test.images.count, .classes = classes};
    nn_error error;
    nn_predictor *predictor = nn_predictor_new(subject->model, BATCH, threads, NN_ISA_BEST, &error);
    if (!predictor)
        stage_fail(stage, "run %lld: %s", (long long)subject->run.id, error.text);
    for (int i = 0; i < 2; i++)
        if (judgements[i].n > 0 &&
            judgement_make(stage, predictor, &judgements[i].set->images, &judgements[i], &error))
            stage_fail(stage, "run %lld: %s", (long long)subject->run.id, error.text);
    nn_predictor_free(predictor);
    stage_progress_end(stage);
}

/* The line of the stage log, like "validation 8341 of 8400 right, test 28000 predicted". */
static void describe(const struct judgement judgements[2], char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < 2 && used < size; i++) {
        const struct judgement *j = &judgements[i];
        if (j->n == 0)
            continue;
        if (used)
            used += (size_t)snprintf(text + used, size - used, ", ");
        if (j->labelled)
            used += (size_t)snprintf(text + used, size - used, "%s %zu of %zu right", j->part,
                                     j->correct, j->n);
        else
            used += (size_t)snprintf(text + used, size - used, "%s %zu predicted", j->part, j->n);
    }
}

static void store(const struct stage *stage, struct db *db, const struct subject *subject,
                  const struct judgement judgements[2])
{
    int64_t run = subject->run.id;
    char result[200];
    describe(judgements, result, sizeof result);
    if (db_begin(db) || evaluation_clear(db, run))
        stage_fail(stage, "%s", db->error);
    for (int i = 0; i < 2; i++)
        if (judgements[i].n > 0 && evaluation_store(db, run, &judgements[i]))
            stage_fail(stage, "%s", db->error);
    if (db_log_stage(db, stage->name, subject->dataset.id, run, stage->arguments,
                     stage_seconds() - stage->started, result) ||
        db_commit(db))
        stage_fail(stage, "%s", db->error);
}

static void print(const struct stage *stage, struct db *db, const struct subject *subject,
                  const struct judgement judgements[2])
{
    if (!stage->quiet)
        printf("run %lld (%s) on %s\n\n", (long long)subject->run.id, subject->run.experiment,
               subject->dataset.name);
    for (int i = 0; i < 2; i++) {
        const char *part = judgements[i].part;
        if (judgements[i].n == 0)
            printf("%s: no images%s\n", part,
                   i == 0 ? "; the run was trained on all of them" : " in this dataset");
        else if (evaluation_print(db, subject->run.id, part, stage->quiet))
            stage_fail(stage, "%s", db->error);
        if (i == 0 && !stage->quiet)
            putchar('\n');
    }
    if (fflush(stdout) || ferror(stdout))
        stage_fail(stage, "the report can't be written to standard output");
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "evaluate", .help = HELP};
    struct subject subject = {0};
    struct judgement judgements[2];
    struct db db;
    int64_t threads = 0;

    int next = stage_options(&stage, argc, argv, OPTIONS, take, &threads);
    if (next < argc)
        stage_usage(&stage, "unexpected argument '%s'", argv[next]);
    stage_open(&stage, &db, DB_WRITE);
    subject_load(&stage, &db, &subject);
    judge(&stage, &subject, (int)threads, judgements);
    store(&stage, &db, &subject, judgements);
    print(&stage, &db, &subject, judgements);

    judgement_free(&judgements[0]);
    judgement_free(&judgements[1]);
    subject_free(&subject);
    db_close(&db);
    return 0;
}
