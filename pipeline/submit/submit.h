/* submit.h: the parts of the submit program: what a submission says, and its file. */
#ifndef SUBMIT_H
#define SUBMIT_H

#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"
#include "pipeline/program/stage.h"

/* What is to stand in the file. */
struct answer_sheet {
    char *header;        /* NULL: the competition wants none */
    char **ids;          /* [rows], as in test.csv, or 1, 2, ... */
    const char **labels; /* [rows], into the dataset's labels */
    size_t rows;
    int64_t sample_rows; /* of the sample submission; -1 where there was none */
};

/* Collects header and rows from the database. Returns 0 or -1 with one line in error. sheet_free
 * accepts one that was zeroed or failed to load. */
int sheet_load(struct db *db, const struct run *run, const struct dataset *dataset,
               struct answer_sheet *sheet, char error[400]);
void sheet_free(struct answer_sheet *sheet);

/* Writes the sheet to a new file in the folder of `path` whose name it leaves in temporary, flushed
 * to the disk. The caller removes or renames it. Returns 0 or -1 with one line in error (then there
 * is no file). */
int sheet_write(const struct answer_sheet *sheet, const char *path, char temporary[1100],
                char error[400]);

/* Reads the file back and compares it with what a submission must be: header, number of rows, ids
 * unique and in order, labels of the dataset, line ends. Returns 0 or -1 with one line in error. */
int sheet_check(const struct answer_sheet *sheet, const struct dataset *dataset,
                const char *temporary, char error[400]);

/* Renames within a folder and flushes the folder to the disk. Returns 0 or -1 with errno set. */
int file_into_place(const char *temporary, const char *path);

#endif
