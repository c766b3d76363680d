/* report_net.c: a look into a run's net. In: the model with the weights that count. Out: the
 * filters of its first two convolutions as tiles, and how the time of a training step divides among
 * its layers, measured in a few steps. */
#include "pipeline/report/report.h"

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
static int write_filters(struct report *report, int layer, int place)
{
    nn_layer_info info = nn_model_layer(report->model, layer);
    const float *w = nn_model_weights(report->model, layer);
    nn_shape in =
        layer ? nn_model_layer(report->model, layer - 1).out : nn_model_input(report->model);
    size_t filters = (size_t)info.out.c, channels = (size_t)in.c;
    size_t points = (size_t)kernel_size(info.text) * (size_t)kernel_size(info.text);
    size_t shown = filters < MAX_FILTERS ? filters : MAX_FILTERS;
    char name[32], path[64];
    snprintf(name, sizeof name, "filters_%d", place + 1);
    snprintf(path, sizeof path, "data/%s.bin", name);
    double *mean = calloc(points * filters + 1, sizeof *mean), most = 0;
    FILE *tiles = mean ? report_open(report, path) : NULL;
    if (!mean)
        snprintf(report->error, sizeof report->error, "out of memory");
    if (!tiles) {
        free(mean);
        return -1;
    }
    for (size_t i = 0; i < points * channels * filters; i++)
        mean[i / (channels * filters) * filters + i % filters] += (double)w[i] / (double)channels;
    for (size_t i = 0; i < points * filters; i++)
        most = fmax(most, fabs(mean[i]));
    for (size_t f = 0; f < shown; f++)
        for (size_t p = 0; p < points; p++)
            putc((int)lround(128 + 127 * mean[p * filters + f] / (most > 0 ? most : 1)), tiles);
    free(mean);
    snprintf(report->filters[place], sizeof report->filters[place], "%.60s", info.text);
    return report_close(report, tiles, path) || data_note(report, name, shown) ? -1 : 0;
}

/* Shares of time in percent, a line a layer. The net is a copy: training changes it. */
static int time_layers(struct report *report, nn_trainer *trainer)
{
    const nn_images *images = &report->train.images;
    uint32_t rows[TIMED_BATCH];
    int n = images->count < TIMED_BATCH ? (int)images->count : TIMED_BATCH;
    int layers = nn_model_layers(report->model);
    double total = 0;
    nn_metrics metrics = {0};
    nn_error error;
    for (int i = 0; i < n; i++)
        rows[i] = (uint32_t)i;
    for (int step = 0; step < WARM_STEPS + TIMED_STEPS; step++) {
        if (step == WARM_STEPS)
            nn_trainer_profile(trainer, 1);
        if (nn_trainer_step(trainer, images, rows, n, 0, &metrics, &error))
            return 0; /* weights that are not numbers: no time is shown */
    }
    for (int i = 0; i < layers; i++)
        total += nn_trainer_seconds(trainer, i);
    if (total <= 0)
        return 0;
    FILE *out = report_open(report, "data/layer_time.tsv");
    if (!out)
        return -1;
    fputs("layer\tmilliseconds\tshare\n", out);
    for (int i = 0; i < layers; i++)
        fprintf(out, "%d\t%.4f\t%.3f\n", i + 1, 1000 * nn_trainer_seconds(trainer, i) / TIMED_STEPS,
                100 * nn_trainer_seconds(trainer, i) / total);
    if (report_close(report, out, "data/layer_time.tsv"))
        return -1;
    return data_note(report, "layer_time", (size_t)layers);
}

static int write_time(struct report *report)
{
    nn_error error;
    nn_model *copy = nn_model_new(report->run.conf.layers, report->dataset.shape, &error);
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = TIMED_BATCH;
    nn_trainer *trainer = NULL;
    int rc = 0;
    if (copy) {
        nn_model_initialise(copy, 1);
        trainer = nn_trainer_new(copy, &options, &error);
    }
    if (trainer)
        rc = time_layers(report, trainer);
    nn_trainer_free(trainer);
    nn_model_free(copy);
    return rc;
}

int net_write(struct report *report)
{
    if (!report->model)
        return 0;
    int place = 0;
    for (int i = 0; i < nn_model_layers(report->model) && place < 2; i++)
        if (strcmp(nn_model_layer(report->model, i).kind, "conv") == 0 &&
            write_filters(report, i, place++))
            return -1;
    return report->train.images.labels ? write_time(report) : 0;
}
