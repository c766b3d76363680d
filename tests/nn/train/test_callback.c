/* test_callback.c: early stopping and learning rate plateaus, epoch by epoch, as Keras 3 has them.
 */
#include "tests/unit/unit.h"

#include "nn/nn.h"

static void test_monitor(void **state)
{
    (void)state;
    nn_monitor loss = nn_monitor_new(1, 0);
    assert_false(nn_monitor_update(&loss, 1, (double)NAN));
    assert_int_equal(loss.best_epoch, 0);
    assert_true(nn_monitor_update(&loss, 2, 0.5));
    assert_false(nn_monitor_update(&loss, 3, 0.5)); /* equal is no improvement */
    assert_false(nn_monitor_update(&loss, 4, (double)NAN));
    assert_true(nn_monitor_update(&loss, 5, 0.4));
    assert_int_equal(loss.best_epoch, 5);
    assert_true(loss.best == 0.4);

    nn_monitor accuracy = nn_monitor_new(0, 0.25);
    assert_true(nn_monitor_update(&accuracy, 1, 0.5));
    assert_false(nn_monitor_update(&accuracy, 2, 0.75)); /* exactly min_delta better */
    assert_true(nn_monitor_update(&accuracy, 3, 0.875));
    assert_false(nn_monitor_update(&accuracy, 4, 0.25));

    nn_monitor negative = nn_monitor_new(1, -0.25); /* Keras takes the absolute value */
    assert_true(nn_monitor_update(&negative, 1, 1));
    assert_false(nn_monitor_update(&negative, 2, 0.75));
    assert_true(nn_monitor_update(&negative, 3, 0.5));
}

/* The epoch after which training ends, or 0. */
static int stops_at(int patience, double min_delta, int less_is_better, const double *values,
                    int count)
{
    nn_early_stopping stopping = {nn_monitor_new(less_is_better, min_delta), patience, 0};
    for (int epoch = 1; epoch <= count; epoch++) {
        if (nn_early_stopping_update(&stopping, epoch, values[epoch - 1])) {
            return epoch;
        }
    }
    return 0;
}

static void test_early_stopping(void **state)
{
    (void)state;
    const double up_and_down[] = {1, 0.9, 0.95, 0.95, 0.85, 0.9, 0.85, 0.86, 0.87};
    assert_int_equal(stops_at(0, 0, 1, up_and_down, 9), 3);
    assert_int_equal(stops_at(1, 0, 1, up_and_down, 9), 3); /* 0 and 1 behave alike */
    assert_int_equal(stops_at(2, 0, 1, up_and_down, 9), 4);
    assert_int_equal(stops_at(3, 0, 1, up_and_down, 9), 8);
    assert_int_equal(stops_at(5, 0, 1, up_and_down, 9), 0);
    /* With a min_delta of 0.125 the 0.9 is no improvement on 1. */
    assert_int_equal(stops_at(2, 0.125, 1, up_and_down, 9), 3);

    const double accuracy[] = {0.5, 0.6, 0.6, 0.7, 0.7, 0.65};
    assert_int_equal(stops_at(2, 0, 0, accuracy, 6), 6);
    assert_int_equal(stops_at(1, 0, 0, accuracy, 6), 3);

    const double broken[] = {(double)NAN, (double)NAN, (double)NAN};
    assert_int_equal(stops_at(1, 0, 1, broken, 3), 2); /* never at the first epoch */
    assert_int_equal(stops_at(3, 0, 1, broken, 3), 3);
}

static void plateau_table(nn_plateau plateau, const double *values, const double *rates, int count)
{
    double rate = 1;
    for (int i = 0; i < count; i++) {
        rate = nn_plateau_update(&plateau, i + 1, values[i], rate);
        assert_true(rate == rates[i]);
    }
}

static void test_plateau(void **state)
{
    (void)state;
    nn_plateau plain = {.monitor = nn_monitor_new(1, 0), .factor = 0.5, .patience = 2};
    plateau_table(plain, (double[]){1, 1, 1, 1, 1, 0.5, 0.6, 0.4, 0.4, 0.4},
                  (double[]){1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.125}, 10);

    /* The counter goes down first: a cooldown of 1 is none, one of 3 is quiet for two epochs. */
    nn_plateau cool = plain;
    cool.patience = 1;
    plateau_table(cool, (double[]){1, 1, 1, 1}, (double[]){1, 0.5, 0.25, 0.125}, 4);
    cool.cooldown = 1;
    plateau_table(cool, (double[]){1, 1, 1, 1}, (double[]){1, 0.5, 0.25, 0.125}, 4);
    cool.cooldown = 3;
    plateau_table(cool, (double[]){1, 1, 1, 1, 1, 1, 1},
                  (double[]){1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25}, 7);

    /* The best is kept up to date during the cooldown: 0.7 is then no improvement on 0.6. */
    plateau_table(cool, (double[]){1, 1, 0.6, 0.65, 0.7}, (double[]){1, 0.5, 0.5, 0.5, 0.25}, 5);

    nn_plateau floor = plain;
    floor.patience = 1;
    floor.min_lr = 0.3;
    plateau_table(floor, (double[]){1, 1, 1, 1}, (double[]){1, 0.5, 0.3, 0.3}, 4);

    nn_plateau delta = plain;
    delta.patience = 1;
    delta.monitor = nn_monitor_new(1, 0.25);
    plateau_table(delta, (double[]){1, 0.75, 0.74, 0.74}, (double[]){1, 0.5, 0.5, 0.25}, 4);

    plateau_table(plain, (double[]){1, (double)NAN, (double)NAN, 1}, (double[]){1, 1, 0.5, 0.5}, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_monitor),
        cmocka_unit_test(test_early_stopping),
        cmocka_unit_test(test_plateau),
    };
    return cmocka_run_group_tests_name("callback", tests, NULL, NULL);
}
