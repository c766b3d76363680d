/* form.h: what kind of text a file is, by its beginning. */
#ifndef SOURCE_FORM_H
#define SOURCE_FORM_H

#include "pipeline/base/error.h"

#include <stddef.h>

/* FAILED with a line that says what it looks like, where it is no CSV file: a Git LFS pointer,
 * a web page, bytes of another program. `path` names it. */
int form_check(const char *path, const char *text, size_t size, struct error *error);

/* Which of , ; tab and | parts the fields: the one that gives the first lines the same number of
 * them, above one, where the first line may have one less; of several the one that gives the most.
 * Where there is none, the one that gives the most in the first line; else ','. */
char form_separator(const char *text, size_t size);

/* How that is called where a person reads it. */
const char *form_separator_name(char separator);

#endif
