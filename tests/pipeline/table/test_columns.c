/* test_columns.c: what a submission is made of (pipeline/table/columns.c). */
#include "tests/unit/unit.h"

#include "pipeline/table/columns.h"

#define N(array) (sizeof(array) / sizeof *(array))

static struct submission_column found[16];
static struct error error;

/* A sample of these names for these labels; returns what columns_decide does. */
static int decide(const char *const *names, size_t n, int fractions, const char *const *labels,
                  int classes)
{
    struct columns_request request = {.path = "sample.csv",
                                      .names = names,
                                      .n = n,
                                      .fractions = fractions,
                                      .labels = labels,
                                      .classes = classes};
    memset(found, 0, sizeof found);
    return columns_decide(&request, found, &error);
}

static void expect_classes(const char *const *names, size_t n, const char *const *labels,
                           int classes, const int *expected)
{
    assert_int_equal(decide(names, n, 0, labels, classes), n);
    assert_int_equal(found[0].kind, COLUMN_ID);
    assert_int_equal(found[0].class, -1);
    for (size_t i = 1; i < n; i++) {
        assert_int_equal(found[i].kind, COLUMN_PROBABILITY);
        assert_int_equal(found[i].class, expected[i - 1]);
        assert_string_equal(found[i].name, names[i]);
    }
}

static void expect_refused(const char *const *names, size_t n, const char *const *labels,
                           int classes, const char *text)
{
    assert_int_equal(decide(names, n, 0, labels, classes), FAILED);
    assert_string_equal(error.text, text);
}

static const char *const DIGITS[] = {"0", "1", "2"};
static const char *const FLOWERS[] = {"Setosa", "versicolor", "virginica"};

static void test_two_columns(void **state)
{
    (void)state;
    const char *names[] = {"id", "probability"};
    assert_int_equal(decide(names, 2, 0, DIGITS, 3), 2);
    assert_int_equal(found[0].kind, COLUMN_ID);
    assert_int_equal(found[1].kind, COLUMN_LABEL);
    assert_string_equal(found[1].name, "probability");

    assert_int_equal(decide(names, 2, 1, DIGITS, 2), 2);
    assert_int_equal(found[1].kind, COLUMN_PROBABILITY);
    assert_int_equal(found[1].class, -1);
    assert_int_equal(decide(NULL, 2, 1, DIGITS, 2), 2);
    assert_int_equal(found[1].kind, COLUMN_PROBABILITY);
    assert_null(found[1].name);

    assert_int_equal(decide(names, 2, 1, DIGITS, 3), FAILED);
    assert_string_equal(error.text, "sample.csv: one column of fractions is one probability a row; "
                                    "expected two labels for that, got 3: 0, 1, 2");
    assert_int_equal(decide(names, 1, 0, DIGITS, 3), FAILED);
}

/* Whole, after a common beginning of whatever case, in any order. */
static void test_names(void **state)
{
    (void)state;
    const char *whole[] = {"id", "2", "0", "1"}, *upper[] = {"id", "Class_0", "class_1", "CLASS_2"};
    const char *close[] = {"id", "class2", "class1", "class0"};
    const char *real[] = {"id", "p_0.0", "p_1.0", "p_2.0"};
    expect_classes(whole, 4, DIGITS, 3, (int[]){2, 0, 1});
    expect_classes(upper, 4, DIGITS, 3, (int[]){0, 1, 2});
    expect_classes(close, 4, DIGITS, 3, (int[]){2, 1, 0});
    expect_classes(real, 4, DIGITS, 3, (int[]){0, 1, 2});

    /* What the labels begin with alike belongs to them. */
    const char *tens[] = {"10", "11"}, *two[] = {"id", "prob_11", "prob_10"};
    expect_classes(two, 3, tens, 2, (int[]){1, 0});
    const char *same[] = {"id", "versicolor", "virginica", "Setosa"};
    const char *lower[] = {"id", "p_setosa", "p_virginica", "p_versicolor"};
    expect_classes(same, 4, FLOWERS, 3, (int[]){1, 2, 0});
    expect_classes(lower, 4, FLOWERS, 3, (int[]){0, 2, 1});

    /* Labels that differ by case alone. */
    const char *cases[] = {"A", "a"}, *letters[] = {"id", "p_a", "p_A"};
    expect_classes(letters, 3, cases, 2, (int[]){1, 0});

    /* No names: the order of the classes. */
    assert_int_equal(decide(NULL, 4, 0, DIGITS, 3), 4);
    assert_int_equal(found[3].class, 2);
    assert_null(found[3].name);
}

static void test_names_that_do_not_fit(void **state)
{
    (void)state;
    const char *few[] = {"id", "Class_0", "Class_2"};
    const char *strange[] = {"id", "Class_0", "Class_1", "Class_x"};
    const char *twice[] = {"id", "Class_0", "Class_1", "Class_1"};
    expect_refused(few, 3, DIGITS, 3,
                   "sample.csv: no column is for label '1'; expected one a label");
    expect_refused(strange, 4, DIGITS, 3,
                   "sample.csv: column 4 'Class_x' is for no label; expected one for label '2'");
    expect_refused(twice, 4, DIGITS, 3,
                   "sample.csv: column 4 'Class_1' is for no label; expected one for label '2'");
    const char *extra[] = {"id", "0", "1", "2", "Usage"};
    expect_refused(extra, 5, DIGITS, 3,
                   "sample.csv: column 5 'Usage' is for no label, or for one that has its column; "
                   "expected 3 columns after the id, one a label");
    expect_refused(NULL, 5, DIGITS, 3,
                   "sample.csv: 5 columns and no header; expected an id and one for each of 3 "
                   "labels");
}

/* By the names of the files where both are there. */
static void test_no_sample(void **state)
{
    (void)state;
    struct columns_request request = {.labels = DIGITS, .classes = 3, .label = "label"};
    assert_int_equal(columns_decide(&request, found, &error), 2);
    assert_string_equal(found[0].name, "ImageId");
    assert_string_equal(found[1].name, "Label");
    assert_int_equal(found[1].kind, COLUMN_LABEL);
    request.id = "id";
    assert_int_equal(columns_decide(&request, found, &error), 2);
    assert_string_equal(found[0].name, "id");
    assert_string_equal(found[1].name, "label");
    assert_string_equal(column_kind_name(found[1].kind), "label");
}

static int are_fractions(const char *const *texts, size_t n)
{
    struct column_values values = {0};
    for (size_t i = 0; i < n; i++) {
        column_look(&values, texts[i]);
    }
    return column_is_fractions(&values);
}

static void test_values(void **state)
{
    (void)state;
    const char *halves[] = {"0.5", "0", "1.0", "1e-3"}, *whole[] = {"0", "1", "0.0", "1.0"};
    const char *large[] = {"0.5", "1.5"}, *text[] = {"0.5", "cat"}, *less[] = {"0.5", "-0.1"};
    assert_int_equal(are_fractions(halves, N(halves)), 1);
    assert_int_equal(are_fractions(whole, N(whole)), 0);
    assert_int_equal(are_fractions(large, N(large)), 0);
    assert_int_equal(are_fractions(text, N(text)), 0);
    assert_int_equal(are_fractions(less, N(less)), 0);
    assert_int_equal(are_fractions(NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_columns),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_names_that_do_not_fit),
        cmocka_unit_test(test_no_sample),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
