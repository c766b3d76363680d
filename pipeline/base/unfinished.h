/* unfinished.h: what is being written, and what becomes of it where a program does not come to its
 * end.
 *
 * A file that is not whole yet stands beside its place as .NAME.XXXXXX.pixelmill; a folder of which
 * nobody else need know is pixelmill-PROGRAM.XXXXXX, in $TMPDIR or /tmp. Who writes holds a lock on
 * it, which the kernel frees however the process ends: what is locked by nobody was left by a
 * killed one, and the next call that writes to the same place removes it. A process that ends by
 * exit or by SIGINT, SIGTERM or SIGHUP removes its own. */
#ifndef UNFINISHED_H
#define UNFINISHED_H

#include "pipeline/base/error.h"

enum { UNFINISHED_PATH = 1200 };

struct unfinished {
    char path[UNFINISHED_PATH]; /* "": nothing is being written */
    int lock;                   /* file descriptor that holds the lock */
};

/* From now on those three signals, where nobody ignores or catches them, end the process only after
 * its files are gone. Its exit status is as it would be without. */
void unfinished_watch(void);

/* Makes an empty file that is to become `path`, as public as any other, in the folder where that
 * will stand; or a folder for the program of that name. 0 or FAILED. */
int unfinished_file(struct unfinished *u, const char *path, struct error *error);
int unfinished_folder(struct unfinished *u, const char *program, struct error *error);

/* The file has its name now and is no longer to be removed; or is removed, with what SQLite puts
 * beside it, or with all that is in the folder. Both accept one that was zeroed. */
void unfinished_keep(struct unfinished *u);
void unfinished_remove(struct unfinished *u);

/* The files of a folder that killed processes have left: `each` is told of every one, or, where it
 * is NULL, they are removed. Returns their number. */
int unfinished_left(const char *folder, void (*each)(void *context, const char *path),
                    void *context);

/* Removes a folder with all that is in it, following no link. */
void unfinished_remove_tree(const char *path);

#endif
