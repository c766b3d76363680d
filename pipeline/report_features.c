/* report_features.c: what each layer makes of one image. In: a model and an image. Out: data/
 * feature_maps.bin, a tile for each map, and data/feature_maps.tsv, a line for each layer shown.
 *
 * The forward pass here is the plainest one that there is: it serves one image, and each layer's
 * output is at hand. Dropout and flatten leave the values alone when a net predicts. */
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAPS_A_ROW = 8 };

static size_t volume(nn_shape shape)
{
    return (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
}

/* The number after a word of a layer's text, else the fallback: "conv 8 3x3 stride 2". */
static double word_value(const char *text, const char *word, double fallback)
{
    const char *found = strstr(text, word);
    return found ? strtod(found + strlen(word), NULL) : fallback;
}

/* x [H][W][C], w [K][K][C][F] and biases [F], out [H'][W'][F]. */
static void convolve(const char *text, const float *x, nn_shape in, const float *w, float *out,
                     nn_shape shape)
{
    const char *size = strchr(text, 'x');
    int k = size ? atoi(size + 1) : 1;
    int stride = (int)word_value(text, "stride", 1), pad = strstr(text, "same") ? k / 2 : 0;
    const float *biases = w + (size_t)k * (size_t)k * (size_t)in.c * (size_t)shape.c;
    for (int y0 = 0; y0 < shape.h; y0++)
        for (int x0 = 0; x0 < shape.w; x0++) {
            float *point = out + ((size_t)y0 * (size_t)shape.w + (size_t)x0) * (size_t)shape.c;
            memcpy(point, biases, (size_t)shape.c * sizeof *point);
            for (int i = 0; i < k * k * in.c; i++) {
                int c = i % in.c, dx = i / in.c % k, dy = i / in.c / k;
                int row = y0 * stride + dy - pad, column = x0 * stride + dx - pad;
                if (row < 0 || row >= in.h || column < 0 || column >= in.w)
                    continue;
                float value =
                    x[((size_t)row * (size_t)in.w + (size_t)column) * (size_t)in.c + (size_t)c];
                const float *weights = w + (size_t)i * (size_t)shape.c;
                for (int f = 0; f < shape.c; f++)
                    point[f] += value * weights[f];
            }
        }
}

/* w [out][in] and biases [out]. */
static void multiply(const float *x, size_t n, const float *w, float *out, size_t units)
{
    for (size_t u = 0; u < units; u++) {
        double sum = w[units * n + u];
        for (size_t i = 0; i < n; i++)
            sum += (double)x[i] * w[u * n + i];
        out[u] = (float)sum;
    }
}

/* w: gamma, beta, running mean, running variance, [C] each. */
static void normalise(const char *text, const float *x, nn_shape in, const float *w, float *out)
{
    float epsilon = (float)word_value(text, "epsilon", 1e-3);
    size_t c = (size_t)in.c;
    for (size_t i = 0; i < volume(in); i++) {
        size_t f = i % c;
        out[i] = w[f] * (x[i] - w[2 * c + f]) / sqrtf(w[3 * c + f] + epsilon) + w[c + f];
    }
}

static void pool(const char *text, const float *x, nn_shape in, float *out, nn_shape shape)
{
    int k = (int)word_value(text, "maxpool", 2);
    for (int i = 0; i < shape.h * shape.w * shape.c; i++) {
        int c = i % shape.c, x0 = i / shape.c % shape.w, y0 = i / shape.c / shape.w;
        float most = -INFINITY;
        for (int j = 0; j < k * k; j++) {
            size_t row = (size_t)(y0 * k + j / k), column = (size_t)(x0 * k + j % k);
            most = fmaxf(most, x[(row * (size_t)in.w + column) * (size_t)in.c + (size_t)c]);
        }
        out[i] = most;
    }
}

/* Returns -1 for a kind of layer that is not known here. */
static int forward_layer(const nn_model *model, int layer, nn_shape in, const float *x, float *out)
{
    nn_layer_info info = nn_model_layer(model, layer);
    const float *w = nn_model_weights(model, layer);
    if (strcmp(info.kind, "conv") == 0)
        convolve(info.text, x, in, w, out, info.out);
    else if (strcmp(info.kind, "dense") == 0)
        multiply(x, volume(in), w, out, volume(info.out));
    else if (strcmp(info.kind, "batchnorm") == 0)
        normalise(info.text, x, in, w, out);
    else if (strcmp(info.kind, "maxpool") == 0)
        pool(info.text, x, in, out, info.out);
    else if (strcmp(info.kind, "relu") == 0)
        for (size_t i = 0; i < volume(in); i++)
            out[i] = fmaxf(x[i], 0);
    else if (strcmp(info.kind, "dropout") == 0 || strcmp(info.kind, "flatten") == 0)
        memcpy(out, x, volume(in) * sizeof *out);
    else
        return -1;
    return 0;
}

int forward_image(const nn_model *model, const float *input, forward_step *step, void *context)
{
    nn_shape in = nn_model_input(model);
    size_t most = volume(in);
    int rc = 0;
    for (int i = 0; i < nn_model_layers(model); i++)
        if (volume(nn_model_layer(model, i).out) > most)
            most = volume(nn_model_layer(model, i).out);
    float *x = malloc(most * sizeof *x), *out = malloc(most * sizeof *out);
    if (!x || !out) {
        rc = -1;
        goto done;
    }
    memcpy(x, input, volume(in) * sizeof *x);
    for (int i = 0; i < nn_model_layers(model) && !rc; i++) {
        if (forward_layer(model, i, in, x, out))
            break;
        rc = step(context, i, out);
        float *swap = x;
        x = out;
        out = swap;
        in = nn_model_layer(model, i).out;
    }
done:
    free(x);
    free(out);
    return rc;
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

static int write_layer(void *context, int layer, const float *out)
{
    struct maps *maps = context;
    nn_layer_info info = nn_model_layer(maps->report->model, layer);
    if (strcmp(info.kind, "dropout") != 0 && strcmp(info.kind, "flatten") != 0)
        write_row(maps, layer + 1, info.text, info.out, out);
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
    const nn_images *images = &report->train.images;
    size_t size = volume(images->shape), chosen = choose(report);
    const uint8_t *pixels = images->pixels + chosen * size;
    struct maps maps = {.report = report, .tile = malloc(size)};
    float *input = malloc(size * sizeof *input);
    int rc = -1;
    if (!maps.tile || !input) {
        snprintf(report->error, sizeof report->error, "out of memory");
        goto done;
    }
    if (!(maps.table = report_open(report, "data/feature_maps.tsv")) ||
        !(maps.tiles = report_open(report, "data/feature_maps.bin")))
        goto done;
    for (size_t i = 0; i < size; i++)
        input[i] = pixels[i] * images->scale + images->offset;
    fputs("row\tnumber\tlayer\tshape\n", maps.table);
    write_row(&maps, 0, "input", images->shape, input);
    rc = forward_image(report->model, input, write_layer, &maps);
    if (rc)
        snprintf(report->error, sizeof report->error, "out of memory");
    snprintf(report->maps_of, sizeof report->maps_of, "training image %zu: %.30s", chosen + 1,
             images->labels ? report->dataset.labels[images->labels[chosen]] : "");
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
    return rc;
}
