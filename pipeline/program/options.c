/* options.c: rows of options, read and told. See options.h. */
#include "pipeline/program/options.h"

#include "pipeline/base/number.h"

#include <string.h>

static void *field_of(const struct option_row *row, void *options)
{
    return (char *)options + row->to;
}

/* Which of the words parted by '|' the text is, or -1. */
static int choice_of(const char *choices, const char *text)
{
    size_t length = strlen(text);
    for (int i = 0; choices; i++) {
        size_t word = strcspn(choices, "|");
        if (word == length && !memcmp(choices, text, word))
            return i;
        choices = choices[word] ? choices + word + 1 : NULL;
    }
    return FAILED;
}

/* 'auto|always|never' as a sentence has it: auto, always or never. */
static void choices_told(const char *choices, struct text *told)
{
    while (*choices) {
        size_t word = strcspn(choices, "|");
        text_add_bytes(told, choices, word);
        choices += word + (choices[word] == '|');
        if (*choices)
            text_add(told, strchr(choices, '|') ? ", " : " or ");
    }
}

static int store_choice(const struct option_row *row, const char *text, int *field,
                        struct error *error)
{
    struct text told = {0};
    *field = choice_of(row->choices, text);
    if (*field >= 0)
        return 0;
    choices_told(row->choices, &told);
    error_set(error, "--%s: '%.60s', expected %s", row->name, text, text_of(&told));
    text_free(&told);
    return FAILED;
}

static int store_item(const struct option_row *row, const char *text, struct option_list *list,
                      struct error *error)
{
    if (list->n == OPTION_LIST_MOST)
        return error_set(error, "--%s: more than %d of them", row->name, OPTION_LIST_MOST);
    list->items[list->n++] = text;
    return 0;
}

static int store_number(const struct option_row *row, const char *text, void *field,
                        struct error *error)
{
    int whole = row->kind == OPTION_WHOLE, open = row->kind == OPTION_BETWEEN;
    double *real = field;
    if (whole ? !number_whole(text, (int64_t)row->least, (int64_t)row->most, field)
              : !number_real(text, row->least, row->most, real) &&
                    !(open && (*real == row->least || *real == row->most)))
        return 0;
    if (whole && row->most >= 9e18)
        return error_set(error, "--%s: '%.60s' is not a whole number from %.0f", row->name, text,
                         row->least);
    return error_set(error, "--%s: '%.60s' is not a %s %s %.10g %s %.10g", row->name, text,
                     whole ? "whole number" : "number", open ? "between" : "from", row->least,
                     open ? "and" : "to", row->most);
}

int option_store(const struct option_row *row, const char *text, void *options, struct error *error)
{
    void *field = field_of(row, options);
    switch (row->kind) {
    case OPTION_FLAG:
        *(int *)field = 1;
        return 0;
    case OPTION_WORD:
        if (!*text || strpbrk(text, " \t\r\n"))
            return error_set(error, "--%s: '%.60s' is not one word without blanks", row->name,
                             text);
        *(const char **)field = text;
        return 0;
    case OPTION_TEXT:
        *(const char **)field = text;
        return 0;
    case OPTION_LIST:
        return store_item(row, text, field, error);
    case OPTION_CHOICE:
        return store_choice(row, text, field, error);
    case OPTION_OWN:
        return row->take(text, field, error) ? error_within(error, "--%s", row->name) : 0;
    default:
        return store_number(row, text, field, error);
    }
}

/* ---------------------------------------------------------------- help */

enum { WIDTH = 79, COLUMN = 22 };

void options_wrap(struct text *text, const char *paragraph, int column, int indent)
{
    int empty = 1;
    while (*paragraph) {
        size_t word = strcspn(paragraph, " \n");
        if (!empty && column + 1 + (int)word > WIDTH) {
            text_format(text, "\n%*s", indent, "");
            column = indent;
            empty = 1;
        }
        text_format(text, "%s%.*s", empty ? "" : " ", (int)word, paragraph);
        column += (int)word + !empty;
        empty = 0;
        paragraph += word + strspn(paragraph + word, " \n");
    }
    text_add(text, "\n");
}

static void row_help(const struct option_row *row, struct text *help)
{
    struct text told = {0};
    size_t begin = help->length;
    text_format(help, "  --%s%s%s", row->name, row->value ? " " : "", row->value ? row->value : "");
    int used = (int)(help->length - begin);
    if (used + 2 > COLUMN)
        text_format(help, "\n%*s", COLUMN, "");
    else
        text_format(help, "%*s", COLUMN - used, "");
    text_add(&told, row->help);
    if (row->choices) {
        text_add(&told, ": ");
        choices_told(row->choices, &told);
    }
    if (row->kind == OPTION_WHOLE && row->most < 9e18)
        text_format(&told, ", %.0f to %.0f", row->least, row->most);
    if (row->kind == OPTION_REAL)
        text_format(&told, ", %.10g to %.10g", row->least, row->most);
    if (row->kind == OPTION_BETWEEN)
        text_format(&told, ", between %.10g and %.10g", row->least, row->most);
    if (row->kind == OPTION_LIST)
        text_add(&told, "; may be repeated");
    if (row->fallback)
        text_format(&told, " (default: %s)", row->fallback);
    options_wrap(help, text_of(&told), COLUMN, COLUMN);
    text_free(&told);
}

void options_help(const struct option_row *rows, struct text *help)
{
    for (; rows && rows->name; rows++)
        row_help(rows, help);
}

/* ---------------------------------------------------------------- identity */

void options_identity(const struct option_row *rows, const void *options, struct text *identity)
{
    for (; rows && rows->name; rows++) {
        const void *field = (const char *)options + rows->to;
        if (!rows->of_data)
            continue;
        text_format(identity, "%s ", rows->name);
        switch (rows->kind) {
        case OPTION_FLAG:
        case OPTION_CHOICE:
            text_format(identity, "%d", *(const int *)field);
            break;
        case OPTION_TEXT:
        case OPTION_WORD:
            text_add(identity, *(const char *const *)field ? *(const char *const *)field : "");
            break;
        case OPTION_OWN:
            rows->tell(field, identity);
            break;
        case OPTION_WHOLE:
            text_format(identity, "%lld", *(const long long *)field);
            break;
        case OPTION_LIST:
            for (int i = 0; i < ((const struct option_list *)field)->n; i++)
                text_format(identity, "%s%s", i ? " " : "",
                            ((const struct option_list *)field)->items[i]);
            break;
        default:
            text_format(identity, "%.17g", *(const double *)field);
        }
        text_add(identity, "\n");
    }
}
