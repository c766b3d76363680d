/* net.c: see net.h. */
#include "pipeline/train/net.h"

#include <stdlib.h>

nn_model *train_new_model(const struct training *t)
{
    nn_error error;
    nn_model *model = nn_model_new(t->conf->layers, t->dataset->shape, &error);
    if (!model)
        stage_fail(t->stage, "%s: model.layers: %s", t->conf->name, error.text);
    int classes = nn_model_classes(model);
    if (classes != t->dataset->classes) {
        nn_model_free(model);
        stage_fail(t->stage,
                   "%s: model.layers: the net ends in %d outputs, expected %d, the "
                   "classes of dataset %s",
                   t->conf->name, classes, t->dataset->classes, t->dataset->name);
    }
    return model;
}

/* A team is slower than one thread where a step is a few microseconds of work. The weights do not
 * depend on it. */
static int threads_for(const struct training *t)
{
    const double least = 1e7; /* multiply-adds of a forward pass */
    double macs = 0;
    for (int i = 0; i < nn_model_layers(t->model); i++)
        macs += nn_model_layer(t->model, i).macs;
    return macs * t->conf->batch < least ? 1 : t->threads;
}

static nn_trainer_options options_of(const struct training *t)
{
    const struct conf *c = t->conf;
    return (nn_trainer_options){.batch = c->batch,
                                .threads = t->threads,
                                .isa = t->isa,
                                .seed = (uint64_t)c->seed,
                                .optimizer = (nn_optimizer)c->optimizer,
                                .beta1 = (float)c->beta1,
                                .beta2 = (float)c->beta2,
                                .epsilon = (float)c->epsilon,
                                .momentum = (float)c->momentum,
                                .nesterov = c->nesterov,
                                .weight_decay = (float)c->weight_decay,
                                .label_smoothing = (float)c->label_smoothing,
                                .clip = (float)c->clip,
                                .average = (float)c->average_decay};
}

static nn_predictor *new_predictor(const struct training *t, const nn_model *model)
{
    nn_error error;
    nn_predictor *predictor = nn_predictor_new(model, 256, t->threads, t->isa, &error);
    if (!predictor)
        stage_fail(t->stage, "%s", error.text);
    return predictor;
}

void train_build_net(struct training *t)
{
    nn_error error;
    t->model = train_new_model(t);
    t->threads = threads_for(t);
    nn_trainer_options options = options_of(t);
    nn_model_initialise(t->model, (uint64_t)t->conf->seed);
    if (nn_model_fit(t->model, &t->images->images, t->rows.train, t->rows.n_train, &error))
        stage_fail(t->stage, "%s", error.text);
    t->trainer = nn_trainer_new(t->model, &options, &error);
    if (!t->trainer)
        stage_fail(t->stage, "%s", error.text);
    t->predictor = new_predictor(t, t->model);
    if (t->conf->average_decay > 0) {
        t->average = train_new_model(t);
        t->average_predictor = new_predictor(t, t->average);
    }
    size_t classes = (size_t)t->dataset->classes;
    t->order = malloc(t->rows.n_train * sizeof *t->order);
    t->probabilities = malloc((t->rows.n_validation * classes + 1) * sizeof *t->probabilities);
    t->weights = malloc(nn_model_size(t->model));
    t->stopping_best = calloc(1, nn_model_size(t->model));
    if (!t->order || !t->probabilities || !t->weights || !t->stopping_best)
        stage_fail(t->stage, "out of memory for the net's weights");
}

void train_free_net(struct training *t)
{
    nn_predictor_free(t->predictor);
    nn_predictor_free(t->average_predictor);
    nn_trainer_free(t->trainer);
    nn_model_free(t->model);
    nn_model_free(t->average);
    free(t->order);
    free(t->probabilities);
    free(t->weights);
    free(t->stopping_best);
    split_rows_free(&t->rows);
}
