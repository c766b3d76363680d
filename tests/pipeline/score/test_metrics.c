/* test_metrics.c: log loss and AUC (pipeline/score/metrics.c) against values by hand and against
 * counting all pairs. */
#include "tests/unit/unit.h"

#include "pipeline/score/metrics.h"

enum { ROWS = 300 };

static double auc_of(const double *values, const char *positive, size_t n)
{
    double auc = -1;
    assert_int_equal(metric_auc(values, positive, n, &auc), 0);
    return auc;
}

static void test_log_loss(void **state)
{
    (void)state;
    assert_true(fabs(metric_log_loss(0.5) - log(2)) < 1e-12);
    assert_true(metric_log_loss(1) >= 0 && metric_log_loss(1) < 1e-14);
    assert_true(fabs(metric_log_loss(0) - 15 * log(10)) < 1e-9);
    assert_true(metric_log_loss(1e-300) == metric_log_loss(0));
}

static void test_auc_by_hand(void **state)
{
    (void)state;
    const double values[] = {0.1, 0.4, 0.35, 0.8}, equal[] = {0.5, 0.5, 0.5, 0.5};
    const double backwards[] = {0.9, 0.8, 0.2, 0.1}, tie[] = {0.1, 0.4, 0.4, 0.8};
    const char kinds[] = {0, 0, 1, 1}, all[] = {1, 1, 1, 1}, none[] = {0, 0, 0, 0};
    assert_true(auc_of(values, kinds, 4) == 0.75); /* 3 of 4 pairs */
    assert_true(auc_of(tie, kinds, 4) == 0.875);   /* 3 and a half */
    assert_true(auc_of(equal, kinds, 4) == 0.5);
    assert_true(auc_of(backwards, kinds, 4) == 0);
    assert_true(isnan(auc_of(values, all, 4)));
    assert_true(isnan(auc_of(values, none, 4)));
    assert_true(isnan(auc_of(values, none, 0)));
}

/* Few different values, so that many are equal. */
static void test_auc_counts_all_pairs(void **state)
{
    double values[ROWS], won = 0, pairs = 0;
    char positive[ROWS];
    unsigned n = 1;
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        n = n * 1664525u + 1013904223u;
        values[i] = (n >> 16) % 23 / 23.0;
        positive[i] = (n >> 8) % 3 == 0;
    }
    for (int i = 0; i < ROWS; i++) {
        for (int k = 0; k < ROWS; k++) {
            if (positive[i] && !positive[k]) {
                won += values[i] > values[k] ? 1 : values[i] == values[k] ? 0.5 : 0;
                pairs++;
            }
        }
    }
    assert_true(pairs > 0 && fabs(auc_of(values, positive, ROWS) - won / pairs) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_loss),
        cmocka_unit_test(test_auc_by_hand),
        cmocka_unit_test(test_auc_counts_all_pairs),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
