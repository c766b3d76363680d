/* test_fit.c: the numbers that nn_model_fit takes from the training data: standardize's means and
 * deviations, worked by hand. */
#include "tests/unit/net.h"

#include "nn/nn.h"

static void expect_near(float got, double wanted)
{
    if (!(fabs((double)got - wanted) <= 1e-6 * fabs(wanted))) {
        fail_msg("%g, expected %g", (double)got, wanted);
    }
}

/* Columns: plain; a gap; constant; nothing but gaps; near the greatest float; an infinity; too
 * narrow a spread for a float; one number, and gaps. */
static void test_fit_by_hand(void **state)
{
    (void)state;
    enum { C = 8 };
    const float values[4][C] = {
        {1, NAN, 0.1f, NAN, 3e38f, INFINITY, 0, NAN},
        {3, 10, 0.1f, NAN, -3e38f, 2, 1e-40f, 7},
        {5, 20, 0.1f, NAN, 3e38f, -INFINITY, 0, NAN},
        {7, 30, 0.1f, NAN, -3e38f, 4, 1e-40f, NAN},
    };
    const double means[C] = {4, 20, (double)0.1f, 0, 0, 3, 5e-41, 7};
    const double deviations[C] = {sqrt(5), sqrt(200.0 / 3), 0, 0, (double)3e38f, 1, 0, 0};
    nn_images images = table_of(values[0], 4, C);
    nn_model *model = drawn_model("standardize\ndense 2", images.shape);
    const float *w = nn_model_weights(model, 0);
    for (int j = 0; j < C; j++) { /* until it is fitted */
        assert_true(w[j] == 0 && w[C + j] == 1);
    }
    fit(model, &images, NULL, 4);
    for (int j = 0; j < C; j++) {
        if (j != 6) { /* so small a mean has few digits */
            expect_near(w[j], means[j]);
        }
        expect_near(w[C + j], deviations[j]);
        assert_true(w[C + j] > 0 || deviations[j] == 0);
    }
    nn_model_free(model);
}

/* Some rows, one of them twice; and scale and offset, of bytes and of values. */
static void test_fit_of_rows(void **state)
{
    (void)state;
    const uint8_t pixels[5] = {100, 2, 4, 8, 200};
    const float values[5] = {100, 2, 4, 8, 200};
    const uint32_t rows[4] = {1, 2, 2, 3};
    nn_images bytes = {
        .pixels = pixels, .count = 5, .shape = {1, 1, 1}, .scale = 0.5f, .offset = -1};
    nn_images floats = table_of(values, 5, 1);
    floats.scale = 0.5f;
    floats.offset = -1;
    nn_model *model = drawn_model("standardize\ndense 2", bytes.shape);
    for (int i = 0; i < 2; i++) { /* 0, 1, 1, 3 */
        fit(model, i ? &floats : &bytes, rows, 4);
        expect_near(nn_model_weights(model, 0)[0], 1.25);
        expect_near(nn_model_weights(model, 0)[1], sqrt(1.1875));
        nn_model_initialise(model, 1);
    }
    fit(model, &bytes, NULL, 2); /* the first two: 49 and 0 */
    expect_near(nn_model_weights(model, 0)[0], 24.5);
    expect_near(nn_model_weights(model, 0)[1], 24.5);
    nn_model_free(model);
}

static void test_fit_errors(void **state)
{
    (void)state;
    const float values[4] = {1, 2, 3, 4};
    const uint32_t rows[2] = {1, 2};
    nn_error error;
    nn_images images = table_of(values, 2, 2), none = table_of(NULL, 2, 2);
    nn_model *model = drawn_model("# a table\nstandardize\ndense 2", images.shape);
    assert_int_equal(nn_model_fit(model, &images, rows, 2, &error), NN_ERROR_INPUT);
    assert_string_equal(error.text, "image 2, expected less than 2");
    assert_int_equal(nn_model_fit(model, &images, NULL, 3, &error), NN_ERROR_INPUT);
    assert_string_equal(error.text, "3 images, expected at most 2");
    assert_int_equal(nn_model_fit(model, &images, NULL, 0, &error), NN_ERROR_INPUT);
    assert_string_equal(error.text, "no images to fit line 2: 'standardize' to");
    assert_int_equal(nn_model_fit(model, &none, NULL, 2, &error), NN_ERROR_INPUT);
    assert_string_equal(error.text, "images without pixels or values, expected one of them");
    images.shape.c = 1;
    assert_int_equal(nn_model_fit(model, &images, NULL, 2, &error), NN_ERROR_INPUT);
    assert_string_equal(error.text, "images of 1x1x1, expected 1x1x2");
    const float unchanged[4] = {0, 0, 1, 1};
    assert_memory_equal(nn_model_weights(model, 0), unchanged, sizeof unchanged);
    nn_model_free(model);

    /* Where nothing is to be fitted nothing is done, nor looked at. */
    model = drawn_model("dense 2", (nn_shape){1, 1, 2});
    float before[6];
    memcpy(before, nn_model_weights(model, 0), sizeof before);
    assert_int_equal(nn_model_fit(model, &none, NULL, 0, &error), 0);
    assert_memory_equal(nn_model_weights(model, 0), before, sizeof before);
    nn_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fit_by_hand),
        cmocka_unit_test(test_fit_of_rows),
        cmocka_unit_test(test_fit_errors),
    };
    return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
