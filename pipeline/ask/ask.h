/* ask.h: the parts of the ask program: the result of a query, and the forms in which it is printed.
 */
#ifndef ASK_H
#define ASK_H

#include "pipeline/base/text.h"
#include "pipeline/db/db.h"

/* One value. Text is as exports have it: a REAL reads back as the same number. */
struct cell {
    db_type type; /* a blob is the text of its size */
    double real;  /* of a DB_REAL */
    char *text;   /* NULL for DB_NULL */
};

struct result {
    int columns;
    size_t rows;
    char **names;       /* [columns] */
    struct cell *cells; /* [rows][columns] */
};

/* Steps a bound statement to its end. Returns 0, or DB_ERROR with one line in db->error.
 * result_free accepts one that was zeroed or failed to load. */
int result_load(struct db *db, struct statement *statement, struct result *result);
void result_free(struct result *result);

/* Append a result in a form: a table for a line of `width` columns (0: any), numbers to the right,
 * reals of a column with equally many decimals; the same in Markdown, whatever the width; CSV
 * (base/csv.h); an array of JSON objects. Return 0, in ask_table the number of columns that were
 * left out, or FAILED. */
int ask_table(const struct result *result, int width, struct text *out, struct error *error);
int ask_markdown(const struct result *result, struct text *out, struct error *error);
int ask_csv(const struct result *result, struct text *out, struct error *error);
int ask_json(const struct result *result, struct text *out, struct error *error);

/* Appends a line a question of a folder: its name, and what it answers as its first line of comment
 * says. ask_nearest: the name that is most like another one, "" where none is. 0 or FAILED. */
int ask_list(const char *folder, struct text *out, struct error *error);
int ask_nearest(const char *folder, const char *name, struct text *nearest, struct error *error);

#endif
