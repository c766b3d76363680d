/* conf.h: experiment files, the hyperparameters of a run.
 *
 * An experiment file is an INI file (experiments/NAME.conf). Each setting has a name
 * `section.key`, a default and bounds; the table in conf.c is their only home, from which come
 * parsing, checking, the help text and the rows of the table hyperparameter.
 */
#ifndef CONF_H
#define CONF_H

#include "../nn/nn.h"

#include <stddef.h>
#include <stdint.h>

/* What a callback watches. */
typedef enum conf_monitor { MONITOR_NONE, MONITOR_LOSS, MONITOR_ACCURACY } conf_monitor;

typedef enum conf_split { SPLIT_STRATIFIED, SPLIT_KFOLD, SPLIT_NONE } conf_split;

struct conf {
    char name[128]; /* of the file, without folder and .conf */
    char *text;     /* the whole file, with what was set on the command line appended */
    char *layers;   /* the net, one layer a line */

    int seed;
    double mean, deviation; /* input = (pixel / 255 - mean) / deviation */

    int split_method; /* conf_split */
    double split_fraction;
    int split_folds, split_seed;

    int batch, epochs;
    double learning_rate, beta1, beta2, epsilon;

    int checkpoint_monitor; /* conf_monitor, as the other two monitors */

    int stopping_monitor, stopping_patience, stopping_restore_best;
    double stopping_min_delta;

    int plateau_monitor, plateau_patience, plateau_cooldown;
    double plateau_factor, plateau_min_delta, plateau_min_lr;
};

/* Reads a file, or text that a run has recorded. Both fill error (up to size bytes) with one line
 * that names file, setting, finding and expectation, and return -1. conf_free accepts a conf that
 * was zeroed or failed to load. */
int conf_load(const char *path, struct conf *conf, char *error, size_t size);
int conf_parse(const char *name, const char *text, struct conf *conf, char *error, size_t size);
void conf_free(struct conf *conf);

/* Changes one setting, 'train.epochs=3', and appends it to the text. model.layers can't be set. */
int conf_set(struct conf *conf, const char *assignment, char *error, size_t size);

/* The settings in force, in the order of the table. value is text of up to `size` bytes;
 * *number tells whether it is one. Returns the setting's name, NULL past the last. */
const char *conf_setting(const struct conf *conf, int i, char *value, size_t size, int *number);

/* Sets how the bytes of images become input values. */
void conf_scale(const struct conf *conf, nn_images *images);

#endif
