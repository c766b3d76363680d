/* net.c: the net of an experiment for the data at hand. See conf_net in conf.h. */
#include "pipeline/conf/conf.h"

#include <stdlib.h>
#include <string.h>

static const char BLANKS[] = " \t", FIRST[] = "standardize";

static size_t line_length(const char *line)
{
    const size_t length = strcspn(line, "\n");
    return length + (line[length] == '\n');
}

/* Whether a line is `dense classes`, with a comment or without; where the word begins. */
static const char *classes_word(const char *line)
{
    static const char WORD[] = "classes";
    const char *at = line + strspn(line, BLANKS);
    if (strncmp(at, "dense", 5) || !at[5] || !strchr(BLANKS, at[5]))
        return NULL;
    at += 5 + strspn(at + 5, BLANKS);
    const char *end = at + strlen(WORD);
    return strncmp(at, WORD, strlen(WORD)) || (*end && !strchr(" \t\r\n#;", *end)) ? NULL : at;
}

/* Where in a line the layers begin, which is after the key `layers =`; NULL in other lines. */
static const char *layers_begin(const char *line)
{
    const char *at = line + strspn(line, BLANKS);
    if (strncmp(at, "layers", 6))
        return NULL;
    at += 6 + strspn(at + 6, BLANKS);
    return *at == '=' ? at + 1 : NULL;
}

/* Whether the first layer, behind blank lines and comments, is `standardize`. */
static int is_standardized(const char *layers)
{
    layers += strspn(layers, " \t\r\n");
    while (*layers == '#' || *layers == ';') {
        layers += line_length(layers);
        layers += strspn(layers, " \t\r\n");
    }
    return !strncmp(layers, FIRST, strlen(FIRST));
}

static void add_line(const char *line, int classes, struct text *net)
{
    const size_t length = line_length(line);
    const char *word = classes_word(line), *rest = line;
    if (word) {
        text_add_bytes(net, line, (size_t)(word - line));
        text_format(net, "%d", classes);
        rest = word + strlen("classes");
    }
    text_add_bytes(net, rest, length - (size_t)(rest - line));
}

void conf_net(const char *layers, struct conf_data data, struct text *net)
{
    if (data.is_table && !is_standardized(layers))
        text_format(net, "%s\n", FIRST);
    for (; *layers; layers += line_length(layers))
        add_line(layers, data.classes, net);
}

/* The same in the text of an experiment, where the layers stand behind their key. */
static void resolve_text(const char *text, struct conf_data data, struct text *to)
{
    for (; *text; text += line_length(text)) {
        const char *begin = layers_begin(text);
        if (!data.is_table || !begin || is_standardized(begin)) {
            add_line(text, data.classes, to);
            continue;
        }
        begin += strspn(begin, BLANKS);
        text_add(to, "layers =\n    ");
        text_format(to, "%s\n", FIRST);
        if (!strchr("\r\n#;", *begin)) {
            text_add(to, "    ");
            add_line(begin, data.classes, to);
        }
    }
}

static int put(char **old, struct text *new, struct error *error)
{
    text_add(new, "");
    if (text_failed(new) || !new->bytes) {
        text_free(new);
        return error_memory(error, "the experiment's text");
    }
    free(*old);
    *old = new->bytes;
    return 0;
}

/* Settings that are for images, other than their defaults. */
static int check_table(const struct conf *conf, struct error *error)
{
    char value[8192];
    conf_type type;
    const char *name;
    for (int i = 0; (name = conf_setting(conf, i, value, sizeof value, &type)); i++) {
        const int of_images = !strcmp(name, "input.deskew") || !strcmp(name, "input.width") ||
                              !strcmp(name, "predict.views") || !strncmp(name, "augment.", 8);
        if (of_images && !conf_is_default(conf, i))
            return error_set(error,
                             "%.100s: %s=%.100s is for images, and the data are a table; expected "
                             "it to be left out",
                             conf->name, name, value);
    }
    return 0;
}

int conf_resolve(struct conf *conf, struct conf_data data, struct error *error)
{
    struct text layers = {0}, text = {0};
    if (!conf->layers)
        return 0;
    if (data.is_table && check_table(conf, error))
        return FAILED;
    conf_net(conf->layers, data, &layers);
    resolve_text(conf->text, data, &text);
    return put(&conf->layers, &layers, error) || put(&conf->text, &text, error) ? FAILED : 0;
}
