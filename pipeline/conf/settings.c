/* settings.c: the table of all settings of an experiment file, the only home of their names,
 * defaults, bounds and meanings. See conf.h. */
#include "pipeline/conf/conf.h"

#include "pipeline/base/number.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef enum kind { WHOLE, REAL, SINGLE, CHOICE, TEXT } kind; /* SINGLE: a float */

typedef struct setting {
    const char *name;
    kind kind;
    size_t offset;
    double fallback, least, greatest;
    const char *const *choices; /* ended by NULL; the value is the index */
    const char *about;
} setting;

static const char *const MONITORS[] = {"none", "validation_loss", "validation_accuracy", NULL};
static const char *const SPLITS[] = {"stratified", "stratified-kfold", "none", NULL};
static const char *const NO_YES[] = {"no", "yes", NULL};
static const char *const OPTIMIZERS[] = {"adam", "adamw", "sgd", NULL};
static const char *const SHAPES[] = {"constant", "step",      "exponential",
                                     "cosine",   "one-cycle", NULL};
static const char *const BLENDS[] = {"probabilities", "logits", NULL};
static const char *const WEIGHTS[] = {"equal", "hill-climbing", NULL};

#define AT(field) offsetof(struct conf, field)
static const setting SETTINGS[] = {
    {"input.mean", REAL, AT(mean), 0, -1e3, 1e3, NULL, "input = (pixel / 255 - mean) / deviation"},
    {"input.deviation", REAL, AT(deviation), 1, 1e-6, 1e3, NULL, "see input.mean"},
    {"input.deskew", CHOICE, AT(deskew), 0, 0, 0, NO_YES,
     "whether each image is sheared until what is drawn stands upright"},
    {"input.width", WHOLE, AT(width), 0, 0, 1000, NULL,
     "pixels to which what is drawn is widened or narrowed; 0: none"},
    {"split.method", CHOICE, AT(split_method), SPLIT_STRATIFIED, 0, 0, SPLITS,
     "how images are held back to validate; none: all of them train"},
    {"split.fraction", REAL, AT(split_fraction), 0.2, 1e-6, 0.999999, NULL,
     "share of the images that validates, for stratified"},
    {"split.folds", WHOLE, AT(split_folds), 5, 2, 1000, NULL,
     "number of folds, for stratified-kfold"},
    {"split.seed", WHOLE, AT(split_seed), 42, 0, INT_MAX, NULL,
     "of the draw that divides the images"},
    {"train.seed", WHOLE, AT(seed), 42, 0, INT_MAX, NULL,
     "of the first weights, the order of images, dropout and augmentation"},
    {"train.batch", WHOLE, AT(batch), 32, 1, 65536, NULL, "images in a step"},
    {"train.epochs", WHOLE, AT(epochs), 20, 1, 100000, NULL, "passes over the training images"},
    {"train.least_steps", WHOLE, AT(least_steps), 0, 0, 1000000, NULL,
     "more epochs where the rows are so few that they would be fewer steps"},
    {"train.optimizer", CHOICE, AT(optimizer), NN_ADAM, 0, 0, OPTIMIZERS,
     "adamw: weight decay apart from the gradient; sgd: with momentum"},
    {"train.learning_rate", REAL, AT(learning_rate), 1e-3, 1e-12, 1e3, NULL,
     "the schedule's greatest"},
    {"train.beta1", REAL, AT(beta1), 0.9, 0, 0.999999, NULL,
     "of adam and adamw: how long the mean of the gradient lasts"},
    {"train.beta2", REAL, AT(beta2), 0.999, 0, 0.9999999, NULL,
     "of adam and adamw: how long the mean of its square lasts"},
    {"train.epsilon", REAL, AT(epsilon), 1e-7, 1e-15, 1, NULL,
     "of adam and adamw: added to the root of the latter"},
    {"train.momentum", REAL, AT(momentum), 0.9, 0, 0.999999, NULL, "of sgd"},
    {"train.nesterov", CHOICE, AT(nesterov), 1, 0, 0, NO_YES, "of sgd: look ahead by the momentum"},
    {"train.weight_decay", REAL, AT(weight_decay), 0, 0, 1, NULL,
     "pull of the weights towards 0; not of biases and BatchNorm"},
    {"train.label_smoothing", REAL, AT(label_smoothing), 0, 0, 0.999, NULL,
     "share of the target that is dealt to all classes alike"},
    {"train.clip", REAL, AT(clip), 0, 0, 1e6, NULL, "greatest norm of the gradient; 0: any"},
    {"schedule.shape", CHOICE, AT(schedule_shape), SHAPE_CONSTANT, 0, 0, SHAPES,
     "how the learning rate moves from step to step"},
    {"schedule.warmup", REAL, AT(schedule_warmup), 0, 0, 0.999, NULL,
     "share of all steps in which it rises to train.learning_rate"},
    {"schedule.floor", REAL, AT(schedule_floor), 0, 0, 1, NULL,
     "of cosine and one-cycle: where it ends, as a share of its greatest"},
    {"schedule.factor", REAL, AT(schedule_factor), 0.1, 1e-9, 1, NULL,
     "of step and exponential: what it is multiplied by"},
    {"schedule.every", WHOLE, AT(schedule_every), 10, 1, 100000, NULL,
     "of step and exponential: epochs for that factor"},
    {"augment.rotation", SINGLE, AT(augmentation.rotation), 0, 0, 180, NULL,
     "degrees, to both sides"},
    {"augment.scale", SINGLE, AT(augmentation.scale), 0, 0, 0.9, NULL,
     "0.1: width and height, apart, by 0.9 to 1.1"},
    {"augment.shear", SINGLE, AT(augmentation.shear), 0, 0, 60, NULL, "degrees, to both sides"},
    {"augment.shift", SINGLE, AT(augmentation.shift), 0, 0, 1000, NULL, "pixels, to all sides"},
    {"augment.elastic", SINGLE, AT(augmentation.elastic), 0, 0, 100, NULL,
     "pixels: root mean square of a smooth random field"},
    {"augment.elastic_spacing", SINGLE, AT(augmentation.elastic_spacing), 7, 2, 1000, NULL,
     "pixels between the nodes of that field"},
    {"augment.flip", SINGLE, AT(augmentation.flip), 0, 0, 1, NULL,
     "probability that left and right are exchanged"},
    {"augment.erase", SINGLE, AT(augmentation.erase), 0, 0, 1, NULL,
     "probability that a rectangle is filled with noise"},
    {"augment.erase_area", SINGLE, AT(augmentation.erase_area), 0.2, 0.02, 1, NULL,
     "its share of the image at most"},
    {"augment.strength", REAL, AT(augmentation_strength), 1, 0, 10, NULL,
     "factor on rotation, scale, shear, shift and elastic"},
    {"augment.rest", WHOLE, AT(augmentation_rest), 0, 0, 100000, NULL,
     "epochs at the end without any of these"},
    {"average.decay", REAL, AT(average_decay), 0, 0, 0.999999, NULL,
     "of the moving average of the weights, which then count; 0: none"},
    {"predict.views", TEXT, AT(predict_views), 0, 0, 0, NULL,
     "views whose predictions are averaged: 'as is, shift 1 0, flip'"},
    {"teacher.run", WHOLE, AT(teacher_run), 0, 0, INT_MAX, NULL,
     "a run whose predictions are learnt from, too; 0: none"},
    {"teacher.share", REAL, AT(teacher_share), 0.5, 0, 1, NULL,
     "of its probabilities in the targets of training images"},
    {"teacher.test", CHOICE, AT(teacher_test), 0, 0, 0, NO_YES,
     "whether test images train, with its probabilities as targets"},
    {"teacher.confidence", REAL, AT(teacher_confidence), 0, 0, 1, NULL,
     "that it must have in a test image"},
    {"committee.members", TEXT, AT(committee_members), 0, 0, 0, NULL,
     "experiments and seeds: 'single:1, single:2'; in place of a net"},
    {"committee.blend", CHOICE, AT(committee_blend), BLEND_PROBABILITIES, 0, 0, BLENDS,
     "what of the members is averaged"},
    {"committee.weights", CHOICE, AT(committee_weights), WEIGHTS_EQUAL, 0, 0, WEIGHTS,
     "of the members; hill-climbing needs images that none was trained on"},
    {"committee.temperature", CHOICE, AT(committee_temperature), 0, 0, 0, NO_YES,
     "whether one is fitted on such images"},
    {"checkpoint.monitor", CHOICE, AT(checkpoint_monitor), MONITOR_LOSS, 0, 0, MONITORS,
     "keep the weights of the epoch that is best by this"},
    {"early_stopping.monitor", CHOICE, AT(stopping_monitor), MONITOR_NONE, 0, 0, MONITORS,
     "stop when this gets no better"},
    {"early_stopping.patience", WHOLE, AT(stopping_patience), 5, 0, INT_MAX, NULL,
     "epochs without improvement before that"},
    {"early_stopping.min_delta", REAL, AT(stopping_min_delta), 0, 0, 1e3, NULL,
     "what counts as improvement"},
    {"early_stopping.restore_best", CHOICE, AT(stopping_restore_best), 1, 0, 0, NO_YES,
     "whether the best epoch's weights come back then"},
    {"reduce_lr.monitor", CHOICE, AT(plateau_monitor), MONITOR_NONE, 0, 0, MONITORS,
     "reduce the learning rate when this gets no better"},
    {"reduce_lr.factor", REAL, AT(plateau_factor), 0.1, 1e-9, 0.999999, NULL,
     "what it is multiplied by"},
    {"reduce_lr.patience", WHOLE, AT(plateau_patience), 10, 0, INT_MAX, NULL,
     "epochs without improvement before that"},
    {"reduce_lr.min_delta", REAL, AT(plateau_min_delta), 1e-4, 0, 1e3, NULL,
     "what counts as improvement"},
    {"reduce_lr.cooldown", WHOLE, AT(plateau_cooldown), 0, 0, INT_MAX, NULL,
     "epochs after a reduction in which nothing is counted"},
    {"reduce_lr.min_lr", REAL, AT(plateau_min_lr), 0, 0, 1e3, NULL,
     "it is never reduced below this"},
};
enum { N_SETTINGS = sizeof SETTINGS / sizeof *SETTINGS };

static int *whole_at(struct conf *conf, const setting *s)
{
    return (int *)((char *)conf + s->offset);
}

static double *real_at(struct conf *conf, const setting *s)
{
    return (double *)((char *)conf + s->offset);
}

static float *single_at(struct conf *conf, const setting *s)
{
    return (float *)((char *)conf + s->offset);
}

static char *text_at(struct conf *conf, const setting *s)
{
    return (char *)conf + s->offset;
}

static const setting *find(const char *name)
{
    for (int i = 0; i < N_SETTINGS; i++)
        if (!strcmp(SETTINGS[i].name, name))
            return &SETTINGS[i];
    return NULL;
}

static void list_choices(const setting *s, char *text, size_t size)
{
    size_t used = 0;
    for (int i = 0; s->choices[i] && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", s->choices[i]);
}

static int assign_choice(struct conf *conf, const setting *s, const char *value,
                         struct error *error)
{
    char expected[160];
    for (int i = 0; s->choices[i]; i++) {
        if (!strcmp(s->choices[i], value)) {
            *whole_at(conf, s) = i;
            return 0;
        }
    }
    list_choices(s, expected, sizeof expected);
    return error_set(error, "%s: '%.60s' is not one of %s", s->name, value, expected);
}

int conf_assign(struct conf *conf, const char *name, const char *value, struct error *error)
{
    const setting *s = find(name);
    int64_t whole;
    double real;
    if (!s)
        return error_set(error, "no setting is called '%.100s'", name);
    if (s->kind == CHOICE)
        return assign_choice(conf, s, value, error);
    if (s->kind == TEXT) {
        if (strlen(value) < CONF_TEXT) {
            snprintf(text_at(conf, s), CONF_TEXT, "%s", value);
            return 0;
        }
        return error_set(error, "%s: %zu bytes, expected less than %d", s->name, strlen(value),
                         CONF_TEXT);
    }
    if (s->kind == SINGLE && !number_real(value, s->least, s->greatest, &real)) {
        *single_at(conf, s) = (float)real;
        return 0;
    }
    if (s->kind == REAL && !number_real(value, s->least, s->greatest, real_at(conf, s)))
        return 0;
    if (s->kind == WHOLE && !number_whole(value, (int64_t)s->least, (int64_t)s->greatest, &whole)) {
        *whole_at(conf, s) = (int)whole;
        return 0;
    }
    return error_set(error, "%s: '%.60s' is not a %s from %.15g to %.15g", s->name, value,
                     s->kind == WHOLE ? "whole number" : "number", s->least, s->greatest);
}

void conf_set_defaults(struct conf *conf)
{
    for (int i = 0; i < N_SETTINGS; i++) {
        if (SETTINGS[i].kind == REAL)
            *real_at(conf, &SETTINGS[i]) = SETTINGS[i].fallback;
        else if (SETTINGS[i].kind == SINGLE)
            *single_at(conf, &SETTINGS[i]) = (float)SETTINGS[i].fallback;
        else if (SETTINGS[i].kind != TEXT)
            *whole_at(conf, &SETTINGS[i]) = (int)SETTINGS[i].fallback;
    }
}

const char *conf_setting(const struct conf *conf, int i, char *value, size_t size, conf_type *type)
{
    if (i == N_SETTINGS) { /* the net counts as a setting, the last one */
        snprintf(value, size, "%s", conf->layers ? conf->layers : "");
        *type = CONF_WORDS;
        return "model.layers";
    }
    if (i > N_SETTINGS)
        return NULL;
    const setting *s = &SETTINGS[i];
    const char *field = (const char *)conf + s->offset;
    *type = s->kind == CHOICE || s->kind == TEXT ? CONF_WORDS
            : s->kind == WHOLE                   ? CONF_WHOLE
                                                 : CONF_REAL;
    if (s->kind == TEXT)
        snprintf(value, size, "%s", field);
    else if (s->kind == SINGLE) /* a float has no more digits than these */
        snprintf(value, size, "%.7g", (double)*(const float *)field);
    else if (s->kind == REAL)
        snprintf(value, size, "%.15g", *(const double *)field);
    else if (s->kind == WHOLE)
        snprintf(value, size, "%d", *(const int *)field);
    else
        snprintf(value, size, "%s", s->choices[*(const int *)field]);
    return s->name;
}

static void print_layers(FILE *out)
{
    const nn_layer_word *word;
    fprintf(out, "\nmodel.layers has one layer a line, from the input to the classes:\n\n");
    for (int i = 0; (word = nn_layer_word_at(i)); i++) {
        fprintf(out, "  %s%s%s\n", word->word, *word->arguments ? " " : "", word->arguments);
        fprintf(out, "      %s\n", word->help);
    }
    fprintf(out,
            "\nThe last line may be `dense classes`: as many outputs as the data has classes.\n");
}

int conf_print_settings(FILE *out)
{
    struct conf *conf = calloc(1, sizeof *conf);
    if (!conf)
        return -1;
    conf_set_defaults(conf);
    for (int i = 0; i < N_SETTINGS; i++) {
        const setting *s = &SETTINGS[i];
        char value[CONF_TEXT], among[160] = "text";
        conf_type type;
        conf_setting(conf, i, value, sizeof value, &type);
        if (type != CONF_WORDS)
            snprintf(among, sizeof among, "%.6g .. %.6g", s->least, s->greatest);
        else if (s->kind == CHOICE)
            list_choices(s, among, sizeof among);
        fprintf(out, "%-27s %-10s  %s\n%-27s %-10s  (%s)\n", s->name, value, s->about, "", "",
                among);
    }
    free(conf);
    print_layers(out);
    return ferror(out) ? -1 : 0;
}

int conf_is_default(const struct conf *conf, int i)
{
    if (i >= N_SETTINGS)
        return 0;
    const setting *s = &SETTINGS[i];
    const char *field = (const char *)conf + s->offset;
    switch (s->kind) {
    case REAL:
        return *(const double *)field == s->fallback;
    case SINGLE:
        return *(const float *)field == (float)s->fallback;
    case TEXT:
        return !*field;
    default:
        return *(const int *)field == (int)s->fallback;
    }
}
