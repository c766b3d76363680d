/* committee.c: makes a run of other runs. In: finished, evaluated runs of one dataset, named by
 * their numbers, a query or an experiment file. Out: run, member, hyperparameter; on stdout who is
 * asked, with which weights, and what is gained by it on images that no member was trained on. */
#include "pipeline/committee/committee.h"

#include "pipeline/conf/members.h"
#include "pipeline/program/experiment.h"

#include <stdlib.h>
#include <string.h>

struct options {
    const char *runs, *sql, *question;
};

static const struct option_row ROWS[] = {
    {"runs", OPTION_TEXT, "LIST", OPTION_AT(struct options, runs),
     .help = "numbers of runs, with blanks or commas between them"},
    {"sql", OPTION_TEXT, "QUERY", OPTION_AT(struct options, sql),
     .help = "the runs in the column `run`, or else the first one, of its result"},
    {"question", OPTION_TEXT, "NAME", OPTION_AT(struct options, question),
     .help = "the same of sql/ask/NAME.sql"},
    {0}};

static const struct program PROGRAM = {
    .name = "committee",
    .usage = "[OPTION]... EXPERIMENT.conf\n"
             "[OPTION]... --runs LIST\n"
             "[OPTION]... --sql QUERY [PARAMETER=VALUE]...\n"
             "[OPTION]... --question NAME [PARAMETER=VALUE]...",
    .about =
        "Makes a committee of finished, evaluated runs of one dataset: a run of its own, whose "
        "predictions are the weighted mean of its members'. evaluate, submit and report take "
        "it like any other. It is judged by the training images that no member was trained "
        "on. Members that EXPERIMENT.conf names and that are not there yet are trained and "
        "evaluated first. The same committee again changes nothing.",
    .example = "build/bin/committee --runs '3 4 5' --set committee.weights=hill-climbing",
    .reads = "run, evaluation, prediction, checkpoint, dataset, class, image, split.",
    .writes = "run, member, hyperparameter, split, split_image, stage.",
    .notes = "Settings of a committee: committee.members, experiments and seeds like `single:1-5, "
             "wide:1, wide:7`, to which --seed is added; committee.blend, probabilities (the "
             "default) or logits; committee.weights, equal (the default) or hill-climbing; "
             "committee.temperature, no (the default) or yes. --all and --folds go to the members.",
    .uses = USES_DB | USES_DATASET | USES_EXPERIMENT | USES_IF_NEEDED | USES_QUIET,
    .rows = ROWS,
    .most = -1};

static void check_call(const struct stage *stage, const struct options *o)
{
    int asked = (o->runs != NULL) + (o->sql != NULL) + (o->question != NULL);
    if (asked > 1)
        stage_usage(stage, "--runs, --sql and --question exclude each other");
    if (stage->experiment && asked)
        stage_usage(stage, "%s names its members; expected neither --runs, --sql nor --question",
                    stage->experiment);
    if (!stage->experiment && !asked)
        stage_usage(stage, "expected --runs, --sql, --question or an experiment file");
    if (!stage->experiment && (stage->all || stage->folds))
        stage_usage(stage, "--all and --folds go to the members that an experiment file names; "
                           "expected EXPERIMENT.conf");
    if (stage->n_arguments && !o->sql && !o->question)
        stage_usage(stage, "unexpected argument '%.100s'", stage->arguments[0]);
}

/* ---------------------------------------------------------------- who is asked */

/* The experiment that runs make which were not named by one. */
static void write_conf(struct founding *f)
{
    const struct stage *stage = f->stage;
    struct conf_member members[BLEND_MEMBERS_MOST];
    struct error error;
    char seed[64];
    for (int i = 0; i < f->candidates; i++) {
        const struct candidate *c = &f->candidate[i];
        members[i].seed = c->seed;
        snprintf(members[i].experiment, sizeof members[i].experiment, "%s", c->experiment);
    }
    char *text = members_write(members, f->candidates);
    if (!text)
        stage_fail(stage, "out of memory for the members");
    if (conf_parse("committee", text, &f->conf, &error))
        stage_fail(stage, "%s", error.text);
    free(text);
    for (int i = 0; i < stage->sets.n; i++)
        if (conf_set(&f->conf, stage->sets.items[i], &error))
            stage_usage(stage, "--set: %s", error.text);
    snprintf(seed, sizeof seed, "train.seed=%lld", (long long)stage->seed);
    if (stage->seed >= 0 && conf_set(&f->conf, seed, &error))
        stage_usage(stage, "--seed: %s", error.text);
    if (conf_check(&f->conf, &error))
        stage_fail(stage, "%s", error.text);
}

/* The members that an experiment file names, of the newest version of the dataset. */
static void find_named(struct founding *f)
{
    if (dataset_load(f->db, f->stage->dataset, &f->dataset))
        stage_fail(f->stage, "%s", f->db->error.text);
    named_find(f);
    members_check(f);
}

/* Those of a list or a query, which say themselves of which dataset they are. */
static void find_listed(struct founding *f, const struct options *o)
{
    const struct stage *stage = f->stage;
    if (o->runs)
        runs_from_text(f, o->runs);
    else
        runs_from_query(f, o->question, o->sql, stage->arguments, stage->n_arguments);
    for (int i = 0; i < f->candidates; i++)
        members_read(f, &f->candidate[i]);
    members_check(f);
    write_conf(f);
    stage_check(stage, f->db, dataset_load_id(f->db, f->candidate[0].dataset, &f->dataset));
}

/* ---------------------------------------------------------------- what they say */

static void load_votes(struct founding *f)
{
    int64_t member[BLEND_MEMBERS_MOST];
    for (int i = 0; i < f->candidates; i++)
        member[i] = f->candidate[i].run;
    if (image_set_load(f->db, &f->dataset, IMAGES_TRAIN, &f->train) ||
        votes_load(f->db, member, f->candidates, &f->train, IMAGES_TRAIN, f->dataset.classes,
                   &f->votes))
        stage_fail(f->stage, "%s", f->db->error.text);
    f->labels = malloc((f->votes.images + 1) * sizeof *f->labels);
    if (!f->labels)
        stage_fail(f->stage, "out of memory for the labels");
    for (size_t i = 0; i < f->votes.images; i++)
        f->labels[i] = f->train.labels[f->votes.rows[i]];
}

static double percent(const struct figures *figures)
{
    return 100.0 * (double)figures->correct / (double)figures->images;
}

/* Says the sentence that was appended to what the figures must be read with. */
static void say(const struct founding *f, const char *kind, size_t begin)
{
    if (!text_failed(&f->note))
        fprintf(stderr, "%s: %s: %s\n", f->stage->name, kind, f->note.bytes + begin);
}

/* A member that was trained on images by which others could judge takes them from the committee. */
static void note_left_out(struct founding *f)
{
    int first = 0, more = 0;
    for (int m = f->candidates - 1; m >= 0; m--)
        if (f->votes.said[m] < f->votes.any) {
            more += first != 0;
            first = m + 1;
        }
    if (f->votes.images == 0)
        text_format(&f->note, "no %s judges this committee: each was trained on by a member",
                    dataset_row_word(&f->dataset));
    else if (first)
        text_format(&f->note,
                    "%zu %s by which other members are judged were trained on by run %lld%s; "
                    "they are left out, %zu remain",
                    f->votes.any - f->votes.images, dataset_rows_word(&f->dataset),
                    (long long)f->candidate[first - 1].run, more ? " and others" : "",
                    f->votes.images);
    else
        return;
    say(f, "warning", 0);
}

static void note_chosen(struct founding *f)
{
    if (f->note.length)
        text_add(&f->note, "; ");
    size_t begin = f->note.length;
    text_format(&f->note, "%s chosen on the %zu %s that judge it, which flatters",
                f->conf.committee_weights == WEIGHTS_EQUAL ? "temperature was"
                : f->conf.committee_temperature            ? "weights and temperature were"
                                                           : "weights were",
                f->votes.images, dataset_rows_word(&f->dataset));
    if (f->cross.images > 0)
        text_format(&f->note, "; cross-fitted: loss %.4f, accuracy %.2f %% (%zu wrong of %zu)",
                    f->cross.loss, percent(&f->cross), f->cross.images - f->cross.correct,
                    f->cross.images);
    say(f, "note", begin);
}

/* Whether anything is chosen by the images that judge. */
static int is_choosing(const struct founding *f)
{
    return f->conf.committee_weights != WEIGHTS_EQUAL || f->conf.committee_temperature;
}

static void choose(struct founding *f)
{
    size_t n = f->votes.images;
    struct choice single = {.temperature = 1};
    uint32_t *rows = malloc((n + 1) * sizeof *rows);
    for (size_t i = 0; i < n && rows; i++)
        rows[i] = (uint32_t)i;
    if (!rows || fit_choose(&f->votes, f->labels, rows, n, &f->conf, &f->choice) ||
        (is_choosing(f) && fit_cross(&f->votes, f->labels, &f->conf, &f->cross)))
        stage_fail(f->stage, "out of memory for the choice");
    fit_judge(&f->votes, f->labels, rows, n, &f->conf, &f->choice, &f->figures);
    for (int m = 0; m < f->candidates; m++) {
        memset(single.weights, 0, sizeof single.weights);
        single.weights[m] = 1;
        fit_judge(&f->votes, f->labels, rows, n, &f->conf, &single, &f->candidate[m].alone);
    }
    free(rows);
    if (is_choosing(f))
        note_chosen(f);
}

/* ---------------------------------------------------------------- telling */

static void print_members(const struct founding *f)
{
    int width = 10;
    for (int i = 0; i < f->candidates; i++)
        if ((int)strlen(f->candidate[i].experiment) > width)
            width = (int)strlen(f->candidate[i].experiment);
    printf("member  %-*s  %6s  %9s  %7s  %6s\n", width, "experiment", "seed", "accuracy", "loss",
           "weight");
    for (int i = 0; i < f->candidates; i++) {
        const struct candidate *c = &f->candidate[i];
        printf("%6lld  %-*s  %6lld", (long long)c->run, width, c->experiment, (long long)c->seed);
        if (c->alone.images)
            printf("  %7.2f %%  %7.4f", percent(&c->alone), c->alone.loss);
        else
            printf("  %9s  %7s", "-", "-");
        printf("  %6.4f\n", f->choice.weights[i]);
    }
}

static void print_gain(const struct founding *f)
{
    const struct candidate *best = &f->candidate[0];
    for (int i = 1; i < f->candidates; i++)
        if (f->candidate[i].alone.correct > best->alone.correct)
            best = &f->candidate[i];
    double gain = percent(&f->figures) - percent(&best->alone);
    printf("\ncommittee: loss %.4f, accuracy %.2f %% (%zu wrong of %zu), %.2f points %s its best "
           "member, run %lld\n",
           f->figures.loss, percent(&f->figures), f->figures.images - f->figures.correct,
           f->figures.images, gain < 0 ? -gain : gain, gain < 0 ? "below" : "above",
           (long long)best->run);
    if (f->conf.committee_temperature)
        printf("temperature %.3f\n", f->choice.temperature);
}

/* Whether just this committee is there already; then that is said. */
static int is_there(struct founding *f)
{
    if (record_find(f))
        stage_fail(f->stage, "%s", f->db->error.text);
    if (f->run)
        stage_idle(f->stage, "run %lld is just this committee: nothing to do", (long long)f->run);
    return f->run != 0;
}

static void make(struct founding *f)
{
    load_votes(f);
    if (f->votes.images == 0 && is_choosing(f))
        stage_fail(f->stage,
                   "no %s judges this committee: each was trained on by a member; "
                   "expected equal weights and no temperature",
                   dataset_row_word(&f->dataset));
    note_left_out(f);
    choose(f);
    if (text_failed(&f->note))
        stage_fail(f->stage, "out of memory for the notes");
    if (record_store(f))
        stage_fail(f->stage, "%s", f->db->error.text);
    if (!f->stage->quiet) {
        print_members(f);
        if (f->figures.images)
            print_gain(f);
        putchar('\n');
    }
    printf("run %lld: a committee of %d on %s, judged by %zu %s\n", (long long)f->run,
           members_chosen(f), f->dataset.name, f->votes.images, dataset_rows_word(&f->dataset));
}

/* Makes the committee where nobody has while this program waited. */
static void make_alone(struct founding *f)
{
    char work[100];
    snprintf(work, sizeof work, "the committee %s", f->identity);
    stage_exclusive(f->stage, f->db, work);
    if (!is_there(f))
        make(f);
}

static void founding_free(struct founding *f)
{
    free(f->labels);
    votes_free(&f->votes);
    image_set_free(&f->train);
    dataset_free(&f->dataset);
    conf_free(&f->conf);
    text_free(&f->note);
}

int main(int argc, char **argv)
{
    struct stage stage;
    struct options options = {0};
    struct db db;
    struct founding f = {.stage = &stage, .db = &db};

    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    check_call(&stage, &options);
    if (stage.experiment)
        experiment_load(&stage, &f.conf);
    if (f.conf.layers)
        stage_fail(&stage, "%s: is of a net; expected committee.members", stage.experiment);
    stage_open(&stage, &db, DB_WRITE);
    if (stage.experiment)
        find_named(&f);
    else
        find_listed(&f, &options);
    if (!is_there(&f))
        make_alone(&f);
    founding_free(&f);
    db_close(&db);
    return stage_end(&stage, 0);
}
