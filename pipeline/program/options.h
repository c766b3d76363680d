/* options.h: an option of a program is a row.
 *
 * What the command line may say stands in one table a program; parsing, error texts, --help and
 * what ingest takes into the identity of a dataset come from it:
 *
 *     struct options { int64_t folds; const char *label; };
 *     static const struct option_row ROWS[] = {
 *         {"folds", OPTION_WHOLE, "K", OPTION_AT(struct options, folds), .least = 2, .most = 1000,
 *          .help = "K folds instead"},
 *         {"label", OPTION_TEXT, "NAME", OPTION_AT(struct options, label), .of_data = 1,
 *          .help = "the label column", .fallback = "the one named label"},
 *         {0}};
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "pipeline/base/error.h"
#include "pipeline/base/text.h"

#include <stddef.h>
#include <stdio.h>

typedef enum option_kind {
    OPTION_FLAG,    /* int: becomes 1 */
    OPTION_TEXT,    /* const char * */
    OPTION_WORD,    /* const char *, not empty, without blanks */
    OPTION_LIST,    /* struct option_list: may be repeated */
    OPTION_WHOLE,   /* int64_t, from least to most */
    OPTION_REAL,    /* double, from least to most */
    OPTION_BETWEEN, /* double, between least and most, neither of them */
    OPTION_CHOICE,  /* int: which of the words of `choices` it is, from 0 */
    OPTION_OWN      /* whatever `take` makes of it */
} option_kind;

enum { OPTION_LIST_MOST = 64 };

struct option_list {
    int n;
    const char *items[OPTION_LIST_MOST];
};

/* Reads the text into the field; 0, or FAILED with what was found and what is expected. */
typedef int option_take(const char *text, void *field, struct error *error);

struct option_row {
    const char *name; /* without dashes; NULL ends the table */
    option_kind kind;
    const char *value; /* what --help calls its value: FILE, N, 'train|test'; NULL for a flag */
    size_t to;         /* where in the program's options its field is: OPTION_AT */
    double least, most;
    const char *choices; /* words parted by '|' */
    option_take *take;
    const char *help;     /* what it is for, without a full stop */
    const char *fallback; /* its default in words; NULL: none worth telling */
    int of_data;          /* belongs to the identity of the data that is read */
    void (*tell)(const void *field, struct text *text); /* OPTION_OWN with of_data: its value */
};

#define OPTION_AT(type, field) offsetof(type, field)

/* Takes one option into its field. text is NULL for a flag. 0, or FAILED with a line that begins
 * with the option's name. */
int option_store(const struct option_row *row, const char *text, void *options,
                 struct error *error);

/* Appends the lines of --help for the rows of a table. */
void options_help(const struct option_row *rows, struct text *help);

/* Appends `name value` lines of those rows that belong to the data's identity, in the order of the
 * table, an empty value where it was not given. */
void options_identity(const struct option_row *rows, const void *options, struct text *identity);

/* A paragraph wrapped at 79 columns, its further lines indented by so many blanks. */
void options_wrap(struct text *text, const char *paragraph, int column, int indent);

#endif
