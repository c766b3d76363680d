/* test_input.c: images as a net gets to see them (pipeline/input.c): their scale, the slant taken
 * out, what is drawn brought to one width. */
#include "tests/unit/unit.h"

#include "pipeline/conf/input.h"

#include <string.h>

enum { SIDE = 28, SIZE = SIDE * SIDE };

static void prepare(int deskew, int width, nn_shape shape, size_t count, uint8_t *pixels)
{
    struct conf conf = {.deviation = 1, .deskew = deskew, .width = width};
    nn_images images = {.pixels = pixels, .count = count, .shape = shape};
    assert_int_equal(input_prepare(&conf, &images, pixels, NULL), 0);
}

static const nn_shape SQUARE = {SIDE, SIDE, 1};

/* A bar from row 4 to row 23, `wide` pixels, that moves by `slant` pixels a row. */
static void draw_bar(double slant, double wide, uint8_t image[SIZE])
{
    memset(image, 0, SIZE);
    for (int y = 4; y < 24; y++) {
        for (int x = 0; x < SIDE; x++) {
            double middle = 13.5 + slant * (y - 13.5);
            double inside = fmin(x + 0.5, middle + wide / 2) - fmax(x - 0.5, middle - wide / 2);
            image[y * SIDE + x] = (uint8_t)lround(255 * fmax(0, fmin(1, inside)));
        }
    }
}

static double mass(const uint8_t *image)
{
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
        sum += image[i];
    }
    return sum;
}

/* Where what is drawn lies: its mean column, and by how much that changes from row to row. */
static double middle_of(const uint8_t *image)
{
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
        sum += image[i] * (i % SIDE);
    }
    return sum / mass(image);
}

static double slant_of(const uint8_t *image)
{
    double x = middle_of(image), y = 0, covariance = 0, variance = 0;
    for (int i = 0; i < SIZE; i++) {
        y += image[i] * (i / SIDE) / mass(image);
    }
    for (int i = 0; i < SIZE; i++) {
        covariance += image[i] * (i % SIDE - x) * (i / SIDE - y);
        variance += image[i] * (i / SIDE - y) * (i / SIDE - y);
    }
    return covariance / variance;
}

static void test_scale(void **state)
{
    (void)state;
    uint8_t pixels[3] = {0, 100, 255};
    struct conf conf = {.mean = 0.5, .deviation = 0.25};
    nn_images images = {.pixels = pixels, .count = 1, .shape = {1, 3, 1}};
    assert_int_equal(input_prepare(&conf, &images, pixels, NULL), 0);
    assert_float_equal(255 * images.scale + images.offset, 2, 1e-6);
    assert_float_equal(0 * images.scale + images.offset, -2, 1e-6);
    assert_int_equal(pixels[0], 0);
    assert_int_equal(pixels[1], 100);
    assert_int_equal(pixels[2], 255);
}

static void test_slant_goes(void **state)
{
    (void)state;
    const double slants[] = {0.6, 0.3, -0.2, -0.5};
    for (size_t i = 0; i < sizeof slants / sizeof *slants; i++) {
        uint8_t image[SIZE];
        draw_bar(slants[i], 4, image);
        double before = mass(image), middle = middle_of(image);
        assert_float_equal(slant_of(image), slants[i], 0.02);
        prepare(1, 0, SQUARE, 1, image);
        assert_float_equal(slant_of(image), 0, 0.01);
        assert_float_equal(middle_of(image), middle, 0.1);
        assert_float_equal(mass(image) / before, 1, 0.01);
    }
}

/* Nothing to do: not a bit changes. */
static void test_upright_stays(void **state)
{
    (void)state;
    uint8_t image[SIZE], before[SIZE];
    draw_bar(0, 5, image);
    memcpy(before, image, SIZE);
    prepare(1, 0, SQUARE, 1, image);
    assert_memory_equal(image, before, SIZE);
    draw_bar(0.4, 5, image);
    memcpy(before, image, SIZE);
    prepare(0, 0, SQUARE, 1, image);
    assert_memory_equal(image, before, SIZE);
}

static int columns_of(const uint8_t *image)
{
    int columns = 0;
    for (int x = 0; x < SIDE; x++) {
        columns += image[10 * SIDE + x] >= 128;
    }
    return columns;
}

static void test_width(void **state)
{
    (void)state;
    const struct {
        double drawn;
        int width, wanted;
    } cases[] = {
        {8, 16, 16}, {16, 16, 16}, {20, 16, 16}, {20, 12, 12}, {4, 16, 10}, {24, 8, 12},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t image[SIZE];
        draw_bar(0, cases[i].drawn, image);
        prepare(0, cases[i].width, SQUARE, 1, image);
        assert_int_equal(columns_of(image), cases[i].wanted);
        assert_float_equal(middle_of(image), 13.5, 0.05);
    }
}

/* The width is that of what stands upright: about what an upright bar becomes, not the half of it
 * that the slanted bar's whole width would make. */
static void test_both(void **state)
{
    (void)state;
    uint8_t image[SIZE];
    draw_bar(0.5, 8, image);
    prepare(1, 16, SQUARE, 1, image);
    assert_float_equal(slant_of(image), 0, 0.03);
    assert_true(abs(columns_of(image) - 16) <= 2);
}

/* Worked out by hand: two bright pixels become four, each half a pixel on from the one before. */
static void test_by_hand(void **state)
{
    (void)state;
    uint8_t image[4] = {0, 100, 200, 0};
    const uint8_t wanted[4] = {75, 125, 175, 150};
    prepare(0, 4, (nn_shape){1, 4, 1}, 1, image);
    assert_memory_equal(image, wanted, sizeof wanted);
}

static void test_nothing_to_be_seen(void **state)
{
    (void)state;
    uint8_t dark[SIZE] = {0}, faint[SIZE] = {0}, row[5] = {0, 0, 200, 250, 0};
    const uint8_t zeros[SIZE] = {0}, same[5] = {0, 0, 200, 250, 0};
    prepare(1, 16, SQUARE, 1, dark);
    assert_memory_equal(dark, zeros, SIZE);
    faint[40] = 20;
    prepare(0, 16, SQUARE, 1, faint);
    assert_int_equal(faint[40], 20);
    prepare(1, 0, (nn_shape){1, 5, 1}, 1, row);
    assert_memory_equal(row, same, sizeof same);
}

/* The channels of a pixel go the same way; the second image does not feel the first one. */
static void test_channels(void **state)
{
    (void)state;
    static uint8_t grey[SIZE], colour[2][SIZE][3];
    draw_bar(0.4, 6, grey);
    for (int i = 0; i < SIZE; i++) {
        colour[0][i][0] = colour[1][i][2] = grey[i];
        colour[0][i][2] = (uint8_t)(grey[i] / 2);
    }
    prepare(1, 12, SQUARE, 1, grey);
    prepare(1, 12, (nn_shape){SIDE, SIDE, 3}, 2, &colour[0][0][0]);
    for (int i = 0; i < SIZE; i++) {
        assert_int_equal(colour[0][i][0], grey[i]);
        assert_int_equal(colour[1][i][2], grey[i]);
        assert_true(abs(colour[0][i][2] - grey[i] / 2) <= 1);
        assert_int_equal(colour[0][i][1] + colour[1][i][0] + colour[1][i][1], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_slant_goes),
        cmocka_unit_test(test_upright_stays),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_both),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_nothing_to_be_seen),
        cmocka_unit_test(test_channels),
    };
    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
