/* ask.h: the parts of the ask program: the result of a query, and the forms in which it is printed.
 */
#ifndef ASK_H
#define ASK_H

#include "pipeline/store/db.h"
#include <stdio.h>

/* One value. Text is as exports have it: a REAL reads back as the same number. */
struct cell {
    int type;    /* SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_NULL */
    double real; /* of a SQLITE_FLOAT */
    char *text;  /* NULL for SQLITE_NULL */
};

struct result {
    int columns;
    size_t rows;
    char **names;       /* [columns] */
    struct cell *cells; /* [rows][columns] */
};

/* Steps a bound statement to its end. Returns 0, or DB_ERROR with one line in db->error.
 * result_free accepts one that was zeroed or failed to load. */
int result_load(struct db *db, sqlite3_stmt *statement, struct result *result);
void result_free(struct result *result);

/* An aligned table (numbers to the right, reals of a column with equally many decimals), CSV after
 * RFC 4180 with LF line ends, an array of JSON objects, a Markdown table. Return 0, or -1 where
 * memory is short; whether `out` could be written, ferror tells. */
int print_table(const struct result *result, FILE *out);
int print_csv(const struct result *result, FILE *out);
int print_json(const struct result *result, FILE *out);
int print_markdown(const struct result *result, FILE *out);

/* Columns that a terminal needs for a UTF-8 text. The locale must be a UTF-8 one. */
int text_width(const char *text);

#endif
