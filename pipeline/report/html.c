/* html.c: the parts that pages are made of. In: queries, drawn charts. Out: HTML that needs nothing
 * but itself: no script, no file beside it, no font from elsewhere. */
#include "pipeline/base/markup.h"
#include "pipeline/chart/draw.h"
#include "pipeline/chart/svg.h"
#include "pipeline/report/report.css.h"
#include "pipeline/report/report.h"

#include <string.h>

enum { WIDE = 600, COLUMNS_MOST = 64 };

void html_head(struct text *out, const char *title, const char *description)
{
    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<meta name=\"description\"");
    markup_attribute(out, "content", description);
    text_add(out, ">\n<link rel=\"icon\" href=\"data:,\">\n");
    markup_element(out, "title", title);
    text_format(out, "\n<style>\n%s%s</style>\n</head>\n<body>\n", report_css, svg_style());
}

void html_foot(struct text *out)
{
    text_add(out, "<footer>\n<p>Made by Pixelmill " PIXELMILL_VERSION ".</p>\n</footer>\n"
                  "</body>\n</html>\n");
}

/* ------------------------------------------------------------------------ tables */

/* A column of counts is called `images` by the queries. */
static void add_heading(const struct report *report, struct text *out, const char *name, int number)
{
    text_format(out, "<th scope=\"col\"%s>", number ? " class=\"number\"" : "");
    if (!strcmp(name, "images"))
        name = dataset_rows_word(&report->dataset);
    for (; *name; name++)
        text_add_bytes(out, *name == '_' ? " " : name, 1);
    text_add(out, "</th>");
}

/* A column is of numbers where the first row has a number, or text of nothing but digits and what
 * stands between them. */
static int is_number(struct statement *statement, int column)
{
    db_type type = db_type_at(statement, column);
    if (type != DB_TEXT)
        return type == DB_INT || type == DB_REAL;
    const char *text = db_text_at(statement, column);
    return *text && text[strspn(text, "0123456789.,+- %")] == '\0';
}

static int is_link(struct statement *statement, int column)
{
    return strcmp(db_column_name(statement, column), "link") == 0;
}

static void add_cell(struct text *out, struct statement *statement, int column, const char *link,
                     int number)
{
    text_format(out, "<td%s>", number ? " class=\"number\"" : "");
    if (link) {
        text_add(out, "<a href=\"");
        markup_address(out, link);
        text_add(out, "\">");
    }
    markup_text(out, db_text_at(statement, column));
    text_add(out, link ? "</a></td>" : "</td>");
}

static void add_table_head(const struct report *report, struct text *out,
                           struct statement *statement, const char *caption, uint64_t *numbers)
{
    text_add(out, "<section class=\"scroll\" tabindex=\"0\"");
    markup_attribute(out, "aria-label", caption);
    text_add(out, ">\n<table>\n");
    markup_element(out, "caption", caption);
    text_add(out, "\n<thead><tr>");
    for (int i = 0; i < db_columns(statement) && i < COLUMNS_MOST; i++) {
        if (is_number(statement, i))
            *numbers |= UINT64_C(1) << i;
        if (!is_link(statement, i))
            add_heading(report, out, db_column_name(statement, i), *numbers >> i & 1);
    }
    text_add(out, "</tr></thead>\n<tbody>\n");
}

static void add_row(struct text *out, struct statement *statement, uint64_t numbers)
{
    text_add(out, "<tr>");
    for (int i = 0; i < db_columns(statement) && i < COLUMNS_MOST; i++) {
        const char *link = NULL;
        if (is_link(statement, i)) {
            link = db_is_null_at(statement, i) ? NULL : db_text_at(statement, i);
            i++;
        }
        add_cell(out, statement, i, link, (int)(numbers >> i & 1));
    }
    text_add(out, "</tr>\n");
}

int html_rows(struct report *report, struct text *out, struct statement *statement,
              const char *caption, int *rows)
{
    struct text said = {0};
    uint64_t numbers = 0;
    int rc, n = 0;
    chart_add_words(&said, caption, report->dataset.is_table);
    out->failed |= text_failed(&said);
    while ((rc = db_step(report->db, statement)) == 1) {
        if (n++ == 0)
            add_table_head(report, out, statement, text_of(&said), &numbers);
        add_row(out, statement, numbers);
    }
    if (n)
        text_add(out, "</tbody>\n</table>\n</section>\n");
    db_finish(statement);
    text_free(&said);
    if (rows)
        *rows = n;
    return rc ? report_db_error(report) : 0;
}

int html_table(struct report *report, struct text *out, const char *sql, const char *caption,
               int *rows)
{
    struct statement *statement = report_prepare(report, sql);
    return statement ? html_rows(report, out, statement, caption, rows) : FAILED;
}

int html_list(struct report *report, struct text *out, const char *sql, const char *class_name)
{
    struct statement *statement = report_prepare(report, sql);
    int rc;
    if (!statement)
        return FAILED;
    text_format(out, "<dl class=\"%s\">\n", class_name);
    while ((rc = db_step(report->db, statement)) == 1) {
        text_add(out, "<div>");
        markup_element(out, "dt", db_text(statement, "name"));
        markup_element(out, "dd",
                       db_is_null(statement, "value") ? "none" : db_text(statement, "value"));
        text_add(out, "</div>\n");
    }
    text_add(out, "</dl>\n");
    db_finish(statement);
    return rc ? report_db_error(report) : 0;
}

/* ------------------------------------------------------------------------ charts */

static int add_figure(struct report *report, struct text *out, const struct chart *chart)
{
    struct text drawing = {0}, label = {0};
    int width, height;
    if (svg_read(report->folder, chart->name, &drawing, &width, &height, &report->error)) {
        text_free(&drawing);
        return FAILED;
    }
    text_format(&label, "%s. %s", chart->title, chart->caption);
    text_add(out, "<figure");
    markup_attribute(out, "id", chart->name);
    text_add(out,
             width > WIDE ? " class=\"wide\">\n<section class=\"scroll\" tabindex=\"0\"" : ">\n");
    if (width > WIDE) {
        markup_attribute(out, "aria-label", chart->title);
        text_add(out, ">\n");
    }
    struct svg_look look = {.prefix = chart->name,
                            .label = text_of(&label),
                            .keep = *chart->dark || data_channels(report) == 3};
    svg_clean(text_of(&drawing), &look, out);
    text_add(out, width > WIDE ? "</section>\n" : "");
    markup_element(out, "figcaption", chart->caption);
    text_add(out, "\n</figure>\n");
    text_free(&drawing);
    text_free(&label);
    return 0;
}

static void add_missing(struct text *out, const struct chart *chart)
{
    text_add(out, "<p class=\"note\">");
    markup_text(out, chart->title);
    text_add(out, ": ");
    markup_text(out, chart->empty);
    text_add(out, ".</p>\n");
}

int html_charts(struct report *report, struct text *out, const char *section)
{
    const struct charts *charts = &report->charts;
    for (int i = 0; i < charts->n; i++)
        if (strcmp(charts->items[i].section, section) == 0 &&
            draw_possible(&charts->items[i], &report->files) &&
            add_figure(report, out, &charts->items[i]))
            return FAILED;
    /* Each fold has a net of its own, which its own page looks into. */
    if (strcmp(section, "model") == 0 && report->run.kind == RUN_FOLDS)
        return 0;
    for (int i = 0; i < charts->n; i++)
        if (strcmp(charts->items[i].section, section) == 0 &&
            !draw_possible(&charts->items[i], &report->files))
            add_missing(out, &charts->items[i]);
    return 0;
}
