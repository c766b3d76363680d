/* show.c: looks at one image or one run in the terminal. In: an image of the database and a run
 * that predicts it. Out: the image in half-block characters, two pixels a character, or the columns
 * of a table's row, and the classes that the run thinks most probable; without an image, the run's
 * history as sparklines. */
#include "sql/show.h"
#include "pipeline/base/terminal.h"
#include "pipeline/conf/input.h"
#include "pipeline/conf/looks.h"
#include "pipeline/program/experiment.h"
#include "pipeline/program/net.h"
#include "pipeline/store/prediction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BAR = 24 };

struct options {
    struct stage_image image; /* number 0: none given */
    int64_t top;
    int colour; /* see terminal_colour */
};

static const struct option_row ROWS[] = {
    {"image", OPTION_OWN, "N", OPTION_AT(struct options, image), .take = stage_take_image,
     .help = "an image, or a table's row, by its number in the database, or by its row: train:N, "
             "test:N"},
    {"top", OPTION_WHOLE, "K", OPTION_AT(struct options, top), 1, NN_MAX_CLASSES,
     .help = "how many classes", .fallback = "3"},
    {"color", OPTION_CHOICE, "WHEN", OPTION_AT(struct options, colour), .choices = TERMINAL_WHEN,
     .help = "when to draw in grey", .fallback = "auto: on a terminal, unless NO_COLOR is set"},
    {0}};

static const struct program PROGRAM = {
    .name = "show",
    .usage = "[OPTION]... --image N [--run N | EXPERIMENT.conf]\n"
             "[OPTION]... [--run N | EXPERIMENT.conf]",
    .about = "Draws an image in the terminal, or lists the columns of a table's row, with the "
             "classes that a run thinks most probable, or a "
             "run's history, folds or members. The run is the newest finished one of the dataset "
             "where none is named.",
    .example = "build/bin/show --db experiments/runs.db --image test:5 --run 7",
    .reads =
        "image, input, class, dataset, prediction, run, member, checkpoint, epoch, evaluation.",
    .uses = USES_DB | USES_DATASET | USES_RUN | USES_EXPERIMENT | USES_ISA,
    .rows = ROWS};

/* The image that is looked at. */
struct picture {
    int64_t id;
    struct dataset dataset;
    uint8_t *pixels; /* [H][W][C]; of no use for a row of a table */
    float *values;   /* [H][W][C]; NULL for bytes */
};

/* A text of the database on a line of its own. */
static void print_plain(const struct stage *stage, const char *before, const char *text)
{
    struct text line = {0};
    terminal_add_plain(&line, text);
    if (text_failed(&line))
        stage_fail(stage, "out of memory for a line");
    printf("%s%s\n", before, text_of(&line));
    text_free(&line);
}

static void print_run(const struct stage *stage, const struct run *run, const char *kind,
                      const char *more)
{
    struct text line = {0};
    text_format(&line, "run %lld (%s)%s%s", (long long)run->id, run->experiment, kind, more);
    print_plain(stage, "", text_of(&line));
    text_free(&line);
}

/* ---------------------------------------------------------------- the picture */

static void check_image(const struct stage *stage, struct db *db, const struct stage_image *image,
                        int found)
{
    stage_check(stage, db, found < 0);
    if (!found && image->part)
        stage_fail(stage, "%s: no row %lld in the %s part of dataset '%s'", db->path,
                   (long long)image->number, image->part, stage->dataset);
    if (!found)
        stage_fail(stage, "%s: no image %lld", db->path, (long long)image->number);
}

/* Prints what it is, too. */
static void load_image(const struct stage *stage, struct db *db, const struct stage_image *image,
                       struct picture *p)
{
    size_t bytes = 0;
    int64_t dataset = 0;
    struct text line = {0}, pixels = {0};
    struct statement *s = db_prepare(db, sql_show_image);
    db_bind_int(s, ":image", image->number);
    db_bind_text(s, ":part", image->part);
    db_bind_text(s, ":dataset", stage->dataset);
    int found = db_step(db, s);
    if (found == 1) {
        const void *blob = db_blob(s, "pixels", &bytes);
        text_add_bytes(&pixels, blob, bytes);
        text_add(&line, db_text(s, "line"));
        p->id = db_int(s, "id");
        dataset = db_int(s, "dataset");
    }
    db_finish(s);
    check_image(stage, db, image, found);
    stage_check(stage, db, dataset_load_id(db, dataset, &p->dataset));
    struct error error;
    const size_t size = nn_shape_size(p->dataset.shape);
    p->pixels = calloc(size, 1);
    p->values = p->dataset.floats ? calloc(size, sizeof *p->values) : NULL;
    if (text_failed(&pixels) || text_failed(&line) || !p->pixels ||
        (p->dataset.floats && !p->values))
        stage_fail(stage, "out of memory for the %s", dataset_row_word(&p->dataset));
    if (dataset_row(&p->dataset, pixels.bytes, bytes, p->pixels, p->values, &error))
        stage_fail(stage, "%s %lld: has %s", dataset_row_word(&p->dataset), (long long)p->id,
                   error.text);
    text_free(&pixels);
    print_plain(stage, "", text_of(&line));
    text_free(&line);
}

static void draw(const struct stage *stage, const struct picture *p, int colour)
{
    const nn_shape shape = p->dataset.shape;
    const struct terminal_picture picture = {p->pixels, shape.h, shape.w, shape.c};
    struct text text = {0};
    for (int y = 0; y < shape.h; y += 2) {
        terminal_add_picture(&text, &picture, y, colour);
        text_add(&text, "\n");
    }
    if (text_failed(&text))
        stage_fail(stage, "out of memory for the picture");
    fputs(text_of(&text), stdout);
    text_free(&text);
}

/* The columns of a table's row, a line each. */
static void list_columns(const struct stage *stage, struct db *db, const struct picture *p)
{
    struct text values = {0};
    int rc;
    for (int i = 0; i < p->dataset.shape.c; i++)
        text_format(&values, isnan(p->values[i]) ? "%snull" : "%s%.9g", i ? "," : "[",
                    (double)p->values[i]);
    text_add(&values, "]");
    if (text_failed(&values))
        stage_fail(stage, "out of memory for the row");
    struct statement *s = db_prepare(db, sql_show_columns);
    db_bind_int(s, ":dataset", p->dataset.id);
    db_bind_text(s, ":values", text_of(&values));
    while ((rc = db_step(db, s)) == 1)
        print_plain(stage, "  ", db_text(s, "line"));
    db_finish(s);
    stage_check(stage, db, rc);
    text_free(&values);
}

/* ---------------------------------------------------------------- what a run says */

/* The mean of what the net says of the image's views, as evaluate has it. */
static int look(nn_predictor *predictor, const nn_images *images, const nn_view *views, int n,
                int classes, float *mean, nn_error *error)
{
    float *one = calloc((size_t)classes, sizeof *one);
    int rc = one ? 0 : -1;
    snprintf(error->text, sizeof error->text, "out of memory for the probabilities");
    for (int v = 0; v < n && !rc; v++) {
        nn_predictor_look(predictor, &views[v]);
        rc = nn_predictor_run(predictor, images, NULL, 1, one, error);
        for (int i = 0; i < classes; i++)
            mean[i] += one[i] / (float)n;
    }
    free(one);
    return rc;
}

/* Appends the probabilities that the run's net gives now, as a JSON array. */
static void predict(const struct stage *stage, struct db *db, const struct run *run,
                    struct picture *p, struct text *json)
{
    nn_view views[VIEWS_MOST];
    nn_error error;
    struct error reason;
    nn_images images = {.pixels = p->values ? NULL : p->pixels,
                        .values = p->values,
                        .count = 1,
                        .shape = p->dataset.shape};
    float *mean = calloc((size_t)p->dataset.classes, sizeof *mean);
    nn_model *model = run_model(db, run, &p->dataset);
    stage_check(stage, db, !model);
    int n = views_parse(run->conf.predict_views, views, &reason);
    if (n < 0)
        stage_fail(stage, "run %lld: predict.views: %s", (long long)run->id, reason.text);
    if (!mean || input_prepare(&run->conf, &images, p->pixels, p->values))
        stage_fail(stage, "out of memory for the %s", dataset_row_word(&p->dataset));
    nn_predictor *predictor = nn_predictor_new(model, 1, 1, net_isa(stage), &error);
    if (!predictor || look(predictor, &images, views, n, p->dataset.classes, mean, &error))
        stage_fail(stage, "run %lld: %s", (long long)run->id, error.text);
    prediction_write(mean, p->dataset.classes, json);
    nn_predictor_free(predictor);
    nn_model_free(model);
    free(mean);
}

/* Appends what the run has recorded of the image, nothing where it has not. */
static void read_recorded(const struct stage *stage, struct db *db, int64_t run, int64_t image,
                          struct text *json)
{
    struct statement *s = db_prepare(db, sql_show_prediction);
    db_bind_int(s, ":run", run);
    db_bind_int(s, ":image", image);
    int rc = db_step(db, s);
    stage_check(stage, db, rc < 0);
    if (rc == 1)
        text_add(json, db_text(s, "probabilities"));
    db_finish(s);
}

static void print_top(const struct stage *stage, struct db *db, int64_t dataset, const char *json,
                      int64_t top)
{
    const int width = terminal_width(0);
    struct text line = {0};
    struct statement *s = db_prepare(db, sql_show_top);
    db_bind_text(s, ":probabilities", json);
    db_bind_int(s, ":dataset", dataset);
    db_bind_int(s, ":limit", top);
    int rc;
    while ((rc = db_step(db, s)) == 1) {
        const double share = db_real(s, "probability");
        text_cut(&line, 0);
        text_format(&line, "  %6.2f %%  ", 100 * share);
        terminal_add_plain(&line, db_text(s, "label"));
        text_add(&line, "  ");
        for (int i = 0; i < BAR && i + 0.5 <= share * BAR; i++)
            text_add(&line, "█");
        terminal_cut(&line, 0, width);
        puts(text_of(&line));
    }
    db_finish(s);
    if (rc || text_failed(&line))
        stage_fail(stage, "%s", rc ? db->error.text : "out of memory for a line");
    text_free(&line);
}

/* The newest finished run on a dataset; 0 where there is none. */
static int64_t newest_run(const struct stage *stage, struct db *db, int64_t dataset)
{
    int64_t run = 0;
    int found;
    struct statement *s = db_prepare(db, sql_show_run);
    db_bind_int(s, ":dataset", dataset);
    stage_check(stage, db, db_value_int(db, s, &run, &found));
    return run;
}

/* Says what a run thinks of an image; without a run, the newest finished one, if there is any. */
static void show_classes(const struct stage *stage, struct db *db, struct picture *p, int64_t top)
{
    struct run run = {0};
    struct text json = {0};
    run_status status;
    int64_t number = experiment_number(stage, db, &status);
    if (!number)
        number = newest_run(stage, db, p->dataset.id);
    if (!number) {
        puts("no finished run on this dataset predicts it");
        return;
    }
    stage_check(stage, db, run_load(db, number, NULL, &run));
    if (run.dataset != p->dataset.id)
        stage_fail(stage, "run %lld: is of another dataset than %s %lld", (long long)number,
                   dataset_row_word(&p->dataset), (long long)p->id);
    read_recorded(stage, db, number, p->id, &json);
    print_run(stage, &run, "", json.length ? "" : ", asked now: it has recorded no prediction");
    if (!json.length)
        predict(stage, db, &run, p, &json);
    if (text_failed(&json))
        stage_fail(stage, "out of memory for the probabilities");
    print_top(stage, db, p->dataset.id, text_of(&json), top);
    text_free(&json);
    run_free(&run);
}

static void show_image(const struct stage *stage, struct db *db, const struct options *options)
{
    struct picture picture;
    load_image(stage, db, &options->image, &picture);
    if (picture.dataset.is_table)
        list_columns(stage, db, &picture);
    else
        draw(stage, &picture, terminal_colour(options->colour));
    show_classes(stage, db, &picture, options->top);
    dataset_free(&picture.dataset);
    free(picture.pixels);
    free(picture.values);
}

/* ---------------------------------------------------------------- a run */

/* Prints the lines that a query gives of a run; returns their number. */
static int print_lines(const struct stage *stage, struct db *db, const char *sql, int64_t run)
{
    int rc, lines = 0;
    struct statement *s = db_prepare(db, sql);
    db_bind_int(s, ":run", run);
    for (; (rc = db_step(db, s)) == 1; lines++)
        print_plain(stage, "  ", db_text(s, "line"));
    db_finish(s);
    stage_check(stage, db, rc);
    return lines;
}

static void show_history(const struct stage *stage, struct db *db)
{
    static const char *const KINDS[] = {
        [RUN_TRAINING] = ", ", [RUN_FOLDS] = ", folds, ", [RUN_COMMITTEE] = ", committee, "};
    struct run run;
    run_status status;
    int lines;
    int64_t number = experiment_number(stage, db, &status);
    stage_check(stage, db, run_load(db, number, stage->dataset, &run));
    print_run(stage, &run, KINDS[run.kind], run_status_name(run.status));
    lines = print_lines(stage, db, sql_show_parts, run.id) +
            print_lines(stage, db, sql_show_history, run.id);
    if (!lines)
        puts("  no epoch is recorded");
    run_free(&run);
}

int main(int argc, char **argv)
{
    struct options options = {.top = 3};
    struct stage stage;
    struct db db;

    net_restart(argv);
    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    stage_open(&stage, &db, DB_READ);
    if (options.image.number)
        show_image(&stage, &db, &options);
    else
        show_history(&stage, &db);
    db_close(&db);
    return stage_end(&stage, 0);
}
