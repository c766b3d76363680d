/* columns.h: what a submission is made of, by the sample submission or without one.
 *
 * In: the header of the sample, whether its second column holds fractions, the labels of the
 * training file. Out: kind, name and class of each column. No file is touched. */
#ifndef TABLE_COLUMNS_H
#define TABLE_COLUMNS_H

#include "pipeline/base/error.h"

#include <stddef.h>

enum column_kind { COLUMN_ID, COLUMN_LABEL, COLUMN_PROBABILITY };

/* The word that the table submission_column has for it. */
const char *column_kind_name(enum column_kind kind);

struct submission_column {
    const char *name; /* in the header, of the request; NULL: there is no header */
    enum column_kind kind;
    int class; /* whose probability; -1: of the greater of two labels, or no probability */
};

/* What the values of a column are; begins as zeros, and each value is looked at once. */
struct column_values {
    size_t count, within, fractions; /* all; numbers from 0 to 1; those that are neither 0 nor 1 */
};

void column_look(struct column_values *values, const char *text);

/* 1: all are numbers from 0 to 1, and at least one is not whole. */
int column_is_fractions(const struct column_values *values);

struct columns_request {
    const char *path;          /* of the sample; NULL: there is none, and names are not looked at */
    const char *const *names;  /* [n] of its header; NULL: it has none */
    size_t n;                  /* its columns */
    int fractions;             /* 1: those of the second one are */
    const char *const *labels; /* [classes] of the training file, in the order of their classes */
    int classes;
    const char *id, *label; /* the test file's id column and the training file's label column by
                             * name; NULL where it has none */
};

/* The rules:
 * - No sample: id and label by the names of the request where both are there, else ImageId and
 *   Label.
 * - Two columns: an id, and the probability of the greater of two labels where the values are
 *   fractions, whatever they are called; else an id and a label.
 * - More: an id and a probability a class. The names are the labels, in any order, or become them
 *   without a beginning that they all share (Class_0, p_setosa); upper and lower case are the same
 *   where nothing else fits. Without names the columns are the classes in their order.
 * Fills in columns[request->n], or of two where there is no sample. Returns their number, or FAILED
 * with one line that names file and finding. */
int columns_decide(const struct columns_request *request, struct submission_column *columns,
                   struct error *error);

#endif
