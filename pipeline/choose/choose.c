/* choose: which experiment fits a dataset: what EXPERIMENT=auto is.
 *
 * In: shape and size of the dataset, and its images. Out: a row in choice, and on stdout the name
 * of an experiment in experiments/ and the settings that differ from it, parted by blanks. The
 * choice rests on the shape, the number of rows and classes, and a look at the images (look.h):
 * never on a name, on what the labels are called, or on a time.
 */
#include "sql/choose.h"
#include "pipeline/choose/look.h"
#include "pipeline/program/net.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"

#include <string.h>

struct options {
    int again;
    const char *folder;
};

static const struct option_row ROWS[] = {
    {"again", OPTION_FLAG, NULL, OPTION_AT(struct options, again),
     .help = "choose anew, whatever was chosen before"},
    {"experiments", OPTION_TEXT, "FOLDER", OPTION_AT(struct options, folder),
     .help = "where the experiment files are", .fallback = "experiments"},
    {0}};

static const struct program PROGRAM = {
    .name = "choose",
    .usage = "[OPTION]...",
    .about = "Chooses the experiment that fits a dataset, by its shape, the number of its rows and "
             "classes, and a short look at what augmentation its images bear: a small net learns "
             "from some of them as they are, turned and moved, and mirrored, and is asked about "
             "others. Prints the name of "
             "a file in experiments/ and the settings that differ from "
             "it. What was chosen is kept, and told again without a look.",
    .example = "build/bin/choose --dataset digits",
    .reads = "dataset, class, image, choice.",
    .writes = "choice, stage.",
    .uses = USES_DB | USES_DATASET | USES_QUIET,
    .rows = ROWS};

struct choice {
    const char *experiment;
    struct text settings, reason, figures;
};

/* ---------------------------------------------------------------- by shape */

static const char *preset_of(const struct dataset *dataset)
{
    enum { SMALL = 16, MIDDLE = 40 }; /* pixels to a side */
    const nn_shape shape = dataset->shape;
    const int side = shape.h > shape.w ? shape.h : shape.w;
    if (dataset->is_table)
        return "table";
    if (side <= SMALL)
        return "small";
    if (side > MIDDLE)
        return "large";
    return shape.c == 1 ? "quick" : "colour";
}

/* ---------------------------------------------------------------- by a look */

static void set(struct choice *choice, const char *name, float from, float to)
{
    if (from < to || from > to)
        text_format(&choice->settings, "%saugment.%s=%g", choice->settings.length ? " " : "", name,
                    (double)to);
}

/* What differs from the experiment's own augmentation: an experiment that turns images keeps to it
 * where they bear that; else they are mirrored. */
static void decide(const struct look *look, const nn_augmentation *own, struct choice *choice)
{
    const int bent = look_bears_bending(look), mirrored = !bent || look_bears_mirroring(look);
    nn_augmentation a = *own;
    a.flip = mirrored ? 0.5f : 0;
    if (!bent)
        a.rotation = a.scale = a.shear = a.shift = a.elastic = 0;
    set(choice, "rotation", own->rotation, a.rotation);
    set(choice, "scale", own->scale, a.scale);
    set(choice, "shear", own->shear, a.shear);
    set(choice, "shift", own->shift, a.shift);
    set(choice, "elastic", own->elastic, a.elastic);
    set(choice, "flip", own->flip, a.flip);
    look_write(look, &choice->figures);
    text_format(&choice->reason, "%s%s%s (", bent ? "its augmentation suits them" : "",
                bent && mirrored ? ", and " : "", mirrored ? "they are mirrored" : "");
    look_tell(look, &choice->reason);
    text_add(&choice->reason, ")");
}

static void look_and_decide(const struct stage *stage, const struct options *options,
                            const struct image_set *set, int classes, struct choice *choice)
{
    char path[1200];
    struct conf conf;
    struct look look;
    struct error error;
    nn_augmentation own;
    snprintf(path, sizeof path, "%.1000s/%s.conf",
             options->folder ? options->folder : "experiments", choice->experiment);
    if (conf_load(path, &conf, &error))
        stage_fail(stage, "%s", error.text);
    conf_augmentation(&conf, &own);
    stage_progress(stage, 0, "looking at what augmentation the images bear");
    if (look_at(&set->images, classes, net_isa(stage), &look, &error))
        stage_fail(stage, "%s", error.text);
    decide(&look, &own, choice);
    conf_free(&conf);
}

static void choose(const struct stage *stage, const struct options *options, struct db *db,
                   const struct dataset *dataset, struct choice *choice)
{
    struct image_set set;
    const nn_shape shape = dataset->shape;
    choice->experiment = preset_of(dataset);
    stage_check(stage, db, image_set_load(db, dataset, IMAGES_TRAIN, &set));
    if (dataset->is_table)
        text_format(&choice->reason, "rows of %d numbers", shape.c);
    else
        text_format(&choice->reason, "images of %dx%dx%d", shape.h, shape.w, shape.c);
    text_format(&choice->reason, ", %zu for training, %d classes", set.images.count,
                dataset->classes);
    if (!dataset->is_table && look_is_possible(&set.images, dataset->classes)) {
        text_add(&choice->reason, "; ");
        look_and_decide(stage, options, &set, dataset->classes, choice);
    } else {
        text_add(&choice->figures, "{}");
        if (!dataset->is_table)
            text_add(&choice->reason, "; too few for a look at what augmentation they bear");
    }
    image_set_free(&set);
}

/* ---------------------------------------------------------------- kept */

/* 1: something was chosen before. */
static int find(const struct stage *stage, struct db *db, const struct dataset *dataset,
                struct text *line)
{
    struct statement *chosen = db_prepare(db, sql_choose_chosen);
    db_bind_int(chosen, ":dataset", dataset->id);
    const int found = db_step(db, chosen);
    if (found == 1) {
        text_add(line, db_text(chosen, "experiment"));
        text_format(line, " %s", db_text(chosen, "settings"));
    }
    db_finish(chosen);
    stage_check(stage, db, found < 0);
    return found == 1;
}

struct keeping {
    const struct stage *stage;
    struct db *db;
    const struct dataset *dataset;
    const struct choice *choice;
};

static int keep(void *context)
{
    const struct keeping *k = context;
    char now[25];
    db_now(now);
    struct statement *insert = db_prepare(k->db, sql_choose_insert);
    db_bind_int(insert, ":dataset", k->dataset->id);
    db_bind_text(insert, ":experiment", k->choice->experiment);
    db_bind_text(insert, ":settings", text_of(&k->choice->settings));
    db_bind_text(insert, ":reason", text_of(&k->choice->reason));
    db_bind_text(insert, ":figures", text_of(&k->choice->figures));
    db_bind_text(insert, ":program", PIXELMILL_VERSION);
    db_bind_text(insert, ":chosen_at", now);
    return db_run_once(k->db, insert) ||
                   stage_log(k->stage, k->db, k->dataset->id, 0, k->choice->experiment)
               ? DB_ERROR
               : DB_OK;
}

static void choose_and_keep(const struct stage *stage, const struct options *options, struct db *db,
                            const struct dataset *dataset, struct text *line)
{
    struct choice choice = {0};
    struct keeping k = {stage, db, dataset, &choice};
    choose(stage, options, db, dataset, &choice);
    if (text_failed(&choice.settings) || text_failed(&choice.reason) ||
        text_failed(&choice.figures))
        stage_fail(stage, "out of memory for the choice");
    stage_check(stage, db, db_transaction(db, keep, &k));
    stage_progress_end(stage);
    fprintf(stderr, "choose: %s%s%s for %s: %s\n", choice.experiment,
            choice.settings.length ? " with " : "", text_of(&choice.settings), dataset->name,
            text_of(&choice.reason));
    text_add(line, choice.experiment);
    text_format(line, " %s", text_of(&choice.settings));
    text_free(&choice.settings);
    text_free(&choice.reason);
    text_free(&choice.figures);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct stage stage;
    struct db db;
    struct dataset dataset;
    struct text line = {0};
    char work[64];
    net_restart(argv);
    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    stage_open(&stage, &db, DB_WRITE);
    stage_check(&stage, &db, dataset_load(&db, stage.dataset, &dataset));
    if (options.again || !find(&stage, &db, &dataset, &line)) {
        snprintf(work, sizeof work, "the choice for dataset %lld", (long long)dataset.id);
        stage_exclusive(&stage, &db, work);
        if (options.again || !find(&stage, &db, &dataset, &line))
            choose_and_keep(&stage, &options, &db, &dataset, &line);
    }
    if (text_failed(&line))
        stage_fail(&stage, "out of memory for the choice");
    printf("%s\n", text_of(&line));
    text_free(&line);
    dataset_free(&dataset);
    db_close(&db);
    return stage_end(&stage, 0);
}
