/* conf.h: experiment files, the hyperparameters of a run.
 *
 * An experiment file is an INI file (experiments/NAME.conf). Each setting has a name
 * `section.key`, a default and bounds; the table in settings.c is their only home, from which
 * come parsing, checking, the help text and the rows of the table hyperparameter.
 */
#ifndef CONF_H
#define CONF_H

#include "nn/nn.h"
#include "pipeline/base/error.h"
#include "pipeline/base/text.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a callback watches. */
typedef enum conf_monitor { MONITOR_NONE, MONITOR_LOSS, MONITOR_ACCURACY } conf_monitor;

typedef enum conf_split { SPLIT_STRATIFIED, SPLIT_KFOLD, SPLIT_NONE } conf_split;

/* How the learning rate moves from step to step; train/schedule.c has the formulas. */
typedef enum conf_shape {
    SHAPE_CONSTANT,
    SHAPE_STEP,
    SHAPE_EXPONENTIAL,
    SHAPE_COSINE,
    SHAPE_ONE_CYCLE
} conf_shape;

/* How a committee's members are joined, and where their weights come from. */
typedef enum conf_blend { BLEND_PROBABILITIES, BLEND_LOGITS } conf_blend;
typedef enum conf_weights { WEIGHTS_EQUAL, WEIGHTS_HILL_CLIMBING } conf_weights;

enum { CONF_TEXT = 1024 }; /* bytes of a setting that is text */

struct conf {
    char name[128]; /* of the file, without folder and .conf */
    char *text;     /* the whole file, with what was set on the command line appended */
    char *layers;   /* the net, one layer a line; NULL in the file of a committee */

    int seed;
    double mean, deviation; /* input = (pixel / 255 - mean) / deviation */
    int deskew, width;      /* see input.h */

    int split_method; /* conf_split */
    double split_fraction;
    int split_folds, split_seed;

    int batch, epochs, least_steps;
    int optimizer; /* nn_optimizer */
    double learning_rate, beta1, beta2, epsilon, momentum;
    int nesterov;
    double weight_decay, label_smoothing, clip;

    int schedule_shape; /* conf_shape */
    double schedule_warmup, schedule_floor, schedule_factor;
    int schedule_every;

    nn_augmentation augmentation; /* before its strength is applied: see conf_augmentation */
    double augmentation_strength;
    int augmentation_rest; /* epochs at the end without it */

    double average_decay;          /* 0: no average of the weights is kept */
    char predict_views[CONF_TEXT]; /* '' or views separated by commas; see looks.h */

    int teacher_run; /* 0: none */
    double teacher_share, teacher_confidence;
    int teacher_test; /* 1: the test images are trained on, too */

    char committee_members[CONF_TEXT];      /* 'single:1, single:2': experiment and seed */
    int committee_blend, committee_weights; /* conf_blend, conf_weights */
    int committee_temperature;              /* 1: a temperature is fitted */

    int checkpoint_monitor; /* conf_monitor, as the other two monitors */

    int stopping_monitor, stopping_patience, stopping_restore_best;
    double stopping_min_delta;

    int plateau_monitor, plateau_patience, plateau_cooldown;
    double plateau_factor, plateau_min_delta, plateau_min_lr;
};

/* Reads a file, or text that a run has recorded. Both fill error with one line
 * that names file, setting, finding and expectation, and return -1. conf_free accepts a conf that
 * was zeroed or failed to load. */
int conf_load(const char *path, struct conf *conf, struct error *error);
int conf_parse(const char *name, const char *text, struct conf *conf, struct error *error);
void conf_free(struct conf *conf);

/* The number of the first line of INI text that would be read as something else without a word: one
 * that is too long, or an indented one that does not belong to the key `many`; 0 where there is
 * none. */
int conf_misread_line(const char *text, const char *many, struct error *error);

/* Changes one setting, 'train.epochs=3', and appends it to the text. model.layers can't be set.
 * conf_check says afterwards whether the settings go together. */
int conf_set(struct conf *conf, const char *assignment, struct error *error);
int conf_check(const struct conf *conf, struct error *error);

/* Changes several settings at once: all labelled images train, so nothing validates and nothing is
 * monitored; or K stratified folds. */
int conf_train_on_all(struct conf *conf, struct error *error);
int conf_train_folds(struct conf *conf, int folds, struct error *error);

/* A net for any number of classes ends in `dense classes`, and that of a table begins with
 * `standardize`, whether or not the file says so: appends its layers, or the text of an experiment,
 * with the number in place of the word and with that first layer. conf_resolve does so in layers
 * and text, which is what a run records: so it is the same run whether the file says `dense
 * classes` or `dense 10`. It refuses what is for images only where the data are a table. Returns 0
 * or FAILED. */
struct conf_data {
    int classes;
    int is_table;
};
void conf_net(const char *layers, struct conf_data data, struct text *net);
int conf_resolve(struct conf *conf, struct conf_data data, struct error *error);

/* Sets one setting, which must be in the table, from text; -1 with one line in error where there is
 * no such setting or the value is out of bounds. And all of them to their defaults. */
int conf_assign(struct conf *conf, const char *name, const char *value, struct error *error);
void conf_set_defaults(struct conf *conf);

/* The settings in force, in the order of the table. value is text of up to `size` bytes;
 * *type tells what it is. Returns the setting's name, NULL past the last. */
typedef enum conf_type { CONF_WORDS, CONF_WHOLE, CONF_REAL } conf_type;
const char *conf_setting(const struct conf *conf, int i, char *value, size_t size, conf_type *type);

/* Prints the table of all settings: name, default, what it is for, what it may be; then the words
 * of the layers. */
int conf_print_settings(FILE *out);

/* Whether setting i has its default. What a run was given is told by the others, so that a new
 * setting does not make the runs strange that know nothing of it; a default never changes. */
int conf_is_default(const struct conf *conf, int i);

/* How images are distorted, augment.strength applied. Returns whether they are at all. */
int conf_augmentation(const struct conf *conf, nn_augmentation *augmentation);

#endif
