/* texts.h: texts among the numbers of a table: each column has a list of them, and in a row
 * of numbers a text is a NaN that carries its place in that list. */
#ifndef TABLE_TEXTS_H
#define TABLE_TEXTS_H

#include "pipeline/source/fields.h"

enum { TEXTS_MOST = 64 }; /* different ones of a column that are kept */

struct texts {
    struct fields list;
    size_t line;  /* where the first one stands in the file */
    int overflow; /* there are more than TEXTS_MOST */
};

/* The code of a text, which is appended to the list where it is new; -1 where memory is short. */
int texts_code(struct texts *texts, const char *text, size_t length);

/* The same of a text of the test file, from which nothing is learnt: TEXTS_MOST where it is new. */
int texts_find(const struct texts *texts, const char *text, size_t length);

float texts_value(int code); /* a NaN, see texts_code_of */
float texts_gap(void);       /* the NaN of a missing number */

/* The code of a value that is a text; -1 for a number and a gap. */
int texts_code_of(float value);

#endif
