/* evaluate.h: the parts of the evaluate program: predicting, storing, telling. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "pipeline/conf/looks.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/blend.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"

/* What is evaluated, and what is read before anything is predicted. */
struct subject {
    const struct stage *stage;
    struct db *db;
    struct run run;
    struct dataset dataset;
    struct image_set train, test;
    struct committee committee; /* where the run is one */
    nn_view views[VIEWS_MOST];  /* of which each net predicts all */
    int n_views;                /* 1 for a committee, whose members have had theirs */
    int parts;                  /* folds or members; 0 for a training */
    int threads;                /* 0: as many as the process may use */
    nn_isa isa;
    char identity[65]; /* of what decides the predictions, see store/identity.h */
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

/* nets.c, committee.c: fill in the judgements on validation and test. Both end the program with one
 * line where they can't. */
void judge_nets(struct subject *subject, struct judgement judgements[2]);
void judge_committee(struct subject *subject, struct judgement judgements[2]);

/* predict.c: makes room for n images, the first n of the set until rows says otherwise; ends the
 * program where there is no memory. judgement_free accepts one that was zeroed. */
void judgement_new(const struct subject *subject, struct judgement *judgement, const char *part,
                   const struct image_set *set, size_t n);
void judgement_free(struct judgement *judgement);

/* Adds to the sums of the images first to first + n what the net says of them, in all views. Shows
 * progress. 0 or FAILED. */
int judgement_add(const struct subject *subject, nn_predictor *predictor,
                  struct judgement *judgement, size_t first, size_t n, struct error *error);

/* The mean over so many terms of the sums. */
void judgement_mean(struct judgement *judgement, int terms);

/* Fills in predicted, labelled, loss and correct from the probabilities. 0, or FAILED where one is
 * no probability. */
int judgement_close(struct judgement *judgement, struct error *error);

/* store.c: whether all that there is to judge of a finished run is recorded: 1, 0 or DB_ERROR. */
int evaluation_is_complete(struct db *db, int64_t run);

/* Writes predictions, counts and figures of a judgement, within the caller's transaction;
 * evaluation_clear removes those of an earlier evaluation. 0 or DB_ERROR. */
int evaluation_clear(struct db *db, int64_t run);
int evaluation_store(struct db *db, int64_t run, const struct judgement *judgement);

/* print.c: what the views say of a run on a part; `none` where nothing was judged. With --quiet the
 * last line only. 0 or DB_ERROR. */
int evaluation_print(const struct subject *subject, const char *part, const char *none);

#endif
