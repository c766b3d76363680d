/* sweep_file.c: the text of a sweep file. See sweep.h.
 *
 *     [sweep]
 *     base = smoke                 experiments/smoke.conf, beside the sweep file
 *     trials = 12                  at most so many trainings
 *     seeds = 1, 2                 each configuration is trained with each of them
 *     [vary]
 *     train.batch = 32, 64                      a list
 *     train.learning_rate = 1e-4 .. 1e-2 log    a range
 *     train.epochs = x0.5, x2                   a list: multiples of the experiment's own value
 *
 * A later line overrides an earlier one, so what is set on the command line is appended.
 */
#include "pipeline/sweep/sweep.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct sweep_plan *plan;
    char base[128];
    char knobs[SWEEP_LIST][SWEEP_VALUE]; /* which settings to vary; none: all */
    int n_knobs;
    char error[300];
};

/* Cuts text at commas and blanks. Returns the number of words, -1 where there are too many. */
static int words(const char *text, char list[SWEEP_LIST][SWEEP_VALUE])
{
    int n = 0;
    while (*(text += strspn(text, ", \t\n"))) {
        size_t length = strcspn(text, ", \t\n");
        if (n == SWEEP_LIST || length >= SWEEP_VALUE)
            return -1;
        snprintf(list[n++], SWEEP_VALUE, "%.*s", (int)length, text);
        text += length;
    }
    return n;
}

static int read_numbers(struct reader *r, const char *key, const char *value, int *numbers, int *n)
{
    char list[SWEEP_LIST][SWEEP_VALUE];
    int64_t number;
    *n = words(value, list);
    for (int i = 0; i < *n; i++) {
        if (parse_int(list[i], 0, INT_MAX, &number))
            *n = 0;
        else
            numbers[i] = (int)number;
    }
    if (*n > 0)
        return 1;
    snprintf(r->error, sizeof r->error, "sweep.%s: '%.60s' is not a list of whole numbers", key,
             value);
    return 0;
}

static int read_whole(struct reader *r, const char *key, const char *value, int least, int *number)
{
    int64_t got;
    if (!parse_int(value, least, SWEEP_CONFIGURATIONS, &got)) {
        *number = (int)got;
        return 1;
    }
    snprintf(r->error, sizeof r->error, "sweep.%s: '%.60s' is not a whole number from %d to %d",
             key, value, least, SWEEP_CONFIGURATIONS);
    return 0;
}

static int read_choice(struct reader *r, const char *key, const char *value, const char *no,
                       const char *yes, int *choice)
{
    *choice = !strcmp(value, yes);
    if (*choice || !strcmp(value, no))
        return 1;
    snprintf(r->error, sizeof r->error, "sweep.%s: '%.60s' is not one of %s, %s", key, value, no,
             yes);
    return 0;
}

static int is_whole(const char *text)
{
    return !strpbrk(text, ".eE");
}

/* x0.5: a multiple of the experiment's own value. */
static int read_multiples(struct reader *r, const struct sweep_parameter *p)
{
    double factor;
    for (int i = 0; i < p->n; i++) {
        if (p->list[i][0] == 'x' && parse_real(p->list[i] + 1, 0, 1e6, &factor)) {
            snprintf(r->error, sizeof r->error, "%s: '%s' is not a multiple like x0.5", p->name,
                     p->list[i]);
            return 0;
        }
    }
    return 1;
}

static int read_parameter(struct reader *r, const char *name, const char *value)
{
    struct sweep_plan *plan = r->plan;
    struct sweep_parameter *p = &plan->parameters[plan->n_parameters];
    if (plan->n_parameters == SWEEP_PARAMETERS || strlen(name) >= sizeof p->name) {
        snprintf(r->error, sizeof r->error, "vary: more than %d settings", SWEEP_PARAMETERS);
        return 0;
    }
    plan->n_parameters++;
    snprintf(p->name, sizeof p->name, "%s", name);
    p->n = words(value, p->list);
    if (p->n < 2 || strcmp(p->list[1], "..")) {
        if (p->n > 0)
            return read_multiples(r, p);
        snprintf(r->error, sizeof r->error, "%s: expected 1 to %d values", name, SWEEP_LIST);
        return 0;
    }
    p->logarithmic = p->n == 4 && !strcmp(p->list[3], "log");
    p->whole = is_whole(p->list[0]) && is_whole(p->list[2]);
    if ((p->n != 3 && !p->logarithmic) || parse_real(p->list[0], -1e300, 1e300, &p->least) ||
        parse_real(p->list[2], -1e300, 1e300, &p->greatest) || p->least >= p->greatest ||
        (p->logarithmic && p->least <= 0)) {
        snprintf(r->error, sizeof r->error,
                 "%s: '%.60s' is not a range like 1e-4 .. 1e-2 log or 0.1 .. 0.5", name, value);
        return 0;
    }
    p->n = 0;
    return 1;
}

static int read_knobs(struct reader *r, const char *value)
{
    r->n_knobs = words(value, r->knobs);
    if (r->n_knobs > 0)
        return 1;
    snprintf(r->error, sizeof r->error, "sweep.knobs: '%.60s' is not a list of settings", value);
    return 0;
}

static int take(void *context, const char *section, const char *key, const char *value)
{
    struct reader *r = context;
    struct sweep_plan *plan = r->plan;
    if (!strcmp(section, "vary"))
        return read_parameter(r, key, value);
    if (strcmp(section, "sweep")) {
        snprintf(r->error, sizeof r->error, "[%.60s]: expected [sweep] or [vary]", section);
        return 0;
    }
    if (!strcmp(key, "design"))
        return read_choice(r, key, value, "all", "one-by-one", &plan->one_by_one);
    if (!strcmp(key, "knobs"))
        return read_knobs(r, value);
    if (!strcmp(key, "split_folds"))
        return read_whole(r, key, value, 2, &plan->split_folds);
    if (!strcmp(key, "halving_by"))
        return read_choice(r, key, value, "epochs", "folds", &plan->by_folds);
    if (!strcmp(key, "base"))
        return snprintf(r->base, sizeof r->base, "%s", value) > 0;
    if (!strcmp(key, "trials"))
        return read_whole(r, key, value, 1, &plan->trials);
    if (!strcmp(key, "seed"))
        return read_whole(r, key, value, 0, &plan->seed);
    if (!strcmp(key, "halving"))
        return read_whole(r, key, value, 2, &plan->halving);
    if (!strcmp(key, "rungs"))
        return read_whole(r, key, value, 1, &plan->rungs);
    if (!strcmp(key, "seeds"))
        return read_numbers(r, key, value, plan->seeds, &plan->n_seeds);
    if (!strcmp(key, "folds"))
        return read_numbers(r, key, value, plan->folds, &plan->n_folds);
    if (!strcmp(key, "evaluate"))
        return read_choice(r, key, value, "no", "yes", &plan->evaluate);
    if (!strcmp(key, "objective"))
        return read_choice(r, key, value, "validation_loss", "validation_accuracy",
                           &plan->accuracy);
    snprintf(r->error, sizeof r->error, "no setting is called 'sweep.%.100s'", key);
    return 0;
}

static char *read_text(const char *path, char *error, size_t size)
{
    enum { LIMIT = 1 << 16 };
    char *text = malloc(LIMIT);
    FILE *file = text ? fopen(path, "r") : NULL;
    if (!file) {
        snprintf(error, size, "%s: %s", path, text ? strerror(errno) : "out of memory");
        free(text);
        return NULL;
    }
    size_t got = fread(text, 1, LIMIT - 1, file);
    int whole = !ferror(file) && feof(file) && !memchr(text, '\0', got);
    fclose(file);
    if (!whole) {
        snprintf(error, size, "%s: not a sweep file: expected text of less than 64 KiB", path);
        free(text);
        return NULL;
    }
    text[got] = '\0';
    return text;
}

static int check(struct sweep_plan *plan, char *error, size_t size)
{
    const char *wrong = NULL;
    for (int i = 0; i < plan->n_parameters; i++) {
        const char *name = plan->parameters[i].name;
        if (!strcmp(name, "train.seed"))
            wrong = "train.seed: expected seeds = ... in [sweep]";
        if (!strncmp(name, "split.", 6))
            wrong = "split: all trials must be judged by the same images; expected it in the "
                    "experiment";
        if (!strcmp(name, "train.epochs") && plan->halving && !plan->by_folds)
            wrong = "train.epochs: halving decides how long a trial trains";
    }
    if (!plan->n_parameters)
        wrong = "[vary] is missing: expected a setting with its values";
    if (!plan->conf.layers)
        wrong = "the experiment is a committee, which is not trained; expected one with a net";
    if (plan->conf.split_method == SPLIT_NONE)
        wrong = "the experiment's split.method is none; expected images to validate on";
    if ((plan->conf.split_method == SPLIT_KFOLD) != (plan->n_folds > 0))
        wrong = plan->n_folds ? "sweep.folds: the experiment's split has no folds"
                              : "sweep.folds: expected the folds to train, as the split has folds";
    for (int i = 0; i < plan->n_folds; i++)
        if (plan->folds[i] >= plan->conf.split_folds)
            wrong = "sweep.folds: more than the experiment's split has";
    if (plan->by_folds && !plan->halving)
        wrong = "sweep.halving_by: expected halving, of how many configurations one goes on";
    if (plan->by_folds && plan->n_folds == plan->conf.split_folds)
        wrong = "sweep.folds: halving_by = folds, so expected those of the first rung, not all";
    if (plan->by_folds && plan->halving && plan->rungs != 2)
        wrong = "sweep.rungs: halving_by = folds has 2, some folds and then all";
    if (wrong)
        snprintf(error, size, "%s", wrong);
    return wrong ? -1 : 0;
}

/* Leaves only the settings that sweep.knobs names. */
static int keep_knobs(struct reader *r)
{
    struct sweep_plan *plan = r->plan;
    int kept = 0;
    for (int k = 0; k < r->n_knobs; k++) {
        int i = kept;
        while (i < plan->n_parameters && strcmp(plan->parameters[i].name, r->knobs[k]))
            i++;
        if (i == plan->n_parameters) {
            snprintf(r->error, sizeof r->error,
                     "sweep.knobs: '%s' is not in [vary], or named twice", r->knobs[k]);
            return -1;
        }
        const struct sweep_parameter chosen = plan->parameters[i];
        plan->parameters[i] = plan->parameters[kept];
        plan->parameters[kept++] = chosen;
    }
    plan->n_parameters = kept ? kept : plan->n_parameters;
    return 0;
}

/* What follows from the file and the experiment where the file says nothing of it. */
static int set_defaults(struct sweep_plan *plan, char *error, size_t size)
{
    if (!plan->n_seeds)
        plan->seeds[plan->n_seeds++] = plan->conf.seed;
    if (!plan->rungs || !plan->halving)
        plan->rungs = !plan->halving ? 1 : plan->by_folds ? 2 : 3;
    if (!plan->split_folds)
        return 0;
    if (plan->split_folds > SWEEP_LIST) {
        snprintf(error, size, "sweep.split_folds: %d, expected at most %d", plan->split_folds,
                 SWEEP_LIST);
        return -1;
    }
    if (!plan->n_folds)
        while (plan->n_folds < (plan->by_folds ? 1 : plan->split_folds))
            plan->folds[plan->n_folds] = plan->n_folds, plan->n_folds++;
    return conf_train_folds(&plan->conf, plan->split_folds, error, size);
}

/* The file's text with each of 'key=value' appended to it as a line of [sweep]. */
static int append_sets(struct sweep_plan *plan, const char *const *sets, int n, char *error,
                       size_t size)
{
    for (int i = 0; i < n; i++) {
        const size_t room = strlen(plan->text) + strlen(sets[i]) + 20;
        char *text = realloc(plan->text, room);
        if (!text) {
            snprintf(error, size, "out of memory");
            return -1;
        }
        plan->text = text;
        snprintf(text + strlen(text), room - strlen(text), "%s%s\n", i ? "" : "\n[sweep]\n",
                 sets[i]);
    }
    return 0;
}

int sweep_plan_load(const char *path, const char *const *sets, int n_sets, struct sweep_plan *plan,
                    char *error, size_t size)
{
    struct reader r = {.plan = plan, .error = "neither [section], key = value nor a comment"};
    char reason[600];
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t length = strlen(base);
    memset(plan, 0, sizeof *plan);
    plan->trials = 20;
    plan->seed = 42;
    plan->evaluate = 1;
    if (length <= 6 || strcmp(base + length - 6, ".sweep") || length >= sizeof plan->name) {
        snprintf(error, size, "%s: expected a sweep file NAME.sweep", path);
        return -1;
    }
    snprintf(plan->name, sizeof plan->name, "%.*s", (int)length - 6, base);
    plan->text = read_text(path, error, size);
    if (!plan->text || append_sets(plan, sets, n_sets, error, size))
        return -1;
    int line = ini_parse_string(plan->text, take, &r);
    if (line) {
        snprintf(error, size, "%s:%d: %s", path, line, r.error);
        return -1;
    }
    snprintf(plan->base, sizeof plan->base, "%.*s%s.conf", (int)(base - path), path, r.base);
    if (!r.base[0]) {
        snprintf(error, size, "%s: sweep.base is missing: the experiment to vary", path);
        return -1;
    }
    if (conf_load(plan->base, &plan->conf, error, size))
        return -1;
    if (keep_knobs(&r)) {
        snprintf(error, size, "%s: %s", path, r.error);
        return -1;
    }
    if (set_defaults(plan, reason, sizeof reason) || check(plan, reason, sizeof reason) ||
        sweep_choose(plan, reason, sizeof reason)) {
        snprintf(error, size, "%s: %s", path, reason);
        return -1;
    }
    return 0;
}

void sweep_plan_free(struct sweep_plan *plan)
{
    conf_free(&plan->conf);
    free(plan->text);
    free(plan->values);
    memset(plan, 0, sizeof *plan);
}
