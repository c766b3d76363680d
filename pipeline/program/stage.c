/* stage.c: command lines, errors and progress of all stage programs. See stage.h. */
#include "pipeline/program/stage.h"

#include "pipeline/base/child.h"
#include "pipeline/base/number.h"
#include "pipeline/base/unfinished.h"
#include "pipeline/db/lock.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---------------------------------------------------------------- telling */

static void print_error(const struct stage *stage, const char *kind, const char *format,
                        va_list arguments)
{
    stage_progress_end(stage);
    fflush(stdout);
    fprintf(stderr, "%s: %s", stage->name, kind);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void stage_fail(const struct stage *stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_error(stage, "", format, arguments);
    exit(1);
}

void stage_interrupted(const struct stage *stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_error(stage, "", format, arguments);
    exit(128 + (child_interrupted() ? child_interrupted() : SIGINT));
}

void stage_usage(const struct stage *stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_error(stage, "", format, arguments);
    fprintf(stderr, "Try '%s --help'.\n", stage->name);
    exit(2);
}

void stage_warn(const struct stage *stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_error(stage, "warning: ", format, arguments);
    va_end(arguments);
}

void stage_idle(const struct stage *stage, const char *format, ...)
{
    va_list arguments;
    stage_progress_end(stage);
    if (stage->if_needed)
        exit(NOTHING_TO_DO);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

void stage_progress(const struct stage *stage, int milestone, const char *format, ...)
{
    int terminal = isatty(STDERR_FILENO);
    if (stage->quiet || (!terminal && !milestone))
        return;
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    struct winsize size;
    if (!terminal)
        fprintf(stderr, "%s\n", line);
    else if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col)
        fprintf(stderr, "\r\033[K%.*s", size.ws_col - 1, line);
    else
        fprintf(stderr, "\r\033[K%s", line);
}

void stage_progress_end(const struct stage *stage)
{
    if (!stage->quiet && isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* ---------------------------------------------------------------- the options of all */

#define AT(field) OPTION_AT(struct stage, field)
enum { MOST_ROWS = 48 };

struct shared {
    unsigned uses;
    struct option_row row;
};

static const struct shared SHARED[] = {
    {USES_RUN, {"run", OPTION_WHOLE, "N", AT(run), 1, 9.1e18, .help = "the number of a run"}},
    {USES_EXPERIMENT,
     {"folds", OPTION_WHOLE, "K", AT(folds), 2, 1000,
      .help = "K stratified folds, as parts of one run, so that each labelled row is predicted by "
              "a net that was not trained on it"}},
    {USES_EXPERIMENT,
     {"all", OPTION_FLAG, NULL, AT(all),
      .help = "all labelled rows train, none validates; nothing can be selected then, so the last "
              "epoch's weights (or their average) count"}},
    {USES_EXPERIMENT,
     {"set", OPTION_LIST, "SECTION.KEY=V", AT(sets),
      .help = "change a setting of the experiment file"}},
    {USES_SEED | USES_EXPERIMENT,
     {"seed", OPTION_WHOLE, "N", AT(seed), 0, 4294967295.0, .help = "of all that is drawn"}},
    {USES_DATASET,
     {"dataset", OPTION_TEXT, "NAME", AT(dataset), .fallback = "digits",
      .help = "the dataset, of which the newest version counts"}},
    {USES_DB,
     {"db", OPTION_TEXT, "FILE", AT(db_path), .fallback = "experiments/runs.db",
      .help = "the database"}},
    {USES_IF_NEEDED,
     {"if-needed", OPTION_FLAG, NULL, AT(if_needed),
      .help = "where there is nothing to do, say nothing and exit with status 3"}},
    {USES_QUIET,
     {"quiet", OPTION_FLAG, NULL, AT(quiet), .help = "print nothing but the last line"}},
};

/* The shared rows that a program takes, ended by zeros. */
static void shared_rows(const struct program *program, struct option_row rows[MOST_ROWS])
{
    int n = 0;
    for (size_t i = 0; i < sizeof SHARED / sizeof *SHARED; i++)
        if (SHARED[i].uses & program->uses)
            rows[n++] = SHARED[i].row;
    rows[n] = (struct option_row){0};
}

static int n_rows(const struct option_row *rows)
{
    int n = 0;
    while (rows && rows[n].name)
        n++;
    return n;
}

/* ---------------------------------------------------------------- help */

static void add_usage(const struct program *program, struct text *help)
{
    const char *form = program->usage;
    while (*form) {
        size_t line = strcspn(form, "\n");
        text_format(help, "%s%s%s%.*s\n", form == program->usage ? "Usage: " : "       ",
                    program->name, line ? " " : "", (int)line, form);
        form += line + (form[line] == '\n');
    }
}

static void print_help(const struct program *program)
{
    struct option_row rows[MOST_ROWS];
    struct text help = {0};
    shared_rows(program, rows);
    add_usage(program, &help);
    text_add(&help, "\n");
    options_wrap(&help, program->about, 0, 0);
    text_format(&help, "\nExample:\n  %s\n\nOptions:\n", program->example);
    options_help(program->rows, &help);
    options_help(rows, &help);
    text_add(&help, "  --help, --version\n\n");
    if (program->notes) {
        options_wrap(&help, program->notes, 0, 0);
        text_add(&help, "\n");
    }
    if (program->uses & USES_ISA)
        text_add(&help,
                 "The environment variable NN_ISA (plain, avx2, avx512) forces an instruction\n"
                 "set.\n\n");
    text_add(&help, "Reads: ");
    options_wrap(&help, program->reads ? program->reads : "nothing", 7, 7);
    text_add(&help, "Writes: ");
    options_wrap(&help, program->writes ? program->writes : "nothing", 8, 8);
    fputs(text_of(&help), stdout);
    text_free(&help);
}

/* ---------------------------------------------------------------- the command line */

static void keep_call(struct stage *stage, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        text_format(&stage->call, "%s%s", i > 1 ? " " : "", argv[i]);
}

static int is_experiment(const struct stage *stage, const char *argument)
{
    size_t length = strlen(argument);
    return stage->program->uses & USES_EXPERIMENT && length > 5 &&
           !strcmp(argument + length - 5, ".conf");
}

/* The experiment file is taken out of the arguments. */
static void take_arguments(struct stage *stage, int n, char **arguments)
{
    stage->arguments = arguments;
    for (int i = 0; i < n; i++) {
        if (!is_experiment(stage, arguments[i]))
            stage->arguments[stage->n_arguments++] = arguments[i];
        else if (stage->experiment)
            stage_usage(stage, "expected one experiment file, got '%s' and '%s'", stage->experiment,
                        arguments[i]);
        else
            stage->experiment = arguments[i];
    }
    int most = stage->program->most;
    if (most >= 0 && stage->n_arguments > most)
        stage_usage(stage, "unexpected argument '%.100s'", stage->arguments[most]);
}

static void check_address(const struct stage *stage)
{
    int changed = stage->sets.n || stage->folds || stage->all ||
                  (stage->seed >= 0 && !(stage->program->uses & USES_SEED));
    if (stage->program->uses & USES_EXPERIMENT && stage->run && (stage->experiment || changed))
        stage_usage(stage, "--run names a run as it is: expected no experiment file, --seed, "
                           "--set, --all or --folds");
    if (changed && !stage->experiment && stage->program->uses & USES_RUN)
        stage_usage(stage, "--seed, --set, --all and --folds change an experiment: expected its "
                           "file EXPERIMENT.conf");
    if (stage->all && stage->folds)
        stage_usage(stage, "--all leaves nothing to validate: expected no --folds");
    if (!*stage->dataset)
        stage_usage(stage, "--dataset: found an empty name");
}

static void parse(struct stage *stage, void *options, int argc, char **argv)
{
    struct option_row shared[MOST_ROWS];
    struct option all[2 * MOST_ROWS + 3] = {0};
    struct error error;
    shared_rows(stage->program, shared);
    int own = n_rows(stage->program->rows), n = own + n_rows(shared), found;
    for (int i = 0; i < n; i++) {
        const struct option_row *row = i < own ? &stage->program->rows[i] : &shared[i - own];
        all[i] = (struct option){row->name, row->kind != OPTION_FLAG, NULL, 256 + i};
    }
    all[n] = (struct option){"help", no_argument, NULL, 'h'};
    all[n + 1] = (struct option){"version", no_argument, NULL, 'v'};
    opterr = 0;
    while ((found = getopt_long(argc, argv, ":", all, NULL)) != -1) {
        if (found == '?')
            stage_usage(stage, "unknown or ambiguous option '%s'", argv[optind - 1]);
        if (found == ':')
            stage_usage(stage, "option '%s' needs a value", argv[optind - 1]);
        if (found == 'h')
            print_help(stage->program);
        if (found == 'v')
            printf("%s (Pixelmill) %s\n", stage->name, PIXELMILL_VERSION);
        if (found < 256)
            exit(stage_end(stage, 0));
        int i = found - 256;
        if (option_store(i < own ? &stage->program->rows[i] : &shared[i - own], optarg,
                         i < own ? options : stage, &error))
            stage_usage(stage, "%s", error.text);
    }
}

void stage_begin(struct stage *stage, const struct program *program, void *options, int argc,
                 char **argv)
{
    *stage = (struct stage){.program = program,
                            .name = program->name,
                            .db_path = "experiments/runs.db",
                            .seed = -1,
                            .started = number_seconds()};
    unfinished_watch();
    keep_call(stage, argc, argv);
    parse(stage, options, argc, argv);
    stage->dataset_given = stage->dataset != NULL;
    if (!stage->dataset)
        stage->dataset = "digits";
    take_arguments(stage, argc - optind, argv + optind);
    check_address(stage);
}

int stage_end(struct stage *stage, int status)
{
    text_free(&stage->call);
    if (!ferror(stdout) && !fflush(stdout))
        return status;
    fprintf(stderr, "%s: the results cannot be written to standard output: %s\n", stage->name,
            strerror(errno));
    return 1;
}

/* ---------------------------------------------------------------- the database */

void stage_check(const struct stage *stage, const struct db *db, int rc)
{
    if (rc)
        stage_fail(stage, "%s", db->error.text);
}

void stage_open(const struct stage *stage, struct db *db, db_mode mode)
{
    stage_check(stage, db, db_open(db, stage->db_path, mode));
}

void stage_exclusive(const struct stage *stage, struct db *db, const char *work)
{
    int64_t number = lock_number(work);
    int rc = lock_try(db, LOCK_WORK, number);
    if (rc == 1) {
        stage_progress(stage, 1, "%s: waits for another process that is at work on %s", stage->name,
                       work);
        rc = lock_wait(db, LOCK_WORK, number);
        stage_progress_end(stage);
    }
    stage_check(stage, db, rc);
}

int stage_log(const struct stage *stage, struct db *db, int64_t dataset, int64_t run,
              const char *result)
{
    return db_log_stage(db, stage->name, dataset, run, text_of(&stage->call),
                        number_seconds() - stage->started, result);
}

int stage_log_once(const struct stage *stage, struct db *db, int64_t dataset, int64_t run,
                   const char *result)
{
    if (db_begin(db))
        return DB_ERROR;
    if (!stage_log(stage, db, dataset, run, result))
        return db_commit(db);
    db_rollback(db);
    return DB_ERROR;
}

/* ---------------------------------------------------------------- kinds of options */

int stage_take_image(const char *text, void *field, struct error *error)
{
    struct stage_image *image = field;
    const char *digits = text;
    image->part = NULL;
    if (strncmp(text, "train:", 6) == 0) {
        image->part = "train";
        digits += 6;
    } else if (strncmp(text, "test:", 5) == 0) {
        image->part = "test";
        digits += 5;
    }
    if (number_whole(digits, 1, INT64_MAX, &image->number) == 0)
        return 0;
    return error_set(error, "'%.60s', expected a number from 1, train:ROW or test:ROW", text);
}
