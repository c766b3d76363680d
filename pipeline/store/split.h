/* split.h: how a dataset's labelled rows are divided: found, recorded, read. */
#ifndef SPLIT_H
#define SPLIT_H

#include "pipeline/conf/conf.h"
#include "pipeline/db/db.h"
#include "pipeline/store/dataset.h"

/* What tells one split of a dataset from another. */
struct split_key {
    conf_split method;
    double fraction; /* of stratified; else 0 */
    int folds;       /* of stratified-kfold; else 0 */
    int64_t seed;    /* 0 where nothing is drawn */
};

/* As an experiment's section [split] says. */
struct split_key split_key_of(const struct conf *conf);

/* *split is 0 where there is none. split_insert appends it without its rows, within the caller's
 * transaction; split_insert_all one of SPLIT_NONE with its rows. 0 or DB_ERROR. */
int split_find(struct db *db, int64_t dataset, const struct split_key *key, int64_t *split);
int split_insert(struct db *db, int64_t dataset, const struct split_key *key, int64_t *split);
int split_insert_all(struct db *db, int64_t dataset, int64_t *split);

/* The rows (indices into a train image_set) that a split gives to training and to validation.
 * fold is -1 for a split by fraction. split_rows_free accepts one that was zeroed. */
struct split_rows {
    uint32_t *train, *validation;
    size_t n_train, n_validation;
};

int split_rows_load(struct db *db, int64_t split, int fold, const struct image_set *set,
                    struct split_rows *rows);
void split_rows_free(struct split_rows *rows);

#endif
