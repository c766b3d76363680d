/* test_split.c: stratified splits against scikit-learn's (tests/fixtures/sklearn_split.txt) and
 * against what any split must hold to. */
#include "pipeline/split/stratified.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_ROWS = 5000, MAX_CLASSES = 64 };

/* As in make_sklearn_fixture.py. */
static uint16_t make_label(const char *kind, uint32_t i, uint32_t classes)
{
    if (!strcmp(kind, "equal"))
        return (uint16_t)(i % classes);
    if (!strcmp(kind, "backwards"))
        return (uint16_t)(classes - 1 - i % classes);
    const uint32_t x = (i * 2654435761u) >> 16, a = x % classes, b = x / 7 % classes;
    return (uint16_t)(a < b ? a : b);
}

static void make_labels(const char *kind, uint32_t n, uint32_t classes, uint16_t *labels)
{
    for (uint32_t i = 0; i < n; i++)
        labels[i] = make_label(kind, i, classes);
}

static uint64_t hash_number(uint64_t hash, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        hash = (hash ^ (number >> 8 * i & 255)) * 0x100000001b3u;
    return hash;
}

static const uint64_t HASH_START = 0xcbf29ce484222325u;

static void check_parts(const uint16_t *labels, uint32_t n, int classes, double fraction,
                        uint32_t seed, uint32_t rows, uint64_t hash)
{
    static uint8_t part[MAX_ROWS];
    struct stratified_error error;
    memset(part, 9, sizeof part);
    assert_int_equal(stratified_parts(labels, n, classes, fraction, seed, part, &error), 0);
    uint32_t count = 0;
    uint64_t found = HASH_START;
    for (uint32_t i = 0; i < n; i++) {
        if (part[i] == 1) {
            found = hash_number(found, i);
            count++;
        }
    }
    assert_int_equal(count, rows);
    assert_true(found == hash);
}

static void check_folds(const uint16_t *labels, uint32_t n, int classes, int folds, uint32_t seed,
                        uint64_t hash)
{
    static uint16_t fold[MAX_ROWS];
    struct stratified_error error;
    memset(fold, 99, sizeof fold);
    assert_int_equal(stratified_folds(labels, n, classes, folds, seed, fold, &error), 0);
    uint64_t found = HASH_START;
    for (uint32_t i = 0; i < n; i++)
        found = hash_number(found, fold[i]);
    assert_true(found == hash);
}

static void test_same_rows_as_sklearn(void **state)
{
    (void)state;
    static uint16_t labels[MAX_ROWS];
    char line[200], what[20], kind[20];
    uint32_t n, classes, seed, rows;
    uint64_t hash;
    double size; /* the fraction, or the number of folds */
    int parts = 0, folds = 0;
    FILE *file = fopen("tests/fixtures/sklearn_split.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (*line == '#')
            continue;
        assert_int_equal(
            sscanf(line, "%19s %19s %" SCNu32 " %" SCNu32 " %lf %" SCNu32 " %" SCNu32 " %" SCNx64,
                   what, kind, &n, &classes, &size, &seed, &rows, &hash),
            8);
        assert_true(n <= MAX_ROWS);
        make_labels(kind, n, classes, labels);
        if (!strcmp(what, "parts")) {
            check_parts(labels, n, (int)classes, size, seed, rows, hash);
            parts++;
        } else {
            check_folds(labels, n, (int)classes, (int)size, seed, hash);
            folds++;
        }
    }
    fclose(file);
    assert_true(parts > 100);
    assert_true(folds > 100);
}

static void test_shares_of_classes(void **state)
{
    (void)state;
    static uint16_t labels[MAX_ROWS];
    static uint8_t part[MAX_ROWS];
    struct stratified_error error;
    for (uint32_t n = 300; n < 1200; n += 37) {
        make_labels("skewed", n, 6, labels);
        for (double fraction = 0.1; fraction < 0.9; fraction += 0.07) {
            size_t total[MAX_CLASSES] = {0}, chosen[MAX_CLASSES] = {0}, sum = 0;
            if (stratified_parts(labels, n, 6, fraction, n, part, &error))
                fail_msg("%u rows, fraction %g: %s", n, fraction, error.text);
            for (uint32_t i = 0; i < n; i++) {
                assert_in_range(part[i], 0, 1);
                total[labels[i]]++;
                chosen[labels[i]] += part[i];
                sum += part[i];
            }
            assert_int_equal(sum, (size_t)ceil(fraction * n));
            for (int c = 0; c < 6; c++)
                assert_true(fabs((double)chosen[c] - (double)total[c] * (double)sum / (double)n) <
                            1);
        }
    }
}

static void test_shares_of_folds(void **state)
{
    (void)state;
    static uint16_t labels[MAX_ROWS], fold[MAX_ROWS];
    struct stratified_error error;
    for (uint32_t n = 200; n < 1200; n += 41) {
        make_labels("skewed", n, 12, labels);
        for (int folds = 2; folds <= 10; folds++) {
            size_t all[10] = {0}, of_class[MAX_CLASSES][10] = {{0}};
            assert_int_equal(stratified_folds(labels, n, 12, folds, n, fold, &error), 0);
            for (uint32_t i = 0; i < n; i++) {
                assert_true(fold[i] < folds);
                all[fold[i]]++;
                of_class[labels[i]][fold[i]]++;
            }
            for (int f = 1; f < folds; f++) {
                assert_true(labs((long)all[f] - (long)all[0]) <= 1);
                for (int c = 0; c < 12; c++)
                    assert_true(labs((long)of_class[c][f] - (long)of_class[c][0]) <= 1);
            }
        }
    }
}

static void test_seed_decides(void **state)
{
    (void)state;
    static uint16_t labels[500];
    static uint8_t first[500], again[500], other[500];
    struct stratified_error error;
    make_labels("skewed", 500, 5, labels);
    assert_int_equal(stratified_parts(labels, 500, 5, 0.2, 7, first, &error), 0);
    assert_int_equal(stratified_parts(labels, 500, 5, 0.2, 7, again, &error), 0);
    assert_int_equal(stratified_parts(labels, 500, 5, 0.2, 8, other, &error), 0);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
}

/* Classes that do not occur draw no numbers: as if the others were all there are. */
static void test_absent_classes_do_not_count(void **state)
{
    (void)state;
    static uint16_t labels[300], spread[300];
    static uint8_t part[300], spread_part[300];
    struct stratified_error error;
    make_labels("skewed", 300, 4, labels);
    for (int i = 0; i < 300; i++)
        spread[i] = (uint16_t)(3 * labels[i] + 2);
    assert_int_equal(stratified_parts(labels, 300, 4, 0.3, 5, part, &error), 0);
    assert_int_equal(stratified_parts(spread, 300, 12, 0.3, 5, spread_part, &error), 0);
    assert_memory_equal(part, spread_part, sizeof part);
}

static void test_too_few_rows(void **state)
{
    (void)state;
    const uint16_t rare[] = {0, 0, 0, 0, 1, 0, 0, 2, 2, 0};
    const uint16_t few[] = {0, 1, 2, 3, 0, 1, 2, 3};
    uint8_t part[10];
    uint16_t fold[10];
    struct stratified_error error;
    assert_int_equal(stratified_parts(rare, 10, 3, 0.5, 1, part, &error), STRATIFIED_TOO_FEW);
    assert_int_equal(error.class, 1);
    assert_int_equal(stratified_parts(few, 8, 4, 0.2, 1, part, &error), STRATIFIED_TOO_FEW);
    assert_int_equal(error.class, -1);
    assert_non_null(strstr(error.text, "validation would get 2 of 8 rows"));
    assert_int_equal(stratified_parts(few, 8, 4, 0.8, 1, part, &error), STRATIFIED_TOO_FEW);
    assert_non_null(strstr(error.text, "training would get 1 of 8 rows"));
    assert_int_equal(stratified_parts(few, 8, 4, 0.5, 1, part, &error), STRATIFIED_OK);
    assert_int_equal(stratified_folds(few, 8, 4, 3, 1, fold, &error), STRATIFIED_TOO_FEW);
    assert_int_equal(stratified_folds(few, 8, 4, 2, 1, fold, &error), STRATIFIED_OK);
    assert_int_equal(stratified_parts(few, 0, 4, 0.5, 1, part, &error), STRATIFIED_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_rows_as_sklearn),
        cmocka_unit_test(test_shares_of_classes),
        cmocka_unit_test(test_shares_of_folds),
        cmocka_unit_test(test_seed_decides),
        cmocka_unit_test(test_absent_classes_do_not_count),
        cmocka_unit_test(test_too_few_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
