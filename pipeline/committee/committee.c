/* committee.c: makes a run of other runs. In: finished, evaluated runs of one dataset, named by
 * their numbers, a query or an experiment file. Out: run, member, hyperparameter; on stdout who is
 * asked, with which weights, and what is gained by it on images that no member was trained on. */
#include "pipeline/committee/committee.h"

#include <stdlib.h>
#include <string.h>

static const char HELP[] =
    "Usage: committee [OPTIONS] --runs LIST\n"
    "       committee [OPTIONS] --sql QUERY\n"
    "       committee [OPTIONS] --question NAME [PARAMETER=VALUE ...]\n"
    "       committee [OPTIONS] [--runs LIST] EXPERIMENT.conf\n"
    "       committee --members EXPERIMENT.conf\n"
    "\n"
    "Makes a committee of finished, evaluated runs of one dataset: a run of its own, whose\n"
    "predictions are the weighted mean of its members'. evaluate, submit and report take it like\n"
    "any other. It is judged by the training images that no member was trained on; where the same\n"
    "committee exists, it is named and not made again.\n"
    "\n"
    "Example: committee --runs '3 4 5' --set committee.weights=hill-climbing\n"
    "\n"
    "  --runs LIST          numbers of runs, with blanks or commas between them\n"
    "  --sql QUERY          the runs in the column `run`, or else the first one, of its result\n"
    "  --question NAME      the same of sql/ask/NAME.sql\n"
    "  --members            only print experiment and seed of each member that the file names\n"
    "  --set committee.K=V  change a setting; may be repeated\n"
    "      committee.members      experiments and seeds, `single:1-5, wide:1, wide:7`\n"
    "      committee.blend        probabilities or logits (default probabilities)\n"
    "      committee.weights      equal or hill-climbing (default equal)\n"
    "      committee.temperature  no or yes (default no)\n"
    "  --seed N             is added to the seeds of members that the file names\n"
    "  --run-to FILE        write the number of the run into FILE at the end\n"
    "  --db PATH            database (default experiments/runs.db)\n"
    "  --dataset NAME       dataset of the members that the file names (default digits)\n"
    "  --quiet              print nothing but the last line\n"
    "  --help, --version\n"
    "\n"
    "Reads: run, evaluation, prediction, checkpoint, dataset, class, image, split.\n"
    "Writes: run, member, hyperparameter, split, split_image, stage.\n";

enum {
    OPTION_RUNS = 256,
    OPTION_SQL,
    OPTION_QUESTION,
    OPTION_MEMBERS,
    OPTION_SET,
    OPTION_RUN_TO,
    MAX_SETS = 64
};

struct options {
    const char *runs, *sql, *question, *run_to, *path;
    int members, sets;
    const char *set[MAX_SETS];
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct options *o = context;
    switch (option) {
    case OPTION_RUNS:
        o->runs = argument;
        return 0;
    case OPTION_SQL:
        o->sql = argument;
        return 0;
    case OPTION_QUESTION:
        o->question = argument;
        return 0;
    case OPTION_MEMBERS:
        o->members = 1;
        return 0;
    case OPTION_SET:
        snprintf(error, 200, "--set: more than %d of them", MAX_SETS);
        if (o->sets == MAX_SETS)
            return -1;
        o->set[o->sets++] = argument;
        return 0;
    default:
        o->run_to = argument;
        return 0;
    }
}

/* Returns the index of the first argument that is a value of a question's parameter. */
static int parse(struct stage *stage, struct options *o, int argc, char **argv)
{
    static const struct option OWN[] = {{"runs", required_argument, NULL, OPTION_RUNS},
                                        {"sql", required_argument, NULL, OPTION_SQL},
                                        {"question", required_argument, NULL, OPTION_QUESTION},
                                        {"members", no_argument, NULL, OPTION_MEMBERS},
                                        {"set", required_argument, NULL, OPTION_SET},
                                        {"run-to", required_argument, NULL, OPTION_RUN_TO},
                                        {0}};
    int first = stage_options(stage, argc, argv, OWN, take, o);
    int asked = (o->runs != NULL) + (o->sql != NULL) + (o->question != NULL);
    if (asked > 1)
        stage_usage(stage, "--runs, --sql and --question exclude each other");
    if (stage->run)
        stage_usage(stage, "--run is not known here; expected the members by --runs");
    if (o->sql || o->question)
        return first;
    if (argc - first > 1)
        stage_usage(stage, "expected one experiment file, got %d", argc - first);
    if (first == argc && (!asked || o->members))
        stage_usage(stage, "expected --runs, --sql, --question or an experiment file");
    o->path = first < argc ? argv[first] : NULL;
    return argc;
}

/* ---------------------------------------------------------------- who is asked */

static void change_conf(struct founding *f, const struct options *o)
{
    char error[512], seed[64];
    for (int i = 0; i < o->sets; i++)
        if (conf_set(&f->conf, o->set[i], error, sizeof error))
            stage_usage(f->stage, "--set: %s", error);
    snprintf(seed, sizeof seed, "train.seed=%llu", (unsigned long long)f->stage->seed);
    if (f->stage->seed_given && conf_set(&f->conf, seed, error, sizeof error))
        stage_usage(f->stage, "--seed: %s", error);
    if (conf_check(&f->conf, error, sizeof error))
        stage_fail(f->stage, "%s", error);
}

/* The members that an experiment file names. */
static void read_file(struct founding *f, const struct options *o)
{
    char error[512];
    if (conf_load(o->path, &f->conf, error, sizeof error))
        stage_fail(f->stage, "%s", error);
    change_conf(f, o);
    if (f->conf.layers)
        stage_fail(f->stage, "%s: is of a net; expected committee.members", o->path);
    f->candidates =
        names_parse(f->conf.committee_members, f->stage->seed_given ? (int64_t)f->stage->seed : 0,
                    f->candidate, error, sizeof error);
    if (f->candidates < 0)
        stage_fail(f->stage, "%s: committee.members: %s", o->path, error);
}

/* The runs of the members that the file names: as given, in the same order, or looked for. */
static void find_named(struct founding *f, const struct options *o)
{
    if (!o->runs) {
        if (dataset_load(f->db, f->stage->dataset, &f->dataset))
            stage_fail(f->stage, "%s", f->db->error);
        members_find(f);
        dataset_free(&f->dataset);
        return;
    }
    struct founding *given = calloc(1, sizeof *given);
    if (!given)
        stage_fail(f->stage, "out of memory");
    given->stage = f->stage;
    runs_from_text(given, o->runs);
    if (given->candidates != f->candidates)
        stage_usage(f->stage, "--runs: %d runs; expected %d, one for each member that %s names",
                    given->candidates, f->candidates, o->path);
    for (int i = 0; i < f->candidates; i++)
        f->candidate[i].run = given->candidate[i].run;
    free(given);
}

static void find_members(struct founding *f, const struct options *o, char **values, int n)
{
    char error[512];
    if (o->path) {
        find_named(f, o);
    } else if (o->runs) {
        runs_from_text(f, o->runs);
    } else {
        char *text = o->question ? question_read(f->stage, o->question) : NULL;
        runs_from_query(f, o->question ? o->question : "--sql", text ? text : o->sql, values, n);
        free(text);
    }
    members_read(f);
    if (!o->path) {
        char *text = names_write(f->candidate, f->candidates);
        if (!text || conf_parse("committee", text, &f->conf, error, sizeof error))
            stage_fail(f->stage, "%s", text ? error : "out of memory");
        free(text);
        change_conf(f, o);
    }
}

/* ---------------------------------------------------------------- what they say */

static void load_votes(struct founding *f)
{
    int64_t member[BLEND_MEMBERS_MOST];
    for (int i = 0; i < f->candidates; i++)
        member[i] = f->candidate[i].run;
    if (dataset_load_id(f->db, f->candidate[0].dataset, &f->dataset) ||
        image_set_load(f->db, &f->dataset, IMAGES_TRAIN, &f->train) ||
        votes_load(f->db, member, f->candidates, &f->train, IMAGES_TRAIN, f->dataset.classes,
                   &f->votes))
        stage_fail(f->stage, "%s", f->db->error);
    f->labels = malloc((f->votes.images + 1) * sizeof *f->labels);
    if (!f->labels)
        stage_fail(f->stage, "out of memory");
    for (size_t i = 0; i < f->votes.images; i++)
        f->labels[i] = f->train.labels[f->votes.rows[i]];
}

static double percent(const struct figures *figures)
{
    return 100.0 * (double)figures->correct / (double)figures->images;
}

/* Adds a sentence to what the figures must be read with, and says it. */
static void note(struct founding *f, const char *weight, const char *sentence)
{
    size_t used = strlen(f->note);
    snprintf(f->note + used, sizeof f->note - used, "%s%s", used ? "; " : "", sentence);
    fprintf(stderr, "%s: %s: %s\n", f->stage->name, weight, sentence);
}

/* A member that was trained on images by which others could judge takes them from the committee. */
static void note_left_out(struct founding *f)
{
    char sentence[NOTE_SIZE];
    int first = 0, more = 0;
    for (int m = f->candidates - 1; m >= 0; m--)
        if (f->votes.said[m] < f->votes.any) {
            more += first != 0;
            first = m + 1;
        }
    if (f->votes.images == 0)
        snprintf(sentence, sizeof sentence,
                 "no image judges this committee: each was trained on by a member");
    else if (first)
        snprintf(sentence, sizeof sentence,
                 "%zu images by which other members are judged were trained on by run %lld%s; they "
                 "are left out, %zu remain",
                 f->votes.any - f->votes.images, (long long)f->candidate[first - 1].run,
                 more ? " and others" : "", f->votes.images);
    else
        return;
    note(f, "warning", sentence);
}

static void note_chosen(struct founding *f)
{
    char sentence[NOTE_SIZE];
    int used = snprintf(sentence, sizeof sentence,
                        "%s chosen on the %zu images that judge it, which flatters",
                        f->conf.committee_weights == WEIGHTS_EQUAL ? "temperature was"
                        : f->conf.committee_temperature            ? "weights and temperature were"
                                                                   : "weights were",
                        f->votes.images);
    if (f->cross.images > 0)
        snprintf(sentence + used, sizeof sentence - (size_t)used,
                 "; cross-fitted: loss %.4f, accuracy %.2f %% (%zu wrong of %zu)", f->cross.loss,
                 percent(&f->cross), f->cross.images - f->cross.correct, f->cross.images);
    note(f, "note", sentence);
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
        stage_fail(f->stage, "out of memory");
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

/* Founds the committee, or finds that it is there already. */
static void make(struct founding *f)
{
    record_hash(f);
    if (record_find(f))
        stage_fail(f->stage, "%s", f->db->error);
    if (f->run) {
        printf("run %lld is just this committee: nothing to do\n", (long long)f->run);
        return;
    }
    if (f->votes.images == 0 && is_choosing(f))
        stage_fail(f->stage, "no image judges this committee: each was trained on by a member; "
                             "expected equal weights and no temperature");
    note_left_out(f);
    choose(f);
    if (record_store(f))
        stage_fail(f->stage, "%s", f->db->error);
    if (!f->stage->quiet) {
        print_members(f);
        if (f->figures.images)
            print_gain(f);
        putchar('\n');
    }
    printf("run %lld: a committee of %d on %s, judged by %zu images\n", (long long)f->run,
           members_chosen(f), f->dataset.name, f->votes.images);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "committee", .help = HELP};
    struct options options = {0};
    struct db db;
    struct founding f = {.stage = &stage, .db = &db};

    int first = parse(&stage, &options, argc, argv);
    if (options.path)
        read_file(&f, &options);
    if (options.members) {
        for (int i = 0; i < f.candidates; i++)
            printf("%s %lld\n", f.candidate[i].experiment, (long long)f.candidate[i].seed);
        conf_free(&f.conf);
        return fflush(stdout) ? 1 : 0;
    }
    stage_open(&stage, &db, DB_WRITE);
    find_members(&f, &options, argv + first, argc - first);
    load_votes(&f);
    make(&f);
    stage_write_run(&stage, f.run, options.run_to);

    free(f.labels);
    votes_free(&f.votes);
    image_set_free(&f.train);
    dataset_free(&f.dataset);
    conf_free(&f.conf);
    db_close(&db);
    return fflush(stdout) ? 1 : 0;
}
