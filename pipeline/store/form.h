/* form.h: what a submission on a dataset is made of, as its sample prescribes. */
#ifndef FORM_H
#define FORM_H

#include "pipeline/base/text.h"
#include "pipeline/db/db.h"
#include "pipeline/store/dataset.h"

typedef enum form_kind {
    FORM_LABELS,  /* an id and a label */
    FORM_CLASSES, /* an id and a probability for each class */
    FORM_ONE      /* an id and the probability of one class */
} form_kind;

struct form {
    form_kind kind;
    int columns;         /* 2, or of FORM_CLASSES one more than there are classes */
    char *header;        /* the line as it is written; NULL: the competition wants none */
    char **names;        /* [columns] that are in it; NULL: the competition wants none */
    int *classes;        /* [columns] whose probability; -1: an id or a label */
    int64_t sample_rows; /* of the sample submission; -1: there is none */
};

/* 0, or DB_ERROR with one line in db->error. form_free accepts one that was zeroed or failed to
 * load. */
int form_load(struct db *db, const struct dataset *dataset, struct form *form);
void form_free(struct form *form);

/* Sets whose probability FORM_ONE has: that of the label `positive`, or where that is NULL, of the
 * class that the table names, else of the greater one of two labels. 0, or DB_ERROR, also where
 * there is a label and another kind of submission. */
int form_choose(struct db *db, const struct dataset *dataset, const char *positive,
                struct form *form);

/* The class of a label, -1 where the dataset has none such. Shortened: 7.0 is the label 7. */
int form_class(const struct dataset *dataset, const char *label);

/* Appends the labels, the first ten of many: `0, 1, 2`. */
void form_tell_labels(const struct dataset *dataset, struct text *text);

#endif
