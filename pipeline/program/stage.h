/* stage.h: what all stage programs have in common: options, errors, progress, the clock.
 *
 * Only stages print and exit. Usage errors exit 2, failures 1, with one line on stderr that begins
 * with the program's name; results go to stdout, progress to stderr.
 */
#ifndef STAGE_H
#define STAGE_H

#include "pipeline/store/db.h"
#include <getopt.h>
#include <stdio.h>

#define PIXELMILL_VERSION "0.1.0"

struct stage {
    const char *name;    /* of the program */
    const char *help;    /* whole text of --help */
    const char *db_path; /* --db, default experiments/runs.db */
    const char *dataset; /* --dataset, default digits */
    int64_t run;         /* --run; 0: not given */
    uint64_t seed;       /* --seed; seed_given tells whether it was */
    int seed_given, quiet;
    double started; /* stage_seconds() at the start */
    char arguments[1024];
};

/* Parses argv with getopt_long. `own` are the stage's own long options (ended by zeros; each with a
 * `val` of 256 or more, flag NULL), passed to take(val, optarg, context), which returns 0 or a
 * negative number after filling in error text of up to 200 characters. Handles --db --dataset --run
 * --seed --quiet --help --version by itself. Returns the index of the first non-option argument. */
typedef int stage_take(int option, const char *argument, void *context, char error[200]);
int stage_options(struct stage *stage, int argc, char **argv, const struct option *own,
                  stage_take *take, void *context);

/* One line on stderr, `name: message`; exit status 1, or 2 with a hint at --help. */
_Noreturn void stage_fail(const struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
_Noreturn void stage_usage(const struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Opens the database or fails. */
void stage_open(const struct stage *stage, struct db *db, db_mode mode);

/* A line about progress on stderr: on a terminal it overwrites the one before; elsewhere it is
 * printed only when `milestone` is not 0. Nothing with --quiet. stage_progress_end clears it. */
void stage_progress(const struct stage *stage, int milestone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void stage_progress_end(const struct stage *stage);

/* Writes the number of a run, and a line end, into the file `path`, or fails; NULL: nowhere. */
void stage_write_run(const struct stage *stage, int64_t run, const char *path);

double stage_seconds(void); /* monotonic clock */

/* Whole numbers and fractions from text, the end checked. Return 0 or -1. */
int parse_int(const char *text, int64_t least, int64_t greatest, int64_t *value);
int parse_real(const char *text, double least, double greatest, double *value);

/* Two options that several stages have. --image: '7' (an id), 'train:7' or 'test:7' (a row); *part
 * is left alone where there is none. And whether something is done auto(matically: *when is left
 * alone), always (1) or never (0), for an option of that name. 0, or -1 with the reason in error.
 */
int parse_image(const char *text, const char **part, int64_t *number, char error[200]);
int parse_when(const char *option, const char *text, int *when, char error[200]);

/* SHA-256 in lower-case hexadecimal. hash_file returns -1 with errno set. */
void hash_bytes(const void *bytes, size_t size, char hex[65]);
int hash_file(const char *path, char hex[65], int64_t *bytes);

#endif
