/* test_schedule.c: the learning rate of each step (pipeline/train/schedule.c): warm-up, steps,
 * exponential, cosine and one-cycle. */
#include "tests/unit/unit.h"

#include "pipeline/train/schedule.h"

enum { PER_EPOCH = 7 };

static struct conf conf_of(conf_shape shape, int epochs, double warmup)
{
    return (struct conf){.epochs = epochs,
                         .schedule_shape = (int)shape,
                         .schedule_warmup = warmup,
                         .schedule_factor = 0.5,
                         .schedule_every = 2};
}

static double rate(const struct conf *conf, int step)
{
    return train_learning_rate(conf, 1, (uint64_t)step, PER_EPOCH);
}

static void expect_rate(const struct conf *conf, int step, double wanted)
{
    if (!(fabs(rate(conf, step) - wanted) < 1e-12)) {
        fail_msg("step %d: %.15g, expected %.15g", step, rate(conf, step), wanted);
    }
}

/* The rate is a share of the peak, which a plateau may lower on the way. */
static void test_peak(void **state)
{
    (void)state;
    for (int shape = SHAPE_CONSTANT; shape <= SHAPE_ONE_CYCLE; shape++) {
        struct conf conf = conf_of((conf_shape)shape, 10, 0.2);
        for (int step = 0; step < 10 * PER_EPOCH; step++) {
            double whole = train_learning_rate(&conf, 0.016, (uint64_t)step, PER_EPOCH);
            assert_true(fabs(whole - 0.016 * rate(&conf, step)) < 1e-15);
        }
    }
}

static void test_constant(void **state)
{
    (void)state;
    struct conf conf = conf_of(SHAPE_CONSTANT, 10, 0);
    for (int step = 0; step < 10 * PER_EPOCH; step++) {
        assert_true(rate(&conf, step) == 1);
    }
}

/* A tenth of 70 steps: 1/7, 2/7, ... 7/7; then all of it. A part of a step counts as one. */
static void test_warmup(void **state)
{
    (void)state;
    for (int shape = SHAPE_CONSTANT; shape <= SHAPE_COSINE; shape++) {
        struct conf conf = conf_of((conf_shape)shape, 10, 0.1);
        for (int step = 0; step < 7; step++) {
            expect_rate(&conf, step, (step + 1) / 7.0);
        }
    }
    struct conf conf = conf_of(SHAPE_CONSTANT, 10, 0.1);
    for (int step = 7; step < 70; step++) {
        expect_rate(&conf, step, 1);
    }
    conf.schedule_warmup = 2.5 / 70;
    expect_rate(&conf, 0, 0.4);
    expect_rate(&conf, 1, 0.8);
    expect_rate(&conf, 2, 1);
    expect_rate(&conf, 3, 1);
}

/* Halved at the first step of each second epoch; the epochs of the warm-up count. */
static void test_step(void **state)
{
    (void)state;
    for (int warm = 0; warm < 2; warm++) {
        struct conf conf = conf_of(SHAPE_STEP, 7, warm ? 1.0 / 7 : 0);
        const double wanted[] = {1, 1, 0.5, 0.5, 0.25, 0.25, 0.125};
        for (int step = warm * PER_EPOCH; step < 7 * PER_EPOCH; step++) {
            expect_rate(&conf, step, wanted[step / PER_EPOCH]);
        }
    }
    struct conf conf = conf_of(SHAPE_STEP, 3, 0);
    conf.schedule_every = 1;
    conf.schedule_factor = 0.1;
    expect_rate(&conf, PER_EPOCH - 1, 1);
    expect_rate(&conf, PER_EPOCH, 0.1);
    expect_rate(&conf, 2 * PER_EPOCH, 0.01);
}

/* By the same ratio at each step, halved after every second epoch. */
static void test_exponential(void **state)
{
    (void)state;
    struct conf conf = conf_of(SHAPE_EXPONENTIAL, 8, 0);
    for (int epoch = 0; epoch < 8; epoch++) {
        expect_rate(&conf, epoch * PER_EPOCH, pow(0.5, epoch / 2.0));
    }
    for (int step = 1; step < 8 * PER_EPOCH; step++) {
        assert_true(fabs(rate(&conf, step) / rate(&conf, step - 1) - pow(0.5, 1 / 14.0)) < 1e-12);
    }
}

/* 9 epochs are 63 steps: the peak at step 0, halfway at 31, the floor at the last, 62. */
static void test_cosine(void **state)
{
    (void)state;
    struct conf conf = conf_of(SHAPE_COSINE, 9, 0);
    expect_rate(&conf, 0, 1);
    expect_rate(&conf, 31, 0.5);
    expect_rate(&conf, 62, 0);
    conf.schedule_floor = 0.2;
    expect_rate(&conf, 0, 1);
    expect_rate(&conf, 31, 0.6);
    expect_rate(&conf, 62, 0.2);
    for (int step = 1; step < 63; step++) {
        assert_true(rate(&conf, step) < rate(&conf, step - 1));
    }
    /* A third of it, 21 steps, is warm-up; the peak follows at step 21, halfway at 41.5. */
    conf.schedule_warmup = 1.0 / 3;
    conf.schedule_floor = 0;
    expect_rate(&conf, 20, 1);
    expect_rate(&conf, 21, 1);
    expect_rate(&conf, 62, 0);
    assert_true(fabs(rate(&conf, 41) + rate(&conf, 42) - 1) < 1e-12);
    for (int step = 22; step < 63; step++) {
        assert_true(rate(&conf, step) < rate(&conf, step - 1));
    }
}

/* Of 70 steps 14 rise from 1/25, along half a cosine; the peak is step 14, the floor step 69. */
static void test_one_cycle(void **state)
{
    (void)state;
    struct conf conf = conf_of(SHAPE_ONE_CYCLE, 10, 0.2);
    conf.schedule_floor = 0.001;
    expect_rate(&conf, 0, 0.04);
    expect_rate(&conf, 7, 0.52);
    expect_rate(&conf, 14, 1);
    expect_rate(&conf, 69, 0.001);
    assert_true(fabs(rate(&conf, 41) + rate(&conf, 42) - 1.001) < 1e-12);
    for (int step = 1; step < 70; step++) {
        assert_int_equal(rate(&conf, step) > rate(&conf, step - 1), step <= 14);
    }
    conf.schedule_warmup = 0; /* begins at the peak */
    expect_rate(&conf, 0, 1);
    expect_rate(&conf, 69, 0.001);
    /* A single step learns at the peak. */
    assert_true(train_learning_rate(&(struct conf){.epochs = 1, .schedule_shape = SHAPE_ONE_CYCLE},
                                    1, 0, 1) == 1);
}

/* Whatever the settings: never above the peak or below the floor, and the floor at the end of what
 * goes down to it, unless no step is left for the way down. */
static void test_limits(void **state)
{
    (void)state;
    nn_random random = nn_random_new(4, 4);
    int ends = 0;
    for (int trial = 0; trial < 2000; trial++) {
        struct conf conf = conf_of((conf_shape)(trial % 5), 1 + (int)nn_random_below(&random, 12),
                                   trial % 3 ? 0.999 * (double)nn_random_uniform(&random) : 0);
        uint64_t per_epoch = 1 + nn_random_below(&random, 9);
        uint64_t steps = per_epoch * (uint64_t)conf.epochs;
        conf.schedule_floor = (double)nn_random_uniform(&random);
        conf.schedule_every = 1 + (int)nn_random_below(&random, 5);
        int falls = conf.schedule_shape == SHAPE_COSINE || conf.schedule_shape == SHAPE_ONE_CYCLE;
        double warm = conf.schedule_warmup * (double)steps;
        for (uint64_t step = 0; step < steps; step++) {
            double value = train_learning_rate(&conf, 1, step, per_epoch);
            assert_true(value > 0 && value <= 1);
            assert_true(!falls || (double)step < warm || value >= conf.schedule_floor);
        }
        if (falls && (double)(steps - 1) > warm) {
            double last = train_learning_rate(&conf, 1, steps - 1, per_epoch);
            assert_true(fabs(last - conf.schedule_floor) < 1e-12);
            ends++;
        }
    }
    assert_true(ends > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_peak),        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_warmup),      cmocka_unit_test(test_step),
        cmocka_unit_test(test_exponential), cmocka_unit_test(test_cosine),
        cmocka_unit_test(test_one_cycle),   cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
