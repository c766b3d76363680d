/* evaluate: judges a run. In: a run with weights, folds with weights or members that were
 * evaluated; its dataset and split. Out: a prediction for each validation and test image, the
 * counts of confusions, loss and right answers; on stdout what the views make of them. */
#include "pipeline/evaluate/evaluate.h"

#include "pipeline/base/number.h"
#include "pipeline/conf/input.h"
#include "pipeline/program/experiment.h"
#include "pipeline/program/net.h"
#include "pipeline/store/identity.h"

#include <string.h>

struct options {
    int again;
    int64_t threads; /* 0: not given */
};

static const struct option_row ROWS[] = {
    {"again", OPTION_FLAG, NULL, OPTION_AT(struct options, again),
     .help = "evaluate anew, whatever is recorded; the new figures replace the old ones"},
    {"threads", OPTION_WHOLE, "N", OPTION_AT(struct options, threads), 1, 1024,
     .help = "how many threads", .fallback = "the processors that the process may use"},
    {0}};

static const struct program PROGRAM = {
    .name = "evaluate",
    .usage = "[OPTION]... [EXPERIMENT.conf]\n[OPTION]... --run N",
    .about = "Lets the net of a run predict the validation and the test images, and says how good "
             "it is. The run is that of EXPERIMENT.conf, the one with a number, or the newest "
             "finished one of the dataset. The setting predict.views lets the net predict several "
             "views of each image, and averages. A folds run predicts every training image by the "
             "net that was not trained on it, and the test images by all. A committee joins what "
             "its members, evaluated before, have said. What is recorded of a finished run is not "
             "computed again.",
    .example = "build/bin/evaluate --seed 2 experiments/batchnorm.conf",
    .reads = "run, checkpoint, member, prediction, dataset, class, image, split_image.",
    .writes = "prediction, confusion, evaluation, stage.",
    .uses = USES_DB | USES_DATASET | USES_RUN | USES_EXPERIMENT | USES_IF_NEEDED | USES_QUIET |
            USES_ISA,
    .rows = ROWS};

/* All that is known without looking at images. */
static void load_run(struct subject *subject)
{
    const struct stage *stage = subject->stage;
    struct run *run = &subject->run;
    struct error error;
    experiment_run(stage, subject->db, run);
    if (run->status == RUN_RUNNING)
        stage_fail(stage, "run %lld is still running; expected one that has ended",
                   (long long)run->id);
    stage_check(stage, subject->db, dataset_load_id(subject->db, run->dataset, &subject->dataset));
    subject->n_views = 1;
    if (run->kind == RUN_COMMITTEE) {
        stage_check(stage, subject->db, committee_load(subject->db, run->id, &subject->committee));
        subject->parts = subject->committee.members;
        return;
    }
    subject->parts = run->kind == RUN_FOLDS ? run->conf.split_folds : 0;
    subject->n_views = views_parse(run->conf.predict_views, subject->views, &error);
    if (subject->n_views < 0)
        stage_fail(stage, "run %lld: predict.views: %s", (long long)run->id, error.text);
}

static int is_complete(const struct subject *subject)
{
    int complete = evaluation_is_complete(subject->db, subject->run.id);
    if (complete < 0)
        stage_fail(subject->stage, "%s", subject->db->error.text);
    return complete;
}

/* Two equal calls evaluate once: the second one waits, and looks again. */
static int is_evaluated(const struct subject *subject, const struct options *o)
{
    char work[60];
    if (!o->again && is_complete(subject))
        return 1;
    snprintf(work, sizeof work, "the evaluation of run %lld", (long long)subject->run.id);
    stage_exclusive(subject->stage, subject->db, work);
    return !o->again && is_complete(subject);
}

/* ---------------------------------------------------------------- judging */

static void load_images(struct subject *subject)
{
    const struct conf *conf = &subject->run.conf;
    if (identity_of_member(subject->db, subject->run.id, subject->identity) ||
        image_set_load(subject->db, &subject->dataset, IMAGES_TRAIN, &subject->train) ||
        image_set_load(subject->db, &subject->dataset, IMAGES_TEST, &subject->test))
        stage_fail(subject->stage, "%s", subject->db->error.text);
    if (input_prepare(conf, &subject->train.images, subject->train.pixels, subject->train.values) ||
        input_prepare(conf, &subject->test.images, subject->test.pixels, subject->test.values))
        stage_fail(subject->stage, "out of memory for the %s",
                   dataset_rows_word(&subject->dataset));
}

static void judge(struct subject *subject, struct judgement judgements[2])
{
    struct error error;
    if (subject->run.kind == RUN_COMMITTEE)
        judge_committee(subject, judgements);
    else
        judge_nets(subject, judgements);
    if (judgement_close(&judgements[0], &error) || judgement_close(&judgements[1], &error))
        stage_fail(subject->stage, "run %lld: %s", (long long)subject->run.id, error.text);
}

/* By what was judged where that is more than one look of one net, like ", 5 folds, 4 views". */
static void tell_by_what(const struct subject *subject, struct text *text)
{
    if (subject->parts)
        text_format(text, ", %d %s", subject->parts,
                    subject->run.kind == RUN_FOLDS ? "folds" : "members");
    if (subject->n_views > 1)
        text_format(text, ", %d views", subject->n_views);
}

/* ---------------------------------------------------------------- storing */

struct storing {
    const struct subject *subject;
    const struct judgement *judgements; /* [2] */
};

/* The line of the stage log, like "validation 8341 of 8400 right, test 28000 predicted, 4 views".
 */
static void describe(const struct storing *s, struct text *text)
{
    for (int i = 0; i < 2; i++) {
        const struct judgement *j = &s->judgements[i];
        if (j->n == 0)
            continue;
        text_format(text, "%s%s ", text->length ? ", " : "", j->part);
        if (j->labelled)
            text_format(text, "%zu of %zu right", j->correct, j->n);
        else
            text_format(text, "%zu predicted", j->n);
    }
    tell_by_what(s->subject, text);
}

/* The run may have gone on since its weights were read: what it said then is not what it says. */
static int check_identity(const struct subject *subject)
{
    char now[65];
    if (identity_of_member(subject->db, subject->run.id, now))
        return FAILED;
    return strcmp(now, subject->identity)
               ? error_set(&subject->db->error,
                           "run %lld: its weights have changed meanwhile; evaluate it again",
                           (long long)subject->run.id)
               : 0;
}

static int write(void *context)
{
    const struct storing *s = context;
    const struct subject *subject = s->subject;
    struct text result = {0};
    int rc = check_identity(subject);
    if (!rc)
        rc = evaluation_clear(subject->db, subject->run.id);
    for (int i = 0; i < 2 && !rc; i++)
        if (s->judgements[i].n > 0)
            rc = evaluation_store(subject->db, subject->run.id, &s->judgements[i]);
    describe(s, &result);
    if (!rc)
        rc = stage_log(subject->stage, subject->db, subject->dataset.id, subject->run.id,
                       text_of(&result));
    text_free(&result);
    return rc;
}

static void evaluate(struct subject *subject)
{
    struct judgement judgements[2] = {0};
    struct storing storing = {subject, judgements};
    load_images(subject);
    judge(subject, judgements);
    if (db_transaction(subject->db, write, &storing))
        stage_fail(subject->stage, "%s", subject->db->error.text);
    judgement_free(&judgements[0]);
    judgement_free(&judgements[1]);
}

static void print(const struct subject *subject)
{
    const struct stage *stage = subject->stage;
    const int64_t run = subject->run.id;
    const char *unseen = subject->run.kind == RUN_COMMITTEE
                             ? "; none was kept from the training of all members"
                             : "; the run was trained on all of them";
    struct text how = {0};
    tell_by_what(subject, &how);
    if (!stage->quiet)
        printf("run %lld (%s) on %s%s\n\n", (long long)run, subject->run.experiment,
               subject->dataset.name, text_of(&how));
    text_free(&how);
    stage_check(stage, subject->db, evaluation_print(subject, "validation", unseen));
    if (!stage->quiet)
        putchar('\n');
    stage_check(stage, subject->db, evaluation_print(subject, "test", " in this dataset"));
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct stage stage;
    struct db db;

    net_restart(argv);
    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    struct subject subject = {
        .stage = &stage, .db = &db, .threads = (int)options.threads, .isa = net_isa(&stage)};
    stage_open(&stage, &db, DB_WRITE);
    load_run(&subject);
    if (is_evaluated(&subject, &options))
        stage_idle(&stage, "run %lld is evaluated: nothing to do", (long long)subject.run.id);
    else
        evaluate(&subject);
    print(&subject);

    image_set_free(&subject.train);
    image_set_free(&subject.test);
    dataset_free(&subject.dataset);
    run_free(&subject.run);
    db_close(&db);
    return stage_end(&stage, 0);
}
