/* input.h: the bytes of an input file as they are given, read once and hashed as they pass.
 *
 * In: a path. `-` is the standard input; FILE:MEMBER, where there is no file of that name but a
 * FILE, is a member of an archive. Out: its bytes, from any place, any number of times: what can be
 * read only once (a pipe, a terminal, <(...)) is kept on its way in a file without a name in
 * TMPDIR.
 */
#ifndef SOURCE_INPUT_H
#define SOURCE_INPUT_H

#include "pipeline/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct input; /* an open file */

/* NULL on error. The path must outlive it. */
struct input *input_open(const char *path, struct error *error);
void input_free(struct input *input);

const char *input_name(const struct input *input);   /* the path, as it was given */
const char *input_member(const struct input *input); /* that was asked for, or NULL */

/* 1: *block points to *size > 0 bytes that live until the next call; 0: the end; FAILED. */
int input_read(struct input *input, const char **block, size_t *size, struct error *error);

/* Where the next read begins, from the beginning or (whence SEEK_END) the end; what lies before it
 * is read, so that it is hashed in order. Returns the place from the beginning, or FAILED. */
int64_t input_seek(struct input *input, int64_t offset, int whence, struct error *error);

/* Bytes that have been read for the first time so far. */
int64_t input_bytes(const struct input *input);

/* Reads what has not been read yet; what the whole file is. At any time, any number of times. 0 or
 * FAILED, also where the file has changed since it was opened. */
int input_finish(struct input *input, char sha256[65], int64_t *bytes, struct error *error);

/* The file on disk that a path means: the path itself, or that of an archive, and *member, if that
 * is not NULL, becomes what stands behind its colon, within `path`, or NULL. NULL where it is the
 * standard input or no file that can be read twice; else free it. */
char *input_file(const char *path, const char **member);

#endif
