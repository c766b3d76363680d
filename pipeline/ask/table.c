/* table.c: a result for people: a table, or one in Markdown. Numbers stand to the right, and the
 * reals of a column get the same number of decimals: as many as six significant digits of any of
 * them need. See ask.h. */
#include "pipeline/ask/ask.h"
#include "pipeline/base/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DECIMALS = 10 };

/* A result laid out. */
struct table {
    int n;
    size_t rows;
    struct terminal_column *columns; /* [n], with names of their own */
    int *decimals;                   /* [n], of the reals; -1: %.6g, some need an exponent */
    char **cells;                    /* [rows][n] */
};

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

/* A text that can do no harm; a | gets a backslash in Markdown. The caller frees it. */
static char *plain(const char *text, int markdown)
{
    struct text copy = {0};
    while (*text) {
        const size_t length = markdown ? strcspn(text, "|") : strlen(text);
        struct text part = {0};
        text_add_bytes(&part, text, length);
        terminal_add_plain(&copy, text_of(&part));
        text_free(&part);
        text += length;
        if (*text)
            text_add(&copy, "\\|");
        text += *text != '\0';
    }
    if (!copy.bytes)
        text_add(&copy, "");
    return copy.bytes;
}

/* How a column is printed: `right` where all values are numbers. */
static void look_at(const struct result *result, int column, struct table *table)
{
    int numbers = 0, others = 0, *most = &table->decimals[column];
    for (size_t r = 0; r < result->rows; r++) {
        const struct cell *cell = &result->cells[r * (size_t)result->columns + (size_t)column];
        numbers += cell->type == DB_INT || cell->type == DB_REAL;
        others += cell->type == DB_TEXT && *cell->text;
        if (cell->type != DB_REAL || *most < 0)
            continue;
        const int decimals = decimals_of(cell->real);
        if (decimals < 0 || decimals > *most)
            *most = decimals > MAX_DECIMALS ? -1 : decimals;
    }
    table->columns[column].right = numbers > 0 && others == 0;
}

static char *shown(const struct cell *cell, int decimals, int markdown)
{
    char number[400];
    if (cell->type != DB_REAL)
        return plain(cell->text ? cell->text : "", markdown);
    if (decimals < 0)
        snprintf(number, sizeof number, "%.6g", cell->real);
    else
        snprintf(number, sizeof number, "%.*f", decimals, cell->real);
    return strdup(number);
}

static void table_free(struct table *table)
{
    for (int i = 0; i < table->n && table->columns; i++)
        free((char *)table->columns[i].name);
    for (size_t i = 0; i < table->rows * (size_t)table->n && table->cells; i++)
        free(table->cells[i]);
    free(table->columns);
    free(table->decimals);
    free(table->cells);
}

static int lay_out(const struct result *result, int markdown, struct table *table,
                   struct error *error)
{
    const size_t n = (size_t)result->columns;
    *table = (struct table){.n = result->columns, .rows = result->rows};
    table->columns = calloc(n, sizeof *table->columns);
    table->decimals = calloc(n, sizeof *table->decimals);
    table->cells = calloc(result->rows * n + 1, sizeof *table->cells);
    int good = table->columns && table->decimals && table->cells;
    for (size_t i = 0; i < n && good; i++) {
        look_at(result, (int)i, table);
        table->columns[i].name = plain(result->names[i], markdown);
        good = table->columns[i].name != NULL;
    }
    for (size_t i = 0; i < result->rows * n && good; i++) {
        table->cells[i] = shown(&result->cells[i], table->decimals[i % n], markdown);
        good = table->cells[i] != NULL;
    }
    return good ? 0 : error_memory(error, "the table");
}

int ask_table(const struct result *result, int width, struct text *out, struct error *error)
{
    struct table table;
    int rc = lay_out(result, 0, &table, error);
    if (!rc)
        rc = terminal_table(table.columns, table.n, table.cells, table.rows, width, out, error);
    table_free(&table);
    return rc;
}

/* ---------------------------------------------------------------- Markdown */

static void add_field(const char *text, int width, int right, struct text *out)
{
    const int gap = width - terminal_columns(text);
    text_format(out, "| %*s%s%*s ", right ? gap : 0, "", text, right ? 0 : gap, "");
}

/* Below the headings: dashes, with a colon where there are numbers. */
static void add_rule(int width, int right, struct text *out)
{
    text_add(out, "| ");
    for (int i = right; i < width; i++)
        text_add(out, "-");
    text_add(out, right ? ": " : " ");
}

static int width_of(const struct table *table, int column)
{
    int width = terminal_columns(table->columns[column].name);
    for (size_t r = 0; r < table->rows; r++) {
        const int own = terminal_columns(table->cells[r * (size_t)table->n + (size_t)column]);
        width = own > width ? own : width;
    }
    return width;
}

static void add_markdown(const struct table *table, const int *widths, struct text *out)
{
    for (int i = 0; i < table->n; i++)
        add_field(table->columns[i].name, widths[i], table->columns[i].right, out);
    text_add(out, "|\n");
    for (int i = 0; i < table->n; i++)
        add_rule(widths[i], table->columns[i].right, out);
    text_add(out, "|\n");
    for (size_t r = 0; r < table->rows; r++) {
        for (int i = 0; i < table->n; i++)
            add_field(table->cells[r * (size_t)table->n + (size_t)i], widths[i],
                      table->columns[i].right, out);
        text_add(out, "|\n");
    }
}

int ask_markdown(const struct result *result, struct text *out, struct error *error)
{
    struct table table;
    int *widths = calloc((size_t)result->columns, sizeof *widths);
    int rc = lay_out(result, 1, &table, error);
    if (!rc && !widths)
        rc = error_memory(error, "the table");
    if (!rc) {
        for (int i = 0; i < table.n; i++)
            widths[i] = width_of(&table, i);
        add_markdown(&table, widths, out);
    }
    table_free(&table);
    free(widths);
    return rc || !text_failed(out) ? rc : error_memory(error, "the table");
}
