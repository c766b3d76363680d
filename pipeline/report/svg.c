/* report_svg.c: gnuplot's SVG made fit for a page. In: the text of an SVG file. Out: the same
 * drawing without empty groups, without the titles that name data files and without markers that it
 * does not use; its identifiers begin with the chart's name, since several drawings share a page.
 */
#include "pipeline/report/report.h"

#include <stdlib.h>
#include <string.h>

/* What in a chart changes on a dark page: each ink of experiments/charts/style.gp, as gnuplot
 * writes it in strokes and in fills, and the colour that takes its place. Pictures of images are
 * dark on white; inverted they are light on black. */
static const struct ink {
    const char *stroke, *fill, *dark;
} INKS[] = {
    {"rgb( 34,  34,  34)", "rgb(34,34,34)", "#e8e8e8"},
    {"rgb(102, 102, 102)", "rgb(102,102,102)", "#a8a8a8"},
    {"rgb(216, 216, 216)", "rgb(216,216,216)", "#3c3f42"},
    {"rgb(  0, 114, 178)", "rgb(0,114,178)", "#4aa3df"},
    {"rgb(213,  94,   0)", "rgb(213,94,0)", "#f0803c"},
    {"black", "black", "#e8e8e8"},
};

void svg_style(FILE *out)
{
    fputs("@media (prefers-color-scheme: dark) {\n", out);
    for (size_t i = 0; i < sizeof INKS / sizeof *INKS; i++) {
        fprintf(out, ".chart [stroke=\"%s\"] { stroke: %s; }\n", INKS[i].stroke, INKS[i].dark);
        fprintf(out, ".chart [color=\"%s\"] { color: %s; }\n", INKS[i].stroke, INKS[i].dark);
        fprintf(out, ".chart [fill=\"%s\"], .chart [fill=\"%s\"] { fill: %s; }\n", INKS[i].fill,
                INKS[i].stroke, INKS[i].dark);
    }
    fputs(".chart.ink image { filter: invert(1); }\n}\n", out);
}

static int starts(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

/* Copies a line, with `prefix` before each marker's name. gnuplot takes the weight of a font for a
 * part of its name, and writes the attributes of polygons with blanks around '='. */
static void write_line(FILE *out, const char *line, size_t length, const char *prefix)
{
    int polygon = starts(line + strspn(line, " \t"), "<polygon");
    for (size_t i = 0; i < length; i++) {
        if (starts(line + i, "\"Arial:Bold\"")) {
            fputs("\"Arial, sans-serif\" font-weight=\"bold\"", out);
            i += strlen("\"Arial:Bold\"") - 1;
            continue;
        }
        if (polygon && starts(line + i, " = '")) {
            fputs("='", out);
            i += strlen(" = '") - 1;
            continue;
        }
        putc(line[i], out);
        if ((line[i] == '#' || line[i] == '\'') && starts(line + i + 1, "gp"))
            fprintf(out, "%s-", prefix);
    }
    putc('\n', out);
}

/* Whether the drawing, or a marker that it uses, uses the marker that this line of <defs> defines.
 */
static int marker_used(const char *text, const char *line, size_t length)
{
    char use[40];
    const char *id = strstr(line, "id='gp");
    if (!id || id >= line + length)
        return 0;
    snprintf(use, sizeof use, "#%.*s'", (int)strcspn(id + 4, "'"), id + 4);
    return strstr(text, use) != NULL;
}

static void write_opening(const char *prefix, const char *label, int standalone, int width,
                          int height, FILE *out)
{
    if (standalone)
        fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", out);
    fprintf(out, "<svg class=\"chart%s\" viewBox=\"0 0 %d %d\" ",
            starts(prefix, "filters") ? "" : " ink", width, height);
    fprintf(out, "width=\"%d\" height=\"%d\" ", width, height);
    fputs("xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
          "role=\"img\" aria-label=\"",
          out);
    html_text(out, label);
    fputs("\">\n", out);
    if (standalone) {
        fputs("<style>\n.chart { background: #ffffff; }\n.chart image { image-rendering: "
              "pixelated; }\n@media (prefers-color-scheme: dark) { .chart { background: #16181b; } "
              "}\n",
              out);
        svg_style(out);
        fputs("</style>\n", out);
    }
    fputs("<g>\n", out);
}

int svg_clean(const char *text, const char *prefix, const char *label, int standalone, FILE *out)
{
    int width, height;
    const char *box = strstr(text, "viewBox=\"0 0 "), *line = strstr(text, "<defs>");
    if (!box || !line || sscanf(box, "viewBox=\"0 0 %d %d", &width, &height) != 2)
        return -1;
    write_opening(prefix, label, standalone, width, height, out);
    int defining = 1, filtering = 0;
    while (*line) {
        size_t length = strcspn(line, "\n");
        const char *next = line[length] ? line + length + 1 : line + length;
        const char *word = line + strspn(line, " \t");
        if (defining) {
            filtering |= starts(word, "<filter");
            if (!filtering && (starts(word, "<defs") || marker_used(text, line, length)))
                write_line(out, line, length, prefix);
            filtering &= !starts(word, "</filter");
            if (starts(word, "</defs")) {
                defining = 0;
                write_line(out, line, length, prefix);
            }
        } else if (starts(word, "<g fill=") && starts(next, "</g>\n")) {
            next += strlen("</g>\n"); /* nothing in it */
        } else if (starts(word, "<g id=\"gnuplot_plot")) {
            fputs("<g>\n", out);
        } else if (length && !(starts(word, "</svg>") || !*word)) {
            write_line(out, line, length, prefix);
        }
        line = next;
    }
    fputs("</svg>\n", out);
    return ferror(out) ? -1 : 0;
}
