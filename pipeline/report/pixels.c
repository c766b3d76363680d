/* pixels.c: what only a look at all pixels tells. In: the images of a run's dataset. Out: mean and
 * variability of each class, how often each pixel value occurs, and how bright images are. */
#include "pipeline/report/report.h"

#include <math.h>
#include <stdlib.h>

enum { VALUES_A_BIN = 8, BRIGHTNESS_BINS = 40 };

/* Sums of values and of their squares, [classes][size] each, over the training images. */
static void add_up(const struct report *report, double *sums, double *squares, size_t *counts)
{
    const struct image_set *set = &report->train;
    size_t size = nn_shape_size(report->dataset.shape);
    for (size_t i = 0; i < set->images.count; i++) {
        const uint8_t *pixels = set->pixels + i * size;
        size_t class = set->labels[i];
        if (class >= (size_t)report->dataset.classes)
            continue;
        counts[class]++;
        for (size_t p = 0; p < size; p++) {
            double value = pixels[p];
            sums[class * size + p] += value;
            squares[class * size + p] += value * value;
        }
    }
}

/* One class's mean and deviation, n images of them added up. */
static void average(const double *sums, const double *squares, double n, size_t size, uint8_t *mean,
                    uint8_t *deviation)
{
    for (size_t p = 0; p < size; p++) {
        double m = sums[p] / n, variance = squares[p] / n - m * m;
        mean[p] = (uint8_t)lround(m);
        /* A byte's deviation is at most 127.5: twice that fills the scale. */
        deviation[p] = (uint8_t)fmin(255, lround(2 * sqrt(variance > 0 ? variance : 0)));
    }
}

int class_images_write(struct report *report, const struct chart *chart)
{
    (void)chart;
    size_t size = nn_shape_size(report->dataset.shape), classes = (size_t)report->dataset.classes;
    double *sums = calloc(2 * classes * size, sizeof *sums), *squares = sums + classes * size;
    size_t *counts = calloc(classes, sizeof *counts);
    uint8_t *mean = malloc(2 * size), *deviation = mean + size;
    struct text means = {0}, deviations = {0};
    int rc = FAILED;
    if (!sums || !counts || !mean) {
        error_memory(&report->error, "mean images");
        goto done;
    }
    add_up(report, sums, squares, counts);
    for (size_t class = 0; class < classes; class ++) {
        average(sums + class * size, squares + class * size,
                counts[class] ? (double)counts[class] : 1, size, mean, deviation);
        data_tile(report, mean, &means);
        data_tile(report, deviation, &deviations);
    }
    if (report->train.images.count == 0)
        classes = 0;
    if (!data_put(report, "data/mean_images.bin", &means) &&
        !data_put(report, "data/deviation_images.bin", &deviations) &&
        data_note(report, "mean_images", classes) && data_note(report, "deviation_images", classes))
        rc = 0;
done:
    free(sums);
    free(counts);
    free(mean);
    text_free(&means);
    text_free(&deviations);
    return rc;
}

/* values: counts of each pixel value; bright: counts of images by mean value, in equal bins. */
static void count_values(const struct image_set *set, size_t size, double values[256],
                         double bright[BRIGHTNESS_BINS])
{
    uint64_t counts[256] = {0};
    for (size_t i = 0; i < set->images.count; i++) {
        const uint8_t *pixels = set->pixels + i * size;
        uint64_t sum = 0;
        for (size_t p = 0; p < size; p++) {
            counts[pixels[p]]++;
            sum += pixels[p];
        }
        size_t bin = (size_t)((double)sum / (double)size * BRIGHTNESS_BINS / 256);
        bright[bin] += 1;
    }
    for (int v = 0; v < 256; v++)
        values[v] = (double)counts[v];
}

static double percent(double part, double whole)
{
    return whole > 0 ? 100 * part / whole : 0;
}

static int put_values(struct report *report, double values[2][256], const double pixels[2])
{
    struct text out = {0};
    text_add(&out, "least\ttrain\ttest\n");
    for (int v = 0; v < 256; v += VALUES_A_BIN) {
        double sum[2] = {0};
        for (int s = 0; s < 2; s++)
            for (int i = 0; i < VALUES_A_BIN; i++)
                sum[s] += values[s][v + i];
        text_format(&out, "%g\t%.8g\t%.8g\n", v + VALUES_A_BIN / 2.0, percent(sum[0], pixels[0]),
                    percent(sum[1], pixels[1]));
    }
    return data_put(report, "data/intensity.tsv", &out);
}

/* *rows is how many bins it has, from the first to the last one in which there is an image. */
static int put_brightness(struct report *report, double bright[2][BRIGHTNESS_BINS],
                          const double images[2], size_t *rows)
{
    struct text out = {0};
    int first = 0, last = BRIGHTNESS_BINS - 1;
    while (first < last && bright[0][first] + bright[1][first] <= 0)
        first++;
    while (last > first && bright[0][last] + bright[1][last] <= 0)
        last--;
    text_add(&out, "middle\ttrain\ttest\n");
    for (int b = first; b <= last; b++)
        text_format(&out, "%g\t%.8g\t%.8g\n", (b + 0.5) * 256 / BRIGHTNESS_BINS,
                    percent(bright[0][b], images[0]), percent(bright[1][b], images[1]));
    *rows = (size_t)(last - first + 1);
    return data_put(report, "data/drift.tsv", &out);
}

int values_write(struct report *report, const struct chart *chart)
{
    (void)chart;
    const struct image_set *sets[2] = {&report->train, &report->test};
    double values[2][256] = {{0}}, bright[2][BRIGHTNESS_BINS] = {{0}}, pixels[2], images[2];
    size_t rows, any = report->train.images.count > 0;
    for (int s = 0; s < 2; s++) {
        count_values(sets[s], nn_shape_size(report->dataset.shape), values[s], bright[s]);
        images[s] = (double)sets[s]->images.count;
        pixels[s] = images[s] * (double)nn_shape_size(report->dataset.shape);
    }
    if (put_values(report, values, pixels) || put_brightness(report, bright, images, &rows) ||
        !data_note(report, "intensity", any ? 256 / VALUES_A_BIN : 0) ||
        !data_note(report, "drift", any ? rows : 0))
        return FAILED;
    return 0;
}
