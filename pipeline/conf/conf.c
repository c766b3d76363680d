/* conf.c: reading experiment files. The table of settings is in conf_settings.c. See conf.h. */
#include "pipeline/conf/conf.h"

#include "pipeline/conf/looks.h"

#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    struct conf *conf;
    char *error;
    size_t size;
};

/* Called for each `key = value`; indented lines below one come as further values of the same key.
 */
static int take(void *context, const char *section, const char *key, const char *value)
{
    struct parser *p = context;
    char name[160];
    snprintf(name, sizeof name, "%s.%s", section, key);
    if (strcmp(name, "model.layers"))
        return !conf_assign(p->conf, name, value, p->error, p->size);
    size_t old = p->conf->layers ? strlen(p->conf->layers) : 0;
    char *more = realloc(p->conf->layers, old + strlen(value) + 2);
    if (!more) {
        snprintf(p->error, p->size, "out of memory");
        return 0;
    }
    p->conf->layers = more;
    sprintf(more + old, "%s\n", value);
    return 1;
}

int conf_check(const struct conf *conf, char *error, size_t size)
{
    int committee = conf->committee_members[0] != '\0';
    nn_view views[VIEWS_MOST];
    char reason[240];
    if (!conf->layers && !committee)
        snprintf(error, size, "%s: model.layers is missing", conf->name);
    else if (views_parse(conf->predict_views, views, reason, sizeof reason) < 0)
        snprintf(error, size, "%s: predict.views: %s", conf->name, reason);
    else if (conf->layers && committee)
        snprintf(error, size, "%s: has both model.layers and committee.members; expected one",
                 conf->name);
    else if (conf->split_method == SPLIT_NONE &&
             (conf->stopping_monitor || conf->plateau_monitor || conf->checkpoint_monitor))
        snprintf(error, size,
                 "%s: split.method is none, so nothing can be monitored; expected "
                 "checkpoint, early_stopping and reduce_lr with monitor = none",
                 conf->name);
    else
        return 0;
    return -1;
}

/* What inih would read as something else without a word. It takes so many bytes for a line, the
 * rest for the next one. An indented line goes on with the value above it, and only model.layers
 * has more than one line: of any other value the last line alone would count. Returns the number of
 * such a line, or 0. */
enum { LINE_MOST = 198 };

static int misread_line(const char *text, char *error, size_t size)
{
    char key[80] = "";
    for (int line = 1; text; line++, text = strchr(text, '\n'), text += text != NULL) {
        size_t blank = strspn(text, " \t\r"), length = strcspn(text, "\n");
        if (length > LINE_MOST) {
            snprintf(error, size, "a line of %zu bytes; expected at most %d", length, LINE_MOST);
            return line;
        }
        if (blank >= length || strchr(";#", text[blank]))
            continue;
        if (blank > 0 && *key && strcmp(key, "layers")) {
            snprintf(error, size, "an indented line; expected the value of '%s' in one line", key);
            return line;
        }
        if (blank == 0)
            snprintf(key, sizeof key, "%.*s", *text == '[' ? 0 : (int)strcspn(text, " \t=:\n"),
                     text);
    }
    return 0;
}

int conf_parse(const char *name, const char *text, struct conf *conf, char *error, size_t size)
{
    char reason[300] = "neither [section], key = value nor a comment";
    struct parser parser = {conf, reason, sizeof reason};
    memset(conf, 0, sizeof *conf);
    snprintf(conf->name, sizeof conf->name, "%s", name);
    conf_set_defaults(conf);
    conf->text = strdup(text);
    int line = conf->text ? misread_line(text, reason, sizeof reason) : -1;
    if (!line)
        line = ini_parse_string(text, take, &parser);
    if (line < 0)
        snprintf(error, size, "%s: out of memory", name);
    else if (line > 0)
        snprintf(error, size, "%s:%d: %s", name, line, reason);
    return line ? -1 : conf_check(conf, error, size);
}

int conf_augmentation(const struct conf *conf, nn_augmentation *augmentation)
{
    const float strength = (float)conf->augmentation_strength;
    nn_augmentation a = conf->augmentation;
    a.rotation *= strength;
    a.scale = fminf(a.scale * strength, 0.9f); /* beyond it an image could shrink to nothing */
    a.shear = fminf(a.shear * strength, 60);
    a.shift *= strength;
    a.elastic *= strength;
    *augmentation = a;
    return a.rotation > 0 || a.scale > 0 || a.shear > 0 || a.shift > 0 || a.elastic > 0 ||
           a.flip > 0 || a.erase > 0;
}

static char *read_text(const char *path, char *error, size_t size)
{
    enum { LIMIT = 1 << 20 };
    char *text = malloc(LIMIT);
    FILE *file = text ? fopen(path, "r") : NULL;
    if (!file) {
        snprintf(error, size, "%s: %s", path, text ? strerror(errno) : "out of memory");
        free(text);
        return NULL;
    }
    errno = 0;
    size_t got = fread(text, 1, LIMIT, file);
    int bad = ferror(file);
    const char *reason = strerror(errno);
    fclose(file);
    if (bad || got == LIMIT || memchr(text, '\0', got)) {
        snprintf(error, size, "%s: %s", path,
                 bad ? reason : "not an experiment file: expected text of less than 1 MiB");
        free(text);
        return NULL;
    }
    text[got] = '\0';
    return text;
}

int conf_load(const char *path, struct conf *conf, char *error, size_t size)
{
    char name[sizeof conf->name];
    char reason[400];
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t length = strlen(base);
    memset(conf, 0, sizeof *conf);
    if (length <= 5 || strcmp(base + length - 5, ".conf") || length >= sizeof name) {
        snprintf(error, size, "%s: expected an experiment file NAME.conf", path);
        return -1;
    }
    snprintf(name, sizeof name, "%.*s", (int)length - 5, base);
    char *text = read_text(path, error, size);
    if (!text)
        return -1;
    int rc = conf_parse(name, text, conf, reason, sizeof reason);
    if (rc) /* the name begins the reason: show the path instead */
        snprintf(error, size, "%s%s", path, reason + strlen(name));
    free(text);
    return rc;
}

void conf_free(struct conf *conf)
{
    free(conf->text);
    free(conf->layers);
    memset(conf, 0, sizeof *conf);
}

int conf_set(struct conf *conf, const char *assignment, char *error, size_t size)
{
    char name[128];
    const char *equals = strchr(assignment, '=');
    const char *dot = strchr(assignment, '.');
    if (!equals || !dot || dot > equals || (size_t)(equals - assignment) >= sizeof name) {
        snprintf(error, size, "'%.100s': expected section.key=value", assignment);
        return -1;
    }
    snprintf(name, sizeof name, "%.*s", (int)(equals - assignment), assignment);
    if (conf_assign(conf, name, equals + 1, error, size))
        return -1;
    size_t old = strlen(conf->text);
    size_t room = old + strlen(assignment) + 16;
    char *text = realloc(conf->text, room);
    if (!text) {
        snprintf(error, size, "out of memory");
        return -1;
    }
    conf->text = text;
    snprintf(text + old, room - old, "\n[%.*s]\n%s = %s\n", (int)(dot - assignment), assignment,
             name + (dot - assignment) + 1, equals + 1);
    return 0;
}

int conf_train_on_all(struct conf *conf, char *error, size_t size)
{
    static const char *const SETS[] = {"split.method=none", "checkpoint.monitor=none",
                                       "early_stopping.monitor=none", "reduce_lr.monitor=none"};
    for (size_t i = 0; i < sizeof SETS / sizeof *SETS; i++)
        if (conf_set(conf, SETS[i], error, size))
            return -1;
    return 0;
}

int conf_train_folds(struct conf *conf, int folds, char *error, size_t size)
{
    char text[64];
    snprintf(text, sizeof text, "split.folds=%d", folds);
    return conf_set(conf, "split.method=stratified-kfold", error, size) ||
                   conf_set(conf, text, error, size)
               ? -1
               : 0;
}
