/* train.h: what the files of the stage `train` share. */
#ifndef TRAIN_H
#define TRAIN_H

#include "pipeline/conf/conf.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/db.h"
#include "pipeline/store/machine.h"
#include "pipeline/store/run.h"
#include "pipeline/program/stage.h"

/* Where a training stands: all that a resumed one needs beside weights and moments. */
struct train_state {
    int epoch;            /* the one under way, from 1 */
    int best_epoch;       /* of the weights that count; 0: none yet */
    uint64_t position;    /* images of the epoch that are done */
    nn_metrics sums;      /* of this epoch so far */
    double epoch_seconds; /* of this epoch so far */
    double learning_rate; /* the schedule's peak; less after a plateau */
    int stopped;          /* 1: early stopping has ended it */
    nn_monitor checkpoint;
    nn_early_stopping stopping;
    nn_plateau plateau;
};

/* What is recorded and shown of an epoch. NaN: no validation, or not a number. */
struct train_epoch {
    int epoch, improved; /* improved: these are the best weights so far */
    double learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy;
    double average_loss, average_accuracy; /* validation by the averaged weights */
    double reduced_to;                     /* the plateau's new learning rate; 0: as it was */
    double seconds, images_per_second;     /* the latter of the steps, without validation */
};

/* train_verify.c: a training that is repeated in memory, beside what its run has recorded. */
struct train_verify;

struct training {
    struct stage *stage;
    struct train_verify *verify; /* NULL: this is a training that is recorded */
    struct db db;
    struct conf conf;
    struct dataset dataset;
    struct image_set images;
    struct split_rows rows;
    int64_t split, run;
    struct training *parent; /* the run of all folds, of which this is one; NULL: none */
    int fold, threads;       /* fold -1: none, or all of them */
    nn_isa isa;
    char input_hash[65];
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
    double saved_at;        /* stage_seconds() of the last resumable checkpoint */
    double save_seconds;    /* that it took; 0 before the first */
};

/* train_loop.c: trains to the end. Returns 1 when it was interrupted, 0 when done, -1 with a line
 * in *error when the net or the database failed. */
int train_loop(struct training *t, nn_error *error);

/* Catches SIGINT and SIGTERM from now on; train_loop notices them after the current step. */
void train_catch_signals(void);

/* The weights that count: averaged ones, where an average is kept. */
static inline nn_model *train_weights(const struct training *t)
{
    return t->average ? t->average : t->model;
}

/* train_net.c: end the program where the experiment's net is wrong or memory is short. new_model
 * gives a net without weights, which the caller frees; build_net fills in all of t that belongs to
 * the net, and free_net frees it. */
nn_model *train_new_model(const struct training *t);
void train_build_net(struct training *t);
void train_free_net(struct training *t);

/* train_schedule.c: the learning rate of a step, counted from 0 over all epochs, where `peak` is
 * the schedule's greatest. */
double train_learning_rate(const struct conf *c, double peak, uint64_t step,
                           uint64_t steps_per_epoch);

/* train_teacher.c, where the experiment names a teacher: find looks whether that run can teach, and
 * takes it into the hash of the inputs; ask makes t->targets from labels and from what the run
 * predicted, and adds test images to t->images and t->rows where that is wanted. 0 or DB_ERROR. */
int train_find_teacher(struct training *t);
int train_ask_teacher(struct training *t);

/* train_record.c: what a training writes into the database. 0 or DB_ERROR, t->db.error. */
void train_input_hash(struct training *t);
int train_find_split(struct training *t);
int train_find_run(struct training *t, int64_t *run, int *finished);
int train_adopt_run(struct training *t); /* t->run becomes a fold of t->parent */
int train_record_start(struct training *t, const char *kind);
int train_record_resume(struct training *t);
int train_record_epoch(struct training *t, const struct train_epoch *epoch);
int train_record_position(struct training *t); /* a checkpoint within an epoch */
int train_record_end(struct training *t, const char *status, const char *message);

/* train_checkpoint.c, within the caller's transaction: the weights that count as the best; weights,
 * moments and state, from which the run can go on; the weights at the end; and what a resumed run
 * begins with. 0 or DB_ERROR, t->db.error. */
int train_save_best(struct training *t, int epoch);
int train_save_resumable(struct training *t);
int train_save_final(struct training *t);
int train_load_checkpoint(struct training *t);

/* train_verify.c: begin reads what t->run recorded, and makes t->verify; NULL on error. epoch takes
 * the place of train_record_epoch. end says on stdout whether the weights are the same, and what
 * differs; it returns 1 where they differ, 0 where not, DB_ERROR. */
struct train_verify *train_verify_begin(struct training *t);
int train_verify_epoch(struct training *t, const struct train_epoch *epoch);
int train_verify_end(struct training *t, double seconds);
void train_verify_free(struct train_verify *verify);

/* train_show.c: what a person sees. */
void train_show_model(const struct training *t);
void train_show_progress(const struct training *t, double images_per_second);
void train_show_epoch(const struct training *t, const struct train_epoch *epoch);

#endif
