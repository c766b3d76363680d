/* stage.h: what all stage programs have in common: the command line, errors, progress, the end.
 *
 *     int main(int argc, char **argv)
 *     {
 *         struct options options = {.fraction = 0.2};
 *         struct stage stage;
 *         stage_begin(&stage, &PROGRAM, &options, argc, argv);
 *         ...
 *         return stage_end(&stage, 0);
 *     }
 *
 * Only stages print and exit. Usage errors exit 2, failures 1, with one line on stderr that begins
 * with the program's name, and NOTHING_TO_DO where --if-needed was given and nothing was; results
 * go to stdout, progress to stderr.
 */
#ifndef STAGE_H
#define STAGE_H

#include "pipeline/db/db.h"
#include "pipeline/program/options.h"

#include <stdint.h>

#define PIXELMILL_VERSION "0.2.0"

/* The options that several programs share, and which of them one takes. They stand once, in
 * stage.c. USES_EXPERIMENT: the argument EXPERIMENT.conf with --seed, --folds, --all and --set. */
enum {
    USES_DB = 1,
    USES_DATASET = 2,
    USES_RUN = 4,
    USES_SEED = 8,
    USES_EXPERIMENT = 16,
    USES_IF_NEEDED = 32,
    USES_QUIET = 64,
    USES_ISA = 128 /* runs a net: NN_ISA counts, and OpenBLAS is told which CPU this is */
};

enum { NOTHING_TO_DO = 3 };

struct program {
    const char *name;
    const char *usage; /* what follows the name, a line a form: "[OPTION]... TRAIN.csv TEST.csv" */
    const char *about; /* one sentence, then more */
    const char *example;        /* that can be pasted */
    const char *reads, *writes; /* tables, or files; NULL: nothing */
    const char *notes;          /* a last paragraph of --help; NULL: none */
    unsigned uses;              /* USES_... */
    const struct option_row *rows;
    int most; /* arguments beside EXPERIMENT.conf that it may have; -1: any number */
};

struct stage {
    const struct program *program;
    const char *name;    /* of the program */
    const char *db_path; /* --db, default experiments/runs.db */
    const char *dataset; /* --dataset, default digits */
    int dataset_given;   /* 0: it is the default */
    int64_t run;         /* --run; 0: not given */
    int64_t seed;        /* --seed; -1: not given */
    int quiet, if_needed;
    const char *experiment;  /* the file EXPERIMENT.conf; NULL: not given */
    int64_t folds;           /* --folds; 0: not given */
    int all;                 /* --all */
    struct option_list sets; /* --set */
    char **arguments;        /* [n_arguments] the others; they live as long as argv */
    int n_arguments;
    double started;   /* number_seconds() at the start */
    struct text call; /* the command line without the program, for the log of stages */
};

/* Reads the command line into the program's own options and those of the stage; ends the program
 * after --help, --version, or an error. */
void stage_begin(struct stage *stage, const struct program *program, void *options, int argc,
                 char **argv);

/* Sees to it that all results got out. Returns the exit status: `status`, or 1 after a line on
 * stderr where stdout could not be written. */
int stage_end(struct stage *stage, int status);

/* There is nothing to do: prints the line (on stdout) and goes on, or with --if-needed exits with
 * NOTHING_TO_DO and without a word. */
void stage_idle(const struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One line on stderr, `name: message`; exit status 1, or 2 with a hint at --help, or 128 and
 * the number of the signal that interrupted it. */
_Noreturn void stage_fail(const struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
_Noreturn void stage_usage(const struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
_Noreturn void stage_interrupted(const struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A line on stderr that is not the end: `name: warning: message`. */
void stage_warn(const struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fails with what the database had to say where rc is not 0. */
void stage_check(const struct stage *stage, const struct db *db, int rc);

/* Opens the database or fails. */
void stage_open(const struct stage *stage, struct db *db, db_mode mode);

/* Nobody else does just this work on this database at the same time: waits for whoever does, and
 * says so. `work` names it, like "the run of 1f3a...". Held until the database is closed. What the
 * other one has done is to be looked for afterwards. */
void stage_exclusive(const struct stage *stage, struct db *db, const char *work);

/* Appends this call to the log of stages, within the caller's transaction. dataset and run: 0 for
 * none. 0 or DB_ERROR. */
int stage_log(const struct stage *stage, struct db *db, int64_t dataset, int64_t run,
              const char *result);

/* The same in a transaction of its own. */
int stage_log_once(const struct stage *stage, struct db *db, int64_t dataset, int64_t run,
                   const char *result);

/* A line about progress on stderr: on a terminal it overwrites the one before; elsewhere it is
 * printed only when `milestone` is not 0. Nothing with --quiet. stage_progress_end clears it. */
void stage_progress(const struct stage *stage, int milestone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void stage_progress_end(const struct stage *stage);

/* Takes for rows of options that several programs have: --image '7' (an id), 'train:7' or 'test:7'
 * (a row) into a struct stage_image. */
struct stage_image {
    const char *part; /* "train", "test"; NULL: number is an id */
    int64_t number;   /* from 1; 0: not given */
};

option_take stage_take_image;

#endif
