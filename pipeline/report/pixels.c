/* report_pixels.c: what only a look at all pixels tells. In: the images of a run's dataset. Out:
 * mean and variability of each class, how often each pixel value occurs, how bright images are, and
 * the correctly read image that is nearest to each wrong one. */
#include "pipeline/report/report.h"

#include "sql/charts.h"
#include "sql/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_A_BIN = 8, BRIGHTNESS_BINS = 40 };

static size_t image_size(const struct report *report)
{
    const nn_shape shape = report->dataset.shape;
    return (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
}

static int no_memory(struct report *report)
{
    snprintf(report->error, sizeof report->error, "out of memory");
    return -1;
}

/* Sums of values and of their squares, [classes][size] each, over the training images. */
static void add_up(const struct report *report, double *sums, double *squares, size_t *counts)
{
    const struct image_set *set = &report->train;
    size_t size = image_size(report);
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

static int class_images(struct report *report)
{
    size_t size = image_size(report), classes = (size_t)report->dataset.classes;
    double *sums = calloc(classes * size, sizeof *sums);
    double *squares = calloc(classes * size, sizeof *squares);
    size_t *counts = calloc(classes, sizeof *counts);
    uint8_t *mean = malloc(size), *deviation = malloc(size), *tile = malloc(size);
    FILE *means = NULL, *deviations = NULL;
    int rc = -1;
    if (!sums || !squares || !counts || !mean || !deviation || !tile) {
        no_memory(report);
        goto done;
    }
    if (!(means = report_open(report, "data/mean_images.bin")) ||
        !(deviations = report_open(report, "data/deviation_images.bin")))
        goto done;
    add_up(report, sums, squares, counts);
    for (size_t class = 0; class < classes; class ++) {
        double n = counts[class] ? (double)counts[class] : 1;
        for (size_t p = 0; p < size; p++) {
            double m = sums[class * size + p] / n;
            double variance = squares[class * size + p] / n - m * m;
            mean[p] = (uint8_t)lround(m);
            /* A byte's deviation is at most 127.5: twice that fills the scale. */
            deviation[p] = (uint8_t)fmin(255, lround(2 * sqrt(variance > 0 ? variance : 0)));
        }
        fwrite(tile, 1, report_tile(report, mean, tile), means);
        fwrite(tile, 1, report_tile(report, deviation, tile), deviations);
    }
    rc = data_note(report, "mean_images", classes);
done:
    if (means && report_close(report, means, "data/mean_images.bin"))
        rc = -1;
    if (deviations && report_close(report, deviations, "data/deviation_images.bin"))
        rc = -1;
    free(sums);
    free(squares);
    free(counts);
    free(mean);
    free(deviation);
    free(tile);
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

static int values_write(struct report *report)
{
    const struct image_set *sets[2] = {&report->train, &report->test};
    double values[2][256] = {{0}}, bright[2][BRIGHTNESS_BINS] = {{0}}, pixels[2], images[2];
    for (int s = 0; s < 2; s++) {
        count_values(sets[s], image_size(report), values[s], bright[s]);
        images[s] = (double)sets[s]->images.count;
        pixels[s] = images[s] * (double)image_size(report);
    }
    FILE *out = report_open(report, "data/intensity.tsv");
    if (!out)
        return -1;
    fputs("least\ttrain\ttest\n", out);
    for (int v = 0; v < 256; v += VALUES_A_BIN) {
        double sum[2] = {0};
        for (int s = 0; s < 2; s++)
            for (int i = 0; i < VALUES_A_BIN; i++)
                sum[s] += values[s][v + i];
        fprintf(out, "%g\t%.8g\t%.8g\n", v + VALUES_A_BIN / 2.0, percent(sum[0], pixels[0]),
                percent(sum[1], pixels[1]));
    }
    if (report_close(report, out, "data/intensity.tsv") ||
        !(out = report_open(report, "data/drift.tsv")))
        return -1;
    fputs("middle\ttrain\ttest\n", out);
    int first = 0, last = BRIGHTNESS_BINS - 1;
    while (first < last && bright[0][first] + bright[1][first] <= 0)
        first++;
    while (last > first && bright[0][last] + bright[1][last] <= 0)
        last--;
    for (int b = first; b <= last; b++)
        fprintf(out, "%g\t%.8g\t%.8g\n", (b + 0.5) * 256 / BRIGHTNESS_BINS,
                percent(bright[0][b], images[0]), percent(bright[1][b], images[1]));
    if (report_close(report, out, "data/drift.tsv") || data_note(report, "intensity", 32))
        return -1;
    return data_note(report, "drift", (size_t)(last - first + 1));
}

int pixels_write(struct report *report)
{
    if (report->train.images.count == 0)
        return 0;
    return class_images(report) || values_write(report) ? -1 : 0;
}

static double distance(const uint8_t *a, const uint8_t *b, size_t size)
{
    uint64_t sum = 0;
    for (size_t p = 0; p < size; p++) {
        int d = a[p] - b[p];
        sum += (uint64_t)(d * d);
    }
    return sqrt((double)sum);
}

/* The nearest of the images that a statement lists (image), 0 where it lists none. */
static int nearest_of(struct report *report, sqlite3_stmt *right, const uint8_t *pixels,
                      int64_t *image, double *least)
{
    int rc;
    *image = 0;
    *least = INFINITY;
    while ((rc = db_step(report->db, right)) == 1) {
        int64_t candidate = sqlite3_column_int64(right, 0);
        const uint8_t *other = report_pixels(report, candidate);
        double d = other ? distance(pixels, other, image_size(report)) : INFINITY;
        if (d < *least) {
            *least = d;
            *image = candidate;
        }
    }
    if (rc)
        snprintf(report->error, sizeof report->error, "%s", report->db->error);
    sqlite3_reset(right);
    return rc;
}

static int nearest_rows(struct report *report, sqlite3_stmt *wrong, sqlite3_stmt *right,
                        FILE *table, FILE *tiles, uint8_t *tile)
{
    int rc;
    fputs("wrong\timage\tdistance\n", table);
    while ((rc = db_step(report->db, wrong)) == 1) {
        int64_t image = sqlite3_column_int64(wrong, 0), nearest;
        const uint8_t *pixels = report_pixels(report, image);
        double least;
        db_bind_int(right, ":class", sqlite3_column_int64(wrong, 3));
        if (nearest_of(report, right, pixels, &nearest, &least))
            return -1;
        fprintf(table, "%lld\t%lld\t%.1f\n", (long long)image, (long long)nearest,
                nearest ? least : 0);
        const uint8_t *found = nearest ? report_pixels(report, nearest) : NULL;
        fwrite(tile, 1, report_tile(report, found, tile), tiles);
    }
    if (rc)
        snprintf(report->error, sizeof report->error, "%s", report->db->error);
    return rc;
}

int nearest_write(struct report *report)
{
    FILE *table = NULL, *tiles = NULL;
    int rc = -1;
    uint8_t *tile = malloc(image_size(report));
    sqlite3_stmt *wrong = report_prepare(report, sql_charts_wrong);
    sqlite3_stmt *right = report_prepare(report, sql_report_right);
    if (!tile) {
        no_memory(report);
        goto done;
    }
    if (wrong && right && (table = report_open(report, "data/nearest.tsv")) &&
        (tiles = report_open(report, "data/nearest.bin")))
        rc = nearest_rows(report, wrong, right, table, tiles, tile);
done:
    if (table && report_close(report, table, "data/nearest.tsv"))
        rc = -1;
    if (tiles && report_close(report, tiles, "data/nearest.bin"))
        rc = -1;
    sqlite3_finalize(wrong);
    sqlite3_finalize(right);
    free(tile);
    return rc;
}
