/* preview: a sheet of training images as an experiment's augmentation makes them. In: an experiment
 * file and images of a dataset. Out: an SVG file, and on a terminal a small sheet of text. Draws
 * are made by the very function that a training step calls. */
#include "pipeline/preview/preview.h"

#include "pipeline/base/child.h"
#include "pipeline/base/output.h"
#include "pipeline/base/text.h"
#include "pipeline/conf/input.h"
#include "pipeline/program/experiment.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"
#include "sql/preview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { MOST_ROWS = 10, SINGLE_ROWS = 4 };
enum { TEXT_AUTO, TEXT_ALWAYS, TEXT_NEVER };

struct options {
    struct stage_image image; /* number 0: one of each class */
    const char *out, *scripts;
    int text;
};

static const struct option_row ROWS[] = {
    {"image", OPTION_OWN, "N", OPTION_AT(struct options, image), .take = stage_take_image,
     .help = "draws of one image, by its number in the database or as train:ROW, test:ROW",
     .fallback = "an image of each class, of ten at most"},
    {"out", OPTION_TEXT, "FILE", OPTION_AT(struct options, out), .help = "where to draw",
     .fallback = "experiments/reports/preview-EXPERIMENT.svg"},
    {"text", OPTION_CHOICE, "WHEN", OPTION_AT(struct options, text), .choices = "auto|always|never",
     .help = "a small sheet as text, too; in grey on a terminal unless NO_COLOR is set",
     .fallback = "auto: on a terminal"},
    {"scripts", OPTION_TEXT, "FOLDER", OPTION_AT(struct options, scripts),
     .help = "gnuplot scripts", .fallback = "experiments/charts"},
    {0}};

static const struct program PROGRAM = {
    .name = "preview",
    .usage = "[OPTION]... EXPERIMENT.conf",
    .about = "Draws training images as an experiment's augment.* settings make them, beside the "
             "originals. --seed, else the experiment's train.seed, says which images and which "
             "draws.",
    .example = "build/bin/preview --db experiments/runs.db --out preview.svg "
               "experiments/quick.conf",
    .reads = "dataset, class, image.",
    .writes = "nothing but the file.",
    .uses = USES_DB | USES_DATASET | USES_EXPERIMENT | USES_QUIET,
    .rows = ROWS};

/* What the experiment does to images, in words: 'rotation to ±10°, shift to ±2 px'. */
static void describe(const struct conf *conf, const nn_augmentation *a, struct text *text)
{
    const struct {
        float value;
        const char *format;
        double factor;
    } parts[] = {
        {(float)conf->deskew, "upright", 1},
        {(float)conf->width, "%g px wide", 1},
        {a->rotation, "rotation ±%g°", 1},
        {a->scale, "scale ±%g %%", 100},
        {a->shear, "shear ±%g°", 1},
        {a->shift, "shift ±%g px", 1},
        {a->elastic, "elastic %g px", 1},
        {a->flip, "mirrored %g %%", 100},
        {a->erase, "a part erased %g %%", 100},
        {(float)conf->augmentation_rest, "none in the last %g epochs", 1},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char part[64];
        if (parts[i].value <= 0)
            continue;
        /* A float has seven digits: 0.1 is 10 %, not 10.0000001. */
        snprintf(part, sizeof part, parts[i].format,
                 round(parts[i].value * parts[i].factor * 1e4) / 1e4);
        text_format(text, "%s%s", text->length ? ", " : "", part);
    }
}

/* ---------------------------------------------------------------- which images */

/* The images that the sheet has: one after the other, and what they are called. */
struct originals {
    nn_images images;
    uint8_t *pixels;               /* [count][H][W][C] */
    const char *labels[MOST_ROWS]; /* the dataset's */
};

static void *get(const struct stage *stage, size_t n, size_t size)
{
    void *memory = calloc(n, size);
    if (!memory)
        stage_fail(stage, "out of memory for images");
    return memory;
}

static void refuse_table(const struct stage *stage, const struct dataset *dataset)
{
    if (dataset->is_table)
        stage_fail(stage, "dataset %s: is a table; expected images", dataset->name);
}

/* One training image of each class, drawn by `seed`. */
static void choose_each(const struct stage *stage, struct db *db, const struct dataset *dataset,
                        uint64_t seed, struct originals *o)
{
    struct image_set set;
    refuse_table(stage, dataset);
    stage_check(stage, db, image_set_load(db, dataset, IMAGES_TRAIN, &set));
    const size_t n = set.images.count, size = nn_shape_size(dataset->shape);
    const int rows = dataset->classes < MOST_ROWS ? dataset->classes : MOST_ROWS;
    nn_random random = nn_random_new(seed, 0);
    uint32_t *order = get(stage, n + 1, sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    nn_shuffle(&random, order, n);
    o->pixels = get(stage, (size_t)rows, size);
    for (int class = 0; class < rows; class ++) {
        size_t i = 0;
        while (i < n && set.labels[order[i]] != class)
            i++;
        if (i == n) /* a class of which there is no training image */
            continue;
        o->labels[o->images.count] = dataset->labels[class];
        memcpy(o->pixels + o->images.count++ * size, set.pixels + order[i] * size, size);
    }
    if (!o->images.count)
        stage_fail(stage, "dataset %s: has no training images", dataset->name);
    free(order);
    image_set_free(&set);
}

static void choose_one(const struct stage *stage, struct db *db, const struct stage_image *image,
                       struct dataset *dataset, struct originals *o)
{
    size_t bytes;
    struct statement *s = db_prepare(db, sql_preview_image);
    db_bind_int(s, ":image", image->number);
    db_bind_text(s, ":part", image->part);
    db_bind_text(s, ":dataset", stage->dataset);
    int rc = db_step(db, s);
    if (rc == 0)
        db_finish(s);
    if (rc == 0 && image->part)
        stage_fail(stage, "%s: no row %lld in the %s part of dataset '%s'", db->path,
                   (long long)image->number, image->part, stage->dataset);
    if (rc == 0)
        stage_fail(stage, "%s: no image %lld", db->path, (long long)image->number);
    stage_check(stage, db, rc < 0);
    rc = dataset_load_id(db, db_int(s, "dataset"), dataset);
    if (rc)
        db_finish(s);
    stage_check(stage, db, rc);
    refuse_table(stage, dataset);
    const size_t size = nn_shape_size(dataset->shape);
    const void *stored = db_blob(s, "pixels", &bytes);
    float *values = get(stage, size, sizeof *values);
    struct error error;
    o->pixels = get(stage, 1, size);
    if (dataset_row(dataset, stored, bytes, o->pixels, values, &error))
        stage_fail(stage, "image %lld: has %s", (long long)db_int(s, "id"), error.text);
    free(values);
    o->images.count = 1;
    const int64_t class = db_is_null(s, "class") ? -1 : db_int(s, "class");
    o->labels[0] = class >= 0 && class < dataset->classes ? dataset->labels[class] : "";
    db_finish(s);
}

/* What is replaced must not be what is read, nor what is no earlier sheet. */
static void check_out(const struct stage *stage, const struct options *options, const char *db,
                      const char *out)
{
    static const char *const MARKS[] = {"<svg ", "Augmentation of "};
    const char *const inputs[2] = {stage->experiment, options->scripts};
    struct error error;
    if (output_check(out, db, inputs, 2, &error) || output_check_own(out, MARKS, 2, &error))
        stage_fail(stage, "--out: %s", error.text);
}

/* The dataset and its images as the net gets to see them, but as bytes. */
static void load(const struct stage *stage, const struct options *options, const struct conf *conf,
                 const char *out, struct dataset *dataset, struct originals *o)
{
    struct db db;
    stage_open(stage, &db, DB_READ);
    check_out(stage, options, db.path, out);
    if (options->image.number) {
        choose_one(stage, &db, &options->image, dataset, o);
    } else {
        stage_check(stage, &db, dataset_load(&db, stage->dataset, dataset));
        choose_each(stage, &db, dataset, (uint64_t)conf->seed, o);
    }
    db_close(&db);
    o->images.pixels = o->pixels;
    o->images.shape = dataset->shape;
    if (input_prepare(conf, &o->images, o->pixels, NULL))
        stage_fail(stage, "out of memory for images");
    o->images.scale = 1; /* values are to be bytes again */
    o->images.offset = 0;
}

/* ---------------------------------------------------------------- the sheet */

static void fill(const struct stage *stage, const struct originals *o, const nn_augmentation *a,
                 uint64_t seed, struct preview_sheet *sheet)
{
    const size_t size = nn_shape_size(sheet->shape);
    float *values = get(stage, size, sizeof *values);
    sheet->pixels = get(stage, (size_t)sheet->rows * PREVIEW_COLUMNS, size);
    for (int i = 0; i < sheet->rows * PREVIEW_COLUMNS; i++) {
        const size_t row = sheet->single ? 0 : (size_t)(i / PREVIEW_COLUMNS);
        uint8_t *tile = sheet->pixels + (size_t)i * size;
        nn_error error;
        if (i % PREVIEW_COLUMNS == 0 && !(sheet->single && i)) {
            memcpy(tile, o->images.pixels + row * size, size);
            continue;
        }
        if (nn_augment(&o->images, row, a, seed, (uint64_t)i, values, &error))
            stage_fail(stage, "%s", error.text);
        for (size_t p = 0; p < size; p++)
            tile[p] = (uint8_t)fminf(255, fmaxf(0, roundf(values[p])));
    }
    free(values);
}

static void print(const struct preview_sheet *sheet)
{
    struct winsize window = {0};
    const char *no_colour = getenv("NO_COLOR");
    const int terminal = isatty(STDOUT_FILENO);
    if (!terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) || !window.ws_col || !window.ws_row)
        window = (struct winsize){.ws_col = 80, .ws_row = 48};
    preview_print(sheet, window.ws_col, window.ws_row - 6, terminal && !(no_colour && *no_colour));
}

static void draw(const struct stage *stage, const struct options *options, const struct conf *conf,
                 const nn_augmentation *augmentation)
{
    struct dataset dataset;
    struct originals originals = {0};
    struct text title = {0}, caption = {0}, path = {0};
    struct error error;
    char warning[300];
    text_format(&path, "experiments/reports/preview-%s.svg", conf->name);
    if (text_failed(&path))
        stage_fail(stage, "out of memory for texts");
    const char *out = options->out ? options->out : text_of(&path);
    load(stage, options, conf, out, &dataset, &originals);
    describe(conf, augmentation, &caption);
    text_format(&title, "Augmentation of %s on %s", conf->name, dataset.name);
    if (text_failed(&caption) || text_failed(&title))
        stage_fail(stage, "out of memory for texts");
    const int single = options->image.number != 0;
    struct preview_sheet sheet = {.shape = dataset.shape,
                                  .rows = single ? SINGLE_ROWS : (int)originals.images.count,
                                  .single = single,
                                  .labels = originals.labels,
                                  .title = text_of(&title),
                                  .caption = text_of(&caption)};
    fill(stage, &originals, augmentation, (uint64_t)conf->seed, &sheet);
    child_catch_signals();
    int rc = preview_draw(&sheet, options->scripts, out, warning, &error);
    if (rc && child_interrupted())
        stage_interrupted(stage, "%s: interrupted", out);
    if (rc)
        stage_fail(stage, "%s", error.text);
    if (warning[0])
        stage_warn(stage, "gnuplot: %s", warning);
    if (options->text == TEXT_ALWAYS || (options->text == TEXT_AUTO && isatty(STDOUT_FILENO)))
        print(&sheet);
    if (!stage->quiet)
        printf("%s: %s\n%d draws of %s, the first column as it is: ", conf->name, sheet.caption,
               sheet.rows * (PREVIEW_COLUMNS - 1) + (single ? sheet.rows - 1 : 0),
               single ? "one image" : "training images, one of each class");
    puts(out);
    text_free(&title);
    text_free(&caption);
    text_free(&path);
    free(sheet.pixels);
    free(originals.pixels);
    dataset_free(&dataset);
}

int main(int argc, char **argv)
{
    struct options options = {.scripts = "experiments/charts"};
    struct stage stage;
    struct conf conf;
    nn_augmentation augmentation;
    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    if (!stage.experiment)
        stage_usage(&stage, "expected one experiment file, got 0");
    experiment_load(&stage, &conf);
    if (conf_augmentation(&conf, &augmentation))
        draw(&stage, &options, &conf, &augmentation);
    else
        printf("%s: no augment.* setting distorts anything, so there is nothing to draw: training "
               "sees all as it is\n",
               conf.name);
    conf_free(&conf);
    return stage_end(&stage, 0);
}
