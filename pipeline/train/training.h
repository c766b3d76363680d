/* training.h: one training: what goes in, what trains, where it stands, and who is told. */
#ifndef TRAINING_H
#define TRAINING_H

#include "pipeline/conf/conf.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"
#include "pipeline/store/split.h"
#include "pipeline/train/state.h"

struct training;

/* What is recorded and shown of an epoch. NaN: no validation, or not a number. */
struct train_epoch {
    int epoch, improved; /* improved: these are the best weights so far */
    double learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy;
    double average_loss, average_accuracy; /* validation by the averaged weights */
    double reduced_to;                     /* the plateau's new learning rate; 0: as it was */
    double seconds, images_per_second;     /* the latter of the steps, without validation */
};

struct train_end {
    run_status status;   /* finished, failed or interrupted */
    const char *message; /* why it failed; NULL otherwise */
    double seconds;
};

/* Who follows a training. Each is told in turn what happens; a function may be NULL. They return 0,
 * or FAILED with a line in t->db->error, which ends the training. */
struct listener {
    void *own; /* handed to its functions */
    int (*start)(struct training *t, void *own);
    int (*progress)(struct training *t, void *own, double images_per_second);
    int (*epoch)(struct training *t, void *own, const struct train_epoch *epoch);
    int (*end)(struct training *t, void *own, const struct train_end *end);
};

enum { TRAIN_LISTENERS = 2 };

struct training {
    const struct stage *stage;
    struct db *db;
    struct conf *conf; /* epochs are raised where few rows train: train.least_steps */
    const struct dataset *dataset;
    struct image_set *images; /* those of a teacher stand behind the first `labelled` ones */
    size_t labelled;
    run_kind kind;           /* RUN_FOLDS: of the others, which have it for parent; it has no net */
    struct training *parent; /* NULL: none */
    int64_t split, run;
    int goes_on;       /* 1: the run was there before */
    int fold, threads; /* fold -1: none, or all of them */
    nn_isa isa;
    char identity[65]; /* see store/identity.h */
    struct listener listeners[TRAIN_LISTENERS];

    struct split_rows rows;
    nn_model *model;
    nn_trainer *trainer;
    nn_predictor *predictor;
    nn_model *average; /* the averaged weights, as at the end of the last epoch; NULL: none */
    nn_predictor *average_predictor;
    float *targets; /* [images][classes] where a teacher is asked; else NULL */
    struct train_state state;
    uint32_t *order;        /* [n_train], the rows in the order of this epoch */
    float *probabilities;   /* [n_validation][classes] */
    uint8_t *weights;       /* nn_model_size bytes, for saving */
    uint8_t *stopping_best; /* weights of the best epoch that early stopping saw */
};

/* The weights that count: averaged ones, where an average is kept. */
static inline nn_model *train_weights(const struct training *t)
{
    return t->average ? t->average : t->model;
}

#endif
