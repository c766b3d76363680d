/* unpack.h: the bytes of an input without their compression, and the members of archives.
 *
 * What it is, gzip, xz, bzip2, Zstandard, zip or tar, is told by its bytes. Every checksum that is
 * there is checked: a damaged file is an error.
 */
#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

#include "pipeline/source/input.h"

struct unpack;

/* From the beginning of the input, which it borrows. NULL on error. */
struct unpack *unpack_open(struct input *input, struct error *error);
void unpack_free(struct unpack *unpack);

/* 1: it is an archive, of which unpack_next gives the members one by one; else it is one text. */
int unpack_is_archive(const struct unpack *unpack);

/* 1: it is compressed or an archive, and so has checksums. */
int unpack_is_packed(const struct unpack *unpack);

/* Goes to the next file of an archive, whose name lives until the next call; *name is NULL at the
 * end. 0 or FAILED. */
int unpack_next(struct unpack *unpack, const char **name, struct error *error);

/* Of the text, or of the member at hand: 1, 0 or FAILED as input_read. */
int unpack_read(struct unpack *unpack, const char **block, size_t *size, struct error *error);

/* After the last read: whether all that follows is as it must be, too. 0 or FAILED. */
int unpack_finish(struct unpack *unpack, struct error *error);

#endif
