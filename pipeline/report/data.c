/* data.c: the data that charts name. In: queries of sql/charts, the dataset's pixels, the net. Out:
 * data/NAME.tsv and data/NAME.bin. */
#include "pipeline/report/report.h"

#include "sql/charts.h"

#include <string.h>

/* Data that no query can give, since they need all pixels, or the net. */
static const struct {
    const char *name;
    int (*write)(struct report *report, const struct chart *chart);
} WRITERS[] = {
    {"nearest", nearest_write},
    {"mean_images", class_images_write},
    {"deviation_images", class_images_write},
    {"intensity", values_write},
    {"drift", values_write},
    {"filters_1", filters_write},
    {"filters_2", filters_write},
    {"layer_time", layer_time_write},
    {"feature_maps", features_write},
};

const char *data_sql(const char *name)
{
    for (const struct sql_text *query = sql_charts; query->name; query++)
        if (!strcmp(query->name, name))
            return query->text;
    return NULL;
}

static const uint8_t *find_pixels(const struct image_set *set, size_t size, int64_t image)
{
    size_t low = 0, high = set->images.count;
    while (low < high) { /* rows are numbered in the order of their file */
        size_t middle = low + (high - low) / 2;
        if (set->ids[middle] < image)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->images.count && set->ids[low] == image ? set->pixels + low * size : NULL;
}

const uint8_t *data_pixels(const struct report *report, int64_t image)
{
    const uint8_t *pixels =
        find_pixels(&report->train, nn_shape_size(report->dataset.shape), image);
    return pixels ? pixels
                  : find_pixels(&report->test, nn_shape_size(report->dataset.shape), image);
}

int data_channels(const struct report *report)
{
    return report->dataset.shape.c == 3 ? 3 : 1;
}

void data_tile(const struct report *report, const uint8_t *pixels, struct text *tiles)
{
    const nn_shape shape = report->dataset.shape;
    size_t points = (size_t)shape.h * (size_t)shape.w, kept = (size_t)data_channels(report);
    char *to = text_extend(tiles, points * kept);
    if (!to)
        return;
    for (size_t i = 0; i < points; i++)
        for (size_t c = 0; c < kept; c++)
            to[i * kept + c] = (char)(pixels ? pixels[i * (size_t)shape.c + c] : 0);
    text_extended(tiles, points * kept);
}

/* The image of a row of a query. */
static int add_image(void *context, int64_t image, struct text *tiles, struct error *error)
{
    const struct report *report = context;
    const uint8_t *pixels = data_pixels(report, image);
    if (!pixels)
        return error_set(error, "image %lld is not of dataset %s", (long long)image,
                         report->dataset.name);
    data_tile(report, pixels, tiles);
    return 0;
}

int data_put(struct report *report, const char *name, struct text *text)
{
    int rc = data_write(report->folder, name, text, &report->error);
    text_free(text);
    return rc;
}

struct data_file *data_note(struct report *report, const char *name, size_t rows)
{
    struct data_file *file = data_add(&report->files, name, rows);
    if (!file)
        error_memory(&report->error, "data");
    return file;
}

static int query(struct report *report, const char *name, const char *sql)
{
    struct statement *statement = report_prepare(report, sql);
    if (!statement)
        return FAILED;
    int rc =
        data_query(report->db, statement, report->folder, name, add_image, report, &report->files);
    db_finish(statement);
    return rc ? error_set(&report->error, "sql/charts/%s.sql: %s", name, report->db->error.text)
              : 0;
}

static int make_one(struct report *report, const struct chart *chart, const char *name)
{
    const char *sql = data_sql(name);
    if (data_find(&report->files, name))
        return 0;
    if (sql)
        return query(report, name, sql);
    for (size_t i = 0; i < sizeof WRITERS / sizeof *WRITERS; i++)
        if (!strcmp(WRITERS[i].name, name))
            return WRITERS[i].write(report, chart);
    return error_set(&report->error, "%s/%s.gp: no data '%s'; expected a query sql/charts/%s.sql",
                     report->scripts, chart->name, name, name);
}

int data_make(struct report *report, const struct chart *chart)
{
    char name[64];
    if (make_one(report, chart, chart->data))
        return FAILED;
    for (int i = 0; chart_also(chart, i, name); i++)
        if (make_one(report, chart, name))
            return FAILED;
    return 0;
}
