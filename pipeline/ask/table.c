/* ask_table.c: a result for people: an aligned table, or one in Markdown. Numbers stand to the
 * right, and the reals of a column get the same number of decimals: as many as six significant
 * digits of any of them need. */
#include "pipeline/ask/ask.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { MAX_DECIMALS = 10 };

int text_width(const char *text)
{
    mbstate_t state = {0};
    int width = 0;
    for (size_t left = strlen(text); left > 0;) {
        wchar_t wide;
        size_t used = mbrtowc(&wide, text, left, &state);
        if (used == (size_t)-1 || used == (size_t)-2) {
            memset(&state, 0, sizeof state);
            used = 1;
            width++;
        } else {
            int columns = wcwidth(wide);
            width += columns < 0 ? 1 : columns;
        }
        text += used;
        left -= used;
    }
    return width;
}

struct column {
    int right;    /* all values are numbers */
    int decimals; /* of its reals; -1: %.6g, some need an exponent */
    int width;
};

static const struct cell *cell_at(const struct result *result, size_t row, int column)
{
    return &result->cells[row * (size_t)result->columns + (size_t)column];
}

/* Decimals that %.6g shows of a value; -1 where it needs an exponent or is infinite. */
static int decimals_of(double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.6g", value);
    if (strpbrk(text, "en")) /* 1e-07, inf, nan */
        return -1;
    const char *point = strchr(text, '.');
    return point ? (int)strlen(point + 1) : 0;
}

/* The text of a cell in a table, which the caller frees. Line ends and tabs become blanks; a | gets
 * a backslash in Markdown. NULL where memory is short. */
static char *shown(const struct cell *cell, const struct column *column, int markdown)
{
    char number[400];
    const char *text = cell->text ? cell->text : "";
    if (cell->type == SQLITE_FLOAT) {
        if (column->decimals < 0)
            snprintf(number, sizeof number, "%.6g", cell->real);
        else
            snprintf(number, sizeof number, "%.*f", column->decimals, cell->real);
        text = number;
    }
    char *copy = malloc(2 * strlen(text) + 1), *to = copy;
    if (!copy)
        return NULL;
    for (; *text; text++) {
        if (markdown && *text == '|')
            *to++ = '\\';
        *to++ = (unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text;
    }
    *to = '\0';
    return copy;
}

/* The texts of the whole table, [rows][columns], and the columns' forms. */
static char **lay_out(const struct result *result, struct column *columns, int markdown)
{
    size_t n = result->rows * (size_t)result->columns;
    char **texts = calloc(n + 1, sizeof *texts);
    if (!texts)
        return NULL;
    for (int i = 0; i < result->columns; i++) {
        struct column *column = &columns[i];
        int numbers = 0, others = 0;
        *column = (struct column){.width = text_width(result->names[i])};
        for (size_t r = 0; r < result->rows; r++) {
            const struct cell *cell = cell_at(result, r, i);
            numbers += cell->type == SQLITE_INTEGER || cell->type == SQLITE_FLOAT;
            others += cell->type == SQLITE_TEXT && *cell->text;
            if (cell->type != SQLITE_FLOAT || column->decimals < 0)
                continue;
            int decimals = decimals_of(cell->real);
            if (decimals < 0 || decimals > column->decimals)
                column->decimals = decimals > MAX_DECIMALS ? -1 : decimals;
        }
        column->right = numbers > 0 && others == 0;
        for (size_t r = 0; r < result->rows; r++) {
            char *text = shown(cell_at(result, r, i), column, markdown);
            texts[r * (size_t)result->columns + (size_t)i] = text;
            int width = text ? text_width(text) : 0;
            column->width = width > column->width ? width : column->width;
        }
    }
    return texts;
}

static void put_field(const char *text, const struct column *column, int last, FILE *out)
{
    int gap = column->width - text_width(text);
    if (column->right)
        fprintf(out, "%*s%s", gap, "", text);
    else
        fprintf(out, "%s%*s", text, last ? 0 : gap, "");
}

/* A table's line ends with its last text, not with blanks. */
static void put_row(char *const *texts, const struct result *result, const struct column *columns,
                    int markdown, FILE *out)
{
    int used = result->columns;
    while (!markdown && used > 0 && !*texts[used - 1])
        used--;
    for (int i = 0; i < used; i++) {
        fputs(markdown ? "| " : i ? "  " : "", out);
        put_field(texts[i], &columns[i], !markdown && i + 1 == used, out);
        fputs(markdown ? " " : "", out);
    }
    fputs(markdown ? "|\n" : "\n", out);
}

/* The line below the header: dashes as wide as the columns, with a colon where Markdown has
 * numbers. */
static void put_rule(const struct result *result, const struct column *columns, int markdown,
                     FILE *out)
{
    for (int i = 0; i < result->columns; i++) {
        int dashes = columns[i].width, colon = markdown && columns[i].right;
        fputs(markdown ? "| " : i ? "  " : "", out);
        for (int k = colon; k < dashes; k++)
            fputc('-', out);
        fputs(markdown ? (colon ? ": " : " ") : "", out);
    }
    fputs(markdown ? "|\n" : "\n", out);
}

static int print(const struct result *result, int markdown, FILE *out)
{
    struct column *columns = calloc((size_t)result->columns + 1, sizeof *columns);
    char **texts = columns ? lay_out(result, columns, markdown) : NULL;
    size_t n = result->rows * (size_t)result->columns;
    int rc = texts ? 0 : -1;
    for (size_t i = 0; i < n && !rc; i++)
        rc = texts[i] ? 0 : -1;
    if (!rc) {
        put_row(result->names, result, columns, markdown, out);
        put_rule(result, columns, markdown, out);
        for (size_t r = 0; r < result->rows; r++)
            put_row(texts + r * (size_t)result->columns, result, columns, markdown, out);
    }
    for (size_t i = 0; i < n && texts; i++)
        free(texts[i]);
    free(texts);
    free(columns);
    return rc;
}

int print_table(const struct result *result, FILE *out)
{
    return print(result, 0, out);
}

int print_markdown(const struct result *result, FILE *out)
{
    return print(result, 1, out);
}
