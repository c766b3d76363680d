/* member.h: which file of an archive is meant.
 *
 * In: the names of what is in it, one by one, and what is asked for. Out: one name, or a line that
 * says why none. No file is touched.
 */
#ifndef SOURCE_MEMBER_H
#define SOURCE_MEMBER_H

#include "pipeline/base/error.h"
#include "pipeline/source/fields.h"
#include "pipeline/source/kind.h"

struct members {
    const char *archive; /* its name, for messages */
    const char *asked;   /* a member by its name, or NULL */
    enum table_kind kind;
    struct fields tables; /* names of .csv files, or of what was asked for */
    struct fields others; /* the first few other names */
    int is_workbook;
};

/* Takes the name of a file in the archive. What macOS adds for its own use is left out. 0, or -1
 * where memory is short. */
int members_add(struct members *members, const char *name);

/* The name of the one that is meant: of what was asked for, the whole name, else the only one in
 * any folder. Without that the only .csv file; else the only one that is called train, test or
 * sample_submission by `kind`, else has such a word in its name. NULL and a line in error. */
const char *members_choose(const struct members *members, struct error *error);

void members_free(struct members *members);

#endif
