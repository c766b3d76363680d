/* train.c: trains the net of an experiment file and records the run.
 *
 * In: dataset, image, split, split_image. Out: run, hyperparameter, layer, epoch, checkpoint.
 */
#include "pipeline/train/train.h"

#include "pipeline/conf/input.h"

#include <stdlib.h>
#include <string.h>

static const char HELP[] =
    "Usage: train [OPTIONS] EXPERIMENT.conf\n"
    "       train [OPTIONS] --run N [--verify]\n"
    "       train --settings\n"
    "\n"
    "Trains a net as an experiment file says; each epoch is committed as it ends. Where a "
    "finished\n"
    "run of just these inputs exists, it is named and nothing is trained; where an interrupted or\n"
    "crashed one does, it goes on from its last checkpoint. Ctrl-C stops after the current step.\n"
    "\n"
    "Example: train --dataset digits --seed 2 experiments/batchnorm.conf\n"
    "\n"
    "  --run N              go on with this interrupted or crashed run\n"
    "  --verify             with --run: train a finished run again, in memory, and say whether "
    "its\n"
    "                       weights come out the same, bit for bit, and what is not as it was;\n"
    "                       exit status 1 where they differ\n"
    "  --settings           list all settings of experiment files, and end\n"
    "  --again              train anew, whatever runs there are\n"
    "  --all                train on all labelled images: none validate, nothing is monitored, "
    "the\n"
    "                       weights of the last epoch count (or their average)\n"
    "  --folds K            K stratified folds, trained one after the other as parts of one run; "
    "so\n"
    "                       each image is predicted by a net that was not trained on it\n"
    "  --fold I             only the fold I (0 .. folds - 1), where the split has folds\n"
    "  --set SECTION.KEY=V  change a setting of the experiment file; may be repeated\n"
    "  --seed N             the same as --set train.seed=N\n"
    "  --threads N          default: the processors that the process may use\n"
    "  --run-to FILE        write the number of the run into FILE at the end\n"
    "  --db PATH            database (default experiments/runs.db)\n"
    "  --dataset NAME       dataset (default digits)\n"
    "  --quiet              print nothing but the last line\n"
    "  --help, --version\n"
    "\n"
    "The environment variable NN_ISA (plain, avx2, avx512) forces an instruction set.\n"
    "\n"
    "Reads: dataset, class, image, split, split_image.\n"
    "Writes: run, hyperparameter, layer, epoch, checkpoint, stage.\n";

enum {
    OPTION_AGAIN = 256,
    OPTION_ALL,
    OPTION_SETTINGS,
    OPTION_FOLDS,
    OPTION_FOLD,
    OPTION_SET,
    OPTION_THREADS,
    OPTION_RUN_TO,
    OPTION_VERIFY,
    MAX_SETS = 64
};

struct options {
    int again, verify, settings, all, folds, fold, threads, sets; /* folds 0, fold -1: not given */
    const char *set[MAX_SETS];
    const char *run_to;
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct options *o = context;
    int64_t number = 0;
    switch (option) {
    case OPTION_AGAIN:
        o->again = 1;
        return 0;
    case OPTION_VERIFY:
        o->verify = 1;
        return 0;
    case OPTION_SETTINGS:
        o->settings = 1;
        return 0;
    case OPTION_ALL:
        o->all = 1;
        return 0;
    case OPTION_FOLDS:
        snprintf(error, 200, "--folds: '%.60s' is not a whole number from 2 to 1000", argument);
        if (parse_int(argument, 2, 1000, &number))
            return -1;
        o->folds = (int)number;
        return 0;
    case OPTION_FOLD:
        snprintf(error, 200, "--fold: '%.60s' is not a whole number from 0 to 999", argument);
        if (parse_int(argument, 0, 999, &number))
            return -1;
        o->fold = (int)number;
        return 0;
    case OPTION_THREADS:
        snprintf(error, 200, "--threads: '%.60s' is not a whole number from 1 to 256", argument);
        if (parse_int(argument, 1, 256, &number))
            return -1;
        o->threads = (int)number;
        return 0;
    case OPTION_SET:
        snprintf(error, 200, "--set: more than %d of them", MAX_SETS);
        if (o->sets == MAX_SETS)
            return -1;
        o->set[o->sets++] = argument;
        return 0;
    default:
        o->run_to = argument;
        return 0;
    }
}

static void parse(struct stage *stage, struct options *o, int argc, char **argv, const char **conf)
{
    static const struct option OWN[] = {{"again", no_argument, NULL, OPTION_AGAIN},
                                        {"settings", no_argument, NULL, OPTION_SETTINGS},
                                        {"all", no_argument, NULL, OPTION_ALL},
                                        {"folds", required_argument, NULL, OPTION_FOLDS},
                                        {"fold", required_argument, NULL, OPTION_FOLD},
                                        {"set", required_argument, NULL, OPTION_SET},
                                        {"threads", required_argument, NULL, OPTION_THREADS},
                                        {"verify", no_argument, NULL, OPTION_VERIFY},
                                        {"run-to", required_argument, NULL, OPTION_RUN_TO},
                                        {0}};
    int first = stage_options(stage, argc, argv, OWN, take, o);
    if (o->settings)
        exit(conf_print_settings(stdout) || fflush(stdout) ? 1 : 0);
    if (argc - first > 1)
        stage_usage(stage, "expected one experiment file, got %d", argc - first);
    if (!stage->run && argc == first)
        stage_usage(stage, "expected an experiment file");
    if (stage->run && (argc > first || stage->seed_given || o->sets || o->fold >= 0 || o->again ||
                       o->all || o->folds))
        stage_usage(stage, "--run goes on with a run as it was: expected no file, --seed, --set, "
                           "--all, --folds, --fold or --again");
    if (o->all && (o->folds || o->fold >= 0))
        stage_usage(stage, "--all leaves nothing to validate: expected neither --folds nor --fold");
    if (o->verify && !stage->run)
        stage_usage(stage, "--verify: expected --run N, the run to train again");
    *conf = stage->run ? NULL : argv[first];
}

/* The experiment as the command line changes it. */
static void load_experiment(struct training *t, const struct options *o, const char *path)
{
    char error[512], text[64];
    if (conf_load(path, &t->conf, error, sizeof error))
        stage_fail(t->stage, "%s", error);
    for (int i = 0; i < o->sets; i++)
        if (conf_set(&t->conf, o->set[i], error, sizeof error))
            stage_usage(t->stage, "--set: %s", error);
    snprintf(text, sizeof text, "train.seed=%llu", (unsigned long long)t->stage->seed);
    if (t->stage->seed_given && conf_set(&t->conf, text, error, sizeof error))
        stage_usage(t->stage, "--seed: %s", error);
    if ((o->all && conf_train_on_all(&t->conf, error, sizeof error)) ||
        (o->folds && conf_train_folds(&t->conf, o->folds, error, sizeof error)) ||
        conf_check(&t->conf, error, sizeof error))
        stage_fail(t->stage, "%s", error);
    if (!t->conf.layers)
        stage_fail(t->stage, "%s: names the members of a committee; expected a net to train", path);
    t->fold = o->fold;
    if (t->fold >= 0 && t->conf.split_method != SPLIT_KFOLD)
        stage_usage(t->stage, "%s: its split has no folds; expected no --fold", path);
    if (t->fold >= t->conf.split_folds)
        stage_usage(t->stage, "%s: its split has %d folds; expected --fold 0 to %d", path,
                    t->conf.split_folds, t->conf.split_folds - 1);
}

/* The experiment, or what a run has recorded of it. */
static void load_inputs(struct training *t, const struct options *o, const char *path)
{
    if (t->stage->run) {
        struct run run;
        if (run_load(&t->db, t->stage->run, NULL, &run) ||
            dataset_load_id(&t->db, run.dataset, &t->dataset))
            stage_fail(t->stage, "%s", t->db.error);
        t->run = run.id;
        t->split = run.split;
        t->fold = run.fold;
        t->conf = run.conf; /* taken over: run_free is not called */
        if (!t->conf.layers)
            stage_fail(t->stage, "run %lld is a committee; expected a training", (long long)t->run);
    } else {
        load_experiment(t, o, path);
        if (dataset_load(&t->db, t->stage->dataset, &t->dataset) || train_find_split(t))
            stage_fail(t->stage, "%s", t->db.error);
    }
    if (image_set_load(&t->db, &t->dataset, IMAGES_TRAIN, &t->images))
        stage_fail(t->stage, "%s", t->db.error);
    if (input_prepare(&t->conf, &t->images.images, t->images.pixels))
        stage_fail(t->stage, "out of memory for the images");
}

/* What depends on the fold: which images train, and what tells this training from others. */
static void load_rows(struct training *t)
{
    train_input_hash(t);
    if (train_find_teacher(t) || split_rows_load(&t->db, t->split, t->fold, &t->images, &t->rows) ||
        train_ask_teacher(t))
        stage_fail(t->stage, "%s", t->db.error);
    if (t->rows.n_train == 0)
        stage_fail(t->stage, "dataset %s: its split leaves no image to train on", t->dataset.name);
}

static struct train_state first_state(const struct conf *c)
{
    return (struct train_state){
        .epoch = 1,
        .learning_rate = c->learning_rate,
        .checkpoint = nn_monitor_new(c->checkpoint_monitor == MONITOR_LOSS, 0),
        .stopping = {.monitor =
                         nn_monitor_new(c->stopping_monitor == MONITOR_LOSS, c->stopping_min_delta),
                     .patience = c->stopping_patience},
        .plateau = {.monitor =
                        nn_monitor_new(c->plateau_monitor == MONITOR_LOSS, c->plateau_min_delta),
                    .factor = c->plateau_factor,
                    .min_lr = c->plateau_min_lr,
                    .patience = c->plateau_patience,
                    .cooldown = c->plateau_cooldown}};
}

static void tell_start(const struct training *t, int resume)
{
    const char *verb = resume ? "goes on with" : "trains";
    if (t->stage->quiet)
        return;
    if (!t->trainer) {
        printf("run %lld: %s %s on %s, %d folds\n\n", (long long)t->run, verb, t->conf.name,
               t->dataset.name, t->conf.split_folds);
        return;
    }
    printf("run %lld: %s %s on %s", (long long)t->run, verb, t->conf.name, t->dataset.name);
    if (t->fold >= 0)
        printf(", fold %d of %d", t->fold, t->conf.split_folds);
    printf(" (%zu images, %zu for validation), %d thread%s\n", t->rows.n_train,
           t->rows.n_validation, t->threads, t->threads == 1 ? "" : "s");
}

/* Finds out whether there is anything to train. Returns 1 where a finished run does. */
static int start_or_resume(struct training *t, const struct options *o, const char *kind)
{
    int finished = 0;
    if (!t->run && !o->again && train_find_run(t, &t->run, &finished))
        stage_fail(t->stage, "%s", t->db.error);
    if (finished) {
        if (t->parent && train_adopt_run(t))
            stage_fail(t->stage, "%s", t->db.error);
        printf("run %lld has trained just this: nothing to do\n", (long long)t->run);
        return 1;
    }
    int resume = t->run != 0;
    if ((resume && t->parent && train_adopt_run(t)) ||
        (resume ? train_record_resume(t) : train_record_start(t, kind)))
        stage_fail(t->stage, "%s", t->db.error);
    t->saved_at = stage_seconds();
    tell_start(t, resume);
    return 0;
}

static void record_end(struct training *t, const char *status, const char *message)
{
    if (train_record_end(t, status, message))
        stage_fail(t->stage, "%s; and run %lld could not be recorded as %s: %s",
                   message ? message : "training has ended", (long long)t->run, status,
                   t->db.error);
}

/* Trains and records how it ended, of the run of all folds, too, where it did not end well. */
static void train(struct training *t)
{
    nn_error error;
    double began = stage_seconds();
    train_catch_signals();
    int rc = train_loop(t, &error);
    stage_progress_end(t->stage);
    if (rc < 0) {
        record_end(t, "failed", error.text);
        if (t->parent)
            record_end(t->parent, "failed", error.text);
        stage_fail(t->stage, "run %lld: %s", (long long)t->run, error.text);
    }
    if (rc && train_record_position(t))
        stage_fail(t->stage, "%s", t->db.error);
    record_end(t, rc ? "interrupted" : "finished", NULL);
    if (rc && t->parent)
        record_end(t->parent, "interrupted", NULL);
    if (rc)
        stage_fail(t->stage, "run %lld: interrupted in epoch %d; go on with --run %lld",
                   (long long)t->run, t->state.epoch,
                   (long long)(t->parent ? t->parent->run : t->run));
    printf("run %lld: finished, %d epochs in %.1f s, weights of epoch %d\n", (long long)t->run,
           t->state.epoch - 1, stage_seconds() - began, t->state.best_epoch);
}

/* Returns the exit status. Ctrl-C ends the process: nothing is lost. */
static int verify(struct training *t)
{
    nn_error error;
    double began = stage_seconds();
    int rc = train_loop(t, &error);
    stage_progress_end(t->stage);
    if (rc)
        stage_fail(t->stage, "run %lld: %s", (long long)t->run, error.text);
    rc = train_verify_end(t, stage_seconds() - began);
    if (rc < 0)
        stage_fail(t->stage, "%s", t->db.error);
    return rc;
}

/* One training: anew, the rest of it, or once more to verify it. Returns the exit status. */
static int train_one(struct training *t, const struct options *o)
{
    int status = 0;
    load_rows(t);
    if (o->verify && !(t->verify = train_verify_begin(t)))
        stage_fail(t->stage, "%s", t->db.error);
    train_build_net(t);
    t->state = first_state(&t->conf);
    if (t->verify) {
        status = verify(t);
    } else if (!start_or_resume(t, o, "training")) {
        if (!t->parent)
            train_show_model(t);
        train(t);
    }
    return status;
}

/* All folds, one after the other, as parts of one run. */
static int train_folds(struct training *t, const struct options *o)
{
    double began = stage_seconds();
    if (o->verify)
        stage_fail(t->stage,
                   "run %lld is one of folds; expected --verify with one of its trainings",
                   (long long)t->run);
    train_input_hash(t);
    if (train_find_teacher(t))
        stage_fail(t->stage, "%s", t->db.error);
    t->model = train_new_model(t);
    t->state = first_state(&t->conf);
    if (start_or_resume(t, o, "folds"))
        return 0;
    train_show_model(t);
    size_t images = t->images.images.count;
    for (int fold = 0; fold < t->conf.split_folds; fold++) {
        struct training child = *t; /* which owns its net, its rows and its targets */
        child.model = NULL;
        child.run = 0;
        child.parent = t;
        child.fold = fold;
        train_one(&child, o);
        train_free_net(&child);
        t->images = child.images; /* which a teacher's test images may have moved */
        t->images.images.count = images;
        t->images.images.targets = NULL;
    }
    t->state.epoch = t->conf.epochs + 1;
    record_end(t, "finished", NULL);
    printf("run %lld: finished, %d folds in %.1f s\n", (long long)t->run, t->conf.split_folds,
           stage_seconds() - began);
    return 0;
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "train", .help = HELP};
    struct options options = {.fold = -1};
    struct training t = {.stage = &stage};
    const char *path, *isa;

    machine_restart_for_blas(argv);
    parse(&stage, &options, argc, argv, &path);
    if (machine_isa(&t.isa, &isa))
        stage_usage(&stage,
                    "NN_ISA: '%s' is not an instruction set of this CPU (plain, avx2, "
                    "avx512)",
                    isa);
    t.threads = options.threads ? options.threads : nn_threads_available();
    stage_open(&stage, &t.db, DB_WRITE);
    load_inputs(&t, &options, path);
    int folds = t.conf.split_method == SPLIT_KFOLD && t.fold < 0;
    int status = folds ? train_folds(&t, &options) : train_one(&t, &options);
    stage_write_run(&stage, t.run, options.run_to);

    train_free_net(&t);
    image_set_free(&t.images);
    dataset_free(&t.dataset);
    conf_free(&t.conf);
    db_close(&t.db);
    return fflush(stdout) ? 1 : status;
}
