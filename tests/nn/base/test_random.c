/* test_random.c: the generator against the published algorithm, and what is drawn from it. */
#include "tests/unit/unit.h"

#include "nn/base/random.h"

/* The first outputs from the state 1, 2, 3, 4, as the algorithm's description gives them. */
static void test_known_outputs(void **state)
{
    (void)state;
    const uint64_t wanted[] = {11520u, 0u, 1509978240u, 1215971899390074240u, 1216172134540287360u};
    nn_random random = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_int_equal(nn_random_next(&random), wanted[i]);
    }
}

/* splitmix64's published outputs from 1234567 are its finaliser after one and two steps. */
static void test_known_mix(void **state)
{
    (void)state;
    const uint64_t golden = 0x9e3779b97f4a7c15u;
    assert_int_equal(nn_random_mix(1234567 + golden), 6457827717110365317u);
    assert_int_equal(nn_random_mix(1234567 + 2 * golden), 3203168211198807973u);
}

/* Worked out by another program from the words in random.c; a change would change every run. */
static void test_known_seeds(void **state)
{
    (void)state;
    nn_random random = nn_random_new(42, 0), other = nn_random_new(42, 7);
    assert_int_equal(nn_random_next(&random), 0x4fa257184348bb94u);
    assert_int_equal(nn_random_next(&random), 0x7c2c9a11c6af5cf1u);
    assert_int_equal(nn_random_next(&other), 0xee9217c637c2b6afu);
    assert_int_equal(nn_random_next(&other), 0xe2b139b518618b34u);
}

static void test_uniform_and_normal(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    nn_random random = nn_random_new(1, 2);
    double sum = 0, squares = 0, normal_sum = 0, normal_squares = 0, fourth = 0;
    for (int i = 0; i < COUNT; i++) {
        double u = (double)nn_random_uniform(&random), z = (double)nn_random_normal(&random);
        assert_true(u >= 0 && u < 1);
        sum += u;
        squares += u * u;
        normal_sum += z;
        normal_squares += z * z;
        fourth += z * z * z * z;
    }
    /* Five standard errors of each moment. */
    assert_true(fabs(sum / COUNT - 0.5) < 5 * 0.289 / sqrt(COUNT));
    assert_true(fabs(squares / COUNT - 1.0 / 3) < 5 * 0.299 / sqrt(COUNT));
    assert_true(fabs(normal_sum / COUNT) < 5 / sqrt(COUNT));
    assert_true(fabs(normal_squares / COUNT - 1) < 5 * 1.42 / sqrt(COUNT));
    assert_true(fabs(fourth / COUNT - 3) < 5 * 9.8 / sqrt(COUNT));
}

static void test_below(void **state)
{
    (void)state;
    enum { COUNT = 60000 };
    nn_random random = nn_random_new(9, 0);
    int seen[6] = {0};
    for (int i = 0; i < COUNT; i++) {
        uint32_t item = nn_random_below(&random, 6);
        assert_in_range(item, 0, 5);
        seen[item]++;
    }
    for (int i = 0; i < 6; i++) {
        assert_true(fabs(seen[i] - COUNT / 6.0) < 5 * sqrt(COUNT * 5 / 36.0));
    }
    assert_int_equal(nn_random_below(&random, 1), 0);
    /* With this limit a quarter of all draws is rejected; without that, the lower half of the
     * results would come twice as often as the upper. */
    int lower = 0;
    for (int i = 0; i < COUNT; i++) {
        lower += nn_random_below(&random, 0xc0000000u) % 3 == 0;
    }
    assert_true(fabs(lower - COUNT / 3.0) < 5 * sqrt(COUNT * 2 / 9.0));
}

static void test_shuffle(void **state)
{
    (void)state;
    enum { ITEMS = 5, COUNT = 12000 };
    int seen[ITEMS][ITEMS] = {{0}};
    nn_random random = nn_random_new(4, 4);
    for (int round = 0; round < COUNT; round++) {
        uint32_t items[ITEMS] = {0, 1, 2, 3, 4}, sum = 0;
        nn_shuffle(&random, items, ITEMS);
        for (int i = 0; i < ITEMS; i++) {
            assert_in_range(items[i], 0, ITEMS - 1);
            sum |= 1u << items[i];
            seen[i][items[i]]++;
        }
        assert_int_equal(sum, 31); /* each item is still there */
    }
    for (int i = 0; i < ITEMS * ITEMS; i++) {
        double expected = COUNT / (double)ITEMS;
        assert_true(fabs(seen[i / ITEMS][i % ITEMS] - expected) < 5 * sqrt(expected * 0.8));
    }
}

static void test_keys_differ(void **state)
{
    (void)state;
    uint64_t key = nn_random_key(1, 2, 3, 4);
    assert_int_equal(key, nn_random_key(1, 2, 3, 4));
    assert_true(key != nn_random_key(2, 1, 3, 4));
    assert_true(key != nn_random_key(1, 3, 3, 4));
    assert_true(key != nn_random_key(1, 2, 4, 3));
    assert_true(key != nn_random_key(1, 2, 3, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_outputs), cmocka_unit_test(test_known_mix),
        cmocka_unit_test(test_known_seeds),   cmocka_unit_test(test_uniform_and_normal),
        cmocka_unit_test(test_below),         cmocka_unit_test(test_shuffle),
        cmocka_unit_test(test_keys_differ),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
