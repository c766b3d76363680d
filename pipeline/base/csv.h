/* csv.h: fields as a CSV file has them. */
#ifndef CSV_H
#define CSV_H

#include "pipeline/base/error.h"
#include "pipeline/base/text.h"

#include <stdio.h>

/* Appends a field, quoted where it must be: where it holds a comma, a quotation mark or an end of
 * line (RFC 4180), begins or ends with a blank, which many readers drop, or is empty, which tells
 * it from a field that is not there. */
void csv_add_field(struct text *text, const char *field);

#define CSV_MARK "\xEF\xBB\xBF" /* UTF-8, says who begins a file with it */

/* Reads the rows of a file, whatever mark it begins with, each of them into take(fields, n, line,
 * context), fields[n] and the number of the line it ends in living until take returns. Ends where
 * take returns not 0. `path` names the file in errors. 0; FAILED with one line; what take returned.
 */
typedef int csv_take(char *const *fields, int n, size_t line, void *context);
int csv_read_rows(FILE *file, const char *path, csv_take *take, void *context, struct error *error);

#endif
