/* member.c: see member.h. */
#include "pipeline/source/member.h"

#include "pipeline/base/text.h"

#include <string.h>
#include <strings.h>

enum { SHOWN = 5 }; /* names in a message */

static const char *base_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

/* A zip made on macOS has a shadow __MACOSX/._NAME for each NAME. */
static int is_shadow(const char *name)
{
    return !strncmp(name, "__MACOSX/", 9) || !strncmp(base_of(name), "._", 2);
}

static int is_csv(const char *name)
{
    const size_t length = strlen(name);
    return length >= 4 && !strcasecmp(name + length - 4, ".csv");
}

static int is_wanted(const struct members *members, const char *name)
{
    const char *asked = members->asked;
    return asked ? !strcmp(name, asked) || !strcmp(base_of(name), asked) : is_csv(name);
}

int members_add(struct members *members, const char *name)
{
    members->is_workbook |= !strcmp(name, "[Content_Types].xml");
    if (is_shadow(name))
        return 0;
    if (is_wanted(members, name))
        return fields_add(&members->tables, name, strlen(name));
    return members->others.count <= SHOWN ? fields_add(&members->others, name, strlen(name)) : 0;
}

void members_free(struct members *members)
{
    fields_free(&members->tables);
    fields_free(&members->others);
}

/* ---------------------------------------------------------------- choosing */

/* NULL at the end. */
static const char *const CALLED[TABLE_KINDS][4] = {
    [TABLE_TRAIN] = {"train"},
    [TABLE_TEST] = {"test"},
    [TABLE_SAMPLE] = {"sample_submission", "sample", "submission"}};
static const char *const WORDS[TABLE_KINDS][3] = {
    [TABLE_TRAIN] = {"train"}, [TABLE_TEST] = {"test"}, [TABLE_SAMPLE] = {"sample", "submission"}};

static int is_called(const char *name, enum table_kind kind)
{
    const char *base = base_of(name);
    for (const char *const *called = CALLED[kind]; *called; called++)
        if (!strncasecmp(base, *called, strlen(*called)) &&
            !strcasecmp(base + strlen(*called), ".csv"))
            return 1;
    return 0;
}

static int has_word(const char *name, enum table_kind kind)
{
    for (const char *const *word = WORDS[kind]; *word; word++)
        if (strcasestr(base_of(name), *word))
            return 1;
    return 0;
}

/* A word of its kind, and none of another; but a sample may be one of a test's submission. */
static int is_told_by_word(const char *name, enum table_kind kind)
{
    for (int other = 0; kind != TABLE_SAMPLE && other < TABLE_KINDS; other++)
        if (other != (int)kind && has_word(name, other))
            return 0;
    return has_word(name, kind);
}

/* The only one of which it is true; NULL where there is none or are several. */
static const char *only(const struct fields *names, int (*is)(const char *, enum table_kind),
                        enum table_kind kind)
{
    const char *found = NULL;
    for (size_t i = 0; i < names->count; i++) {
        if (!is(names->items[i], kind))
            continue;
        if (found)
            return NULL;
        found = names->items[i];
    }
    return found;
}

/* "a.csv, b.csv, ...", names out of a file as they may be shown. */
static const char *list(const struct fields *names, struct text *text)
{
    char shown[FIELD_SHOWN];
    for (size_t i = 0; i < names->count && i < SHOWN; i++) {
        field_show(names->items[i], strlen(names->items[i]), shown);
        text_format(text, "%s%s", i ? ", " : "", shown);
    }
    if (names->count > SHOWN)
        text_add(text, ", ...");
    return text_of(text);
}

static void tell_none(const struct members *members, struct error *error)
{
    struct text text = {0};
    const char *name = members->archive;
    const char *others = list(&members->others, &text), *but = *others ? ", but " : "";
    if (members->asked)
        error_set(error, "%s: the archive has no such file%s%s", name, but, others);
    else if (members->is_workbook)
        error_set(error, "%s: is an Excel workbook; save it as CSV", name);
    else
        error_set(error, "%s: holds no .csv file%s%s", name, but, others);
    text_free(&text);
}

static void tell_several(const struct members *members, struct error *error)
{
    static const char *const NAMES[TABLE_KINDS] = {"training file", "test file",
                                                   "sample submission"};
    struct text text = {0};
    char first[FIELD_SHOWN];
    field_show(members->tables.items[0], strlen(members->tables.items[0]), first);
    error_set(
        error,
        "%s: which of its %zu .csv files is the %s, their names do not tell: %s; unpack it, or "
        "name one of them as FILE.zip:%s",
        members->archive, members->tables.count, NAMES[members->kind],
        list(&members->tables, &text), first);
    text_free(&text);
}

const char *members_choose(const struct members *members, struct error *error)
{
    const struct fields *tables = &members->tables;
    const char *chosen = NULL;
    for (size_t i = 0; members->asked && i < tables->count; i++)
        if (!strcmp(tables->items[i], members->asked))
            return tables->items[i];
    if (tables->count == 1)
        return tables->items[0];
    if (tables->count == 0) {
        tell_none(members, error);
        return NULL;
    }
    if (!members->asked) {
        chosen = only(tables, is_called, members->kind);
        if (!chosen)
            chosen = only(tables, is_told_by_word, members->kind);
    }
    if (!chosen)
        tell_several(members, error);
    return chosen;
}
