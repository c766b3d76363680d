/* svg.c: see svg.h. In: the text of an SVG file by gnuplot. Out: the same drawing, smaller, with
 * identifiers that begin with the chart's name, since several drawings share a page. */
#include "pipeline/chart/svg.h"

#include "pipeline/base/file.h"
#include "pipeline/base/markup.h"
#include "pipeline/chart/chart.css.h"
#include "pipeline/chart/data.h"

#include <stdio.h>
#include <string.h>

enum { SVG_MOST = 1 << 28 };

const char *svg_style(void)
{
    return chart_css;
}

static int starts(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

static int size_of(const char *drawing, int *width, int *height)
{
    const char *box = strstr(drawing, "viewBox=\"0 0 ");
    return box && strstr(drawing, "<defs>") &&
                   sscanf(box, "viewBox=\"0 0 %d %d", width, height) == 2
               ? 0
               : FAILED;
}

/* Copies a line, with the prefix before each marker's name. gnuplot takes the weight of a font for
 * a part of its name, and writes the attributes of polygons with blanks around '='. */
static void add_line(struct text *out, const char *line, size_t length, const char *prefix)
{
    int polygon = starts(line + strspn(line, " \t"), "<polygon");
    for (size_t i = 0; i < length; i++) {
        if (starts(line + i, "\"Arial:Bold\"")) {
            text_add(out, "\"Arial, sans-serif\" font-weight=\"bold\"");
            i += strlen("\"Arial:Bold\"") - 1;
            continue;
        }
        if (polygon && starts(line + i, " = '")) {
            text_add(out, "='");
            i += strlen(" = '") - 1;
            continue;
        }
        text_add_bytes(out, line + i, 1);
        if ((line[i] == '#' || line[i] == '\'') && starts(line + i + 1, "gp"))
            text_format(out, "%s-", prefix);
    }
    text_add(out, "\n");
}

/* Whether the drawing, or a marker that it uses, uses the marker that this line of <defs> defines.
 */
static int marker_used(const char *drawing, const char *line, size_t length)
{
    char use[40];
    const char *id = strstr(line, "id='gp");
    if (!id || id >= line + length)
        return 0;
    snprintf(use, sizeof use, "#%.*s'", (int)strcspn(id + 4, "'"), id + 4);
    return strstr(drawing, use) != NULL;
}

static void add_opening(const char *drawing, const struct svg_look *look, struct text *out)
{
    int width = 0, height = 0;
    size_of(drawing, &width, &height);
    if (look->standalone)
        text_add(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    text_format(out,
                "<svg class=\"chart%s\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
                "role=\"img\"",
                look->keep ? "" : " ink", width, height, width, height);
    markup_attribute(out, "aria-label", look->label);
    text_add(out, ">\n");
    if (look->standalone)
        text_format(out, "<style>\n:root { background: #ffffff; }\n%s</style>\n", chart_css);
    text_add(out, "<g>\n");
}

void svg_clean(const char *drawing, const struct svg_look *look, struct text *out)
{
    const char *line = strstr(drawing, "<defs>");
    int defining = 1, filtering = 0;
    add_opening(drawing, look, out);
    while (line && *line) {
        size_t length = strcspn(line, "\n");
        const char *next = line[length] ? line + length + 1 : line + length;
        const char *word = line + strspn(line, " \t");
        if (defining) {
            filtering |= starts(word, "<filter");
            if (!filtering && (starts(word, "<defs") || marker_used(drawing, line, length)))
                add_line(out, line, length, look->prefix);
            filtering &= !starts(word, "</filter");
            if (starts(word, "</defs")) {
                defining = 0;
                add_line(out, line, length, look->prefix);
            }
        } else if (starts(word, "<g fill=") && starts(next, "</g>\n")) {
            next += strlen("</g>\n"); /* nothing in it */
        } else if (starts(word, "<g id=\"gnuplot_plot")) {
            text_add(out, "<g>\n");
        } else if (length && !(starts(word, "</svg>") || !*word)) {
            add_line(out, line, length, look->prefix);
        }
        line = next;
    }
    text_add(out, "</svg>\n");
}

int svg_read(const char *folder, const char *name, struct text *drawing, int *width, int *height,
             struct error *error)
{
    char path[1300];
    snprintf(path, sizeof path, "%.1000s/%.200s.svg", folder, name);
    if (file_read(path, SVG_MOST, drawing, error))
        return FAILED;
    if (size_of(text_of(drawing), width, height))
        return error_set(error, "%s: not what gnuplot's svg terminal writes", path);
    return 0;
}

int svg_finish(const char *folder, const char *name, const struct svg_look *look,
               struct error *error)
{
    struct text drawing = {0}, out = {0};
    char file[260];
    int width, height, rc = svg_read(folder, name, &drawing, &width, &height, error);
    if (!rc) {
        svg_clean(text_of(&drawing), look, &out);
        snprintf(file, sizeof file, "%.200s.svg", name);
        rc = data_write(folder, file, &out, error);
    }
    text_free(&drawing);
    text_free(&out);
    return rc;
}
