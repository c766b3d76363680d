/* choose.c: the configurations of a sweep: all combinations of lists, draws from ranges, or
 * the experiment as it is and each value of each setting alone. See sweep.h.
 */
#include "pipeline/sweep/sweep.h"

#include "pipeline/base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the experiment says of a setting, as text; '' where there is none of that name. */
static void own_value(const struct conf *conf, const char *name, char *value, size_t size)
{
    const char *setting;
    conf_type type;
    for (int i = 0; (setting = conf_setting(conf, i, value, size, &type)); i++)
        if (!strcmp(setting, name))
            return;
    value[0] = '\0';
}

/* Multiples of the experiment's value become values. Epochs and images are whole. */
static int multiply(struct sweep_plan *plan, struct error *error)
{
    for (int i = 0; i < plan->n_parameters; i++) {
        struct sweep_parameter *p = &plan->parameters[i];
        char own[CONF_TEXT];
        double value, factor;
        own_value(&plan->conf, p->name, own, sizeof own);
        for (int j = 0; j < p->n; j++) {
            if (p->list[j][0] != 'x')
                continue;
            if (number_real(p->list[j] + 1, 0, 1e6, &factor) ||
                number_real(own, -1e300, 1e300, &value)) {
                return error_set(error, "%s: '%s' needs a setting that is a number", p->name,
                                 p->list[j]);
            }
            if (!strcmp(p->name, "train.epochs") || !strcmp(p->name, "train.batch"))
                snprintf(p->list[j], SWEEP_VALUE, "%.0f", fmax(1, round(value * factor)));
            else
                snprintf(p->list[j], SWEEP_VALUE, "%.4g", value * factor);
        }
    }
    return 0;
}

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

/* Whether a configuration's value makes it another training than the experiment's own. */
static int changes(const struct sweep_plan *plan, const char *name, const char *value)
{
    char own[CONF_TEXT], assignment[256];
    struct error error;
    double a, b;
    own_value(&plan->conf, name, own, sizeof own);
    if (!strcmp(own, value) || (!number_real(own, -1e300, 1e300, &a) &&
                                !number_real(value, -1e300, 1e300, &b) && fabs(a - b) < 1e-12))
        return 0;
    if (strcmp(name, "augment.strength"))
        return 1;
    /* A strength is a factor, and does nothing to an experiment that bends nothing. */
    struct conf conf;
    nn_augmentation before, after;
    conf_augmentation(&plan->conf, &before);
    snprintf(assignment, sizeof assignment, "%s=%s", name, value);
    int same = 0;
    if (!conf_parse(plan->conf.name, plan->conf.text, &conf, &error) &&
        !conf_set(&conf, assignment, &error)) {
        conf_augmentation(&conf, &after);
        same = !memcmp(&before, &after, sizeof before);
    }
    conf_free(&conf);
    return !same;
}

/* The experiment as it is, then each value alone, in the order of the file. A value that it has
 * already is left out; what exceeds `wanted` is cut off at the end. An empty text sets nothing. */
static int take_one_by_one(struct sweep_plan *plan, int wanted, struct error *error)
{
    plan->configurations = 1;
    for (int i = 0; i < plan->n_parameters; i++) {
        const struct sweep_parameter *p = &plan->parameters[i];
        if (!p->n) {
            return error_set(error, "%s: expected a list of values, as the design is one-by-one",
                             p->name);
        }
        for (int j = 0; j < p->n && plan->configurations < wanted; j++) {
            if (!changes(plan, p->name, p->list[j]))
                continue;
            snprintf(plan->values[plan->configurations++ * plan->n_parameters + i], SWEEP_VALUE,
                     "%s", p->list[j]);
        }
    }
    return 0;
}

static int choose(struct sweep_plan *plan, struct error *error)
{
    double points = 1;
    int grid = 1, folds = plan->n_folds ? plan->n_folds : 1;
    int wanted = plan->trials / (plan->n_seeds * folds);
    for (int i = 0; i < plan->n_parameters; i++) {
        grid = grid && plan->parameters[i].n;
        points *= plan->parameters[i].n;
    }
    if (wanted < 1) {
        return error_set(error,
                         "sweep.trials: %d is less than the %d seeds and folds of one "
                         "configuration",
                         plan->trials, plan->n_seeds * folds);
    }
    if (grid && points > SWEEP_CONFIGURATIONS && !plan->one_by_one) {
        return error_set(error, "vary: the grid has %.0f points, expected at most %d", points,
                         SWEEP_CONFIGURATIONS);
    }
    plan->values = calloc((size_t)wanted * (size_t)plan->n_parameters, sizeof *plan->values);
    if (plan->values && plan->one_by_one)
        return take_one_by_one(plan, wanted, error);
    if (!plan->values || (grid && take_grid(plan, wanted, points))) {
        return error_memory(error, "the configurations");
    }
    if (grid)
        return 0;
    nn_random random = nn_random_new((uint64_t)plan->seed, 0);
    plan->configurations = wanted;
    for (int i = 0; i < wanted * plan->n_parameters; i++)
        draw(&plan->parameters[i % plan->n_parameters], &random, plan->values[i]);
    return 0;
}

static int try_all(const struct sweep_plan *plan, struct error *error)
{
    for (int c = 0; c < plan->configurations; c++) {
        struct conf conf;
        int rc = conf_parse(plan->conf.name, plan->conf.text, &conf, error);
        for (int i = 0; !rc && i < plan->n_parameters; i++) {
            char assignment[256];
            if (!plan->values[c * plan->n_parameters + i][0])
                continue;
            snprintf(assignment, sizeof assignment, "%s=%s", plan->parameters[i].name,
                     plan->values[c * plan->n_parameters + i]);
            rc = conf_set(&conf, assignment, error);
        }
        rc = rc ? rc : conf_check(&conf, error);
        conf_free(&conf);
        if (rc)
            return -1;
    }
    return 0;
}

int sweep_choose(struct sweep_plan *plan, struct error *error)
{
    return multiply(plan, error) || choose(plan, error) || try_all(plan, error) ? -1 : 0;
}

/* ---------------------------------------------------------------- how much there is to do */

int sweep_trainings(const struct sweep_plan *plan, struct text *words)
{
    const int folds = plan->n_folds ? plan->n_folds : 1;
    int configurations = plan->configurations, each = plan->n_seeds * folds;
    int total = configurations * each;
    text_format(words, "%d", total);
    for (int rung = 2; rung <= plan->rungs; rung++) {
        configurations = configurations / plan->halving > 1 ? configurations / plan->halving : 1;
        const char *more = "";
        int base = 0;
        if (plan->by_folds) { /* those of the first rung are not trained again */
            each = plan->n_seeds * (plan->conf.split_folds - folds);
            base = plan->one_by_one && configurations < plan->configurations;
            more = base ? " and of the experiment as it is" : "";
        }
        total += (configurations + base) * each;
        text_format(words, ", then %d of the best %d%s", (configurations + base) * each,
                    configurations, more);
    }
    return total;
}
