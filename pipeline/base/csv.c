/* csv.c: see csv.h. */
#include "pipeline/base/csv.h"

#include <stdlib.h>

#include <csv.h>
#include <string.h>

static int must_be_quoted(const char *field, size_t length)
{
    return length == 0 || strpbrk(field, ",\"\r\n") || strchr(" \t", field[0]) ||
           strchr(" \t", field[length - 1]);
}

void csv_add_field(struct text *text, const char *field)
{
    const size_t length = strlen(field), most = 2 * length + 2;
    if (!must_be_quoted(field, length)) {
        text_add_bytes(text, field, length);
        return;
    }
    char *to = text_extend(text, most);
    if (to)
        text_extended(text, csv_write(to, most, field, length));
}

/* ---------------------------------------------------------------- rows */

enum { MAX_FIELDS = 2048 }; /* an id and a probability for each of the classes that there may be */

struct reading {
    const char *path;
    csv_take *take;
    void *context;
    struct error *error;
    size_t line;              /* of the file, from 1 */
    char *fields[MAX_FIELDS]; /* of the row that is being read */
    int n, rc;
};

static void take_field(void *bytes, size_t size, void *context)
{
    struct reading *r = context;
    if (r->rc)
        return;
    if (r->n == MAX_FIELDS) {
        r->rc = error_set(r->error, "%s:%zu: more than %d fields", r->path, r->line, MAX_FIELDS);
        return;
    }
    r->fields[r->n] = strndup(bytes ? bytes : "", bytes ? size : 0);
    if (r->fields[r->n])
        r->n++;
    else
        r->rc = error_memory(r->error, r->path);
}

static void take_row(int end, void *context)
{
    struct reading *r = context;
    (void)end;
    if (!r->rc)
        r->rc = r->take(r->fields, r->n, r->line, r->context);
    while (r->n > 0)
        free(r->fields[--r->n]);
}

/* Fed line by line, so that an error can say in which. */
int csv_read_rows(FILE *file, const char *path, csv_take *take, void *context, struct error *error)
{
    struct reading r = {.path = path, .take = take, .context = context, .error = error};
    struct csv_parser parser;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL))
        return error_memory(error, path);
    while (!r.rc && (size = getline(&line, &room, file)) > 0) {
        size_t mark = !r.line++ && !strncmp(line, CSV_MARK, 3) ? 3 : 0;
        size_t length = (size_t)size - mark;
        if (csv_parse(&parser, line + mark, length, take_field, take_row, &r) != length && !r.rc)
            r.rc = error_set(error, "%s:%zu: %s", path, r.line, csv_strerror(csv_error(&parser)));
    }
    if (!r.rc && ferror(file))
        r.rc = error_system(error, path);
    if (!r.rc && csv_fini(&parser, take_field, take_row, &r))
        r.rc = error_set(error, "%s:%zu: a quoted field has no end", path, r.line);
    while (r.n > 0)
        free(r.fields[--r.n]);
    csv_free(&parser);
    free(line);
    return r.rc;
}
