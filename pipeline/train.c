/* train.c: trains the net of an experiment file and records the run.
 *
 * In: dataset, image, split, split_image. Out: run, hyperparameter, layer, epoch, checkpoint.
 */
#include "train.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char HELP[] =
    "Usage: train [OPTIONS] EXPERIMENT.conf\n"
    "       train [OPTIONS] --run N [--verify]\n"
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
    "  --again              train anew, whatever runs there are\n"
    "  --fold K             the fold that validates, where the split has folds (0 .. folds - 1)\n"
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
    OPTION_FOLD,
    OPTION_SET,
    OPTION_THREADS,
    OPTION_RUN_TO,
    OPTION_VERIFY,
    MAX_SETS = 64
};

struct options {
    int again, verify, fold, threads, sets;
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
                                        {"fold", required_argument, NULL, OPTION_FOLD},
                                        {"set", required_argument, NULL, OPTION_SET},
                                        {"threads", required_argument, NULL, OPTION_THREADS},
                                        {"verify", no_argument, NULL, OPTION_VERIFY},
                                        {"run-to", required_argument, NULL, OPTION_RUN_TO},
                                        {0}};
    int first = stage_options(stage, argc, argv, OWN, take, o);
    if (argc - first > 1)
        stage_usage(stage, "expected one experiment file, got %d", argc - first);
    if (!stage->run && argc == first)
        stage_usage(stage, "expected an experiment file");
    if (stage->run && (argc > first || stage->seed_given || o->sets || o->fold >= 0 || o->again))
        stage_usage(stage, "--run goes on with a run as it was: expected no file, --seed, --set, "
                           "--fold or --again");
    if (o->verify && !stage->run)
        stage_usage(stage, "--verify: expected --run N, the run to train again");
    *conf = stage->run ? NULL : argv[first];
}

/* The experiment as the command line changes it, or as a run has recorded it. */
static void load_inputs(struct training *t, const struct options *o, const char *path)
{
    char error[512], seed[64];
    if (t->stage->run) {
        struct run run;
        if (run_load(&t->db, t->stage->run, NULL, &run) ||
            dataset_load_id(&t->db, run.dataset, &t->dataset))
            stage_fail(t->stage, "%s", t->db.error);
        t->run = run.id;
        t->split = run.split;
        t->fold = run.fold;
        t->conf = run.conf; /* taken over: run_free is not called */
    } else {
        if (conf_load(path, &t->conf, error, sizeof error))
            stage_fail(t->stage, "%s", error);
        for (int i = 0; i < o->sets; i++)
            if (conf_set(&t->conf, o->set[i], error, sizeof error))
                stage_usage(t->stage, "--set: %s", error);
        snprintf(seed, sizeof seed, "train.seed=%llu", (unsigned long long)t->stage->seed);
        if (t->stage->seed_given && conf_set(&t->conf, seed, error, sizeof error))
            stage_usage(t->stage, "--seed: %s", error);
        t->fold = o->fold;
        if ((t->conf.split_method == SPLIT_KFOLD) != (t->fold >= 0) ||
            t->fold >= t->conf.split_folds)
            stage_usage(t->stage,
                        t->conf.split_method == SPLIT_KFOLD
                            ? "%s: its split has %d folds; expected --fold 0 to %d"
                            : "%s: its split has no folds; expected no --fold",
                        path, t->conf.split_folds, t->conf.split_folds - 1);
        if (dataset_load(&t->db, t->stage->dataset, &t->dataset) || train_find_split(t))
            stage_fail(t->stage, "%s", t->db.error);
    }
    train_input_hash(t);
    if (image_set_load(&t->db, &t->dataset, IMAGES_TRAIN, &t->images) ||
        split_rows_load(&t->db, t->split, t->fold, &t->images, &t->rows))
        stage_fail(t->stage, "%s", t->db.error);
    if (t->rows.n_train == 0)
        stage_fail(t->stage, "dataset %s: its split leaves no image to train on", t->dataset.name);
    conf_scale(&t->conf, &t->images.images);
}

static void build_net(struct training *t)
{
    nn_error error;
    t->model = nn_model_new(t->conf.layers, t->dataset.shape, &error);
    if (!t->model)
        stage_fail(t->stage, "%s: model.layers: %s", t->conf.name, error.text);
    if (nn_model_classes(t->model) != t->dataset.classes)
        stage_fail(t->stage,
                   "%s: model.layers: the net ends in %d outputs, expected %d, the "
                   "classes of dataset %s",
                   t->conf.name, nn_model_classes(t->model), t->dataset.classes, t->dataset.name);
    nn_model_initialise(t->model, (uint64_t)t->conf.seed);

    nn_trainer_options options = nn_trainer_defaults();
    options.batch = t->conf.batch;
    options.threads = t->threads;
    options.isa = t->isa;
    options.seed = (uint64_t)t->conf.seed;
    options.beta1 = (float)t->conf.beta1;
    options.beta2 = (float)t->conf.beta2;
    options.epsilon = (float)t->conf.epsilon;
    t->trainer = nn_trainer_new(t->model, &options, &error);
    t->predictor = t->trainer ? nn_predictor_new(t->model, 256, t->threads, t->isa, &error) : NULL;
    if (!t->predictor)
        stage_fail(t->stage, "%s", error.text);
    size_t classes = (size_t)t->dataset.classes;
    t->order = malloc(t->rows.n_train * sizeof *t->order);
    t->probabilities = malloc((t->rows.n_validation * classes + 1) * sizeof *t->probabilities);
    t->weights = malloc(nn_model_size(t->model));
    t->stopping_best = calloc(1, nn_model_size(t->model));
    if (!t->order || !t->probabilities || !t->weights || !t->stopping_best)
        stage_fail(t->stage, "out of memory");
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

static void write_run(const struct training *t, const char *path)
{
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!path)
        return;
    if (!file || fprintf(file, "%lld\n", (long long)t->run) < 0 || fclose(file))
        stage_fail(t->stage, "%s: %s", path, strerror(errno));
}

/* Finds out whether there is anything to train. Returns 1 where a finished run does. */
static int start_or_resume(struct training *t, const struct options *o)
{
    int finished = 0;
    if (!t->run && !o->again && train_find_run(t, &t->run, &finished))
        stage_fail(t->stage, "%s", t->db.error);
    if (finished) {
        printf("run %lld has trained just this: nothing to do\n", (long long)t->run);
        return 1;
    }
    int resume = t->run != 0;
    if (resume ? train_record_resume(t) : train_record_start(t))
        stage_fail(t->stage, "%s", t->db.error);
    t->saved_at = stage_seconds();
    if (!t->stage->quiet)
        printf("run %lld: %s %s on %s (%zu images, %zu for validation), %d thread%s%s\n",
               (long long)t->run, resume ? "goes on with" : "trains", t->conf.name, t->dataset.name,
               t->rows.n_train, t->rows.n_validation, t->threads, t->threads == 1 ? "" : "s",
               resume ? "" : "\n");
    return 0;
}

/* Trains and records how it ended. */
static void train(struct training *t)
{
    nn_error error;
    double began = stage_seconds();
    train_catch_signals();
    int rc = train_loop(t, &error);
    stage_progress_end(t->stage);
    if (rc < 0) {
        if (train_record_end(t, "failed", error.text))
            stage_fail(t->stage, "%s; and the run could not be recorded as failed: %s", error.text,
                       t->db.error);
        stage_fail(t->stage, "run %lld: %s", (long long)t->run, error.text);
    }
    if ((rc && train_record_position(t)) ||
        train_record_end(t, rc ? "interrupted" : "finished", NULL))
        stage_fail(t->stage, "%s", t->db.error);
    if (rc)
        stage_fail(t->stage, "run %lld: interrupted in epoch %d; go on with --run %lld",
                   (long long)t->run, t->state.epoch, (long long)t->run);
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

static void close_all(struct training *t)
{
    train_verify_free(t->verify);
    nn_predictor_free(t->predictor);
    nn_trainer_free(t->trainer);
    nn_model_free(t->model);
    free(t->order);
    free(t->probabilities);
    free(t->weights);
    free(t->stopping_best);
    split_rows_free(&t->rows);
    image_set_free(&t->images);
    dataset_free(&t->dataset);
    conf_free(&t->conf);
    db_close(&t->db);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "train", .help = HELP};
    struct options options = {.fold = -1};
    struct training t = {.stage = &stage};
    const char *path, *isa;
    int status = 0;

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
    if (options.verify && !(t.verify = train_verify_begin(&t)))
        stage_fail(&stage, "%s", t.db.error);
    build_net(&t);
    t.state = first_state(&t.conf);
    if (t.verify) {
        status = verify(&t);
    } else if (!start_or_resume(&t, &options)) {
        train_show_model(&t);
        train(&t);
    }
    write_run(&t, options.run_to);
    close_all(&t);
    return fflush(stdout) ? 1 : status;
}
