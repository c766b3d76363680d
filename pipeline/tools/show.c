/* show.c: looks at one image or one run in the terminal. In: an image of the database and a run
 * that predicts it. Out: the image in half-block characters, two pixels a character, and the
 * classes that the run thinks most probable; without an image, the run's history as sparklines. */
#include "pipeline/store/dataset.h"
#include "pipeline/conf/input.h"
#include "pipeline/store/run.h"
#include "pipeline/program/stage.h"

#include "sql/show.h"
#include "sql/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_IMAGE = 256, OPTION_TOP, OPTION_COLOUR, BAR = 24 };

static const char HELP[] =
    "Usage: show [--db FILE] --image N [--run N] [options]\n"
    "       show [--db FILE] --run N\n"
    "\n"
    "Draws an image in the terminal with the classes that a run thinks most probable, or a run's "
    "history,\nfolds or members.\n"
    "\n"
    "Example: show --db experiments/runs.db --image test:5 --run 7\n"
    "\n"
    "  --db FILE       database (default experiments/runs.db)\n"
    "  --image N       image by its number in the database, or by its row: train:N, test:N\n"
    "  --run N         run (default: the newest finished one on the image's dataset)\n"
    "  --dataset NAME  dataset of a row (default digits)\n"
    "  --top K         classes (default 3)\n"
    "  --color WHEN    auto, always or never (default auto: on a terminal, unless NO_COLOR is "
    "set)\n"
    "  --help          this text\n"
    "  --version       version\n"
    "\n"
    "Reads: image, class, dataset, prediction, run, member, checkpoint, epoch, evaluation\n"
    "Writes: nothing\n";

static const struct option OPTIONS[] = {{"image", required_argument, NULL, OPTION_IMAGE},
                                        {"top", required_argument, NULL, OPTION_TOP},
                                        {"color", required_argument, NULL, OPTION_COLOUR},
                                        {0}};

struct choices {
    int64_t image, top; /* image 0: none given */
    const char *part;   /* of a row; NULL: image is a number in the database */
    int colour;
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct choices *choices = context;
    if (option == OPTION_TOP) {
        if (parse_int(argument, 1, NN_MAX_CLASSES, &choices->top) == 0)
            return 0;
        snprintf(error, 200, "--top: '%.60s' is not a whole number from 1 to %d", argument,
                 NN_MAX_CLASSES);
        return -1;
    }
    if (option == OPTION_COLOUR) {
        return parse_when("color", argument, &choices->colour, error);
    }
    return parse_image(argument, &choices->part, &choices->image, error);
}

/* ------------------------------------------------------------------------ the picture */

/* The brightness of a point, 0 to 255: the mean of its channels; 0 below the last row. */
static int brightness(const uint8_t *pixels, nn_shape shape, int y, int x)
{
    int sum = 0;
    if (y >= shape.h)
        return 0;
    for (int c = 0; c < shape.c; c++)
        sum += pixels[((size_t)y * (size_t)shape.w + (size_t)x) * (size_t)shape.c + (size_t)c];
    return sum / shape.c;
}

/* The upper pixel is the character's colour, the lower one its background; without colour, what is
 * brighter than half counts as ink. */
static void draw(const uint8_t *pixels, nn_shape shape, int colour)
{
    static const char *const halves[4] = {" ", "▄", "▀", "█"};
    for (int y = 0; y < shape.h; y += 2) {
        for (int x = 0; x < shape.w; x++) {
            int upper = brightness(pixels, shape, y, x);
            int lower = brightness(pixels, shape, y + 1, x);
            if (colour)
                printf("\033[38;2;%d;%d;%dm\033[48;2;%d;%d;%dm▀", upper, upper, upper, lower, lower,
                       lower);
            else
                fputs(halves[2 * (upper > 127) + (lower > 127)], stdout);
        }
        puts(colour ? "\033[0m" : "");
    }
}

/* ------------------------------------------------------------------------ what a run says */

/* The probabilities that the run's net gives now, as a JSON array. NULL: db->error says why not. */
static char *predict(struct db *db, const struct run *run, const struct dataset *dataset,
                     const uint8_t *pixels)
{
    nn_error error;
    char *json = NULL, *end;
    float *probabilities = calloc((size_t)dataset->classes, sizeof *probabilities);
    nn_model *model = run_model(db, run, dataset);
    nn_predictor *predictor = model ? nn_predictor_new(model, 1, 1, NN_ISA_BEST, &error) : NULL;
    size_t size = (size_t)dataset->shape.h * (size_t)dataset->shape.w * (size_t)dataset->shape.c;
    uint8_t *input = malloc(size);
    nn_images images = {.pixels = input, .count = 1, .shape = dataset->shape};
    int prepared =
        input && memcpy(input, pixels, size) && !input_prepare(&run->conf, &images, input);
    if (model && (!predictor || !probabilities || !prepared ||
                  nn_predictor_run(predictor, &images, NULL, 1, probabilities, &error)))
        snprintf(db->error, sizeof db->error, "run %lld: %s", (long long)run->id,
                 probabilities && prepared ? error.text : "out of memory");
    else if (model && (end = json = malloc((size_t)dataset->classes * 20 + 3)) != NULL)
        for (int i = 0; i < dataset->classes; i++)
            end += sprintf(end, "%c%.6g%s", i ? ',' : '[', (double)probabilities[i],
                           i + 1 < dataset->classes ? "" : "]");
    nn_predictor_free(predictor);
    nn_model_free(model);
    free(probabilities);
    free(input);
    return json;
}

static char *recorded(struct db *db, int64_t run, int64_t image)
{
    char *json = NULL;
    sqlite3_stmt *statement = db_prepare(db, sql_show_prediction);
    db_bind_int(statement, ":run", run);
    db_bind_int(statement, ":image", image);
    if (db_step(db, statement) == 1)
        json = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return json;
}

static int print_top(struct db *db, int64_t dataset, const char *json, int64_t top)
{
    sqlite3_stmt *statement = db_prepare(db, sql_show_top);
    db_bind_text(statement, ":probabilities", json);
    db_bind_int(statement, ":dataset", dataset);
    db_bind_int(statement, ":limit", top);
    int rc;
    while ((rc = db_step(db, statement)) == 1) {
        double share = sqlite3_column_double(statement, 1);
        printf("  %6.2f %%  %s  ", 100 * share, sqlite3_column_text(statement, 0));
        for (int i = 0; i < (int)(share * BAR + 0.5); i++)
            fputs("█", stdout);
        putchar('\n');
    }
    sqlite3_finalize(statement);
    return rc;
}

/* Says what a run thinks of an image; without a run, the newest finished one, if there is any. */
static void show_classes(const struct stage *stage, struct db *db, int64_t image,
                         const struct dataset *dataset, const uint8_t *pixels, int64_t top)
{
    struct run run = {0};
    int64_t number = stage->run;
    int found = 1;
    if (!number) {
        sqlite3_stmt *newest = db_prepare(db, sql_show_run);
        db_bind_int(newest, ":dataset", dataset->id);
        if (db_value_int(db, newest, &number, &found))
            stage_fail(stage, "%s", db->error);
    }
    if (!number) {
        puts("no finished run on this dataset predicts it");
        return;
    }
    if (run_load(db, number, NULL, &run))
        stage_fail(stage, "%s", db->error);
    if (run.dataset != dataset->id)
        stage_fail(stage, "run %lld: is of another dataset than image %lld", (long long)number,
                   (long long)image);
    char *json = recorded(db, number, image);
    printf("run %lld (%s)%s\n", (long long)number, run.experiment,
           json ? "" : ", asked now: it has recorded no prediction of this image");
    if (!json)
        json = predict(db, &run, dataset, pixels);
    if (!json || print_top(db, dataset->id, json, top))
        stage_fail(stage, "%s", db->error);
    free(json);
    run_free(&run);
}

static void show_image(const struct stage *stage, struct db *db, const struct choices *choices)
{
    struct dataset dataset;
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
    if (rc < 0 || dataset_load_id(db, sqlite3_column_int64(statement, 1), &dataset))
        stage_fail(stage, "%s", db->error);
    nn_shape shape = dataset.shape;
    const uint8_t *pixels = sqlite3_column_blob(statement, 6);
    const char *label = (const char *)sqlite3_column_text(statement, 5);
    int64_t image = sqlite3_column_int64(statement, 0);
    if (sqlite3_column_bytes(statement, 6) != shape.h * shape.w * shape.c)
        stage_fail(stage, "image %lld: has %d bytes, expected %d", (long long)image,
                   sqlite3_column_bytes(statement, 6), shape.h * shape.w * shape.c);
    printf("image %lld (%s, %s row %lld)%s%s\n", (long long)image,
           sqlite3_column_text(statement, 2), sqlite3_column_text(statement, 3),
           (long long)sqlite3_column_int64(statement, 4), label ? ": " : ", no label",
           label ? label : "");
    draw(pixels, shape, choices->colour);
    show_classes(stage, db, image, &dataset, pixels, choices->top);
    sqlite3_finalize(statement);
    dataset_free(&dataset);
}

/* Prints the lines that a query gives of a run; returns their number. */
static int print_lines(const struct stage *stage, struct db *db, const char *sql, int64_t run)
{
    int rc, lines = 0;
    sqlite3_stmt *statement = db_prepare(db, sql);
    db_bind_int(statement, ":run", run);
    for (; (rc = db_step(db, statement)) == 1; lines++)
        printf("  %s\n", sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    if (rc)
        stage_fail(stage, "%s", db->error);
    return lines;
}

static void show_history(const struct stage *stage, struct db *db)
{
    static const char *const KINDS[] = {
        [RUN_TRAINING] = "", [RUN_FOLDS] = "folds, ", [RUN_COMMITTEE] = "committee, "};
    struct run run;
    int lines;
    if (run_load(db, stage->run, stage->dataset, &run))
        stage_fail(stage, "%s", db->error);
    printf("run %lld (%s), %s%s\n", (long long)run.id, run.experiment, KINDS[run.kind], run.status);
    lines = print_lines(stage, db, sql_show_parts, run.id) +
            print_lines(stage, db, sql_show_history, run.id);
    if (!lines)
        puts("  no epoch is recorded");
    run_free(&run);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "show", .help = HELP};
    const char *no_colour = getenv("NO_COLOR");
    struct choices choices = {.top = 3,
                              .colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour)};
    struct db db;

    int next = stage_options(&stage, argc, argv, OPTIONS, take, &choices);
    if (next < argc)
        stage_usage(&stage, "unexpected argument '%s'", argv[next]);
    if (!choices.image && !stage.run)
        stage_usage(&stage, "expected --image, --run, or both");
    stage_open(&stage, &db, DB_READ);
    if (choices.image)
        show_image(&stage, &db, &choices);
    else
        show_history(&stage, &db);
    db_close(&db);
    if (fflush(stdout) || ferror(stdout))
        stage_fail(&stage, "standard output can't be written");
    return 0;
}
