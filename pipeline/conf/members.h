/* members.h: the setting committee.members, the members of a committee by name. */
#ifndef MEMBERS_H
#define MEMBERS_H

#include "pipeline/base/error.h"

#include <stdint.h>

enum { CONF_MEMBERS_MOST = 256 };

struct conf_member {
    char experiment[128];
    int64_t seed;
};

/* Reads `single:1-5, wide:2`; `offset` is added to the seeds. Returns their number, or -1 with one
 * line in error. */
int members_parse(const char *text, int64_t offset, struct conf_member *members,
                  struct error *error);

/* The text of a committee's experiment file for members that were named by their runs; the caller
 * frees it. NULL: out of memory. */
char *members_write(const struct conf_member *members, int n);

#endif
