/* chart.c: the headers of gnuplot scripts. See chart.h. */
#include "pipeline/chart/chart.h"

#include "pipeline/base/file.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/number.h"

#include <dirent.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_MOST = 1 << 20, NUMBER_MOST = 1000000 };

/* Lines that are a number. */
static const struct {
    const char *key;
    size_t field;
} NUMBERS[] = {{"number", offsetof(struct chart, number)},
               {"classes", offsetof(struct chart, classes)}};
enum { N_NUMBERS = sizeof NUMBERS / sizeof *NUMBERS };

/* The lines of a header: which there are, where their texts go, and what stands there where one is
 * missing (NULL: it must be there; "": see below). */
static const struct line {
    const char *key, *fallback;
    size_t field;
} LINES[] = {
    {"section", NULL, offsetof(struct chart, section)},
    {"title", NULL, offsetof(struct chart, title)},
    {"caption", NULL, offsetof(struct chart, caption)},
    {"empty", NULL, offsetof(struct chart, empty)},
    {"height", "320", offsetof(struct chart, height)},
    {"width", "480", offsetof(struct chart, width)},
    {"data", "", offsetof(struct chart, data)},
    {"also", "", offsetof(struct chart, also)},
    {"needs", "", offsetof(struct chart, needs)},
    {"dark", "", offsetof(struct chart, dark)},
    {"for", "", offsetof(struct chart, of)},
};
enum { N_LINES = sizeof LINES / sizeof *LINES };

static char **field_of(struct chart *chart, int i)
{
    return (char **)((char *)chart + LINES[i].field);
}

static void chart_free(struct chart *chart)
{
    for (int i = 0; i < N_LINES; i++)
        free(*field_of(chart, i));
    free(chart->name);
}

/* Appends a text to a field, after a blank where there is one already. */
static int extend(char **field, const char *text, size_t length, struct error *error)
{
    size_t used = *field ? strlen(*field) + 1 : 0;
    char *more = realloc(*field, used + length + 1);
    if (!more)
        return error_memory(error, "the header of a chart");
    *field = more;
    if (used)
        more[used - 1] = ' ';
    memcpy(more + used, text, length);
    more[used + length] = '\0';
    return 0;
}

static int key_of(const char *line, size_t length)
{
    for (int i = 0; i < N_LINES; i++)
        if (length == strlen(LINES[i].key) && !memcmp(line, LINES[i].key, length))
            return i;
    return FAILED;
}

static int read_number(int64_t *number, const char *text, size_t length, struct error *error)
{
    char copy[24];
    snprintf(copy, sizeof copy, "%.*s", (int)length, text);
    return number_whole(copy, 0, NUMBER_MOST, number)
               ? error_set(error, "'%s' is not a whole number from 0 to %d", copy, NUMBER_MOST)
               : 0;
}

/* One line `KEY: TEXT`, without its mark; *last is the field that a line of its own goes on. */
static int read_line(struct chart *chart, const char *line, size_t length, char ***last,
                     struct error *error)
{
    size_t word = strcspn(line, ": \n"), skip = word + 1;
    int key = key_of(line, word);
    if (word >= length || line[word] != ':')
        return error_set(error, "'%.*s', expected `# KEY: TEXT`", (int)(length < 60 ? length : 60),
                         line);
    while (skip < length && line[skip] == ' ')
        skip++;
    if (key >= 0) {
        *last = field_of(chart, key);
        if (**last)
            return error_set(error, "a second line '%.*s'", (int)word, line);
        return extend(*last, line + skip, length - skip, error);
    }
    *last = NULL;
    for (int i = 0; i < N_NUMBERS; i++)
        if (word == strlen(NUMBERS[i].key) && !memcmp(line, NUMBERS[i].key, word))
            return read_number((int64_t *)(void *)((char *)chart + NUMBERS[i].field), line + skip,
                               length - skip, error);
    return error_set(error,
                     "'%.*s', expected section, number, title, caption, empty, height, width, "
                     "data, also, needs, dark, for or classes",
                     (int)(word < 60 ? word : 60), line);
}

/* The comment lines at the top; one that is indented goes on with the text before. */
static int read_header(struct chart *chart, const char *path, const char *text, struct error *error)
{
    char **last = NULL;
    for (int line = 1; text[0] == '#' && text[1] == ' '; line++) {
        size_t length = strcspn(text, "\n"), blanks = strspn(text + 1, " ");
        const char *from = text + 1 + blanks;
        size_t left = length - 1 - blanks;
        int rc = blanks > 1 && last ? extend(last, from, left, error)
                                    : read_line(chart, from, left, &last, error);
        if (rc)
            return error_within(error, "%s:%d", path, line);
        text += length + (text[length] == '\n');
    }
    for (int i = 0; i < N_LINES; i++) {
        char **field = field_of(chart, i);
        if (!*field && !LINES[i].fallback)
            return error_set(error, "%s: no line `# %s: ...` at its top", path, LINES[i].key);
        if (!*field && extend(field, LINES[i].fallback, strlen(LINES[i].fallback), error))
            return FAILED;
    }
    if (*chart->of && strcmp(chart->of, "images") && strcmp(chart->of, "table"))
        return error_set(error, "%s: for: '%s', expected images or table", path, chart->of);
    if (!*chart->data) {
        free(chart->data);
        chart->data = strdup(chart->name);
    }
    return chart->data ? 0 : error_memory(error, path);
}

/* Whether a script is one that others load: its first line is `# NAME.gp: ...`. */
static int is_helper(const char *text, const char *file)
{
    size_t length = strlen(file);
    return text[0] == '#' && text[1] == ' ' && !strncmp(text + 2, file, length) &&
           text[2 + length] == ':';
}

static int read_script(struct charts *charts, const char *folder, const char *file,
                       struct error *error)
{
    char path[1200];
    struct text text = {0};
    snprintf(path, sizeof path, "%.900s/%.255s", folder, file);
    int rc = file_read(path, SCRIPT_MOST, &text, error);
    hash_chain(charts->hash, file);
    hash_chain(charts->hash, text_of(&text));
    if (!rc && !is_helper(text_of(&text), file)) {
        struct chart *more = realloc(charts->items, (size_t)(charts->n + 1) * sizeof *more);
        if (more) {
            struct chart *chart = &more[charts->n++];
            charts->items = more;
            *chart = (struct chart){.name = strndup(file, strlen(file) - strlen(".gp"))};
            rc = chart->name ? read_header(chart, path, text_of(&text), error)
                             : error_memory(error, path);
        } else {
            rc = error_memory(error, path);
        }
    }
    text_free(&text);
    return rc;
}

static int is_script(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 3 && entry->d_name[0] != '.' && !strcmp(entry->d_name + length - 3, ".gp");
}

static int by_place(const void *a, const void *b)
{
    const struct chart *one = a, *two = b;
    int section = strcmp(one->section, two->section);
    if (section)
        return section;
    return one->number != two->number ? (one->number > two->number) - (one->number < two->number)
                                      : strcmp(one->name, two->name);
}

int charts_read(const char *folder, struct charts *charts, struct error *error)
{
    struct dirent **entries = NULL;
    int rc = 0, n = scandir(folder, &entries, is_script, alphasort);
    *charts = (struct charts){0};
    hash_text("", charts->hash);
    if (n < 0)
        return error_system(error, folder);
    for (int i = 0; i < n; i++) {
        rc = rc ? rc : read_script(charts, folder, entries[i]->d_name, error);
        free(entries[i]);
    }
    free(entries);
    if (!rc && charts->n)
        qsort(charts->items, (size_t)charts->n, sizeof *charts->items, by_place);
    return rc;
}

void charts_free(struct charts *charts)
{
    for (int i = 0; i < charts->n; i++)
        chart_free(&charts->items[i]);
    free(charts->items);
    *charts = (struct charts){0};
}

/* ------------------------------------------------------------------------ datasets */

void chart_add_words(struct text *out, const char *text, int is_table)
{
    static const char *const WORDS[][3] = {{"{images}", "images", "rows"},
                                           {"{Images}", "Images", "Rows"},
                                           {"{image}", "image", "row"},
                                           {"{Image}", "Image", "Row"}};
    while (*text) {
        size_t plain = strcspn(text, "{"), i = 0;
        text_add_bytes(out, text, plain);
        text += plain;
        while (i < 4 && strncmp(text, WORDS[i][0], strlen(WORDS[i][0])) != 0)
            i++;
        if (i < 4) {
            text_add(out, WORDS[i][is_table ? 2 : 1]);
            text += strlen(WORDS[i][0]);
        } else if (*text) {
            text_add_bytes(out, text++, 1);
        }
    }
}

/* Puts the words of a dataset into a text of a chart. */
static int say(char **field, int is_table, struct error *error)
{
    struct text text = {0};
    chart_add_words(&text, *field, is_table);
    char *said = text_failed(&text) ? NULL : strdup(text_of(&text));
    text_free(&text);
    if (!said)
        return error_memory(error, "the header of a chart");
    free(*field);
    *field = said;
    return 0;
}

/* Why a chart is missing where there are too many classes. */
static int tell_classes(struct chart *chart, int classes, struct error *error)
{
    char text[60];
    snprintf(text, sizeof text, "%d classes are more than it could show", classes);
    free(chart->empty);
    chart->empty = strdup(text);
    chart->too_many = 1;
    return chart->empty ? 0 : error_memory(error, "the header of a chart");
}

int charts_suit(struct charts *charts, int is_table, int classes, struct error *error)
{
    int n = 0;
    for (int i = 0; i < charts->n; i++) {
        struct chart *chart = &charts->items[i];
        if (*chart->of && strcmp(chart->of, is_table ? "table" : "images") != 0)
            chart_free(chart);
        else
            charts->items[n++] = *chart;
    }
    charts->n = n;
    for (int i = 0; i < n; i++) {
        struct chart *chart = &charts->items[i];
        if (say(&chart->title, is_table, error) || say(&chart->caption, is_table, error) ||
            say(&chart->empty, is_table, error) ||
            (chart->classes && classes > chart->classes && tell_classes(chart, classes, error)))
            return FAILED;
    }
    return 0;
}

int chart_also(const struct chart *chart, int i, char name[64])
{
    const char *word = chart->also + strspn(chart->also, " ");
    while (i-- > 0) {
        word += strcspn(word, " ");
        word += strspn(word, " ");
    }
    snprintf(name, 64, "%.*s", (int)strcspn(word, " "), word);
    return *word != '\0';
}
