/* features.c: what each layer makes of one image. In: a model and an image. Out:
 * data/feature_maps.bin, a tile for each map, and data/feature_maps.tsv, a line for each layer
 * shown. */
#include "pipeline/report/report.h"

#include "pipeline/chart/draw.h"
#include "pipeline/conf/input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAPS_A_ROW = 8 };

struct maps {
    struct report *report;
    struct text table, tiles;
    size_t rows;
};

/* A map of any size, stretched over a tile of the image's size, `least` white, `most` black. `step`
 * values lie from one point of it to the next; points past the n values are white. */
static void add_map(struct maps *maps, const float *map, nn_shape shape, size_t n, size_t step,
                    float least, float most)
{
    nn_shape full = maps->report->dataset.shape;
    size_t size = (size_t)full.h * (size_t)full.w;
    char *tile = text_extend(&maps->tiles, size);
    float range = most > least ? most - least : 1;
    if (!tile)
        return;
    for (size_t i = 0; i < size; i++) {
        size_t row = i / (size_t)full.w * (size_t)shape.h / (size_t)full.h;
        size_t column = i % (size_t)full.w * (size_t)shape.w / (size_t)full.w;
        size_t at = row * (size_t)shape.w + column;
        float value = at * step < n ? map[at * step] : least;
        tile[i] = (char)(uint8_t)lroundf(255 * fminf(1, fmaxf(0, (value - least) / range)));
    }
    text_extended(&maps->tiles, size);
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
static void add_row(struct maps *maps, int number, const char *name, nn_shape shape,
                    const float *out)
{
    float least, most, none = 0;
    int flat = shape.h == 1 && shape.w == 1, side = 1;
    range_of(out, nn_shape_size(shape), &least, &most);
    while (side * side < shape.c)
        side++;
    for (int m = 0; m < MAPS_A_ROW; m++) {
        if (flat && m == 0)
            add_map(maps, out, (nn_shape){side, side, 1}, nn_shape_size(shape), 1, least, most);
        else if (!flat && m < shape.c)
            add_map(maps, out + m, shape, nn_shape_size(shape) - (size_t)m, (size_t)shape.c, least,
                    most);
        else
            add_map(maps, &none, (nn_shape){1, 1, 1}, 1, 1, 0, 1);
    }
    text_format(&maps->table, "%zu\t%d\t%s\t%d×%d×%d\n", maps->rows++, number, name, shape.h,
                shape.w, shape.c);
}

/* Layers that hand on what they get: they show nothing new. */
static int changes_nothing(const char *kind)
{
    return !strcmp(kind, "dropout") || !strcmp(kind, "flatten") || !strcmp(kind, "shortcut");
}

/* Rows for the layers' outputs. */
static int add_layers(struct maps *maps, const nn_images *image)
{
    struct report *report = maps->report;
    for (int i = 0; i < nn_model_layers(report->model); i++) {
        nn_layer_info info = nn_model_layer(report->model, i);
        if (changes_nothing(info.kind))
            continue;
        nn_error error = {.text = "out of memory"};
        float *out = malloc(nn_shape_size(info.out) * sizeof *out);
        int rc = out ? nn_model_activation(report->model, image, 0, i, out, &error) : FAILED;
        if (!rc)
            add_row(maps, i + 1, info.text, info.out, out);
        free(out);
        if (rc)
            return error_set(&report->error, "feature maps: %s", error.text);
    }
    return 0;
}

/* The first labelled validation image, else the first training image: the same for every run of a
 * split, so that two reports can be laid side by side. */
static size_t choose(const struct report *report)
{
    return report->split.n_validation ? report->split.validation[0] : 0;
}

/* The rows of maps of one image: the input, and what the layers make of it. */
static int add_all(struct maps *maps, size_t chosen)
{
    struct report *report = maps->report;
    const nn_images *all = &report->train.images;
    size_t size = nn_shape_size(all->shape);
    float *input = malloc(size * sizeof *input), *values = NULL;
    uint8_t *pixels = malloc(size);
    nn_images image = {.pixels = pixels, .count = 1, .shape = all->shape};
    int rc = FAILED;
    if (all->values) {
        image.values = values = malloc(size * sizeof *values);
        image.pixels = NULL;
    }
    if (!input || !pixels || (all->values && !values) ||
        !memcpy(pixels, report->train.pixels + chosen * size, size) ||
        (values && !memcpy(values, all->values + chosen * size, size * sizeof *values)) ||
        input_prepare(&report->run.conf, &image, pixels, values)) {
        error_memory(&report->error, "feature maps");
    } else {
        for (size_t i = 0; i < size; i++)
            input[i] = (values ? values[i] : pixels[i]) * image.scale + image.offset;
        text_add(&maps->table, "row\tnumber\tlayer\tshape\n");
        add_row(maps, 0, "input", image.shape, input);
        rc = add_layers(maps, &image);
    }
    free(input);
    free(pixels);
    free(values);
    return rc;
}

int features_write(struct report *report, const struct chart *chart)
{
    (void)chart;
    const nn_images *all = &report->train.images;
    struct maps maps = {.report = report};
    struct data_file *file = data_note(report, "feature_maps", 0);
    if (!file || !report->model || !all->count)
        return file ? 0 : FAILED;
    size_t chosen = choose(report);
    char of[100];
    snprintf(of, sizeof of, "training image %zu: %.60s", chosen + 1,
             all->labels ? report->dataset.labels[all->labels[chosen]] : "");
    draw_text(&file->settings, "image_text", of);
    text_add(&file->settings, "TC = 1\n");
    int rc = add_all(&maps, chosen);
    file->rows = maps.rows;
    text_format(&file->settings, "tiles = %zu\n", maps.rows * MAPS_A_ROW);
    if (rc || data_put(report, "data/feature_maps.tsv", &maps.table) ||
        data_put(report, "data/feature_maps.bin", &maps.tiles))
        rc = FAILED;
    text_free(&maps.table);
    text_free(&maps.tiles);
    return rc;
}
