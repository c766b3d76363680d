/* source.h: the text of an input file, unpacked and in UTF-8.
 *
 * In: an input, plain or compressed, or an archive with .csv files in it, of which one is chosen.
 * Out: blocks of the text inside, in UTF-8 without a byte order mark. An input can be opened any
 * number of times, one after the other.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "pipeline/source/input.h"
#include "pipeline/source/kind.h"

struct source; /* an open text */

/* From the beginning of the input, which it borrows. `kind` says which file of an archive is meant.
 * NULL on error, also for what is no CSV file. */
struct source *source_open(struct input *input, enum table_kind kind, struct error *error);
void source_free(struct source *source);

/* 1: *block points to *size > 0 bytes that live until the next call; 0: the end; FAILED. */
int source_read(struct source *source, const char **block, size_t *size, struct error *error);

/* The file of an archive that was chosen; NULL where it is no archive. Lives as long as the
 * source. */
const char *source_member(const struct source *source);

/* After the end: whether all is as it must be behind it, too. 0 or FAILED. */
int source_finish(struct source *source, struct error *error);

/* After an error in the text: puts a better one in its place where the file turns out to be
 * damaged, for then it is no wonder. */
void source_blame(struct source *source, struct error *error);

#endif
