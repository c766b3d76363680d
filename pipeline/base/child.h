/* child.h: other programs of the family as child processes. */
#ifndef CHILD_H
#define CHILD_H

#include "pipeline/base/error.h"

#include <stddef.h>

/* The path of the program NAME that stands beside this one. 0 or FAILED. */
int child_path(const char *name, char *path, size_t size, struct error *error);

struct child_options {
    int keep;   /* a file descriptor that stays open in the child, as a lock must; -1: none */
    int silent; /* 1: the child's input and output are nothing, its stderr is kept for `error` */
};

/* Runs the program argv[0] that stands beside this one and waits for it; it is killed with this
 * one. Returns its exit status, 128 + N where signal N ended it, or FAILED. Where it did not exit 0
 * and was silent, error has the first line that it left on stderr. */
int child_run(char *const argv[], const struct child_options *options, struct error *error);

/* SIGINT, SIGTERM and SIGHUP are noted from now on, and passed to the child that child_run waits
 * for; or only the first of each, so that the second one ends the process. child_interrupted is the
 * number of the last one, 0 where none has come. */
void child_catch_signals(void);
void child_catch_first_signal(void);
int child_interrupted(void);

#endif
