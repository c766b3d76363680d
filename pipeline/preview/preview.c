/* preview.c: a sheet of training images as an experiment's augmentation makes them. In: an
 * experiment file and images of a dataset. Out: an SVG file, and on a terminal a small sheet of
 * text. Draws are made by the very function that a training step calls. */
#include "pipeline/preview/preview.h"

#include "pipeline/conf/conf.h"
#include "pipeline/store/dataset.h"
#include "pipeline/conf/input.h"
#include "sql/store.h"
#include "pipeline/program/stage.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { OPTION_IMAGE = 256, OPTION_OUT, OPTION_TEXT, MOST_ROWS = 10, SINGLE_ROWS = 4 };

static const char HELP[] =
    "Usage: preview [OPTIONS] EXPERIMENT.conf\n"
    "\n"
    "Draws training images as an experiment's augment.* settings make them, beside the originals.\n"
    "\n"
    "Example: preview --db experiments/runs.db --out preview.svg experiments/quick.conf\n"
    "\n"
    "  --image N       draws of one image, by its number in the database or as train:ROW, "
    "test:ROW\n"
    "                  (default: an image of each class, of ten at most)\n"
    "  --seed N        which images and which draws (default: the experiment's train.seed)\n"
    "  --out FILE      where to draw (default experiments/reports/preview-EXPERIMENT.svg)\n"
    "  --text WHEN     a small sheet as text, too: auto, always or never (default auto: on a\n"
    "                  terminal; in grey there unless NO_COLOR is set)\n"
    "  --db FILE       database (default experiments/runs.db)\n"
    "  --dataset NAME  dataset (default digits)\n"
    "  --quiet         only the name of the file\n"
    "  --help, --version\n"
    "\n"
    "Reads: dataset, class, image\n"
    "Writes: nothing\n";

static const struct option OPTIONS[] = {{"image", required_argument, NULL, OPTION_IMAGE},
                                        {"out", required_argument, NULL, OPTION_OUT},
                                        {"text", required_argument, NULL, OPTION_TEXT},
                                        {0}};

struct choices {
    int64_t image;    /* 0: one of each class */
    const char *part; /* of a row; NULL: image is a number in the database */
    const char *out;
    int text;
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct choices *choices = context;
    if (option == OPTION_OUT) {
        choices->out = argument;
        return 0;
    }
    if (option == OPTION_TEXT) {
        return parse_when("text", argument, &choices->text, error);
    }
    return parse_image(argument, &choices->part, &choices->image, error);
}

/* What the experiment does to images, in words: 'rotation to ±10°, shift to ±2 px'. */
static void describe(const struct conf *conf, const nn_augmentation *a, char *text, size_t size)
{
    size_t used = 0;
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
    text[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts && used < size; i++) {
        char part[64];
        if (parts[i].value <= 0)
            continue;
        /* A float has seven digits: 0.1 is 10 %, not 10.0000001. */
        snprintf(part, sizeof part, parts[i].format,
                 round(parts[i].value * parts[i].factor * 1e4) / 1e4);
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", part);
    }
}

/* ---------------------------------------------------------------- which images */

/* The images that the sheet has: one after the other, and what they are called. */
struct originals {
    nn_images images;
    uint8_t *pixels;               /* [count][H][W][C] */
    const char *labels[MOST_ROWS]; /* the dataset's */
};

static size_t image_size(nn_shape shape)
{
    return (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
}

static void *get(const struct stage *stage, size_t n, size_t size)
{
    void *memory = calloc(n, size);
    if (!memory)
        stage_fail(stage, "out of memory");
    return memory;
}

/* One training image of each class, drawn by `seed`. */
static void choose_each(const struct stage *stage, struct db *db, const struct dataset *dataset,
                        uint64_t seed, struct originals *o)
{
    struct image_set set;
    if (image_set_load(db, dataset, IMAGES_TRAIN, &set))
        stage_fail(stage, "%s", db->error);
    const size_t n = set.images.count, size = image_size(dataset->shape);
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

static void choose_one(const struct stage *stage, struct db *db, const struct choices *choices,
                       struct dataset *dataset, struct originals *o)
{
    sqlite3_stmt *statement = db_prepare(db, sql_store_find_image);
    db_bind_int(statement, ":image", choices->image);
    db_bind_text(statement, ":part", choices->part);
    db_bind_text(statement, ":dataset", stage->dataset);
    int rc = db_step(db, statement);
    if (rc == 0 && choices->part)
        stage_fail(stage, "%s: no row %lld in the %s part of dataset '%s'", db->path,
                   (long long)choices->image, choices->part, stage->dataset);
    if (rc == 0)
        stage_fail(stage, "%s: no image %lld", db->path, (long long)choices->image);
    if (rc < 0 || dataset_load_id(db, sqlite3_column_int64(statement, 1), dataset))
        stage_fail(stage, "%s", db->error);
    const size_t size = image_size(dataset->shape);
    if ((size_t)sqlite3_column_bytes(statement, 6) != size)
        stage_fail(stage, "image %lld: has %d bytes, expected %zu",
                   (long long)sqlite3_column_int64(statement, 0),
                   sqlite3_column_bytes(statement, 6), size);
    o->pixels = get(stage, 1, size);
    memcpy(o->pixels, sqlite3_column_blob(statement, 6), size);
    o->images.count = 1;
    o->labels[0] = "";
    for (int i = 0; i < dataset->classes; i++)
        if (sqlite3_column_type(statement, 5) != SQLITE_NULL &&
            !strcmp(dataset->labels[i], (const char *)sqlite3_column_text(statement, 5)))
            o->labels[0] = dataset->labels[i];
    sqlite3_finalize(statement);
}

/* ---------------------------------------------------------------- the sheet */

static void fill(const struct stage *stage, const struct originals *o, const nn_augmentation *a,
                 uint64_t seed, struct preview_sheet *sheet)
{
    const size_t size = image_size(sheet->shape);
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

static void draw(const struct stage *stage, const struct choices *choices, const struct conf *conf,
                 const nn_augmentation *augmentation)
{
    struct db db;
    struct dataset dataset;
    struct originals originals = {0};
    char path[1024], title[300], caption[300];
    const uint64_t seed = stage->seed_given ? stage->seed : (uint64_t)conf->seed;
    stage_open(stage, &db, DB_READ);
    if (choices->image) {
        choose_one(stage, &db, choices, &dataset, &originals);
    } else {
        if (dataset_load(&db, stage->dataset, &dataset))
            stage_fail(stage, "%s", db.error);
        choose_each(stage, &db, &dataset, seed, &originals);
    }
    db_close(&db);
    originals.images.pixels = originals.pixels;
    originals.images.shape = dataset.shape;
    if (input_prepare(conf, &originals.images, originals.pixels))
        stage_fail(stage, "out of memory");
    originals.images.scale = 1; /* values are to be bytes again */
    originals.images.offset = 0;

    describe(conf, augmentation, caption, sizeof caption);
    snprintf(title, sizeof title, "Augmentation of %s on %s", conf->name, dataset.name);
    struct preview_sheet sheet = {.shape = dataset.shape,
                                  .rows =
                                      choices->image ? SINGLE_ROWS : (int)originals.images.count,
                                  .single = choices->image != 0,
                                  .labels = originals.labels,
                                  .title = title,
                                  .caption = caption};
    fill(stage, &originals, augmentation, seed, &sheet);
    snprintf(path, sizeof path, "experiments/reports/preview-%.200s.svg", conf->name);
    const char *out = choices->out ? choices->out : path;
    if (preview_write_svg(&sheet, out))
        stage_fail(stage, "%s: %s", out, strerror(errno));
    if (choices->text)
        print(&sheet);
    if (!stage->quiet)
        printf("%s: %s\n%d draws of %s, the first column as it is: ", conf->name, caption,
               sheet.rows * (PREVIEW_COLUMNS - 1) + (sheet.single ? sheet.rows - 1 : 0),
               sheet.single ? "one image" : "training images, one of each class");
    puts(out);
    free(sheet.pixels);
    free(originals.pixels);
    dataset_free(&dataset);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "preview", .help = HELP};
    struct choices choices = {.text = isatty(STDOUT_FILENO)};
    struct conf conf;
    nn_augmentation augmentation;
    char error[1024];
    int first = stage_options(&stage, argc, argv, OPTIONS, take, &choices);
    if (argc - first != 1)
        stage_usage(&stage, "expected one experiment file, got %d arguments", argc - first);
    if (conf_load(argv[first], &conf, error, sizeof error))
        stage_fail(&stage, "%s", error);
    if (conf_augmentation(&conf, &augmentation))
        draw(&stage, &choices, &conf, &augmentation);
    else
        printf("%s: no augment.* setting distorts images, so there is nothing to draw: training "
               "sees them as they are\n",
               conf.name);
    conf_free(&conf);
    if (fflush(stdout) || ferror(stdout))
        stage_fail(&stage, "standard output can't be written");
    return 0;
}
