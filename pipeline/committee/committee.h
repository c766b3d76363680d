/* committee.h: the parts of the committee program: who is asked, with which weights, and what is
 * recorded and told of it. */
#ifndef COMMITTEE_H
#define COMMITTEE_H

#include "pipeline/base/text.h"
#include "pipeline/conf/conf.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/blend.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"

enum { CROSS_FOLDS = 5 };

/* Of so many images: how many right, and the mean loss (natural logarithm). */
struct figures {
    size_t images, correct;
    double loss;
};

struct candidate {
    int64_t run, dataset, split, seed;
    int64_t parameters, trainable;
    char experiment[128];
    char on[160]; /* name and version of its dataset */
    run_status status;
    int evaluated;        /* 1: on all images that it can be */
    struct figures alone; /* on the images that judge the committee */
};

/* What is chosen: each candidate's share of the vote (0: not asked) and the temperature. */
struct choice {
    double weights[BLEND_MEMBERS_MOST];
    double temperature;
};

struct founding {
    const struct stage *stage;
    struct db *db;
    struct conf conf;
    struct dataset dataset;
    struct image_set train;
    int candidates;
    struct candidate candidate[BLEND_MEMBERS_MOST];
    struct votes votes; /* on the training images */
    uint16_t *labels;   /* [votes.images] */
    struct choice choice;
    struct figures figures; /* of the committee, on the images that judge it */
    struct figures cross;   /* by choices that were made without them; no images: not computed */
    char identity[65];
    struct text note; /* what its figures must be read with */
    int64_t run;      /* 0: not there yet */
};

/* runs.c: numbers of runs from text ("3 4 5", "3, 4, 5"), or from the column `run`, else the first
 * one, of a query with values for its parameters: sql/ask/NAME.sql, or with name NULL the query
 * itself. They end the program on error. */
void runs_from_text(struct founding *f, const char *text);
void runs_from_query(struct founding *f, const char *name, const char *query, char **assignments,
                     int n);

/* named.c: the runs of the members that the experiment file names, which are found by what decides
 * their weights, and trained and evaluated where they are missing. Ends the program on error. */
void named_find(struct founding *f);

/* members.c: reads what is to be known of a run; puts the candidates in the order of their numbers
 * and checks that they can be asked together. Both end the program on error. */
void members_read(const struct founding *f, struct candidate *candidate);
void members_check(struct founding *f);
int members_chosen(const struct founding *f); /* how many have a weight */

/* fit.c: the choice by what the votes say of rows[0..n) (indices into the votes), and what came of
 * a choice on rows. 0, or -1 where there is no memory. */
int fit_choose(const struct votes *votes, const uint16_t *labels, const uint32_t *rows, size_t n,
               const struct conf *conf, struct choice *choice);
void fit_judge(const struct votes *votes, const uint16_t *labels, const uint32_t *rows, size_t n,
               const struct conf *conf, const struct choice *choice, struct figures *figures);

/* The honest figures: CROSS_FOLDS times chosen on the rows of all stratified parts but one, judged
 * on that one. No images where there are fewer rows than parts. */
int fit_cross(const struct votes *votes, const uint16_t *labels, const struct conf *conf,
              struct figures *cross);

/* record.c: finds the committee of just these members and settings, f->run (0: none), and records
 * it in one transaction. 0 or DB_ERROR. */
int record_find(struct founding *f);
int record_store(struct founding *f);

#endif
