/* score.h: the parts of the score program: the two files, row beside row, and what comes of them.
 */
#ifndef SCORE_H
#define SCORE_H

#include "pipeline/base/records.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/form.h"

/* A submission and the right answers. */
struct papers {
    const char *path, *answers_path;
    struct records submission, answers;
    int label;               /* column of the answers; 0: they have a column a class */
    size_t *row;             /* [answers.count], where the submission has the id of an answer */
    struct dataset *dataset; /* NULL: not known, then labels are just compared */
    struct form form;        /* what the submission is made of; of no dataset, labels */
};

/* What a submission is worth. */
struct score {
    size_t rows, wrong;
    double log_loss, auc; /* NaN: there is none */
    const char *positive; /* the label that the AUC is of; NULL: there is none */
};

/* Reads both files; papers->path, answers_path, dataset and form are set. Ends the program where
 * they can't be read, have other columns than they should, or labels that the dataset lacks.
 * papers_match then finds each id of the one in the other. */
void papers_read(const struct stage *stage, struct papers *papers);
void papers_match(const struct stage *stage, struct papers *papers);
void papers_free(struct papers *papers);

/* The class of an answer; of a submission of one probability 1 where it is of that class, else 0.
 */
int papers_right(const struct papers *papers, size_t answer);

/* The probability in a row and column of the submission. Ends the program where it is none. */
double papers_probability(const struct stage *stage, const struct papers *papers, size_t row,
                          int column);

/* Compares; papers were matched. Ends the program where memory is short. */
void score_papers(const struct stage *stage, const struct papers *papers, struct score *score);

#endif
