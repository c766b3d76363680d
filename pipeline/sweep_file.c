/* sweep_file.c: the text of a sweep file, and the configurations that follow from it. See sweep.h.
 *
 *     [sweep]
 *     base = smoke                 experiments/smoke.conf, beside the sweep file
 *     trials = 12                  at most so many trainings
 *     seeds = 1, 2                 each configuration is trained with each of them
 *     [vary]
 *     train.batch = 32, 64                      a list
 *     train.learning_rate = 1e-4 .. 1e-2 log    a range
 */
#include "sweep.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CONFIGURATIONS = 100000 };

struct reader {
    struct sweep_plan *plan;
    char base[128];
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
    if (!parse_int(value, least, MAX_CONFIGURATIONS, &got)) {
        *number = (int)got;
        return 1;
    }
    snprintf(r->error, sizeof r->error, "sweep.%s: '%.60s' is not a whole number from %d to %d",
             key, value, least, MAX_CONFIGURATIONS);
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
            return 1;
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

/* ---------------------------------------------------------------- configurations */

static void draw(const struct sweep_parameter *p, nn_random *random, char value[SWEEP_VALUE])
{
    double at = nn_random_uniform(random);
    double span = p->greatest - p->least;
    if (p->n)
        snprintf(value, SWEEP_VALUE, "%s", p->list[nn_random_below(random, (uint32_t)p->n)]);
    else if (p->logarithmic)
        at = p->least * pow(p->greatest / p->least, at);
    else
        at = p->least + at * (span + p->whole); /* so that the last whole number has its share */
    if (!p->n && p->whole)
        snprintf(value, SWEEP_VALUE, "%.0f", fmin(floor(at), p->greatest));
    else if (!p->n)
        snprintf(value, SWEEP_VALUE, "%.4g", at);
}

/* The grid, thinned out at random where it has more than `wanted` points. */
static int take_grid(struct sweep_plan *plan, int wanted, double points)
{
    int n = (int)points;
    uint32_t *order = malloc((size_t)n * sizeof *order);
    if (!order)
        return -1;
    for (int i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    if (n > wanted) {
        nn_random random = nn_random_new((uint64_t)plan->seed, 1);
        nn_shuffle(&random, order, (size_t)n);
    }
    plan->configurations = n < wanted ? n : wanted;
    for (int c = 0; c < plan->configurations; c++) {
        uint32_t rest = order[c];
        for (int i = plan->n_parameters - 1; i >= 0; i--) {
            const struct sweep_parameter *p = &plan->parameters[i];
            snprintf(plan->values[c * plan->n_parameters + i], SWEEP_VALUE, "%s",
                     p->list[rest % (uint32_t)p->n]);
            rest /= (uint32_t)p->n;
        }
    }
    free(order);
    return 0;
}

static int choose(struct sweep_plan *plan, char *error, size_t size)
{
    double points = 1;
    int grid = 1, folds = plan->n_folds ? plan->n_folds : 1;
    int wanted = plan->trials / (plan->n_seeds * folds);
    for (int i = 0; i < plan->n_parameters; i++) {
        grid = grid && plan->parameters[i].n;
        points *= plan->parameters[i].n;
    }
    if (wanted < 1) {
        snprintf(error, size,
                 "sweep.trials: %d is less than the %d seeds and folds of one "
                 "configuration",
                 plan->trials, plan->n_seeds * folds);
        return -1;
    }
    if (grid && points > MAX_CONFIGURATIONS) {
        snprintf(error, size, "vary: the grid has %.0f points, expected at most %d", points,
                 MAX_CONFIGURATIONS);
        return -1;
    }
    plan->values = calloc((size_t)wanted * (size_t)plan->n_parameters, sizeof *plan->values);
    if (!plan->values || (grid && take_grid(plan, wanted, points))) {
        snprintf(error, size, "out of memory");
        return -1;
    }
    if (grid)
        return 0;
    nn_random random = nn_random_new((uint64_t)plan->seed, 0);
    plan->configurations = wanted;
    for (int i = 0; i < wanted * plan->n_parameters; i++)
        draw(&plan->parameters[i % plan->n_parameters], &random, plan->values[i]);
    return 0;
}

static int try_all(const struct sweep_plan *plan, char *error, size_t size)
{
    for (int c = 0; c < plan->configurations; c++) {
        struct conf conf;
        int rc = conf_parse(plan->conf.name, plan->conf.text, &conf, error, size);
        for (int i = 0; !rc && i < plan->n_parameters; i++) {
            char assignment[256];
            snprintf(assignment, sizeof assignment, "%s=%s", plan->parameters[i].name,
                     plan->values[c * plan->n_parameters + i]);
            rc = conf_set(&conf, assignment, error, size);
        }
        rc = rc ? rc : conf_check(&conf, error, size);
        conf_free(&conf);
        if (rc)
            return -1;
    }
    return 0;
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
        if (!strcmp(name, "train.epochs") && plan->halving)
            wrong = "train.epochs: halving decides how long a trial trains";
    }
    if (!plan->n_parameters)
        wrong = "[vary] is missing: expected a setting with its values";
    if (plan->conf.split_method == SPLIT_NONE)
        wrong = "the experiment's split.method is none; expected images to validate on";
    if ((plan->conf.split_method == SPLIT_KFOLD) != (plan->n_folds > 0))
        wrong = plan->n_folds ? "sweep.folds: the experiment's split has no folds"
                              : "sweep.folds: expected the folds to train, as the split has folds";
    for (int i = 0; i < plan->n_folds; i++)
        if (plan->folds[i] >= plan->conf.split_folds)
            wrong = "sweep.folds: more than the experiment's split has";
    if (wrong)
        snprintf(error, size, "%s", wrong);
    return wrong ? -1 : 0;
}

int sweep_plan_load(const char *path, struct sweep_plan *plan, char *error, size_t size)
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
    if (!plan->text)
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
    if (!plan->n_seeds)
        plan->seeds[plan->n_seeds++] = plan->conf.seed;
    if (!plan->rungs || !plan->halving)
        plan->rungs = plan->halving ? 3 : 1;
    if (check(plan, reason, sizeof reason) || choose(plan, reason, sizeof reason) ||
        try_all(plan, reason, sizeof reason)) {
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
