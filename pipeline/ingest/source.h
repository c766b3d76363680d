/* ingest/source.h: the bytes of an input file, unpacked on the way.
 *
 * In: a path of a plain, .gz, .xz, .bz2 or .zst file, or of a .zip archive with one .csv file in
 * it. Out: blocks of the text inside, and at the end the size and the SHA-256 of the file as it
 * lies on disk, both taken of the very bytes that were read.
 */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include "pipeline/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct source; /* an open file */

/* NULL on error. */
struct source *source_open(const char *path, struct error *error);
void source_free(struct source *source);

/* 1: *block points to *size > 0 bytes that live until the next call; 0: the end; FAILED. */
int source_read(struct source *source, const char **block, size_t *size, struct error *error);

/* Bytes of the file on disk that have been read so far. */
int64_t source_bytes(const struct source *source);

/* After the end: what the whole file is. 0 or FAILED. */
int source_finish(struct source *source, char sha256[65], int64_t *bytes, struct error *error);

#endif
