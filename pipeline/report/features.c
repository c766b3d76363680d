/* report_features.c: what each layer makes of one image. In: a model and an image. Out: data/
 * feature_maps.bin, a tile for each map, and data/feature_maps.tsv, a line for each layer shown. */
#include "pipeline/report/report.h"

#include "pipeline/conf/input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAPS_A_ROW = 8 };

static size_t volume(nn_shape shape)
{
    return (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
}

struct maps {
    struct report *report;
    FILE *table, *tiles;
    uint8_t *tile;
    size_t rows;
};

/* A map of any size, stretched over a tile of the image's size, `least` white, `most` black. `step`
 * values lie from one point of it to the next; points past the n values are white. */
static void write_map(struct maps *maps, const float *map, nn_shape shape, size_t n, size_t step,
                      float least, float most)
{
    nn_shape full = maps->report->dataset.shape;
    size_t size = (size_t)full.h * (size_t)full.w;
    float range = most > least ? most - least : 1;
    for (size_t i = 0; i < size; i++) {
        size_t row = i / (size_t)full.w * (size_t)shape.h / (size_t)full.h;
        size_t column = i % (size_t)full.w * (size_t)shape.w / (size_t)full.w;
        size_t at = row * (size_t)shape.w + column;
        float value = at * step < n ? map[at * step] : least;
        maps->tile[i] = (uint8_t)lroundf(255 * (value - least) / range);
    }
    fwrite(maps->tile, 1, size, maps->tiles);
}

static void range_of(const float *values, size_t n, float *least, float *most)
{
    *least = *most = values[0];
    for (size_t i = 1; i < n; i++) {
        *least = fminf(*least, values[i]);
        *most = fmaxf(*most, values[i]);
    }
}

/* A row of maps; a dense layer's units stand in one tile, row by row. */
static void write_row(struct maps *maps, int number, const char *name, nn_shape shape,
                      const float *out)
{
    float least, most, none = 0;
    int flat = shape.h == 1 && shape.w == 1, side = 1;
    range_of(out, volume(shape), &least, &most);
    while (side * side < shape.c)
        side++;
    for (int m = 0; m < MAPS_A_ROW; m++) {
        if (flat && m == 0)
            write_map(maps, out, (nn_shape){side, side, 1}, volume(shape), 1, least, most);
        else if (!flat && m < shape.c)
            write_map(maps, out + m, shape, volume(shape) - (size_t)m, (size_t)shape.c, least,
                      most);
        else
            write_map(maps, &none, (nn_shape){1, 1, 1}, 1, 1, 0, 1);
    }
    fprintf(maps->table, "%zu\t%d\t%s\t%d×%d×%d\n", maps->rows++, number, name, shape.h, shape.w,
            shape.c);
}

/* Layers that hand on what they get: they show nothing new. */
static int changes_nothing(const char *kind)
{
    return !strcmp(kind, "dropout") || !strcmp(kind, "flatten") || !strcmp(kind, "shortcut");
}

/* Rows for the layers' outputs. Returns -1, with the reason in the report. */
static int write_layers(struct maps *maps, const nn_images *image)
{
    struct report *report = maps->report;
    for (int i = 0; i < nn_model_layers(report->model); i++) {
        nn_layer_info info = nn_model_layer(report->model, i);
        if (changes_nothing(info.kind))
            continue;
        nn_error error = {.text = "out of memory"};
        float *out = malloc(volume(info.out) * sizeof *out);
        int rc = -1;
        if (out)
            rc = nn_model_activation(report->model, image, 0, i, out, &error);
        if (rc)
            snprintf(report->error, sizeof report->error, "%s", error.text);
        else
            write_row(maps, i + 1, info.text, info.out, out);
        free(out);
        if (rc)
            return -1;
    }
    return 0;
}

/* The first labelled validation image, else the first training image: the same for every run of a
 * split, so that two reports can be laid side by side. */
static size_t choose(const struct report *report)
{
    return report->split.n_validation ? report->split.validation[0] : 0;
}

int features_write(struct report *report)
{
    if (!report->model || report->train.images.count == 0)
        return 0;
    const nn_images *all = &report->train.images;
    size_t size = volume(all->shape), chosen = choose(report);
    struct maps maps = {.report = report, .tile = malloc(size)};
    float *input = malloc(size * sizeof *input);
    uint8_t *pixels = malloc(size);
    nn_images images = {.pixels = pixels, .count = 1, .shape = all->shape};
    int rc = -1;
    if (!maps.tile || !input || !pixels || !memcpy(pixels, all->pixels + chosen * size, size) ||
        input_prepare(&report->run.conf, &images, pixels)) {
        snprintf(report->error, sizeof report->error, "out of memory");
        goto done;
    }
    if (!(maps.table = report_open(report, "data/feature_maps.tsv")) ||
        !(maps.tiles = report_open(report, "data/feature_maps.bin")))
        goto done;
    for (size_t i = 0; i < size; i++)
        input[i] = pixels[i] * images.scale + images.offset;
    fputs("row\tnumber\tlayer\tshape\n", maps.table);
    write_row(&maps, 0, "input", images.shape, input);
    rc = write_layers(&maps, &images);
    snprintf(report->maps_of, sizeof report->maps_of, "training image %zu: %.30s", chosen + 1,
             all->labels ? report->dataset.labels[all->labels[chosen]] : "");
    report->map_tiles = maps.rows * MAPS_A_ROW;
    if (!rc)
        rc = data_note(report, "feature_maps", maps.rows);
done:
    if (maps.table && report_close(report, maps.table, "data/feature_maps.tsv"))
        rc = -1;
    if (maps.tiles && report_close(report, maps.tiles, "data/feature_maps.bin"))
        rc = -1;
    free(maps.tile);
    free(input);
    free(pixels);
    return rc;
}
