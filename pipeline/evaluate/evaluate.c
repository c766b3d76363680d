/* evaluate.c: judges a run. In: a run with weights, folds with weights or members that were
 * evaluated; its dataset and split. Out: a prediction for each validation and test image, the
 * counts of confusions, loss and right answers; on stdout what the views make of them. */
#include "pipeline/evaluate/evaluate.h"

#include "pipeline/conf/input.h"

#include <string.h>

enum { OPTION_THREADS = 256, MAX_THREADS = 1024 };

static const char HELP[] =
    "Usage: evaluate [--db FILE] [--run N] [options]\n"
    "\n"
    "Lets the net of a run predict the validation and the test images, and says how good it is.\n"
    "The setting predict.views lets it predict several views of each, and averages.\n"
    "A folds run predicts every training image by the net that was not trained on it, and the\n"
    "test images by all. A committee joins what its members, evaluated before, have said.\n"
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
    "Reads: run, checkpoint, member, prediction, dataset, class, image, split_image\n"
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

static void subject_load(struct subject *subject)
{
    const struct stage *stage = subject->stage;
    struct run *run = &subject->run;
    char error[300];
    if (run_load(subject->db, stage->run, stage->dataset, run))
        stage_fail(stage, "%s", subject->db->error);
    if (strcmp(run->status, "running") == 0)
        stage_fail(stage, "run %lld is still running; expected one that has ended",
                   (long long)run->id);
    if (dataset_load_id(subject->db, run->dataset, &subject->dataset) ||
        image_set_load(subject->db, &subject->dataset, IMAGES_TRAIN, &subject->train) ||
        image_set_load(subject->db, &subject->dataset, IMAGES_TEST, &subject->test))
        stage_fail(stage, "%s", subject->db->error);
    subject->n_views =
        run->kind == RUN_COMMITTEE
            ? 1
            : views_parse(run->conf.predict_views, subject->views, error, sizeof error);
    if (subject->n_views < 0)
        stage_fail(stage, "run %lld: predict.views: %s", (long long)run->id, error);
    if (input_prepare(&run->conf, &subject->train.images, subject->train.pixels) ||
        input_prepare(&run->conf, &subject->test.images, subject->test.pixels))
        stage_fail(stage, "out of memory for the images");
}

static void subject_free(struct subject *subject)
{
    image_set_free(&subject->train);
    image_set_free(&subject->test);
    dataset_free(&subject->dataset);
    run_free(&subject->run);
}

static void judge(struct subject *subject, struct judgement judgements[2])
{
    nn_error error;
    if (subject->run.kind == RUN_COMMITTEE)
        judge_committee(subject, judgements);
    else
        judge_nets(subject, judgements);
    if (judgement_close(&judgements[0], &error) || judgement_close(&judgements[1], &error))
        stage_fail(subject->stage, "run %lld: %s", (long long)subject->run.id, error.text);
}

/* By what was judged where that is more than one look of one net, like ", 5 folds, 4 views". */
static const char *by_what(const struct subject *subject, char text[60])
{
    int used = 0;
    text[0] = '\0';
    if (subject->parts)
        used = snprintf(text, 60, ", %d %s", subject->parts,
                        subject->run.kind == RUN_FOLDS ? "folds" : "members");
    if (subject->n_views > 1)
        snprintf(text + used, 60 - (size_t)used, ", %d views", subject->n_views);
    return text;
}

/* The line of the stage log, like "validation 8341 of 8400 right, test 28000 predicted, 4 views".
 */
static void describe(const struct subject *subject, const struct judgement judgements[2],
                     char *text, size_t size)
{
    char how[60];
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
    if (used < size)
        snprintf(text + used, size - used, "%s", by_what(subject, how));
}

static void store(const struct subject *subject, const struct judgement judgements[2])
{
    const struct stage *stage = subject->stage;
    struct db *db = subject->db;
    int64_t run = subject->run.id;
    char result[300];
    describe(subject, judgements, result, sizeof result);
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

static void print(const struct subject *subject, const struct judgement judgements[2])
{
    const struct stage *stage = subject->stage;
    char how[60];
    const char *unseen = subject->run.kind == RUN_COMMITTEE
                             ? "; none was kept from the training of all members"
                             : "; the run was trained on all of them";
    if (!stage->quiet)
        printf("run %lld (%s) on %s%s\n\n", (long long)subject->run.id, subject->run.experiment,
               subject->dataset.name, by_what(subject, how));
    for (int i = 0; i < 2; i++) {
        const char *part = judgements[i].part;
        if (judgements[i].n == 0)
            printf("%s: no images%s\n", part, i == 0 ? unseen : " in this dataset");
        else if (evaluation_print(subject->db, subject->run.id, part, stage->quiet))
            stage_fail(stage, "%s", subject->db->error);
        if (i == 0 && !stage->quiet)
            putchar('\n');
    }
    if (fflush(stdout) || ferror(stdout))
        stage_fail(stage, "the report can't be written to standard output");
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "evaluate", .help = HELP};
    struct db db;
    struct subject subject = {.stage = &stage, .db = &db};
    struct judgement judgements[2] = {0};
    int64_t threads = 0;

    int next = stage_options(&stage, argc, argv, OPTIONS, take, &threads);
    if (next < argc)
        stage_usage(&stage, "unexpected argument '%s'", argv[next]);
    subject.threads = (int)threads;
    stage_open(&stage, &db, DB_WRITE);
    subject_load(&subject);
    judge(&subject, judgements);
    store(&subject, judgements);
    print(&subject, judgements);

    judgement_free(&judgements[0]);
    judgement_free(&judgements[1]);
    subject_free(&subject);
    db_close(&db);
    return 0;
}
