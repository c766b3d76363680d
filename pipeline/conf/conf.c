/* conf.c: reading experiment files. The table of settings is in settings.c. See conf.h. */
#include "pipeline/conf/conf.h"

#include "pipeline/base/file.h"
#include "pipeline/conf/looks.h"

#include <ini.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    struct conf *conf;
    struct error *error;
};

/* Called for each `key = value`; indented lines below one come as further values of the same key.
 */
static int take(void *context, const char *section, const char *key, const char *value)
{
    struct parser *p = context;
    char name[160];
    snprintf(name, sizeof name, "%s.%s", section, key);
    if (strcmp(name, "model.layers"))
        return !conf_assign(p->conf, name, value, p->error);
    size_t old = p->conf->layers ? strlen(p->conf->layers) : 0;
    char *more = realloc(p->conf->layers, old + strlen(value) + 2);
    if (!more) {
        error_memory(p->error, "the layers");
        return 0;
    }
    p->conf->layers = more;
    sprintf(more + old, "%s\n", value);
    return 1;
}

int conf_check(const struct conf *conf, struct error *error)
{
    int committee = conf->committee_members[0] != '\0';
    nn_view views[VIEWS_MOST];
    if (!conf->layers && !committee)
        return error_set(error, "%s: model.layers is missing", conf->name);
    if (views_parse(conf->predict_views, views, error) < 0)
        return error_within(error, "%s: predict.views", conf->name);
    if (conf->layers && committee)
        return error_set(error, "%s: has both model.layers and committee.members; expected one",
                         conf->name);
    if (conf->split_method == SPLIT_NONE &&
        (conf->stopping_monitor || conf->plateau_monitor || conf->checkpoint_monitor))
        return error_set(error,
                         "%s: split.method is none, so nothing can be monitored; expected "
                         "checkpoint, early_stopping and reduce_lr with monitor = none",
                         conf->name);
    return 0;
}

/* inih takes so many bytes for a line, the rest for the next one. An indented line goes on with the
 * value above it, and only the value of `many` has more than one line: of any other the last line
 * alone would count. */
enum { LINE_MOST = 198 };

int conf_misread_line(const char *text, const char *many, struct error *error)
{
    char key[80] = "";
    for (int line = 1; text; line++, text = strchr(text, '\n'), text += text != NULL) {
        size_t blank = strspn(text, " \t\r"), length = strcspn(text, "\n");
        if (length > LINE_MOST) {
            error_set(error, "a line of %zu bytes; expected at most %d", length, LINE_MOST);
            return line;
        }
        if (blank >= length || strchr(";#", text[blank]))
            continue;
        if (blank > 0 && *key && strcmp(key, many)) {
            error_set(error, "an indented line; expected the value of '%s' in one line", key);
            return line;
        }
        if (blank == 0)
            snprintf(key, sizeof key, "%.*s", *text == '[' ? 0 : (int)strcspn(text, " \t=:\n"),
                     text);
    }
    return 0;
}

int conf_parse(const char *name, const char *text, struct conf *conf, struct error *error)
{
    struct error reason = {"neither [section], key = value nor a comment"};
    struct parser parser = {conf, &reason};
    memset(conf, 0, sizeof *conf);
    snprintf(conf->name, sizeof conf->name, "%s", name);
    conf_set_defaults(conf);
    conf->text = strdup(text);
    int line = conf->text ? conf_misread_line(text, "layers", &reason) : -1;
    if (!line)
        line = ini_parse_string(text, take, &parser);
    if (line < 0)
        return error_memory(error, name);
    if (line > 0)
        return error_set(error, "%s:%d: %s", name, line, reason.text);
    return conf_check(conf, error);
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

int conf_load(const char *path, struct conf *conf, struct error *error)
{
    enum { LIMIT = 1 << 20 };
    char name[sizeof conf->name];
    struct text text = {0};
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t length = strlen(base);
    memset(conf, 0, sizeof *conf);
    if (length <= 5 || strcmp(base + length - 5, ".conf") || length >= sizeof name)
        return error_set(error, "%s: expected an experiment file NAME.conf", path);
    snprintf(name, sizeof name, "%.*s", (int)length - 5, base);
    int rc = file_read(path, LIMIT, &text, error);
    if (!rc && strlen(text_of(&text)) != text.length)
        rc = error_set(error, "%s: not an experiment file: found a zero byte; expected text", path);
    if (!rc && conf_parse(name, text_of(&text), conf, error)) /* show the path, not the name */
        rc = error_set(error, "%s%s", path, error->text + strlen(name));
    text_free(&text);
    return rc;
}

void conf_free(struct conf *conf)
{
    free(conf->text);
    free(conf->layers);
    memset(conf, 0, sizeof *conf);
}

/* The text is what a run records: a line in it must be read again as it was written. */
int conf_set(struct conf *conf, const char *assignment, struct error *error)
{
    char name[128], line[LINE_MOST + 2];
    const char *equals = strchr(assignment, '=');
    const char *dot = strchr(assignment, '.');
    if (!equals || !dot || dot > equals || (size_t)(equals - assignment) >= sizeof name)
        return error_set(error, "'%.100s': expected section.key=value", assignment);
    snprintf(name, sizeof name, "%.*s", (int)(equals - assignment), assignment);
    int key = (int)(dot - assignment) + 1;
    int length = snprintf(line, sizeof line, "%s = %s", name + key, equals + 1);
    if (length > LINE_MOST || strpbrk(equals + 1, "\r\n"))
        return error_set(error, "%s: %s; expected a value in one line of at most %d bytes", name,
                         length > LINE_MOST ? "the value is too long" : "a line end",
                         LINE_MOST - (int)strlen(name + key) - 3);
    if (conf_assign(conf, name, equals + 1, error))
        return FAILED;
    struct text text = {0};
    text_format(&text, "%s\n[%.*s]\n%s\n", conf->text, key - 1, name, line);
    if (text_failed(&text))
        return error_memory(error, "the experiment's text");
    free(conf->text);
    conf->text = text.bytes;
    return 0;
}

int conf_train_on_all(struct conf *conf, struct error *error)
{
    static const char *const SETS[] = {"split.method=none", "checkpoint.monitor=none",
                                       "early_stopping.monitor=none", "reduce_lr.monitor=none"};
    for (size_t i = 0; i < sizeof SETS / sizeof *SETS; i++)
        if (conf_set(conf, SETS[i], error))
            return -1;
    return 0;
}

int conf_train_folds(struct conf *conf, int folds, struct error *error)
{
    char text[64];
    snprintf(text, sizeof text, "split.folds=%d", folds);
    return conf_set(conf, "split.method=stratified-kfold", error) || conf_set(conf, text, error)
               ? -1
               : 0;
}
