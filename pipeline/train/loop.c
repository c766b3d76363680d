/* loop.c: epochs, validation and callbacks of a training. See loop.h. */
#include "pipeline/train/loop.h"

#include "pipeline/base/child.h"
#include "pipeline/base/number.h"
#include "pipeline/train/schedule.h"

#include <math.h>
#include <string.h>

void train_catch_signals(void)
{
    child_catch_first_signal();
}

/* ---------------------------------------------------------------- listeners */

int train_tell_start(struct training *t)
{
    int rc = 0;
    for (struct listener *l = t->listeners; l < t->listeners + TRAIN_LISTENERS && !rc; l++)
        rc = l->start ? l->start(t, l->own) : 0;
    return rc;
}

static int tell_progress(struct training *t, double images_per_second)
{
    int rc = 0;
    for (struct listener *l = t->listeners; l < t->listeners + TRAIN_LISTENERS && !rc; l++)
        rc = l->progress ? l->progress(t, l->own, images_per_second) : 0;
    return rc;
}

static int tell_epoch(struct training *t, const struct train_epoch *epoch)
{
    int rc = 0;
    for (struct listener *l = t->listeners; l < t->listeners + TRAIN_LISTENERS && !rc; l++)
        rc = l->epoch ? l->epoch(t, l->own, epoch) : 0;
    return rc;
}

int train_tell_end(struct training *t, run_status status, const char *message, double seconds)
{
    const struct train_end end = {status, message, seconds};
    int rc = 0;
    for (struct listener *l = t->listeners; l < t->listeners + TRAIN_LISTENERS && !rc; l++)
        rc = l->end ? l->end(t, l->own, &end) : 0;
    return rc;
}

/* How a training ends, or RUN_RUNNING where it goes on. */
static run_status after_telling(const struct training *t, int rc, struct error *error)
{
    if (rc)
        *error = t->db->error;
    return rc ? RUN_CRASHED : RUN_RUNNING;
}

static run_status after_net(int rc, const nn_error *of_net, struct error *error)
{
    if (!rc)
        return RUN_RUNNING;
    error_set(error, "%s", of_net->text);
    return rc == NN_ERROR_MEMORY ? RUN_CRASHED : RUN_FAILED;
}

/* ---------------------------------------------------------------- an epoch */

static uint64_t steps_per_epoch(const struct training *t)
{
    size_t batch = (size_t)t->conf->batch;
    return (t->rows.n_train + batch - 1) / batch;
}

/* Of the step that begins at `position` of the epoch under way. */
static double rate_at(const struct training *t, uint64_t position)
{
    uint64_t before = (uint64_t)(t->state.epoch - 1) * steps_per_epoch(t);
    return train_learning_rate(t->conf, t->state.learning_rate,
                               before + position / (uint64_t)t->conf->batch, steps_per_epoch(t));
}

static void start_epoch(struct training *t)
{
    const struct conf *c = t->conf;
    nn_augmentation augmentation;
    int distorts = conf_augmentation(c, &augmentation);
    int rests = t->state.epoch > c->epochs - c->augmentation_rest;
    nn_trainer_augment(t->trainer, distorts && !rests ? &augmentation : NULL);

    size_t n = t->rows.n_train;
    nn_random random = nn_random_new((uint64_t)c->seed, (uint64_t)t->state.epoch);
    memcpy(t->order, t->rows.train, n * sizeof *t->order);
    nn_shuffle(&random, t->order, n);
}

static int step(struct training *t, nn_error *error)
{
    struct train_state *s = &t->state;
    size_t left = t->rows.n_train - s->position;
    int n = left < (size_t)t->conf->batch ? (int)left : t->conf->batch;
    int rc = nn_trainer_step(t->trainer, &t->images->images, t->order + s->position, n,
                             (float)rate_at(t, s->position), &s->sums, error);
    s->position += rc ? 0 : (uint64_t)n;
    return rc;
}

static run_status run_epoch(struct training *t, double *images_per_second, struct error *error)
{
    struct train_state *s = &t->state;
    double before = s->epoch_seconds, began = number_seconds(), shown = began;
    uint64_t first = s->position;
    run_status status = RUN_RUNNING;
    nn_error of_net;
    start_epoch(t);
    while (s->position < t->rows.n_train && status == RUN_RUNNING) {
        status = after_net(step(t, &of_net), &of_net, error);
        double now = number_seconds();
        s->epoch_seconds = before + now - began;
        *images_per_second = (double)(s->position - first) / fmax(now - began, 1e-9);
        if (status == RUN_RUNNING && child_interrupted() && s->position < t->rows.n_train)
            return RUN_INTERRUPTED;
        if (status == RUN_RUNNING && now - shown > 0.1) {
            status = after_telling(t, tell_progress(t, *images_per_second), error);
            shown = now;
        }
    }
    return status;
}

/* ---------------------------------------------------------------- its end */

static int judge(struct training *t, nn_predictor *predictor, double *loss, double *accuracy,
                 nn_error *error)
{
    size_t n = t->rows.n_validation;
    int rc = nn_predictor_run(predictor, &t->images->images, t->rows.validation, n,
                              t->probabilities, error);
    if (rc)
        return rc;
    nn_metrics m = nn_metrics_of(&t->images->images, t->rows.validation, n, t->probabilities,
                                 t->dataset->classes);
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
    int rc = judge(t, t->predictor, &e->validation_loss, &e->validation_accuracy, error);
    return rc || !t->average
               ? rc
               : judge(t, t->average_predictor, &e->average_loss, &e->average_accuracy, error);
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
    const struct conf *c = t->conf;
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

/* Validates, lets the callbacks judge, moves the state on to the next epoch and tells of it all. */
static run_status end_epoch(struct training *t, struct train_epoch *e, struct error *error)
{
    struct train_state *s = &t->state;
    double began = number_seconds();
    nn_error of_net;
    run_status status = after_net(validate(t, e, &of_net), &of_net, error);
    if (status != RUN_RUNNING)
        return status;
    e->epoch = s->epoch;
    e->learning_rate = rate_at(t, t->rows.n_train - 1);
    e->train_loss = s->sums.loss / (double)s->sums.images;
    e->train_accuracy = (double)s->sums.correct / (double)s->sums.images;
    e->seconds = s->epoch_seconds + number_seconds() - began;
    e->improved = callbacks(t, e);
    s->epoch++;
    s->position = 0;
    s->sums = (nn_metrics){0};
    s->epoch_seconds = 0;
    return after_telling(t, tell_epoch(t, e), error);
}

/* Keras 3 puts the best weights back at the end of training, stopped early or not. */
static run_status restore_best(struct training *t, struct error *error)
{
    const nn_monitor *monitor = &t->state.stopping.monitor;
    nn_error of_net;
    if (!t->conf->stopping_monitor || !t->conf->stopping_restore_best || !monitor->best_epoch)
        return RUN_FINISHED;
    if (!t->conf->checkpoint_monitor)
        t->state.best_epoch = monitor->best_epoch;
    int rc = nn_model_load(train_weights(t), t->stopping_best, nn_model_size(t->model), &of_net);
    return rc ? after_net(rc, &of_net, error) : RUN_FINISHED;
}

run_status train_loop(struct training *t, struct error *error)
{
    struct train_state *s = &t->state;
    struct train_epoch epoch;
    if (t->average && s->epoch > 1) /* one that goes on may have no epoch left to do */
        nn_trainer_average(t->trainer, t->average);
    while (s->epoch <= t->conf->epochs && !s->stopped) {
        if (child_interrupted())
            return RUN_INTERRUPTED;
        run_status status = run_epoch(t, &epoch.images_per_second, error);
        if (status == RUN_RUNNING)
            status = end_epoch(t, &epoch, error);
        if (status != RUN_RUNNING)
            return status;
    }
    return restore_best(t, error);
}
