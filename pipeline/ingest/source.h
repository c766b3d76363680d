/* ingest_source.h: the bytes of an input file, unpacked on the way.
 *
 * In: a path of a plain, .gz, .xz, .bz2 or .zst file, or of a .zip archive with one .csv file in
 * it. Out: blocks of the text inside, and at the end the size and the SHA-256 of the file as it
 * lies on disk, both taken of the very bytes that were read.
 */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include <stddef.h>
#include <stdint.h>

struct source; /* an open file */

/* NULL on error, with one line in error. */
struct source *source_open(const char *path, char error[512]);
void source_free(struct source *source);

/* 1: *block points to *size > 0 bytes that live until the next call; 0: the end; -1: an error. */
int source_read(struct source *source, const char **block, size_t *size, char error[512]);

/* After the end: what the whole file is. 0 or -1. */
int source_finish(struct source *source, char sha256[65], int64_t *bytes, char error[512]);

#endif
