/* train_loop.c: epochs, validation and callbacks of a training. See train.h. */
#include "pipeline/train/train.h"

#include <math.h>
#include <signal.h>
#include <string.h>

/* The one place where a signal handler can leave word. */
static volatile sig_atomic_t interrupted;

static void note_signal(int signal)
{
    (void)signal;
    interrupted = 1;
}

void train_catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART | SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static uint64_t steps_per_epoch(const struct training *t)
{
    size_t batch = (size_t)t->conf.batch;
    return (t->rows.n_train + batch - 1) / batch;
}

/* Of the step that begins at `position` of the epoch under way. */
static double rate_at(const struct training *t, uint64_t position)
{
    uint64_t before = (uint64_t)(t->state.epoch - 1) * steps_per_epoch(t);
    return train_learning_rate(&t->conf, t->state.learning_rate,
                               before + position / (uint64_t)t->conf.batch, steps_per_epoch(t));
}

static void start_epoch(struct training *t)
{
    const struct conf *c = &t->conf;
    nn_augmentation augmentation;
    int distorts = conf_augmentation(c, &augmentation);
    int rests = t->state.epoch > c->epochs - c->augmentation_rest;
    nn_trainer_augment(t->trainer, distorts && !rests ? &augmentation : NULL);

    size_t n = t->rows.n_train;
    nn_random random = nn_random_new((uint64_t)t->conf.seed, (uint64_t)t->state.epoch);
    memcpy(t->order, t->rows.train, n * sizeof *t->order);
    nn_shuffle(&random, t->order, n);
}

/* Returns 0 at the epoch's end, 1 when interrupted, -1 on error. */
static int run_epoch(struct training *t, double *images_per_second, nn_error *error)
{
    struct train_state *s = &t->state;
    double before = s->epoch_seconds, began = stage_seconds(), shown = began;
    uint64_t first = s->position;
    start_epoch(t);
    while (s->position < t->rows.n_train) {
        size_t left = t->rows.n_train - s->position;
        int n = left < (size_t)t->conf.batch ? (int)left : t->conf.batch;
        if (nn_trainer_step(t->trainer, &t->images.images, t->order + s->position, n,
                            (float)rate_at(t, s->position), &s->sums, error))
            return -1;
        s->position += (uint64_t)n;
        double now = stage_seconds();
        s->epoch_seconds = before + now - began;
        *images_per_second = (double)(s->position - first) / fmax(now - began, 1e-9);
        if (interrupted && s->position < t->rows.n_train)
            return 1;
        if (now - shown > 0.1) {
            train_show_progress(t, *images_per_second);
            shown = now;
        }
    }
    return 0;
}

static int judge(struct training *t, nn_predictor *predictor, double *loss, double *accuracy,
                 nn_error *error)
{
    size_t n = t->rows.n_validation;
    if (nn_predictor_run(predictor, &t->images.images, t->rows.validation, n, t->probabilities,
                         error))
        return -1;
    nn_metrics m = nn_metrics_of(&t->images.images, t->rows.validation, n, t->probabilities,
                                 t->dataset.classes);
    *loss = m.loss / (double)n;
    *accuracy = (double)m.correct / (double)n;
    return 0;
}

static int validate(struct training *t, struct train_epoch *e, nn_error *error)
{
    e->validation_loss = e->validation_accuracy = e->average_loss = e->average_accuracy = NAN;
    if (t->average)
        nn_trainer_average(t->trainer, t->average);
    if (t->rows.n_validation == 0)
        return 0;
    if (judge(t, t->predictor, &e->validation_loss, &e->validation_accuracy, error))
        return -1;
    return t->average
               ? judge(t, t->average_predictor, &e->average_loss, &e->average_accuracy, error)
               : 0;
}

/* The figure of the weights that count. */
static double watched(const struct training *t, int monitor, const struct train_epoch *e)
{
    if (monitor == MONITOR_LOSS)
        return t->average ? e->average_loss : e->validation_loss;
    return t->average ? e->average_accuracy : e->validation_accuracy;
}

/* What follows an epoch, in the order in which Keras calls its callbacks: checkpoint, early
 * stopping, learning rate. Returns whether the weights are the best so far. */
static int callbacks(struct training *t, struct train_epoch *e)
{
    const struct conf *c = &t->conf;
    struct train_state *s = &t->state;
    int improved = c->checkpoint_monitor && nn_monitor_update(&s->checkpoint, s->epoch,
                                                              watched(t, c->checkpoint_monitor, e));
    if (improved || !c->checkpoint_monitor)
        s->best_epoch = s->epoch;
    if (c->stopping_monitor) {
        s->stopped =
            nn_early_stopping_update(&s->stopping, s->epoch, watched(t, c->stopping_monitor, e));
        if (s->stopping.monitor.best_epoch == s->epoch)
            nn_model_save(train_weights(t), t->stopping_best);
    }
    e->reduced_to = 0;
    if (c->plateau_monitor) {
        double before = s->learning_rate;
        s->learning_rate =
            nn_plateau_update(&s->plateau, s->epoch, watched(t, c->plateau_monitor, e), before);
        e->reduced_to = s->learning_rate < before ? s->learning_rate : 0;
    }
    return improved;
}

/* Validates, lets the callbacks judge, moves the state on to the next epoch and records it all. */
static int end_epoch(struct training *t, struct train_epoch *e, nn_error *error)
{
    struct train_state *s = &t->state;
    double began = stage_seconds();
    if (validate(t, e, error))
        return -1;
    e->epoch = s->epoch;
    e->learning_rate = rate_at(t, t->rows.n_train - 1);
    e->train_loss = s->sums.loss / (double)s->sums.images;
    e->train_accuracy = (double)s->sums.correct / (double)s->sums.images;
    e->seconds = s->epoch_seconds + stage_seconds() - began;
    e->improved = callbacks(t, e);
    s->epoch++;
    s->position = 0;
    s->sums = (nn_metrics){0};
    s->epoch_seconds = 0;
    if (train_record_epoch(t, e)) {
        snprintf(error->text, sizeof error->text, "%.*s", (int)sizeof error->text - 1, t->db.error);
        return -1;
    }
    train_show_epoch(t, e);
    return 0;
}

/* Keras 3 puts the best weights back at the end of training, stopped early or not. */
static int restore_best(struct training *t, nn_error *error)
{
    const nn_monitor *monitor = &t->state.stopping.monitor;
    if (!t->conf.stopping_monitor || !t->conf.stopping_restore_best || !monitor->best_epoch)
        return 0;
    if (!t->conf.checkpoint_monitor)
        t->state.best_epoch = monitor->best_epoch;
    return nn_model_load(train_weights(t), t->stopping_best, nn_model_size(t->model), error);
}

int train_loop(struct training *t, nn_error *error)
{
    struct train_state *s = &t->state;
    struct train_epoch epoch;
    if (t->average && s->epoch > 1) /* a resumed run may have no epoch left to do */
        nn_trainer_average(t->trainer, t->average);
    while (s->epoch <= t->conf.epochs && !s->stopped) {
        if (interrupted)
            return 1;
        int rc = run_epoch(t, &epoch.images_per_second, error);
        if (rc)
            return rc;
        if (end_epoch(t, &epoch, error))
            return -1;
    }
    return restore_best(t, error);
}
