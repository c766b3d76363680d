/* blend.h: what the members of a committee have said, and how it is joined.
 *
 * A committee has no net: its members' recorded predictions are its own, weighted. It is judged by
 * the images that every member has predicted without having been trained on them, for of no other
 * images are there predictions.
 */
#ifndef BLEND_H
#define BLEND_H

#include "pipeline/conf/conf.h"
#include "pipeline/db/db.h"
#include "pipeline/store/dataset.h"

enum { BLEND_MEMBERS_MOST = 256 };

/* What all members say of the images of one part. */
struct votes {
    int members, classes;
    size_t images;        /* that every member has predicted */
    size_t any;           /* that at least one has predicted */
    uint32_t *rows;       /* [images], their rows in the image_set */
    size_t *said;         /* [members], how many of the part each has predicted */
    float *probabilities; /* [members][images][classes] */
};

/* Reads the predictions of the runs member[0..n). Returns 0 or DB_ERROR. votes_free accepts votes
 * that were zeroed or failed to load. */
int votes_load(struct db *db, const int64_t *member, int n, const struct image_set *set, int part,
               int classes, struct votes *votes);
void votes_free(struct votes *votes);

/* Joins the members' probabilities p_m with the weights w_m, whose sum is 1, into those of the
 * committee, joined[images][classes]: with BLEND_PROBABILITIES q = sum w_m p_m, with BLEND_LOGITS
 * q = softmax(sum w_m ln p_m). A temperature T other than 1 makes softmax(ln q / T) of it (Guo et
 * al. 2017, section 4.2). A logarithm is that of 1e-7 at least. */
void votes_join(const struct votes *votes, const double *weights, conf_blend blend,
                double temperature, float *joined);

/* The same of one image: p[m] are the members' probabilities [classes] of it. */
void blend_join(const float *const *p, const double *weights, int members, int classes,
                conf_blend blend, double temperature, float *joined);

/* How a committee was made: members in the order of their numbers, and what was fitted. */
struct committee {
    int members;
    int64_t member[BLEND_MEMBERS_MOST];
    double weights[BLEND_MEMBERS_MOST];
    double temperature;
};

int committee_load(struct db *db, int64_t run, struct committee *committee); /* 0 or DB_ERROR */

#endif
