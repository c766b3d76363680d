/* net.c: a look into a run's net. In: the model with the weights that count. Out: the filters of
 * its first two convolutions as tiles, and how the time of a training step divides among its
 * layers, measured in a few steps. */
#include "pipeline/report/report.h"

#include "pipeline/chart/draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILTERS = 64, TIMED_STEPS = 2, WARM_STEPS = 1, TIMED_BATCH = 64 };

/* K from "conv F KxK ...". */
static int kernel_size(const char *text)
{
    const char *x = strchr(text, 'x');
    return x ? atoi(x + 1) : 0;
}

/* One tile [K][K] a filter; those with several input channels show the mean over them. The scale is
 * that of the layer: 128 is 0, its greatest absolute value 1 or 255. */
static int add_filters(struct report *report, int layer, size_t shown, struct text *tiles)
{
    nn_layer_info info = nn_model_layer(report->model, layer);
    const float *w = nn_model_weights(report->model, layer);
    nn_shape in =
        layer ? nn_model_layer(report->model, layer - 1).out : nn_model_input(report->model);
    size_t filters = (size_t)info.out.c, channels = (size_t)in.c;
    size_t points = (size_t)kernel_size(info.text) * (size_t)kernel_size(info.text);
    double *mean = calloc(points * filters + 1, sizeof *mean), most = 0;
    if (!mean)
        return error_memory(&report->error, "filters");
    for (size_t i = 0; i < points * channels * filters; i++)
        mean[i / (channels * filters) * filters + i % filters] += (double)w[i] / (double)channels;
    for (size_t i = 0; i < points * filters; i++)
        most = fmax(most, fabs(mean[i]));
    for (size_t f = 0; f < shown; f++)
        for (size_t p = 0; p < points; p++) {
            double value = 128 + 127 * mean[p * filters + f] / (most > 0 ? most : 1);
            text_format(tiles, "%c", (int)lround(value));
        }
    free(mean);
    return 0;
}

/* filters_1 and filters_2. */
static int write_filters(struct report *report, int layer, int place)
{
    struct text tiles = {0};
    char name[64];
    size_t shown = 0;
    snprintf(name, sizeof name, "filters_%d", place);
    struct data_file *file = data_note(report, name, 0);
    if (!file || layer < 0)
        return file ? 0 : FAILED;
    nn_layer_info info = nn_model_layer(report->model, layer);
    shown = info.out.c < MAX_FILTERS ? (size_t)info.out.c : MAX_FILTERS;
    file->rows = shown;
    draw_text(&file->settings, "layer_text", info.text);
    text_format(&file->settings, "TH = %d\nTW = TH\nTC = 1\n", kernel_size(info.text));
    snprintf(name, sizeof name, "data/filters_%d.bin", place);
    if (add_filters(report, layer, shown, &tiles)) {
        text_free(&tiles);
        return FAILED;
    }
    return data_put(report, name, &tiles);
}

int filters_write(struct report *report, const struct chart *chart)
{
    (void)chart;
    int layers = report->model ? nn_model_layers(report->model) : 0, at = -1;
    for (int place = 1; place <= 2; place++) {
        do
            at++;
        while (at < layers && strcmp(nn_model_layer(report->model, at).kind, "conv"));
        if (write_filters(report, at < layers ? at : -1, place))
            return FAILED;
    }
    return 0;
}

/* ------------------------------------------------------------------------ time */

/* Steps of training, the first ones to warm up. 0, or what the net says. */
static int run_steps(struct report *report, nn_trainer *trainer, nn_error *error)
{
    const nn_images *images = &report->train.images;
    uint32_t rows[TIMED_BATCH];
    int n = images->count < TIMED_BATCH ? (int)images->count : TIMED_BATCH, rc = 0;
    nn_metrics metrics = {0};
    for (int i = 0; i < n; i++)
        rows[i] = (uint32_t)i;
    for (int step = 0; step < WARM_STEPS + TIMED_STEPS && !rc; step++) {
        if (step == WARM_STEPS)
            nn_trainer_profile(trainer, 1);
        rc = nn_trainer_step(trainer, images, rows, n, 0, &metrics, error);
    }
    return rc;
}

/* Shares of time in percent, a line a layer. */
static int put_time(struct report *report, const nn_trainer *trainer)
{
    struct text out = {0};
    int layers = nn_model_layers(report->model);
    double total = 0;
    for (int i = 0; i < layers; i++)
        total += nn_trainer_seconds(trainer, i);
    text_add(&out, "layer\tmilliseconds\tshare\n");
    for (int i = 0; i < layers; i++)
        text_format(&out, "%d\t%.4f\t%.3f\n", i + 1,
                    1000 * nn_trainer_seconds(trainer, i) / TIMED_STEPS,
                    total > 0 ? 100 * nn_trainer_seconds(trainer, i) / total : 0);
    if (data_put(report, "data/layer_time.tsv", &out))
        return FAILED;
    return data_note(report, "layer_time", total > 0 ? (size_t)layers : 0) ? 0 : FAILED;
}

/* The net is a copy with weights of its own: training changes it. */
int layer_time_write(struct report *report, const struct chart *chart)
{
    (void)chart;
    nn_error error = {.text = "out of memory"};
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = TIMED_BATCH;
    options.isa = report->isa;
    if (!report->model || !report->train.images.labels)
        return data_note(report, "layer_time", 0) ? 0 : FAILED;
    nn_model *copy = nn_model_new(report->run.conf.layers, report->dataset.shape, &error);
    nn_trainer *trainer = NULL;
    if (copy) {
        nn_model_initialise(copy, 1);
        trainer = nn_trainer_new(copy, &options, &error);
    }
    int rc = trainer ? run_steps(report, trainer, &error) : FAILED;
    if (rc == NN_ERROR_NAN) /* such a net takes no step that could be measured */
        rc = data_note(report, "layer_time", 0) ? 0 : FAILED;
    else if (rc)
        rc = error_set(&report->error, "the time of the layers: %s", error.text);
    else
        rc = put_time(report, trainer);
    nn_trainer_free(trainer);
    nn_model_free(copy);
    return rc;
}
