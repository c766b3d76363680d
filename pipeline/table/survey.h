/* survey.h: what a look at all rows of a file tells. */
#ifndef TABLE_SURVEY_H
#define TABLE_SURVEY_H

#include "pipeline/table/table.h"

struct survey {
    size_t values;
    float *low, *high;     /* [values]; low > high where no row has a number */
    size_t *gaps, *texts;  /* [values], rows without a number, and with a text */
    uint64_t *hashes;      /* [rows], of the numbers of a row */
    size_t constant;       /* rows whose numbers are all the same */
    float least, greatest; /* of all */
};

/* Reads all rows of a table once. 0 or FAILED with a line; survey_free in both cases. */
int survey_rows(struct table *table, struct survey *survey, struct error *error);
void survey_free(struct survey *survey);

#endif
