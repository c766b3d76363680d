/* ask_export.c: a result as CSV and as JSON. */
#include "pipeline/ask/ask.h"

#include <math.h>
#include <string.h>

/* Quoted where it holds a separator, and where it is empty, which tells '' from NULL. */
static void csv_field(const char *text, FILE *out)
{
    if (*text && !strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            fputc('"', out);
        fputc(*c, out);
    }
    fputc('"', out);
}

int print_csv(const struct result *result, FILE *out)
{
    for (int i = 0; i < result->columns; i++) {
        if (i)
            fputc(',', out);
        csv_field(result->names[i], out);
    }
    fputc('\n', out);
    const struct cell *cell = result->cells;
    for (size_t r = 0; r < result->rows; r++) {
        for (int i = 0; i < result->columns; i++, cell++) {
            if (i)
                fputc(',', out);
            if (cell->text)
                csv_field(cell->text, out);
        }
        fputc('\n', out);
    }
    return 0;
}

static void json_string(const char *text, FILE *out)
{
    fputc('"', out);
    for (const char *c = text; *c; c++) {
        switch (*c) {
        case '"':
        case '\\':
            fprintf(out, "\\%c", *c);
            break;
        case '\n':
            fputs("\\n", out);
            break;
        case '\t':
            fputs("\\t", out);
            break;
        case '\r':
            fputs("\\r", out);
            break;
        default:
            if ((unsigned char)*c < 0x20)
                fprintf(out, "\\u%04x", *c);
            else
                fputc(*c, out);
        }
    }
    fputc('"', out);
}

static void json_value(const struct cell *cell, FILE *out)
{
    if (!cell->text || (cell->type == SQLITE_FLOAT && !isfinite(cell->real)))
        fputs("null", out); /* JSON has no infinity */
    else if (cell->type == SQLITE_TEXT)
        json_string(cell->text, out);
    else
        fputs(cell->text, out);
}

int print_json(const struct result *result, FILE *out)
{
    const struct cell *cell = result->cells;
    fputs("[", out);
    for (size_t r = 0; r < result->rows; r++) {
        fputs(r ? ",\n {" : "\n {", out);
        for (int i = 0; i < result->columns; i++, cell++) {
            if (i)
                fputs(", ", out);
            json_string(result->names[i], out);
            fputs(": ", out);
            json_value(cell, out);
        }
        fputc('}', out);
    }
    fputs(result->rows ? "\n]\n" : "]\n", out);
    return 0;
}
