/* file.c: the text of a sweep file. See sweep.h.
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
 * What is set on the command line is appended, and overrides what the file says.
 */
#include "pipeline/sweep/sweep.h"

#include "pipeline/base/file.h"
#include "pipeline/base/number.h"

#include <ini.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct sweep_plan *plan;
    char base[1000];
    char knobs[SWEEP_LIST][SWEEP_VALUE]; /* which settings to vary; none: all */
    int n_knobs;
    const char *rest;   /* of the text that is read */
    int line, bad;      /* the current one, and the first that was refused; 0: none */
    int again;          /* 1: a setting may be there already */
    struct text seen;   /* "\nsection.key\n..." */
    struct error error; /* of the line `bad` */
};

/* What is said of the first line that is refused counts. */
static int refuse(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int refuse(struct reader *r, const char *format, ...)
{
    va_list arguments;
    if (r->bad)
        return 0;
    va_start(arguments, format);
    vsnprintf(r->error.text, sizeof r->error.text, format, arguments);
    va_end(arguments);
    r->bad = r->line;
    return 0;
}

/* Cuts text at commas and blanks. Returns the number of words, -1 where they were refused. */
static int words(struct reader *r, const char *name, const char *text,
                 char list[SWEEP_LIST][SWEEP_VALUE])
{
    int n = 0;
    while (*(text += strspn(text, ", \t\n"))) {
        size_t length = strcspn(text, ", \t\n");
        if (length >= SWEEP_VALUE) {
            refuse(r, "%s: '%.20s...' has %zu bytes, expected values of at most %d", name, text,
                   length, SWEEP_VALUE - 1);
            return -1;
        }
        if (n == SWEEP_LIST) {
            refuse(r, "%s: more than %d values", name, SWEEP_LIST);
            return -1;
        }
        snprintf(list[n++], SWEEP_VALUE, "%.*s", (int)length, text);
        text += length;
    }
    if (n == 0)
        refuse(r, "%s: expected 1 to %d values", name, SWEEP_LIST);
    return n ? n : -1;
}

/* ---------------------------------------------------------------- [sweep] */

typedef enum kind { WHOLE, NUMBERS, CHOICE, BASE, KNOBS } kind;

/* A setting of the section: where it goes in the plan, and what it may be. */
struct setting {
    const char *name;
    kind kind;
    size_t to, count;     /* count: of NUMBERS, where how many they are goes */
    int least;            /* of WHOLE */
    const char *no, *yes; /* of CHOICE: 0 and 1 */
};

#define TO(field) .to = offsetof(struct sweep_plan, field)
#define COUNT(field) .count = offsetof(struct sweep_plan, field)

static const struct setting SETTINGS[] = {
    {.name = "base", .kind = BASE},
    {"trials", WHOLE, TO(trials), .least = 1},
    {"seed", WHOLE, TO(seed), .least = 0},
    {"seeds", NUMBERS, TO(seeds), COUNT(n_seeds)},
    {"split_folds", WHOLE, TO(split_folds), .least = 2},
    {"folds", NUMBERS, TO(folds), COUNT(n_folds)},
    {"design", CHOICE, TO(one_by_one), .no = "all", .yes = "one-by-one"},
    {.name = "knobs", .kind = KNOBS},
    {"objective", CHOICE, TO(accuracy), .no = "validation_loss", .yes = "validation_accuracy"},
    {"halving", WHOLE, TO(halving), .least = 2},
    {"halving_by", CHOICE, TO(by_folds), .no = "epochs", .yes = "folds"},
    {"rungs", WHOLE, TO(rungs), .least = 1},
    {"evaluate", CHOICE, TO(evaluate), .no = "no", .yes = "yes"}};

static int *field(struct reader *r, size_t at)
{
    return (int *)(void *)((char *)r->plan + at);
}

static int read_numbers(struct reader *r, const struct setting *s, const char *name,
                        const char *value)
{
    char list[SWEEP_LIST][SWEEP_VALUE];
    int64_t number;
    int n = words(r, name, value, list);
    for (int i = 0; i < n; i++) {
        if (number_whole(list[i], 0, INT_MAX, &number))
            return refuse(r, "%s: '%.60s' is not a list of whole numbers", name, value);
        field(r, s->to)[i] = (int)number;
    }
    *field(r, s->count) = n < 0 ? 0 : n;
    return n > 0;
}

static int read_whole(struct reader *r, const struct setting *s, const char *name,
                      const char *value)
{
    int64_t got;
    if (number_whole(value, s->least, SWEEP_CONFIGURATIONS, &got))
        return refuse(r, "%s: '%.60s' is not a whole number from %d to %d", name, value, s->least,
                      SWEEP_CONFIGURATIONS);
    *field(r, s->to) = (int)got;
    return 1;
}

static int read_choice(struct reader *r, const struct setting *s, const char *name,
                       const char *value)
{
    *field(r, s->to) = !strcmp(value, s->yes);
    if (*field(r, s->to) || !strcmp(value, s->no))
        return 1;
    return refuse(r, "%s: '%.60s' is not one of %s, %s", name, value, s->no, s->yes);
}

static int read_base(struct reader *r, const char *name, const char *value)
{
    if ((size_t)snprintf(r->base, sizeof r->base, "%s", value) < sizeof r->base)
        return 1;
    return refuse(r, "%s: longer than %zu bytes", name, sizeof r->base - 1);
}

static int read_setting(struct reader *r, const char *key, const char *name, const char *value)
{
    size_t i = 0;
    while (i < sizeof SETTINGS / sizeof *SETTINGS && strcmp(SETTINGS[i].name, key))
        i++;
    if (i == sizeof SETTINGS / sizeof *SETTINGS)
        return refuse(r, "no setting is called '%.100s'", name);
    switch (SETTINGS[i].kind) {
    case WHOLE:
        return read_whole(r, &SETTINGS[i], name, value);
    case NUMBERS:
        return read_numbers(r, &SETTINGS[i], name, value);
    case CHOICE:
        return read_choice(r, &SETTINGS[i], name, value);
    case BASE:
        return read_base(r, name, value);
    default:
        r->n_knobs = words(r, name, value, r->knobs);
        return r->n_knobs > 0;
    }
}

/* ---------------------------------------------------------------- [vary] */

static int is_whole(const char *text)
{
    return !strpbrk(text, ".eE");
}

/* x0.5: a multiple of the experiment's own value. */
static int read_multiples(struct reader *r, const struct sweep_parameter *p)
{
    double factor;
    for (int i = 0; i < p->n; i++)
        if (p->list[i][0] == 'x' && number_real(p->list[i] + 1, 0, 1e6, &factor))
            return refuse(r, "%s: '%s' is not a multiple like x0.5", p->name, p->list[i]);
    return 1;
}

static int read_parameter(struct reader *r, const char *name, const char *value)
{
    struct sweep_plan *plan = r->plan;
    struct sweep_parameter *p = &plan->parameters[plan->n_parameters];
    if (plan->n_parameters == SWEEP_PARAMETERS)
        return refuse(r, "vary: more than %d settings", SWEEP_PARAMETERS);
    if ((size_t)snprintf(p->name, sizeof p->name, "%s", name) >= sizeof p->name)
        return refuse(r, "vary: the name of a setting is longer than %zu bytes",
                      sizeof p->name - 1);
    plan->n_parameters++;
    p->n = words(r, name, value, p->list);
    if (p->n < 0)
        return 0;
    if (p->n < 2 || strcmp(p->list[1], ".."))
        return read_multiples(r, p);
    p->logarithmic = p->n == 4 && !strcmp(p->list[3], "log");
    if ((p->n != 3 && !p->logarithmic) || number_real(p->list[0], -1e300, 1e300, &p->least) ||
        number_real(p->list[2], -1e300, 1e300, &p->greatest) || p->least >= p->greatest ||
        (p->logarithmic && p->least <= 0))
        return refuse(r, "%s: '%.60s' is not a range like 1e-4 .. 1e-2 log or 0.1 .. 0.5", name,
                      value);
    p->whole = is_whole(p->list[0]) && is_whole(p->list[2]);
    p->n = 0;
    return 1;
}

/* ---------------------------------------------------------------- the text */

/* The settings of the section [vary] have the names that experiments give them. */
static int take(void *context, const char *section, const char *key, const char *value)
{
    struct reader *r = context;
    char name[256], line[300];
    if (strcmp(section, "vary") && strcmp(section, "sweep"))
        return refuse(r, "[%.60s]: expected [sweep] or [vary]", section);
    snprintf(name, sizeof name, "%s.%s", section, key);
    snprintf(line, sizeof line, "\n%s\n", name);
    if (!r->again && strstr(text_of(&r->seen), line))
        return refuse(r, "'%s' a second time in [%s]; expected each setting once", key, section);
    text_add(&r->seen, line);
    return *section == 'v' ? read_parameter(r, key, value) : read_setting(r, key, name, value);
}

/* Gives inih a line, which conf_misread_line has found to be short enough. */
static char *next_line(char *bytes, int size, void *context)
{
    struct reader *r = context;
    const size_t length = strcspn(r->rest, "\n") + 1;
    if (!*r->rest)
        return NULL;
    snprintf(bytes, (size_t)size < length + 1 ? (size_t)size : length + 1, "%s", r->rest);
    r->rest += r->rest[length - 1] ? length : length - 1;
    r->line++;
    return bytes;
}

/* Returns the number of the first line that can't be read, with its finding in r->error; 0. */
static int parse(struct reader *r, const char *text)
{
    int line = conf_misread_line(text, "", &r->error);
    if (line)
        return line;
    r->rest = text;
    r->line = r->bad = 0;
    line = ini_parse_stream(next_line, r, take, r);
    if (line && line != r->bad)
        error_set(&r->error, "neither [section], key = value nor a comment");
    return line;
}

/* Each set is a line of the section [sweep]. */
static int take_sets(struct reader *r, const struct option_list *sets, struct error *error)
{
    struct text line = {0};
    int bad = 0;
    r->again = 1;
    for (int i = 0; i < sets->n && !bad; i++) {
        if (!strchr(sets->items[i], '=') || strpbrk(sets->items[i], "\r\n[")) {
            error_set(&r->error, "'%.60s', expected KEY=VALUE", sets->items[i]);
            bad = 1;
            break;
        }
        text_cut(&line, 0);
        text_format(&line, "[sweep]\n%s\n", sets->items[i]);
        text_format(&r->plan->text, "%s%s\n", i ? "" : "\n[sweep]\n", sets->items[i]);
        bad = text_failed(&line) || parse(r, text_of(&line));
    }
    text_free(&line);
    if (bad)
        error_set(error, "--set: %s", r->error.text);
    return bad ? SWEEP_MISUSED : 0;
}

static int read_file(struct reader *r, const char *path, struct error *error)
{
    enum { LIMIT = 65535 };
    struct text *text = &r->plan->text;
    if (file_read(path, LIMIT, text, error))
        return FAILED;
    if (strlen(text_of(text)) != text->length)
        return error_set(error, "%s: not a sweep file: found a zero byte; expected text", path);
    int line = parse(r, text_of(text));
    return line ? error_set(error, "%s:%d: %s", path, line, r->error.text) : 0;
}

/* ---------------------------------------------------------------- what goes together */

static int check(const struct sweep_plan *plan, struct error *error)
{
    const char *wrong = NULL;
    for (int i = 0; i < plan->n_parameters; i++) {
        const char *name = plan->parameters[i].name;
        if (!strcmp(name, "train.seed"))
            wrong = "train.seed: expected seeds = ... in [sweep]";
        if (!strncmp(name, "split.", 6))
            wrong = "split: all trials must be judged by the same split; expected it in the "
                    "experiment";
        if (!strcmp(name, "train.epochs") && plan->halving && !plan->by_folds)
            wrong = "train.epochs: halving decides how long a trial trains";
    }
    if (!plan->n_parameters)
        wrong = "[vary] is missing: expected a setting with its values";
    if (!plan->conf.layers)
        wrong = "the experiment is a committee, which is not trained; expected one with a net";
    if (plan->conf.split_method == SPLIT_NONE)
        wrong = "the experiment's split.method is none; expected one that validates";
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
    return wrong ? error_set(error, "%s", wrong) : 0;
}

/* Leaves only the settings that sweep.knobs names. */
static int keep_knobs(struct reader *r, struct error *error)
{
    struct sweep_plan *plan = r->plan;
    int kept = 0;
    for (int k = 0; k < r->n_knobs; k++) {
        int i = kept;
        while (i < plan->n_parameters && strcmp(plan->parameters[i].name, r->knobs[k]))
            i++;
        if (i == plan->n_parameters)
            return error_set(error, "sweep.knobs: '%s' is not in [vary], or named twice",
                             r->knobs[k]);
        const struct sweep_parameter chosen = plan->parameters[i];
        plan->parameters[i] = plan->parameters[kept];
        plan->parameters[kept++] = chosen;
    }
    plan->n_parameters = kept ? kept : plan->n_parameters;
    return 0;
}

/* What follows from the file and the experiment where the file says nothing of it. */
static int set_defaults(struct sweep_plan *plan, struct error *error)
{
    if (!plan->n_seeds)
        plan->seeds[plan->n_seeds++] = plan->conf.seed;
    if (!plan->rungs || !plan->halving)
        plan->rungs = !plan->halving ? 1 : plan->by_folds ? 2 : 3;
    if (!plan->split_folds)
        return 0;
    if (plan->split_folds > SWEEP_LIST)
        return error_set(error, "sweep.split_folds: %d, expected at most %d", plan->split_folds,
                         SWEEP_LIST);
    if (!plan->n_folds)
        while (plan->n_folds < (plan->by_folds ? 1 : plan->split_folds))
            plan->folds[plan->n_folds] = plan->n_folds, plan->n_folds++;
    return conf_train_folds(&plan->conf, plan->split_folds, error);
}

static int load_base(struct reader *r, const char *path, int folder, struct error *error)
{
    struct sweep_plan *plan = r->plan;
    if (!r->base[0])
        return error_set(error, "%s: sweep.base is missing: the experiment to vary", path);
    if ((size_t)snprintf(plan->base, sizeof plan->base, "%.*s%s.conf", folder, path, r->base) >=
        sizeof plan->base)
        return error_set(error, "%s: sweep.base: the path is longer than %zu bytes", path,
                         sizeof plan->base - 1);
    return conf_load(plan->base, &plan->conf, error);
}

int sweep_plan_load(const char *path, const struct option_list *sets, struct sweep_plan *plan,
                    struct error *error)
{
    struct reader r = {.plan = plan};
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    const size_t length = strlen(base);
    *plan = (struct sweep_plan){.trials = 20, .seed = 42, .evaluate = 1};
    if (length <= 6 || strcmp(base + length - 6, ".sweep") || length >= sizeof plan->name)
        return error_set(error, "%s: expected a sweep file NAME.sweep", path);
    snprintf(plan->name, sizeof plan->name, "%.*s", (int)length - 6, base);
    int rc = read_file(&r, path, error);
    rc = rc ? rc : take_sets(&r, sets, error);
    text_free(&r.seen);
    if (!rc && text_failed(&plan->text))
        rc = error_memory(error, "the sweep's text");
    if (rc || load_base(&r, path, (int)(base - path), error))
        return rc ? rc : FAILED;
    if (keep_knobs(&r, error) || set_defaults(plan, error) || check(plan, error) ||
        sweep_choose(plan, error))
        return error_within(error, "%s", path);
    return 0;
}

void sweep_plan_free(struct sweep_plan *plan)
{
    conf_free(&plan->conf);
    text_free(&plan->text);
    free(plan->values);
    *plan = (struct sweep_plan){0};
}
