/* report_html.c: the parts that pages are made of. In: queries, drawn charts. Out: HTML that needs
 * nothing but itself: no script, no file beside it, no font from elsewhere. */
#include "pipeline/report/report.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char STYLE[] =
    ":root { color-scheme: light dark; --paper: #ffffff; --ink: #222222; --muted: #5f6368; "
    "--rule: #d8d8d8; --card: #f5f6f7; --link: #00598c; }\n"
    "* { box-sizing: border-box; }\n"
    "body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--paper); color: "
    "var(--ink); font: 1rem/1.5 system-ui, -apple-system, \"Segoe UI\", \"Liberation Sans\", "
    "Arial, "
    "sans-serif; }\n"
    "h1 { font-size: 1.7rem; line-height: 1.2; margin: 0.5rem 0; }\n"
    "h2 { font-size: 1.25rem; margin: 2.5rem 0 0.75rem; border-top: 1px solid var(--rule); "
    "padding-top: 1.25rem; }\n"
    "h3 { font-size: 1rem; margin: 1.5rem 0 0.5rem; }\n"
    "a { color: var(--link); }\n"
    "p.lead, figcaption, .note, footer { color: var(--muted); }\n"
    "nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 1rem "
    "0; "
    "padding: 0; }\n"
    "dl.headline { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); "
    "gap: 0.75rem; margin: 1.25rem 0; }\n"
    "dl.headline div { background: var(--card); border-radius: 0.5rem; padding: 0.6rem 0.8rem; }\n"
    "dl.headline dt { color: var(--muted); font-size: 0.8rem; }\n"
    "dl.headline dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; "
    "overflow-wrap: anywhere; }\n"
    "dl.facts { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); "
    "gap: "
    "0.2rem 1rem; }\n"
    "dl.facts > div { display: contents; }\n"
    "dl.facts dt { color: var(--muted); }\n"
    "dl.facts dd { margin: 0; overflow-wrap: anywhere; }\n"
    ".charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), "
    "1fr)); "
    "gap: 1.5rem; align-items: start; }\n"
    "figure { margin: 0; min-width: 0; }\n"
    "figure.wide { grid-column: 1 / -1; }\n"
    "figure .chart { display: block; width: 100%; height: auto; }\n"
    "figure.wide .chart { min-width: 64rem; }\n"
    ".chart text { font-family: Arial, \"Liberation Sans\", Helvetica, sans-serif; }\n"
    ".chart image { image-rendering: pixelated; }\n"
    "figcaption { font-size: 0.85rem; margin-top: 0.3rem; }\n"
    ".scroll { overflow: auto; max-width: 100%; }\n"
    ".charts > .scroll { max-height: 34rem; }\n"
    ".charts > .note { grid-column: 1 / -1; margin: 0; }\n"
    "table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; "
    "}\n"
    "caption { text-align: left; color: var(--muted); padding: 0.3rem 0; }\n"
    "th, td { padding: 0.25rem 0.5rem; border-bottom: 1px solid var(--rule); text-align: left; "
    "white-space: nowrap; }\n"
    "th { font-weight: 600; }\n"
    "thead th { position: sticky; top: 0; background: var(--paper); }\n"
    ".number { text-align: right; }\n"
    "pre { background: var(--card); border-radius: 0.5rem; padding: 0.8rem; overflow-x: auto; "
    "font-size: 0.85rem; }\n"
    "footer { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: 1rem; font-size: "
    "0.85rem; }\n"
    "@media (prefers-color-scheme: dark) { :root { --paper: #16181b; --ink: #e8e8e8; --muted: "
    "#a8a8a8; --rule: #3c3f42; --card: #212428; --link: #7cc0ee; } }\n"
    "@media print { .charts > .scroll { max-height: none; } body { max-width: none; padding: 0; } "
    "nav { display: none; } figure, tr, "
    "dl.headline div { break-inside: avoid; } h2, h3 { break-after: avoid; } .charts { "
    "grid-template-columns: 1fr 1fr; } pre { white-space: pre-wrap; } }\n";

void html_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
                putc(*text, out);
        }
    }
}

void html_head(FILE *out, const char *title, const char *description)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta name=\"description\" content=\"",
          out);
    html_text(out, description);
    fputs("\">\n<link rel=\"icon\" href=\"data:,\">\n<title>", out);
    html_text(out, title);
    fputs("</title>\n<style>\n", out);
    fputs(STYLE, out);
    svg_style(out);
    fputs("</style>\n</head>\n<body>\n", out);
}

void html_foot(FILE *out)
{
    fprintf(out, "<footer>\n<p>Made by Pixelmill %s.</p>\n</footer>\n</body>\n</html>\n",
            PIXELMILL_VERSION);
}

static void heading(FILE *out, const char *name, int number)
{
    fprintf(out, "<th scope=\"col\"%s>", number ? " class=\"number\"" : "");
    for (; *name; name++)
        putc(*name == '_' ? ' ' : *name, out);
    fputs("</th>", out);
}

/* A column is of numbers where the first row has a number, or text that begins with a digit and
 * ends with one or with '%'. */
static int is_number(sqlite3_stmt *statement, int column)
{
    int type = sqlite3_column_type(statement, column);
    if (type != SQLITE_TEXT)
        return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return *text && text[strspn(text, "0123456789.,+- %")] == '\0';
}

/* A path as an address has it (RFC 3986, section 2). */
static void write_address(FILE *out, const char *path)
{
    for (; *path; path++) {
        if (isalnum((unsigned char)*path) || strchr("/-._~", *path))
            putc(*path, out);
        else
            fprintf(out, "%%%02X", (unsigned char)*path);
    }
}

static void write_cell(FILE *out, sqlite3_stmt *statement, int column, const char *link, int number)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    fprintf(out, "<td%s>", number ? " class=\"number\"" : "");
    if (link) {
        fputs("<a href=\"", out);
        write_address(out, link);
        fputs("\">", out);
    }
    html_text(out, text ? text : "");
    fprintf(out, "%s</td>", link ? "</a>" : "");
}

static void table_head(FILE *out, sqlite3_stmt *statement, const char *caption, uint64_t *numbers)
{
    int columns = sqlite3_column_count(statement);
    fputs("<section class=\"scroll\" tabindex=\"0\" aria-label=\"", out);
    html_text(out, caption);
    fputs("\">\n<table>\n<caption>", out);
    html_text(out, caption);
    fputs("</caption>\n<thead><tr>", out);
    for (int i = 0; i < columns && i < 64; i++) {
        if (is_number(statement, i))
            *numbers |= UINT64_C(1) << i;
        if (strcmp(sqlite3_column_name(statement, i), "link") != 0)
            heading(out, sqlite3_column_name(statement, i), *numbers >> i & 1);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
}

int html_rows(struct report *report, FILE *out, sqlite3_stmt *statement, const char *caption,
              int *rows)
{
    uint64_t numbers = 0;
    int rc, n = 0;
    while ((rc = db_step(report->db, statement)) == 1) {
        if (n++ == 0)
            table_head(out, statement, caption, &numbers);
        fputs("<tr>", out);
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *link = NULL;
            if (strcmp(sqlite3_column_name(statement, i), "link") == 0)
                link = (const char *)sqlite3_column_text(statement, i++);
            write_cell(out, statement, i, link, (int)(numbers >> i & 1));
        }
        fputs("</tr>\n", out);
    }
    if (n)
        fputs("</tbody>\n</table>\n</section>\n", out);
    if (rc)
        snprintf(report->error, sizeof report->error, "%s", report->db->error);
    sqlite3_finalize(statement);
    if (rows)
        *rows = n;
    return rc;
}

int html_table(struct report *report, FILE *out, const char *sql, const char *caption, int *rows)
{
    sqlite3_stmt *statement = report_prepare(report, sql);
    return statement ? html_rows(report, out, statement, caption, rows) : -1;
}

int html_list(struct report *report, FILE *out, const char *sql, const char *class_name)
{
    sqlite3_stmt *statement = report_prepare(report, sql);
    int rc;
    if (!statement)
        return -1;
    fprintf(out, "<dl class=\"%s\">\n", class_name);
    while ((rc = db_step(report->db, statement)) == 1) {
        const char *value = (const char *)sqlite3_column_text(statement, 1);
        fputs("<div><dt>", out);
        html_text(out, (const char *)sqlite3_column_text(statement, 0));
        fputs("</dt><dd>", out);
        html_text(out, value ? value : "none");
        fputs("</dd></div>\n", out);
    }
    fputs("</dl>\n", out);
    if (rc)
        snprintf(report->error, sizeof report->error, "%s", report->db->error);
    sqlite3_finalize(statement);
    return rc;
}

/* The drawing of a chart, as gnuplot wrote it; NULL on error. */
static char *read_drawing(struct report *report, const struct chart *chart)
{
    char path[REPORT_PATH];
    long size = 0;
    char *text = NULL;
    snprintf(path, sizeof path, "%s/%s.svg", report->folder, chart->name);
    FILE *file = fopen(path, "r");
    if (file && !fseek(file, 0, SEEK_END) && (size = ftell(file)) >= 0 &&
        !fseek(file, 0, SEEK_SET) && (text = malloc((size_t)size + 1)) != NULL) {
        if (fread(text, 1, (size_t)size, file) == (size_t)size) {
            text[size] = '\0';
        } else {
            free(text);
            text = NULL;
        }
    }
    if (!text)
        snprintf(report->error, sizeof report->error, "%s: can't be read: %s", path,
                 strerror(errno));
    if (file)
        fclose(file);
    return text;
}

static int write_figure(struct report *report, FILE *out, const struct chart *chart)
{
    char label[600];
    int width, height;
    char *text = read_drawing(report, chart);
    if (!text)
        return -1;
    chart_size(report, chart, &width, &height);
    fprintf(out, "<figure id=\"%s\"%s>\n", chart->name, width > 600 ? " class=\"wide\"" : "");
    if (width > 600)
        fprintf(out, "<section class=\"scroll\" tabindex=\"0\" aria-label=\"%s\">\n", chart->title);
    snprintf(label, sizeof label, "%s. %s", chart->title, chart->caption);
    int rc = svg_clean(text, chart->name, label, 0, out);
    free(text);
    if (rc)
        snprintf(report->error, sizeof report->error,
                 "%s.svg: not what gnuplot's svg terminal "
                 "writes",
                 chart->name);
    fprintf(out, "%s<figcaption>", width > 600 ? "</section>\n" : "");
    html_text(out, chart->caption);
    fputs("</figcaption>\n</figure>\n", out);
    return rc;
}

int html_charts(struct report *report, FILE *out, const char *section)
{
    for (int i = 0; i < N_CHARTS; i++)
        if (strcmp(CHARTS[i].section, section) == 0 && chart_drawn(report, &CHARTS[i]) &&
            write_figure(report, out, &CHARTS[i]))
            return -1;
    /* Each fold has a net of its own, which its own page looks into. */
    if (strcmp(section, "model") == 0 && report->run.kind == RUN_FOLDS)
        return 0;
    for (int i = 0; i < N_CHARTS; i++)
        if (strcmp(CHARTS[i].section, section) == 0 && !chart_drawn(report, &CHARTS[i]))
            fprintf(out, "<p class=\"note\">%s: %s.</p>\n", CHARTS[i].title, CHARTS[i].missing);
    return 0;
}

int charts_clean(struct report *report)
{
    for (int i = 0; i < N_CHARTS; i++) {
        const struct chart *chart = &CHARTS[i];
        char name[64], label[600];
        if ((strcmp(chart->section, "compare") == 0) != (report->a != 0) ||
            !chart_drawn(report, chart))
            continue;
        char *text = read_drawing(report, chart);
        if (!text)
            return -1;
        snprintf(name, sizeof name, "%.50s.svg", chart->name);
        snprintf(label, sizeof label, "%s. %s", chart->title, chart->caption);
        FILE *out = report_open(report, name);
        int rc = out ? svg_clean(text, chart->name, label, 1, out) : -1;
        free(text);
        if (out && rc)
            snprintf(report->error, sizeof report->error,
                     "%s: not what gnuplot's svg terminal writes", name);
        if ((out && report_close(report, out, name)) || rc)
            return -1;
    }
    return 0;
}
