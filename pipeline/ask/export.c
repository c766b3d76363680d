/* export.c: a result as CSV and as JSON. See ask.h. */
#include "pipeline/ask/ask.h"
#include "pipeline/base/csv.h"
#include "pipeline/base/terminal.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static void add_end(int column, int columns, struct text *out)
{
    text_add(out, column + 1 < columns ? "," : "\n");
}

/* An empty text is quoted, which tells it from NULL. */
int ask_csv(const struct result *result, struct text *out, struct error *error)
{
    const struct cell *cell = result->cells;
    for (int i = 0; i < result->columns; i++) {
        csv_add_field(out, result->names[i]);
        add_end(i, result->columns, out);
    }
    for (size_t r = 0; r < result->rows; r++) {
        for (int i = 0; i < result->columns; i++, cell++) {
            if (cell->text)
                csv_add_field(out, cell->text);
            add_end(i, result->columns, out);
        }
    }
    return text_failed(out) ? error_memory(error, "the answer as CSV") : 0;
}

static int add_bytes(const char *bytes, size_t size, void *out)
{
    text_add_bytes(out, bytes, size);
    return 0;
}

/* A text that is no UTF-8, which JSON can't have, shows its bytes as \xff. */
static int add_string(const char *text, struct text *out)
{
    struct text plain = {0};
    json_t *string = json_string(text);
    if (!string) {
        terminal_add_plain(&plain, text);
        string = json_string(text_of(&plain));
    }
    int rc = string ? json_dump_callback(string, add_bytes, out, JSON_ENCODE_ANY) : -1;
    json_decref(string);
    text_free(&plain);
    return rc;
}

/* Numbers stand as they are: they read back as the same ones. */
static int add_value(const struct cell *cell, struct text *out)
{
    if (cell->type == DB_TEXT)
        return add_string(cell->text, out);
    /* JSON has no infinity */
    text_add(out,
             cell->text && (cell->type != DB_REAL || isfinite(cell->real)) ? cell->text : "null");
    return 0;
}

int ask_json(const struct result *result, struct text *out, struct error *error)
{
    const struct cell *cell = result->cells;
    int bad = 0;
    text_add(out, "[");
    for (size_t r = 0; r < result->rows; r++) {
        text_add(out, r ? ",\n {" : "\n {");
        for (int i = 0; i < result->columns; i++, cell++) {
            text_add(out, i ? ", " : "");
            bad |= add_string(result->names[i], out);
            text_add(out, ": ");
            bad |= add_value(cell, out);
        }
        text_add(out, "}");
    }
    text_add(out, result->rows ? "\n]\n" : "]\n");
    return bad || text_failed(out) ? error_memory(error, "the answer as JSON") : 0;
}
