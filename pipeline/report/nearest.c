/* nearest.c: beside each wrongly read image, the correctly read one that is nearest to it. In: a
 * query with the columns image and predicted, the images of the run's dataset. Out:
 * data/nearest.tsv and .bin, a row and a tile for each row of the query. */
#include "pipeline/report/report.h"

#include "sql/report.h"

#include <math.h>
#include <stdlib.h>

static double distance(const uint8_t *a, const uint8_t *b, size_t size)
{
    uint64_t sum = 0;
    for (size_t p = 0; p < size; p++) {
        int d = a[p] - b[p];
        sum += (uint64_t)(d * d);
    }
    return sqrt((double)sum);
}

/* The nearest of the images that a statement lists, 0 where it lists none. */
static int nearest_of(struct report *report, struct statement *right, const uint8_t *pixels,
                      int64_t *image, double *least)
{
    int rc;
    *image = 0;
    *least = INFINITY;
    while ((rc = db_step(report->db, right)) == 1) {
        int64_t candidate = db_int_at(right, 0);
        const uint8_t *other = data_pixels(report, candidate);
        double d = other ? distance(pixels, other, nn_shape_size(report->dataset.shape)) : INFINITY;
        if (d < *least) {
            *least = d;
            *image = candidate;
        }
    }
    db_reset(right);
    return rc ? report_db_error(report) : 0;
}

static int add_rows(struct report *report, struct statement *wrong, struct statement *right,
                    struct text *table, struct text *tiles)
{
    int rc;
    text_add(table, "wrong\timage\tdistance\n");
    while ((rc = db_step(report->db, wrong)) == 1) {
        int64_t image = db_int(wrong, "image"), nearest;
        const uint8_t *pixels = data_pixels(report, image);
        double least;
        if (!pixels)
            return error_set(&report->error, "image %lld is not of dataset %s", (long long)image,
                             report->dataset.name);
        db_bind_int(right, ":class", db_int(wrong, "predicted"));
        if (nearest_of(report, right, pixels, &nearest, &least))
            return FAILED;
        text_format(table, "%lld\t%lld\t%.1f\n", (long long)image, (long long)nearest,
                    nearest ? least : 0);
        data_tile(report, nearest ? data_pixels(report, nearest) : NULL, tiles);
    }
    return rc ? report_db_error(report) : 0;
}

int nearest_write(struct report *report, const struct chart *chart)
{
    struct text table = {0}, tiles = {0};
    const char *sql = data_sql(chart->data);
    if (!sql)
        return error_set(&report->error, "%s/%s.gp: 'nearest' goes with the data of a query",
                         report->scripts, chart->name);
    struct statement *wrong = report_prepare(report, sql);
    struct statement *right = report_prepare(report, sql_report_right);
    int rc = wrong && right ? add_rows(report, wrong, right, &table, &tiles) : FAILED;
    db_finish(wrong);
    db_finish(right);
    if (!rc && (data_put(report, "data/nearest.tsv", &table) ||
                data_put(report, "data/nearest.bin", &tiles) ||
                !data_note(report, "nearest", data_rows(&report->files, chart->data))))
        rc = FAILED;
    text_free(&table);
    text_free(&tiles);
    return rc;
}
