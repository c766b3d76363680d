/* train: trains the net of an experiment file and records the run.
 *
 * In: dataset, class, image, split, split_image, and the predictions of a teacher. Out: run,
 * hyperparameter, layer, epoch, checkpoint.
 */
#include "pipeline/base/child.h"
#include "pipeline/base/number.h"
#include "pipeline/conf/input.h"
#include "pipeline/db/crashed.h"
#include "pipeline/db/lock.h"
#include "pipeline/program/experiment.h"
#include "pipeline/program/net.h"
#include "pipeline/store/identity.h"
#include "pipeline/train/loop.h"
#include "pipeline/train/net.h"
#include "pipeline/train/record.h"
#include "pipeline/train/show.h"
#include "pipeline/train/teacher.h"
#include "pipeline/train/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    int again, verify, settings;
    int64_t fold, threads; /* fold -1, threads 0: not given */
};

static const struct option_row ROWS[] = {
    {"again", OPTION_FLAG, NULL, OPTION_AT(struct options, again),
     .help = "train anew, whatever runs there are"},
    {"verify", OPTION_FLAG, NULL, OPTION_AT(struct options, verify),
     .help = "with --run: train a finished run again, in memory, and say whether its weights come "
             "out the same, bit for bit, and what is not as it was; exit status 1 where they "
             "differ"},
    {"fold", OPTION_WHOLE, "I", OPTION_AT(struct options, fold), 0, 999,
     .help = "only the fold I, counted from 0, where the split has folds"},
    {"threads", OPTION_WHOLE, "N", OPTION_AT(struct options, threads), 1, 256,
     .help = "how many threads", .fallback = "the processors that the process may use"},
    {"settings", OPTION_FLAG, NULL, OPTION_AT(struct options, settings),
     .help = "list all settings of experiment files, and end"},
    {0}};

static const struct program PROGRAM = {
    .name = "train",
    .usage = "[OPTION]... EXPERIMENT.conf\n[OPTION]... --run N [--verify]\n--settings",
    .about = "Trains a net as an experiment file says; each epoch is committed as it ends. Where a "
             "finished run of just these inputs exists, it is named and nothing is trained; where "
             "an interrupted or crashed one does, it goes on from its last checkpoint, as it does "
             "with --run N. Ctrl-C stops after the current step. Where the file names the members "
             "of a committee, the program `committee` is called instead.",
    .example = "build/bin/train --dataset digits --seed 2 experiments/batchnorm.conf",
    .reads = "dataset, class, image, split, split_image, run, checkpoint, prediction.",
    .writes = "run, hyperparameter, layer, epoch, checkpoint, stage.",
    .uses = USES_DB | USES_DATASET | USES_RUN | USES_EXPERIMENT | USES_IF_NEEDED | USES_QUIET |
            USES_ISA,
    .rows = ROWS,
    .most = 1};

static void check_options(const struct stage *stage, const struct options *o)
{
    if (stage->n_arguments)
        stage_usage(stage, "'%.100s' is no experiment file; expected NAME.conf",
                    stage->arguments[0]);
    if (!stage->run && !stage->experiment)
        stage_usage(stage, "expected an experiment file NAME.conf, or --run N");
    if (stage->run && (o->fold >= 0 || o->again))
        stage_usage(stage, "--run goes on with a run as it was: expected neither --fold nor "
                           "--again");
    if (stage->all && o->fold >= 0)
        stage_usage(stage, "--all leaves nothing to validate: expected no --fold");
    if (o->verify && !stage->run)
        stage_usage(stage, "--verify: expected --run N, the run to train again");
}

/* ---------------------------------------------------------------- what goes in */

struct inputs {
    struct conf conf;
    struct dataset dataset;
    struct image_set images;
};

static _Noreturn void become_committee(const struct stage *stage, char **argv)
{
    char path[1200];
    struct error error;
    if (child_path("committee", path, sizeof path, &error))
        stage_fail(stage, "%s", error.text);
    argv[0] = path;
    execv(path, argv);
    stage_fail(stage, "%s names the members of a committee, and %s cannot be called: %s",
               stage->experiment, path, strerror(errno));
}

/* The experiment as the command line changes it. */
static void load_experiment(const struct stage *stage, const struct options *o, struct conf *conf,
                            char **argv)
{
    experiment_load(stage, conf);
    if (!conf->layers)
        become_committee(stage, argv);
    if (o->fold >= 0 && conf->split_method != SPLIT_KFOLD)
        stage_usage(stage, "%s: its split has no folds; expected no --fold", stage->experiment);
    if (o->fold >= conf->split_folds)
        stage_usage(stage, "%s: its split has %d folds; expected --fold 0 to %d", stage->experiment,
                    conf->split_folds, conf->split_folds - 1);
}

/* What a run has recorded of its experiment. */
static void load_run(struct training *t, struct inputs *inputs)
{
    struct run run;
    if (run_load(t->db, t->stage->run, NULL, &run) ||
        dataset_load_id(t->db, run.dataset, &inputs->dataset))
        stage_fail(t->stage, "%s", t->db->error.text);
    if (run.kind == RUN_COMMITTEE)
        stage_fail(t->stage, "run %lld is a committee; expected a training", (long long)run.id);
    stage_check(t->stage, t->db, crashed_refuse(t->db, run.id));
    t->run = run.id;
    t->split = run.split;
    t->fold = run.fold;
    inputs->conf = run.conf; /* taken over: run_free is not called */
}

/* The call that makes a split which is not there. */
static _Noreturn void no_split(const struct training *t)
{
    const struct stage *stage = t->stage;
    struct text call = {0};
    text_add(&call, "build/bin/split");
    if (strcmp(stage->db_path, "experiments/runs.db"))
        text_format(&call, " --db %s", stage->db_path);
    if (stage->dataset_given)
        text_format(&call, " --dataset %s", stage->dataset);
    for (int i = 0; i < stage->sets.n; i++)
        if (!strncmp(stage->sets.items[i], "split.", 6))
            text_format(&call, " --set %s", stage->sets.items[i]);
    if (stage->folds)
        text_format(&call, " --folds %lld", (long long)stage->folds);
    text_format(&call, "%s %s", stage->all ? " --all" : "", stage->experiment);
    stage_fail(stage, "dataset %s has no split as %s asks for; split makes it: %s",
               t->dataset->name, t->conf->name, text_of(&call));
}

static void load_images(struct training *t, struct inputs *inputs)
{
    struct split_key key = split_key_of(t->conf);
    if (!t->split && split_find(t->db, t->dataset->id, &key, &t->split))
        stage_fail(t->stage, "%s", t->db->error.text);
    if (!t->split)
        no_split(t);
    if (image_set_load(t->db, t->dataset, IMAGES_TRAIN, &inputs->images))
        stage_fail(t->stage, "%s", t->db->error.text);
    if (input_prepare(t->conf, &inputs->images.images, inputs->images.pixels,
                      inputs->images.values))
        stage_fail(t->stage, "out of memory for the %s", dataset_rows_word(t->dataset));
    t->images = &inputs->images;
    t->labelled = inputs->images.images.count;
}

/* ---------------------------------------------------------------- anything to do? */

static void identify(struct training *t)
{
    if (identity_of_training(t->db, t->conf, t->dataset, t->fold, t->identity))
        stage_fail(t->stage, "%s", t->db->error.text);
}

/* Looks for a run of just this, which may be one that can go on. Returns 1 where it has finished.
 */
static int find_run(struct training *t)
{
    run_status status;
    if (identity_find(t->db, t->identity, t->parent ? t->parent->run : 0, &t->run, &status))
        stage_fail(t->stage, "%s", t->db->error.text);
    t->goes_on = t->run != 0;
    return t->run && status == RUN_FINISHED;
}

/* Two equal calls train once: the second one waits, and looks again. */
static int is_trained(struct training *t, const struct options *o)
{
    char work[80];
    snprintf(work, sizeof work, "the training %.12s", t->identity);
    t->goes_on = t->run != 0;
    if (o->verify || o->again)
        return 0;
    if (t->run) {
        int rc = lock_try(t->db, LOCK_WORK, lock_number(work));
        if (rc)
            stage_fail(t->stage, "run %lld: %s", (long long)t->run,
                       rc < 0 ? t->db->error.text : "another process is at work on just this");
        return 0;
    }
    if (find_run(t))
        return 1;
    stage_exclusive(t->stage, t->db, work);
    return find_run(t);
}

/* ---------------------------------------------------------------- training */

static void end(struct training *t, run_status status, const char *message, double seconds)
{
    if (train_tell_end(t, status, message, seconds))
        stage_fail(t->stage, "%s%srun %lld could not be recorded as %s: %s", message ? message : "",
                   message ? "; and " : "", (long long)t->run, run_status_name(status),
                   t->db->error.text);
}

/* How to go on with a run that did not come to its end: with the whole one, of a fold. */
static const char *way_on(const struct training *t, char text[100])
{
    long long run = t->parent ? t->parent->run : t->run;
    if (getenv("MAKELEVEL"))
        snprintf(text, 100, "go on with make train RUN=%lld (train --run %lld)", run, run);
    else
        snprintf(text, 100, "go on with --run %lld", run);
    return text;
}

/* Trains and records how it ended, of the run of all folds, too, where it did not end well. */
static void train(struct training *t)
{
    struct error error;
    char on[100];
    double began = number_seconds();
    train_catch_signals();
    if (train_tell_start(t))
        stage_fail(t->stage, "%s", t->db->error.text);
    run_status status = train_loop(t, &error);
    if (status == RUN_CRASHED) /* nobody can be told; whoever looks next finds that it is gone */
        stage_fail(t->stage, "run %lld: %s; %s", (long long)t->run, error.text, way_on(t, on));
    const char *why = status == RUN_FAILED ? error.text : NULL;
    end(t, status, why, number_seconds() - began);
    if (status != RUN_FINISHED && t->parent)
        end(t->parent, status, why, 0);
    if (status == RUN_FAILED)
        stage_fail(t->stage, "run %lld: %s", (long long)t->run, why);
    if (status == RUN_INTERRUPTED)
        stage_interrupted(t->stage, "run %lld: interrupted in epoch %d; %s", (long long)t->run,
                          t->state.epoch, way_on(t, on));
}

/* What depends on the fold: which images train, with what targets, and the net. */
static void prepare(struct training *t)
{
    if (split_rows_load(t->db, t->split, t->fold, t->images, &t->rows) || train_ask_teacher(t))
        stage_fail(t->stage, "%s", t->db->error.text);
    if (t->rows.n_train == 0)
        stage_fail(t->stage, "dataset %s: its split leaves no %s to train on", t->dataset->name,
                   dataset_row_word(t->dataset));
    train_build_net(t);
    t->state = train_state_first(t->conf);
}

static void clean_up(struct training *t)
{
    train_forget_teacher(t);
    train_free_net(t);
}

static void train_one(struct training *t)
{
    struct recording recording = {0};
    t->kind = RUN_TRAINING;
    t->listeners[0] = train_recorder(&recording);
    t->listeners[1] = train_shower();
    prepare(t);
    train(t);
    clean_up(t);
}

static void train_fold(struct training *parent, const struct options *o, int fold)
{
    struct training t = *parent;
    t.parent = parent;
    t.fold = fold;
    t.run = 0;
    t.model = NULL;
    identify(&t);
    int trained = is_trained(&t, o);
    if (t.goes_on && train_adopt_run(&t))
        stage_fail(t.stage, "%s", t.db->error.text);
    if (trained)
        printf("run %lld has trained just this: nothing to do\n", (long long)t.run);
    else
        train_one(&t);
}

/* All folds, one after the other, as parts of one run. */
static void train_folds(struct training *t, const struct options *o)
{
    struct recording recording = {0};
    double began = number_seconds();
    t->kind = RUN_FOLDS;
    t->listeners[0] = train_recorder(&recording);
    t->listeners[1] = train_shower();
    t->model = train_new_model(t);
    t->state = train_state_first(t->conf);
    train_catch_signals();
    if (train_tell_start(t))
        stage_fail(t->stage, "%s", t->db->error.text);
    for (int fold = 0; fold < t->conf->split_folds; fold++)
        train_fold(t, o, fold);
    t->state.epoch = t->conf->epochs + 1;
    end(t, RUN_FINISHED, NULL, number_seconds() - began);
    nn_model_free(t->model);
}

/* The verifier has the first word and the last one. Returns the exit status. */
static int verify(struct training *t)
{
    struct error error;
    struct verification *verification = train_verification_new();
    double began = number_seconds();
    if (!verification)
        stage_fail(t->stage, "out of memory for the verification");
    t->listeners[0] = train_verifier(verification);
    t->listeners[1] = train_shower();
    t->listeners[1].start = NULL;
    t->listeners[1].end = NULL;
    train_catch_signals();
    prepare(t);
    if (train_tell_start(t))
        stage_fail(t->stage, "%s", t->db->error.text);
    run_status status = train_loop(t, &error);
    if (status == RUN_INTERRUPTED)
        stage_interrupted(t->stage, "run %lld: interrupted in epoch %d of its verification",
                          (long long)t->run, t->state.epoch);
    if (status != RUN_FINISHED)
        stage_fail(t->stage, "run %lld: %s", (long long)t->run, error.text);
    if (train_tell_end(t, status, NULL, number_seconds() - began))
        stage_fail(t->stage, "%s", t->db->error.text);
    int same = train_verified_same(verification);
    train_verification_free(verification);
    clean_up(t);
    return !same;
}

int main(int argc, char **argv)
{
    struct options options = {.fold = -1};
    struct inputs inputs = {0};
    struct error error;
    struct stage stage;
    struct db db;
    int status = 0;

    net_restart(argv);
    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    if (options.settings)
        return stage_end(&stage, conf_print_settings(stdout) ? 1 : 0);
    check_options(&stage, &options);
    struct training t = {.stage = &stage,
                         .db = &db,
                         .conf = &inputs.conf,
                         .dataset = &inputs.dataset,
                         .fold = (int)options.fold,
                         .threads = options.threads ? (int)options.threads : nn_threads_available(),
                         .isa = net_isa(&stage)};
    if (stage.experiment)
        load_experiment(&stage, &options, &inputs.conf, argv);
    stage_open(&stage, &db, DB_WRITE);
    if (stage.run)
        load_run(&t, &inputs);
    else if (dataset_load(&db, stage.dataset, &inputs.dataset))
        stage_fail(&stage, "%s", db.error.text);
    if (conf_resolve(&inputs.conf, dataset_data(&inputs.dataset), &error))
        stage_fail(&stage, "%s", error.text);
    int folds = t.conf->split_method == SPLIT_KFOLD && t.fold < 0;
    if (options.verify && folds)
        stage_fail(&stage, "run %lld is one of folds; expected --verify with one of its trainings",
                   (long long)t.run);
    identify(&t);
    if (is_trained(&t, &options)) {
        stage_idle(&stage, "run %lld has trained just this: nothing to do", (long long)t.run);
    } else {
        load_images(&t, &inputs);
        if (options.verify)
            status = verify(&t);
        else if (folds)
            train_folds(&t, &options);
        else
            train_one(&t);
    }
    image_set_free(&inputs.images);
    dataset_free(&inputs.dataset);
    conf_free(&inputs.conf);
    db_close(&db);
    return stage_end(&stage, status);
}
