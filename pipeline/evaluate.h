/* evaluate.h: the parts of the evaluate program: predicting, storing, telling. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "dataset.h"
#include "run.h"
#include "stage.h"

/* What a run's net says of one part of its dataset. */
struct judgement {
    const char *part; /* "validation" or "test" */
    const struct image_set *set;
    const uint32_t *rows; /* [n], indices into the set; NULL: the first n */
    size_t n;
    int classes;
    float *probabilities; /* [n][classes]; NULL until predicted */
    uint16_t *predicted;  /* [n], the most probable class, the lowest of equals */
    int labelled;         /* not 0: all images have a label, loss and correct are known */
    double loss;          /* mean over the images, natural logarithm */
    size_t correct;
    double seconds;
};

/* Predicts the images that *judgement names and fills in the rest of it. Shows progress. Returns 0
 * or a negative number with one line in *error. judgement_free accepts one that was zeroed. */
int judgement_make(const struct stage *stage, nn_predictor *predictor, const nn_images *images,
                   struct judgement *judgement, nn_error *error);
void judgement_free(struct judgement *judgement);

/* Writes predictions, counts and figures of a judgement, within the caller's transaction. Returns 0
 * or DB_ERROR with one line in db->error. evaluation_clear removes those of an earlier evaluation.
 */
int evaluation_clear(struct db *db, int64_t run);
int evaluation_store(struct db *db, int64_t run, const struct judgement *judgement);

/* Prints what the views say of a run on a part. brief: the last line only. */
int evaluation_print(struct db *db, int64_t run, const char *part, int brief);

#endif
