/* output.h: what is written must not be what is read, nor take the place of what somebody else has
 * made. Every program that writes a file whose name it was told asks here first. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "pipeline/base/error.h"

/* What belongs to a database, added to its name: the first one is itself. Ended by NULL. */
extern const char *const OUTPUT_OF_DATABASE[];

/* FAILED with a line in error where path is, or as a folder holds, the database (NULL: none), a
 * file that belongs to it (-wal, -shm, -journal, -locks), or one of the inputs [n] (NULL: none),
 * whatever they are called: files are compared by device and inode, and those that are not there
 * yet by their folder and name. Else 0. */
int output_check(const char *path, const char *db, const char *const inputs[], int n,
                 struct error *error);

/* 0 where nothing stands at path, or a file that begins, within 64 KB, with what this program
 * writes: all of the words [n]. Else FAILED with a line in error. */
int output_check_own(const char *path, const char *const words[], int n, struct error *error);

#endif
