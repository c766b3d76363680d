/* evaluate.h: the parts of the evaluate program: predicting, storing, telling. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"
#include "pipeline/program/stage.h"
#include "pipeline/conf/looks.h"

/* What is evaluated, and what is read before anything is predicted. */
struct subject {
    const struct stage *stage;
    struct db *db;
    struct run run;
    struct dataset dataset;
    struct image_set train, test;
    nn_view views[VIEWS_MOST]; /* of which each net predicts all */
    int n_views;               /* 1 for a committee, whose members have had theirs */
    int parts;                 /* folds or members; 0 for a training */
    int threads;
};

/* What a run says of one part of its dataset. */
struct judgement {
    const char *part; /* "validation" or "test" */
    const struct image_set *set;
    size_t n;
    uint32_t *rows;       /* [n], indices into the set */
    double *sums;         /* [n][classes], of the probabilities of all nets and views so far */
    float *probabilities; /* [n][classes] */
    uint16_t *predicted;  /* [n], the most probable class, the lowest of equals */
    int classes;
    int labelled; /* not 0: all images have a label, loss and correct are known */
    double loss;  /* mean over the images, natural logarithm */
    size_t correct;
    double seconds;
};

/* evaluate_nets.c, evaluate_committee.c: fill in the judgements on validation and test. Both end
 * the program with one line where they can't. */
void judge_nets(struct subject *subject, struct judgement judgements[2]);
void judge_committee(struct subject *subject, struct judgement judgements[2]);

/* Makes room for n images, the first n of the set until rows says otherwise. Returns 0 or -1 where
 * there is no memory. judgement_free accepts one that was zeroed. */
int judgement_new(struct judgement *judgement, const char *part, const struct image_set *set,
                  size_t n, int classes);
void judgement_free(struct judgement *judgement);

/* Adds to the sums of the images first to first + n what the net says of them, in all views. Shows
 * progress. Returns 0 or a negative number with one line in *error. */
int judgement_add(const struct subject *subject, nn_predictor *predictor,
                  struct judgement *judgement, size_t first, size_t n, nn_error *error);

/* The mean over so many terms of the sums. */
void judgement_mean(struct judgement *judgement, int terms);

/* Fills in predicted, labelled, loss and correct from the probabilities. Returns 0 or a negative
 * number with one line in *error where one is no probability. */
int judgement_close(struct judgement *judgement, nn_error *error);

/* Writes predictions, counts and figures of a judgement, within the caller's transaction. Returns 0
 * or DB_ERROR with one line in db->error. evaluation_clear removes those of an earlier evaluation.
 */
int evaluation_clear(struct db *db, int64_t run);
int evaluation_store(struct db *db, int64_t run, const struct judgement *judgement);

/* Prints what the views say of a run on a part. brief: the last line only. */
int evaluation_print(struct db *db, int64_t run, const char *part, int brief);

#endif
