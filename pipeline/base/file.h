/* file.h: files as a whole: read, replaced, looked at. */
#ifndef FILE_H
#define FILE_H

#include "pipeline/base/error.h"
#include "pipeline/base/text.h"
#include "pipeline/base/unfinished.h"

#include <stdint.h>
#include <stdio.h>

/* Appends all of a file to a text. limit: bytes; a longer file is an error. 0 or FAILED. */
int file_read(const char *path, size_t limit, struct text *text, struct error *error);

/* Writes a file beside its place, flushes it to the disk and renames it: nobody ever sees half of
 * it, and where it fails the old one stays.
 *
 *     struct file_new file;
 *     if (file_begin(&file, path, &error)) ...
 *     fprintf(file.out, ...);
 *     if (file_commit(&file, &error)) ...
 *
 * Between the two the caller may read `file.new.path` after fflush; file_abandon removes it, and so
 * does the end of the process, whatever ends it (unfinished.h). A folder that is not there is made.
 * 0 or FAILED. */
struct file_new {
    FILE *out;
    char path[1100];
    struct unfinished new;
};

int file_begin(struct file_new *file, const char *path, struct error *error);
int file_commit(struct file_new *file, struct error *error);
void file_abandon(struct file_new *file);

/* file_begin, the bytes, file_commit. */
int file_replace(const char *path, const void *bytes, size_t size, struct error *error);

/* A rename lasts when the folder is on the disk: that of the path. 0, or -1 with errno. */
int file_sync_folder(const char *path);

/* Makes a folder and those above it; 0 where it is there. */
int file_make_folder(const char *path, struct error *error);

/* What tells whether a file need be read again. */
struct file_state {
    int64_t bytes, mtime_ns, ctime_ns, inode;
};

/* 0; 1 where there is no such file; FAILED. */
int file_look(const char *path, struct file_state *state, struct error *error);

/* Whether a state that was looked at just now can be relied on: a file that changed within the last
 * two seconds may change again without another time. */
int file_is_settled(const struct file_state *state);

#endif
