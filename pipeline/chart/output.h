/* output.h: what is written must not be what is read. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "pipeline/base/error.h"

/* FAILED with a line in error where path is, or as a folder holds, the database, a file that
 * belongs to it (-wal, -shm, -journal, -locks), or one of the inputs [n] (NULL: none), whatever
 * they are called; else 0. */
int output_check(const char *path, const char *db, const char *const inputs[], int n,
                 struct error *error);

#endif
