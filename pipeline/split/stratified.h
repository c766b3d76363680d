/* split_stratified.h: dividing labelled rows so that each class keeps its share in each part.
 *
 * In: labels and a seed. Out: the part or the fold of each row. No database, no files.
 *
 * Both functions give exactly the rows that scikit-learn gives for the same labels and the same
 * random_state: train_test_split(stratify=y, test_size=fraction) and StratifiedKFold(folds,
 * shuffle=True). So a validation accuracy is measured on the very images of public notebooks.
 */
#ifndef SPLIT_STRATIFIED_H
#define SPLIT_STRATIFIED_H

#include <stddef.h>
#include <stdint.h>

enum { STRATIFIED_OK = 0, STRATIFIED_MEMORY = -1, STRATIFIED_TOO_FEW = -2 };

/* Why it can't be done; `class` is the one with too few rows, or -1. */
struct stratified_error {
    int class;
    char text[200];
};

/* validation[n] becomes 1 for ceil(fraction * n) rows, 0 for the others. labels[n] are below
 * `classes`; those that don't occur don't count. Each class needs two rows, each part as many rows
 * as there are classes. Returns STRATIFIED_OK or an error, with *error filled. */
int stratified_parts(const uint16_t *labels, size_t n, int classes, double fraction, uint32_t seed,
                     uint8_t *validation, struct stratified_error *error);

/* fold[n] becomes 0 .. folds - 1; sizes of folds, and of each class in them, differ by at most one.
 * Some class needs as many rows as there are folds. */
int stratified_folds(const uint16_t *labels, size_t n, int classes, int folds, uint32_t seed,
                     uint16_t *fold, struct stratified_error *error);

#endif
