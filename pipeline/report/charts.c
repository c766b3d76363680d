/* report_charts.c: which charts there are, and drawing them. In: data files and the gnuplot scripts
 * of experiments/charts. Out: NAME.svg or NAME.png for each chart whose data has rows. One gnuplot
 * draws them all: starting one takes longer than a chart. */
#include "pipeline/report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_JUDGED "the run has not been evaluated on images with labels"

const struct chart CHARTS[] = {
    {"training", "history_loss", "history", "history", "loss", 320, 0, 1, 0, "Loss",
     "Training loss is the mean over an epoch's steps, with dropout; validation loss is measured "
     "at the epoch's end.",
     "no epoch of this run with a loss that is a number is recorded"},
    {"training", "history_accuracy", "history", "history", NULL, 320, 0, 1, 0, "Accuracy",
     "The circle marks the epoch whose weights count.", "no epoch of this run is recorded"},
    {"training", "learning_rate", "learning_rate", "history", NULL, 320, 0, 1, 0, "Learning rate",
     "The learning rate in force in each epoch; a triangle stands where a plateau reduced it.",
     "no epoch of this run is recorded"},
    {"results", "confusion", "confusion", "confusion", NULL, 0, 0, 1, 0, "Confusion matrix, counts",
     "Rows are what images are, columns what they were taken for. Blue is right; the darker the "
     "orange, the more frequent the error.",
     NOT_JUDGED},
    {"results", "confusion_percent", "confusion", "confusion", NULL, 0, 0, 1, 0,
     "Confusion matrix, percent", "The same as shares of each row, in percent.", NOT_JUDGED},
    {"results", "class_metrics", "class_metrics", "class_metrics", NULL, 140, 18, 1, 0,
     "Metrics by class",
     "The axis shows the region that matters, not 0 to 100 %. A class without a dot of one kind "
     "was "
     "never predicted, or has no images.",
     NOT_JUDGED},
    {"confidence", "confidence_histogram", "confidence_histogram", "confidence_histogram", NULL,
     320, 0, 1, 0, "Confidence histogram",
     "How sure the net was, where it was right and where it was wrong. The axis is logarithmic.",
     NOT_JUDGED},
    {"confidence", "confidence_box", "confidence_box", "confidence_box", NULL, 320, 0, 1, 0,
     "Spread of confidence",
     "Each step to the right is ten times closer to certainty. Box: the middle half of the images; "
     "thick "
     "mark: the median; line: 5 to 95 %; dots: all.",
     NOT_JUDGED},
    {"confidence", "reliability", "reliability", "reliability", NULL, 320, 0, 1, 0,
     "Reliability diagram",
     "Points below the dashed line: the net is surer than it should be; above: it could be surer.",
     NOT_JUDGED},
    {"confidence", "coverage", "coverage", "coverage", NULL, 320, 0, 1, 0,
     "Accuracy against coverage",
     "What accuracy would be if the least certain images were refused, say for a person to read.",
     NOT_JUDGED},
    {"gallery", "wrong", "wrong", "wrong", NULL, 62, 82, 2, 0, "Wrong predictions",
     "True class → predicted class and its confidence; bars: the three most probable classes; at "
     "the "
     "right, the nearest correctly read image of the predicted class.",
     "no image was read wrongly, or " NOT_JUDGED},
    {"gallery", "correct", "correct", "correct", NULL, 62, 82, 3, 0, "Correct predictions",
     "A fixed draw from all classes.", "no image was read correctly, or " NOT_JUDGED},
    {"model", "layers", "layers", "layers", NULL, 136, 24, 1, 0, "Layers",
     "Time is measured in a few steps of training when this report is made; a ReLU that is "
     "computed "
     "together with the layer before it takes none of its own.",
     "the layers of this run are not recorded"},
    {"model", "feature_maps", "feature_maps", "feature_maps", NULL, 62, 40, 1, 0, "Feature maps",
     "What each layer makes of one image: its first eight maps; the units of a dense "
     "layer stand in "
     "one square. Dark is the layer's greatest value.",
     "the run has no weights"},
    {"model", "filters_1", "filters", "filters_1", NULL, 0, 0, 1, 0,
     "Filters of the first convolution",
     "Orange adds to a unit's value, blue takes away, white does neither.",
     "the run has no weights, or its net no convolution"},
    {"model", "filters_2", "filters", "filters_2", NULL, 0, 0, 1, 0,
     "Filters of the second convolution", "Each is the mean over its input channels.",
     "the run has no weights, or its net no second convolution"},
    {"data", "class_counts", "class_counts", "class_counts", NULL, 140, 18, 1, 0, "Images by class",
     "How many images the net could learn each class from, and how many judge it.",
     "the dataset has no images"},
    {"data", "mean_images", "mean_images", "mean_images", NULL, 62, 106, 10, 0, "Mean images",
     "All training images of a class laid over each other; below, dark is where they differ most.",
     "the dataset has no training images"},
    {"data", "samples", "samples", "samples", NULL, 62, 60, 10, 0, "Sample of the training images",
     "A fixed draw, with the labels of the file.", "the dataset has no training images"},
    {"data", "intensity", "intensity", "intensity", NULL, 320, 0, 1, 0, "Pixel values",
     "In steps of eight values, on a logarithmic axis.", "the dataset has no training images"},
    {"data", "drift", "drift", "drift", NULL, 320, 0, 1, 0, "Brightness of train and test images",
     "Curves that differ would say that the test images come from elsewhere.",
     "the dataset has no training images"},
    {"data", "duplicates", "duplicates", "duplicates", NULL, 62, 74, 3, 0, "Duplicates",
     "Two places of each; such with different labels come first, then such in both files.",
     "no two images of the dataset are the same, pixel for pixel"},
    {"experiments", "leaderboard", "leaderboard", "leaderboard", NULL, 150, 20, 1, 0, "Leaderboard",
     "Runs whose bars overlap can hardly be told apart by these validation images.",
     "no finished run of this dataset has been evaluated on validation images"},
    {"experiments", "cost", "cost", "cost", NULL, 320, 0, 1, 0, "Accuracy against cost",
     "A point a run of this dataset; the filled one is this run.",
     "no finished run of this dataset has been evaluated on validation images"},
    {"experiments", "seeds", "seeds", "seeds", NULL, 150, 30, 1, 0, "Runs by experiment",
     "How far accuracy depends on the seed.",
     "no finished run of this dataset has been evaluated on validation images"},
    {"compare", "compare_loss", "compare_history", "compare_history", "loss", 340, 0, 1, 0, "Loss",
     "Solid lines are validation, dashed ones training.", "neither run has recorded an epoch"},
    {"compare", "compare_accuracy", "compare_history", "compare_history", NULL, 340, 0, 1, 0,
     "Accuracy", "Solid lines are validation, dashed ones training.",
     "neither run has recorded an epoch"},
    {"compare", "fixed", "changed", "fixed", NULL, 62, 76, 2, 0, "Images fixed",
     "Wrong in the first run, right in the second.",
     "the second run reads no image that the first one misread"},
    {"compare", "broken", "changed", "broken", NULL, 62, 76, 2, 0, "Images broken",
     "Right in the first run, wrong in the second.",
     "the second run misreads no image that the first one read"},
};
const int N_CHARTS = sizeof CHARTS / sizeof *CHARTS;

enum { UNIT = 480, HEADING = 62 };

static int ends_with(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);
    return a >= b && strcmp(text + a - b, end) == 0;
}

int chart_drawn(const struct report *report, const struct chart *chart)
{
    const struct data_file *file = data_find(report, chart->data);
    if (!file || !file->rows || !chart->values)
        return file && file->rows;
    for (int i = 0; i < file->columns && i < REPORT_MAX_COLUMNS; i++)
        if (ends_with(file->column[i].name, chart->values) && file->column[i].n)
            return 1;
    return 0;
}

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

/* The confusion matrix: pixels of a cell, and left of the matrix and below it. */
struct matrix {
    int cell, left, below;
};

static struct matrix matrix_of(const struct report *report)
{
    int classes = report->dataset.classes, longest = longest_label(report);
    struct matrix m = {.cell = classes <= 10 ? 40 : classes <= 16 ? 30 : classes <= 26 ? 26 : 20};
    int letter = classes > 20 ? 5 : 7;
    m.left = 36 + letter * longest;
    m.below = 40 + (longest > 2 ? letter * longest : 10);
    return m;
}

static int filter_columns(const struct report *report, const struct chart *chart)
{
    return data_rows(report, chart->data) > 32 ? 12 : 8;
}

void chart_size(const struct report *report, const struct chart *chart, int *width, int *height)
{
    int rows = (int)data_rows(report, chart->data);
    *width = chart->wide ? 2 * UNIT : UNIT;
    *height = chart->base + (rows + chart->per - 1) / chart->per * chart->step;
    if (strcmp(chart->script, "confusion") == 0) {
        struct matrix m = matrix_of(report);
        int side = m.cell * report->dataset.classes;
        *width = m.left + side + 20 > UNIT ? m.left + side + 20 : UNIT;
        *height = HEADING + side + m.below;
    } else if (strcmp(chart->script, "filters") == 0) {
        int columns = filter_columns(report, chart);
        *height = HEADING + (rows + columns - 1) / columns * (UNIT - 28) / columns;
    }
}

/* A text in gnuplot's single quotes. */
static void quoted(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s = '", name);
    for (; *text; text++) {
        if (*text == '\'')
            putc('\'', out);
        putc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    fputs("'\n", out);
}

static void write_settings(const struct report *report, FILE *out)
{
    char text[1200];
    nn_shape shape = report->dataset.shape;
    snprintf(text, sizeof text, "%s/data/", report->folder);
    quoted(out, "data", text);
    snprintf(text, sizeof text, "%s/", report->scripts);
    quoted(out, "scripts", text);
    quoted(out, "format", report->png ? "png" : "svg");
    if (report->a)
        snprintf(text, sizeof text, "%s · runs %lld and %lld", report->dataset.name,
                 (long long)report->a, (long long)report->b);
    else
        snprintf(text, sizeof text, "%s · run %lld · %s", report->dataset.name,
                 (long long)report->run.id, report->run.experiment);
    quoted(out, "subtitle", text);
    snprintf(text, sizeof text, "run %lld", (long long)report->a);
    quoted(out, "run_a", text);
    snprintf(text, sizeof text, "run %lld", (long long)report->b);
    quoted(out, "run_b", text);
    quoted(out, "image_text", report->maps_of);
    struct matrix m = matrix_of(report);
    fprintf(out, "classes = %d\nlongest = %d\nsize = %d\nleft = %d\n", report->dataset.classes,
            longest_label(report), m.cell, m.left);
    fprintf(out, "has_validation = %d\nhas_test = %d\nhas_test_labels = %d\nhas_time = %d\n",
            report->split.n_validation > 0, report->test.images.count > 0,
            report->test.images.count > 0 && report->test.images.labels,
            data_rows(report, "layer_time") > 0);
    fprintf(out, "tiles = %zu\nimage_height = %d\nimage_width = %d\nimage_channels = %d\n",
            report->map_tiles, shape.h, shape.w, tile_channels(report));
}

static void write_columns(const struct data_file *file, FILE *out)
{
    for (int i = 0; i < file->columns && i < REPORT_MAX_COLUMNS; i++) {
        const struct data_column *column = &file->column[i];
        fprintf(out, "n_%s = %zu\n", column->name, column->n);
        if (column->n)
            fprintf(out, "min_%s = %.17g\nmax_%s = %.17g\nsum_%s = %.17g\n", column->name,
                    column->least, column->name, column->greatest, column->name, column->sum);
        else
            fprintf(out, "min_%s = NaN\nmax_%s = NaN\nsum_%s = 0\n", column->name, column->name,
                    column->name);
    }
}

static void write_chart(const struct report *report, const struct chart *chart, FILE *out)
{
    int width, height, is_filter = strcmp(chart->script, "filters") == 0;
    char path[REPORT_PATH];
    chart_size(report, chart, &width, &height);
    fprintf(out, "\nchart = '%s'\nrows = %zu\nW = %d\nH = %d\n", chart->name,
            data_rows(report, chart->data), width, height);
    fprintf(out, "TH = image_height\nTW = image_width\nTC = image_channels\ncolumns = 8\n");
    if (is_filter) {
        const char *text = report->filters[strcmp(chart->name, "filters_2") == 0];
        const char *x = strchr(text, 'x');
        quoted(out, "layer_text", text);
        fprintf(out, "columns = %d\nTH = %d\nTW = TH\nTC = 1\n", filter_columns(report, chart),
                x ? atoi(x + 1) : 1);
    }
    write_columns(data_find(report, chart->data), out);
    snprintf(path, sizeof path, "%s/%s.%s", report->folder, chart->name,
             report->png ? "png" : "svg");
    if (strcmp(chart->name, "feature_maps") == 0)
        fputs("TC = 1\n", out);
    quoted(out, "out", path);
    fprintf(out, "load scripts.'style.gp'\nload scripts.'%s.gp'\nset output\n", chart->script);
}

/* What gnuplot said, its first line that is more than a mark below another. */
static void first_complaint(const char *path, char *line, size_t size)
{
    char text[300];
    FILE *file = fopen(path, "r");
    line[0] = '\0';
    while (file && !line[0] && fgets(text, sizeof text, file))
        if (text[strspn(text, " \t^\n")]) {
            text[strcspn(text, "\n")] = '\0';
            snprintf(line, size, "%s", text + strspn(text, " \t"));
        }
    if (file)
        fclose(file);
}

/* Runs gnuplot on a file, its stderr into another, in a locale that knows UTF-8 and a point before
 * decimals, without the settings that a person may have. Returns its exit status, 127 where it
 * can't be started. */
static int run_gnuplot(const char *script, const char *complaints)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        setenv("LC_ALL", "C.UTF-8", 1);
        int file = open(complaints, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (file >= 0 && dup2(file, STDERR_FILENO) >= 0 && dup2(file, STDOUT_FILENO) >= 0)
            execlp("gnuplot", "gnuplot", "-d", script, (char *)NULL);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 127;
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

int charts_draw(struct report *report)
{
    char script[REPORT_PATH], complaints[REPORT_PATH], line[300];
    snprintf(script, sizeof script, "%s/data/draw.gp", report->folder);
    snprintf(complaints, sizeof complaints, "%s/data/gnuplot.log", report->folder);
    FILE *out = report_open(report, "data/draw.gp");
    if (!out)
        return -1;
    write_settings(report, out);
    for (int i = 0; i < N_CHARTS; i++)
        if ((strcmp(CHARTS[i].section, "compare") == 0) == (report->a != 0) &&
            chart_drawn(report, &CHARTS[i]))
            write_chart(report, &CHARTS[i], out);
    if (report_close(report, out, "data/draw.gp"))
        return -1;
    int status = run_gnuplot(script, complaints);
    first_complaint(complaints, line, sizeof line);
    if (status == 127) {
        snprintf(report->error, sizeof report->error,
                 "gnuplot can't be started (Debian package gnuplot-nox)");
        return -1;
    }
    if (status) {
        snprintf(report->error, sizeof report->error, "gnuplot: %s", line[0] ? line : "failed");
        return -1;
    }
    /* A warning spoils no chart, and should not cost anybody the report. */
    if (line[0])
        fprintf(stderr, "%s: gnuplot: %s\n", report->stage->name, line);
    if (unlink(complaints) || unlink(script)) {
        snprintf(report->error, sizeof report->error, "%s: %s", script, strerror(errno));
        return -1;
    }
    return 0;
}
