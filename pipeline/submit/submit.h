/* submit.h: the parts of the submit program: what a submission says, and its file. */
#ifndef SUBMIT_H
#define SUBMIT_H

#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"

/* What is to stand in the file. */
struct answer_sheet {
    char *header;        /* NULL: the competition wants none */
    char **ids;          /* [rows], as in test.csv, or 1, 2, ... */
    const char **labels; /* [rows], into the dataset's labels */
    size_t rows;
    int64_t sample_rows; /* of the sample submission; -1 where there was none */
};

/* Collects header and rows from the database. 0, or DB_ERROR with one line in db->error. No rows:
 * there are no test images. sheet_free accepts one that was zeroed or failed to load. */
int sheet_load(struct db *db, const struct run *run, const struct dataset *dataset,
               struct answer_sheet *sheet);
void sheet_free(struct answer_sheet *sheet);

/* The bytes of the file, appended to text. 0 or FAILED. */
int sheet_text(const struct answer_sheet *sheet, struct text *text, struct error *error);

/* Reads a file back and compares it with what a submission must be: header, number of rows, ids
 * unique and in order, labels of the dataset, line ends. 0 or FAILED. */
int sheet_check(const struct answer_sheet *sheet, const struct dataset *dataset,
                const char *temporary, struct error *error);

#endif
