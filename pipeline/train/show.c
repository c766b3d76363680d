/* show.c: see show.h: model summary, progress line and epoch lines of a training. */
#include "pipeline/train/show.h"

#include <math.h>
#include <stdio.h>

/* 421642 -> "421,642" */
static const char *thousands(size_t number, char text[32])
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%zu", number), at = 0;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

/* ---------------------------------------------------------------- start */

static void line(char c)
{
    for (int i = 0; i < 72; i++)
        putchar(c);
    putchar('\n');
}

static void show_model(const struct training *t)
{
    char number[32], shape[48];
    size_t trainable, total = nn_model_parameters(t->model, &trainable);
    printf("Model: \"%s\"\n", t->conf->name);
    line('-');
    printf("%-36s %-20s %14s\n", "Layer", "Output shape", "Param #");
    line('=');
    for (int i = 0; i < nn_model_layers(t->model); i++) {
        nn_layer_info layer = nn_model_layer(t->model, i);
        if (layer.out.h == 1 && layer.out.w == 1)
            snprintf(shape, sizeof shape, "(%d)", layer.out.c);
        else
            snprintf(shape, sizeof shape, "(%d, %d, %d)", layer.out.h, layer.out.w, layer.out.c);
        printf("%-36.36s %-20s %14s\n", layer.text, shape, thousands(layer.parameters, number));
    }
    line('=');
    printf("Total params: %s (%.2f MB)\n", thousands(total, number), (double)total * 4 / 1048576);
    printf("Trainable params: %s\n", thousands(trainable, number));
    printf("Non-trainable params: %s\n\n", thousands(total - trainable, number));
}

/* The net of folds is shown once. */
static int start(struct training *t, void *own)
{
    (void)own;
    if (t->stage->quiet)
        return 0;
    printf("run %lld: %s %s on %s", (long long)t->run, t->goes_on ? "goes on with" : "trains",
           t->conf->name, t->dataset->name);
    if (t->kind == RUN_FOLDS)
        printf(", %d folds\n\n", t->conf->split_folds);
    else if (t->fold >= 0)
        printf(", fold %d of %d", t->fold, t->conf->split_folds);
    if (t->kind != RUN_FOLDS)
        printf(" (%zu %s, %zu for validation), %d thread%s\n", t->rows.n_train,
               dataset_rows_word(t->dataset), t->rows.n_validation, t->threads,
               t->threads == 1 ? "" : "s");
    if (!t->parent)
        show_model(t);
    return 0;
}

/* ---------------------------------------------------------------- epochs */

static const char *duration(double seconds, char text[32])
{
    long s = lround(seconds);
    if (s >= 3600)
        snprintf(text, 32, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, 32, "%ld:%02ld", s / 60, s % 60);
    return text;
}

/* At most 79 columns, up to 999 epochs, a loss below 10 and 99 hours. */
static int progress(struct training *t, void *own, double images_per_second)
{
    char rate[32], left[32];
    const struct train_state *s = &t->state;
    double n = (double)t->rows.n_train, images = (double)s->sums.images;
    double todo = n - (double)s->position + n * (double)(t->conf->epochs - s->epoch);
    (void)own;
    stage_progress(t->stage, 0, "epoch %d/%d %3.0f %%  loss %.4f  accuracy %.4f  %s %s/s  ETA %s",
                   s->epoch, t->conf->epochs, 100 * (double)s->position / n, s->sums.loss / images,
                   (double)s->sums.correct / images, thousands((size_t)images_per_second, rate),
                   t->dataset->is_table ? "rows" : "img", duration(todo / images_per_second, left));
    return 0;
}

static int epoch(struct training *t, void *own, const struct train_epoch *e)
{
    char rate[32];
    (void)own;
    if (t->stage->quiet)
        return 0;
    stage_progress_end(t->stage);
    printf("epoch %2d/%d  %5.1f s  %7s %s/s  loss %.4f  accuracy %.4f", e->epoch, t->conf->epochs,
           e->seconds, thousands((size_t)e->images_per_second, rate), dataset_rows_word(t->dataset),
           e->train_loss, e->train_accuracy);
    if (!isnan(e->validation_accuracy))
        printf("  val_loss %.4f  val_accuracy %.4f", e->validation_loss, e->validation_accuracy);
    if (!isnan(e->average_accuracy))
        printf("  averaged: %.4f %.4f", e->average_loss, e->average_accuracy);
    printf("%s\n", e->improved ? "  *" : "");
    if (e->reduced_to > 0 && e->epoch < t->conf->epochs)
        printf("epoch %2d: learning rate reduced to %.3g\n", e->epoch, e->reduced_to);
    if (t->state.stopped)
        printf("epoch %2d: early stopping, best was epoch %d\n", e->epoch,
               t->state.stopping.monitor.best_epoch);
    fflush(stdout);
    return 0;
}

/* ---------------------------------------------------------------- end */

static int end(struct training *t, void *own, const struct train_end *how)
{
    (void)own;
    stage_progress_end(t->stage);
    if (how->status != RUN_FINISHED)
        return 0;
    if (t->kind == RUN_FOLDS)
        printf("run %lld: finished, %d folds in %.1f s\n", (long long)t->run, t->conf->split_folds,
               how->seconds);
    else
        printf("run %lld: finished, %d epochs in %.1f s, weights of epoch %d\n", (long long)t->run,
               t->state.epoch - 1, how->seconds, t->state.best_epoch);
    return 0;
}

struct listener train_shower(void)
{
    return (struct listener){.start = start, .progress = progress, .epoch = epoch, .end = end};
}
