/* submit.h: the parts of the submit program: what a submission says, and its file. */
#ifndef SUBMIT_H
#define SUBMIT_H

#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/form.h"
#include "pipeline/store/run.h"

/* What is to stand in the file. */
struct answer_sheet {
    struct form form;
    char **ids;            /* [rows], as in test.csv, or 1, 2, ... */
    int *predicted;        /* [rows], the most probable class */
    double *probabilities; /* [rows][form.columns - 1], as they stand in the file; NULL: labels */
    size_t rows, room;
};

/* Collects header and rows from the database. positive: the label whose probability is asked for,
 * or NULL. 0, or DB_ERROR with one line in db->error. sheet_free accepts one that was
 * zeroed or failed to load. */
int sheet_load(struct db *db, const struct run *run, const struct dataset *dataset,
               const char *positive, struct answer_sheet *sheet);
void sheet_free(struct answer_sheet *sheet);

/* The bytes of the file, appended to text. 0 or FAILED. */
int sheet_text(const struct answer_sheet *sheet, const struct dataset *dataset, struct text *text,
               struct error *error);

/* Reads a file back and compares it with what a submission must be: header, number of rows, ids
 * unique and in order, line ends; labels that are the predicted ones; or probabilities from 0 to 1
 * of which those of all classes sum to 1, the greatest being that of the predicted class. 0 or
 * FAILED. */
int sheet_check(const struct answer_sheet *sheet, const struct dataset *dataset,
                const char *temporary, struct error *error);

#endif
