/* draw.c: the charts of a page: their data, then the drawings. */
#include "pipeline/chart/draw.h"

#include "pipeline/base/child.h"
#include "pipeline/chart/svg.h"
#include "pipeline/report/report.h"

/* Characters of a UTF-8 text. */
static int length_of(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* Labels are cut to 24 characters by the queries. */
static int longest_label(const struct report *report)
{
    int longest = 1;
    for (int i = 0; i < report->dataset.classes; i++)
        if (length_of(report->dataset.labels[i]) > longest)
            longest = length_of(report->dataset.labels[i]);
    return longest < 24 ? longest : 24;
}

/* What holds for all charts of the page. */
static void tell(const struct report *report, struct text *script)
{
    const nn_shape shape = report->dataset.shape;
    const int test = report->test.images.count > 0;
    struct text subtitle = {0};
    char run[40];
    if (report->a)
        text_format(&subtitle, "%s · runs %lld and %lld", report->dataset.name,
                    (long long)report->a, (long long)report->b);
    else
        text_format(&subtitle, "%s · run %lld · %s", report->dataset.name,
                    (long long)report->run.id, report->run.experiment);
    draw_text(script, "subtitle", text_of(&subtitle));
    text_free(&subtitle);
    snprintf(run, sizeof run, "run %lld", (long long)report->a);
    draw_text(script, "run_a", run);
    snprintf(run, sizeof run, "run %lld", (long long)report->b);
    draw_text(script, "run_b", run);
    text_format(script, "classes = %d\nlongest = %d\n", report->dataset.classes,
                longest_label(report));
    draw_text(script, "images", dataset_rows_word(&report->dataset));
    draw_text(script, "image", dataset_row_word(&report->dataset));
    text_format(script, "value_zero = %.9g\nvalue_one = %.9g\n", report->dataset.zero,
                report->dataset.one);
    text_format(script, "has_validation = %d\nhas_test = %d\nhas_test_labels = %d\n",
                report->split.n_validation > 0, test, test && report->test.images.labels);
    text_format(script, "image_height = %d\nimage_width = %d\nimage_channels = %d\n", shape.h,
                shape.w, data_channels(report));
}

static int is_drawn(const struct report *report, const struct chart *chart)
{
    return page_has_section(report, chart->section) && draw_possible(chart, &report->files);
}

static int draw(struct report *report, int png)
{
    struct drawing drawing = {.scripts = report->scripts, .folder = report->folder, .png = png};
    char warning[300];
    draw_begin(&drawing);
    tell(report, &drawing.script);
    for (int i = 0; i < report->charts.n; i++)
        if (is_drawn(report, &report->charts.items[i]))
            draw_chart(&drawing, &report->charts.items[i], &report->files);
    if (draw_end(&drawing, warning, &report->error))
        return FAILED;
    /* A warning spoils no chart, and should not cost anybody the report. */
    if (warning[0])
        stage_warn(report->stage, "gnuplot: %s", warning);
    return 0;
}

int report_draw(struct report *report)
{
    for (int i = 0; i < report->charts.n; i++) {
        const struct chart *chart = &report->charts.items[i];
        if (child_interrupted())
            return error_set(&report->error, "interrupted");
        if (!page_knows_section(chart->section))
            return error_set(&report->error, "%s/%s.gp: no page has a section '%s'",
                             report->scripts, chart->name, chart->section);
        if (page_has_section(report, chart->section) && data_make(report, chart))
            return FAILED;
    }
    return (report->png && draw(report, 1)) || draw(report, 0) ? FAILED : 0;
}

int report_finish_drawings(struct report *report)
{
    for (int i = 0; i < report->charts.n; i++) {
        const struct chart *chart = &report->charts.items[i];
        struct text label = {0};
        if (!is_drawn(report, chart))
            continue;
        text_format(&label, "%s. %s", chart->title, chart->caption);
        struct svg_look look = {.prefix = chart->name,
                                .label = text_of(&label),
                                .keep = *chart->dark || data_channels(report) == 3,
                                .standalone = 1};
        int rc = svg_finish(report->folder, chart->name, &look, &report->error);
        text_free(&label);
        if (rc)
            return FAILED;
    }
    return 0;
}
