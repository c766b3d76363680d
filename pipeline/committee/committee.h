/* committee.h: the parts of the committee program: who is asked, with which weights, and what is
 * recorded and told of it. */
#ifndef COMMITTEE_H
#define COMMITTEE_H

#include "pipeline/store/blend.h"
#include "pipeline/conf/conf.h"
#include "pipeline/store/dataset.h"
#include "pipeline/program/stage.h"

enum { CROSS_FOLDS = 5, NOTE_SIZE = 600 };

/* Of so many images: how many right, and the mean loss (natural logarithm). */
struct figures {
    size_t images, correct;
    double loss;
};

struct candidate {
    int64_t run, dataset, split, seed;
    int64_t parameters, trainable;
    char experiment[128];
    char identity[65];    /* SHA-256 of what decides its predictions */
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
    char input_hash[65];
    char note[NOTE_SIZE]; /* what its figures must be read with; "" */
    int64_t run;
};

/* committee_names.c: members by name, as committee.members has them, `single:1-5, wide:2`. Fills
 * experiment and seed, with `offset` added to the seeds; returns their number, or -1 with one line
 * in error. */
int names_parse(const char *text, int64_t offset, struct candidate *candidates, char *error,
                size_t size);

/* The text of a committee's experiment file for candidates that were named by their runs; the
 * caller frees it. NULL: out of memory. */
char *names_write(const struct candidate *candidates, int n);

/* committee_runs.c: numbers of runs from text ("3 4 5", "3, 4, 5"), or from the column `run`, else
 * the first one, of a query with values for its parameters. They end the program on error. */
void runs_from_text(struct founding *f, const char *text);
void runs_from_query(struct founding *f, const char *name, const char *query, char **assignments,
                     int n);
char *question_read(const struct stage *stage, const char *name);

/* committee_members.c: finds the runs of candidates that have a name only, reads what is to be
 * known of all, and checks that they can be asked together. Ends the program on error. */
void members_find(struct founding *f);
void members_read(struct founding *f);
int members_chosen(const struct founding *f); /* how many have a weight */

/* committee_fit.c: the choice by what the votes say of rows[0..n) (indices into the votes), and
 * what came of a choice on rows. 0, or -1 where there is no memory. */
int fit_choose(const struct votes *votes, const uint16_t *labels, const uint32_t *rows, size_t n,
               const struct conf *conf, struct choice *choice);
void fit_judge(const struct votes *votes, const uint16_t *labels, const uint32_t *rows, size_t n,
               const struct conf *conf, const struct choice *choice, struct figures *figures);

/* The honest figures: CROSS_FOLDS times chosen on the rows of all stratified parts but one, judged
 * on that one. No images where there are fewer rows than parts. */
int fit_cross(const struct votes *votes, const uint16_t *labels, const struct conf *conf,
              struct figures *cross);

/* committee_record.c: finds the committee of just these members and settings, f->run (0: none), or
 * records it in one transaction. 0 or DB_ERROR. */
void record_hash(struct founding *f);
int record_find(struct founding *f);
int record_store(struct founding *f);

#endif
