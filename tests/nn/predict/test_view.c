/* test_view.c: an image seen from elsewhere: known answers by hand, the order of what a view does,
 * and that a predictor looks at it. */
#include "tests/unit/unit.h"

#include "nn/model/view.h"
#include "tests/unit/digits.h"
#include "tests/unit/pictures.h"

static const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof isas[0], ROOM = 31 * 17 * 3 };

/* The view of the first image. Memory of just the sizes that are asked for, so that a sanitizer
 * sees what goes beyond. */
static void view(const nn_images *images, nn_isa isa, const nn_view *view, float *values)
{
    size_t size = picture_size(images) * sizeof(float);
    float *scratch = malloc(nn_warp_scratch(images->shape) * sizeof(float)), *out = malloc(size);
    assert_non_null(scratch);
    assert_non_null(out);
    nn_view_image(nn_kernels_for(isa), images, 0, view, out, scratch);
    memcpy(values, out, size);
    free(scratch);
    free(out);
}

/* What a view must show, on each instruction set. */
static void expect_view(const nn_images *images, nn_view seen, const float *wanted, double most)
{
    float values[ROOM];
    for (int i = 0; i < ISAS; i++) {
        if (!nn_isa_usable(isas[i])) {
            continue;
        }
        view(images, isas[i], &seen, values);
        for (size_t j = 0; j < picture_size(images); j++) {
            if (!(fabs((double)values[j] - (double)wanted[j]) <= most)) {
                fail_msg("%s, value %zu: %g, expected %g", nn_isa_name(isas[i]), j,
                         (double)values[j], (double)wanted[j]);
            }
        }
    }
}

static void fill(uint8_t *pixels, size_t n, uint64_t seed)
{
    nn_random random = nn_random_new(seed, 0);
    for (size_t i = 0; i < n; i++) {
        pixels[i] = (uint8_t)nn_random_below(&random, 256);
    }
}

/* ---------------------------------------------------------------- known answers */

static const nn_shape shapes[] = {{1, 1, 1}, {1, 7, 1}, {7, 1, 1},   {2, 2, 3},
                                  {5, 4, 3}, {4, 9, 2}, {28, 28, 1}, {31, 17, 3}};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

/* Bit for bit what a step without augmentation gathers. */
static void test_identity(void **state)
{
    (void)state;
    uint8_t pixels[ROOM];
    float wanted[ROOM], values[ROOM];
    fill(pixels, ROOM, 1);
    for (int s = 0; s < SHAPES; s++) {
        nn_images images = picture_of(pixels, shapes[s].h, shapes[s].w, shapes[s].c);
        const nn_view same[] = {{0}, {.scale_x = 1}, {.scale_x = 1, .scale_y = 1}};
        images.scale = 1 / 127.0f;
        images.offset = -0.7f;
        for (int i = 0; i < ISAS; i++) {
            for (int v = 0; nn_isa_usable(isas[i]) && v < 3; v++) {
                nn_kernels_for(isas[i])->gather(picture_size(&images), pixels, images.scale,
                                                images.offset, wanted);
                view(&images, isas[i], &same[v], values);
                assert_memory_equal(values, wanted, picture_size(&images) * sizeof(float));
            }
        }
    }
}

/* All whole shifts, even past the image; what comes in is bytes of 0. With and without a flip,
 * which comes last. */
static void test_whole_shifts_and_flips(void **state)
{
    (void)state;
    uint8_t pixels[ROOM];
    float wanted[ROOM];
    fill(pixels, ROOM, 2);
    for (int s = 0; s < SHAPES - 2; s++) {
        int h = shapes[s].h, w = shapes[s].w, c = shapes[s].c;
        nn_images images = picture_of(pixels, h, w, c);
        images.scale = 0.25f;
        images.offset = -3;
        for (int trial = 0; trial < 2 * (2 * h + 3) * (2 * w + 3); trial++) {
            int flip = trial % 2, down = trial / 2 / (2 * w + 3) - h - 1;
            int right = trial / 2 % (2 * w + 3) - w - 1;
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w * c; x++) {
                    int from_x = (flip ? w - 1 - x / c : x / c) - right, from_y = y - down;
                    int inside = from_x >= 0 && from_x < w && from_y >= 0 && from_y < h;
                    int byte = inside ? pixels[(from_y * w + from_x) * c + x % c] : 0;
                    wanted[y * w * c + x] = (float)byte * 0.25f - 3;
                }
            }
            nn_view seen = {.shift_x = (float)right, .shift_y = (float)down, .flip = flip};
            expect_view(&images, seen, wanted, 0);
        }
    }
}

static void test_parts_of_a_pixel(void **state)
{
    (void)state;
    const uint8_t line[] = {100, 200, 0, 40};
    nn_images row = picture_of(line, 1, 4, 1), column = picture_of(line, 4, 1, 1);
    expect_view(&row, (nn_view){.shift_x = 0.5f}, (float[]){50, 150, 100, 20}, 0);
    expect_view(&row, (nn_view){.shift_x = -0.25f}, (float[]){125, 150, 10, 30}, 0);
    expect_view(&row, (nn_view){.shift_y = 0.5f}, (float[]){50, 100, 0, 20}, 0);
    expect_view(&row, (nn_view){.shift_x = 0.5f, .flip = 1}, (float[]){20, 100, 150, 50}, 0);
    expect_view(&column, (nn_view){.shift_y = 0.25f}, (float[]){75, 175, 50, 30}, 0);
    expect_view(&column, (nn_view){.shift_x = -0.75f}, (float[]){25, 50, 0, 10}, 0);
    /* Beyond the border is a byte of 0, which is worth the offset. */
    row.scale = 0.1f;
    row.offset = -2;
    expect_view(&row, (nn_view){.shift_x = 0.5f}, (float[]){3, 13, 8, 0}, 1e-5);
    /* Two colours and both directions: 1/4 of each of four pixels. */
    const uint8_t pixels[] = {4, 8, 16, 40, 20, 12, 0, 100};
    nn_images square = picture_of(pixels, 2, 2, 2);
    expect_view(&square, (nn_view){.shift_x = 0.5f, .shift_y = 0.5f},
                (float[]){1, 2, 5, 12, 6, 5, 10, 40}, 0);
}

/* Counter-clockwise. */
static void test_quarter_turns(void **state)
{
    (void)state;
    const uint8_t pixels[] = {10, 20, 30, 40, 50, 60, 70, 80, 90};
    const float turned[] = {30, 60, 90, 20, 50, 80, 10, 40, 70};
    const float reversed[] = {90, 80, 70, 60, 50, 40, 30, 20, 10};
    const float back[] = {70, 40, 10, 80, 50, 20, 90, 60, 30};
    nn_images square = picture_of(pixels, 3, 3, 1);
    expect_view(&square, (nn_view){.rotation = 90}, turned, 1e-3);
    expect_view(&square, (nn_view){.rotation = 180}, reversed, 1e-3);
    expect_view(&square, (nn_view){.rotation = -180}, reversed, 1e-3);
    expect_view(&square, (nn_view){.rotation = -90}, back, 1e-3);
    expect_view(&square, (nn_view){.rotation = 270}, back, 1e-3);
    /* An even side turns about the corner of four pixels. */
    const uint8_t four[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    nn_images even = picture_of(four, 4, 4, 1);
    expect_view(&even, (nn_view){.rotation = 90},
                (float[]){4, 8, 12, 16, 3, 7, 11, 15, 2, 6, 10, 14, 1, 5, 9, 13}, 1e-4);
    /* Two rows of two colours. */
    const uint8_t coloured[] = {1, 101, 2, 102, 3, 103, 4, 104};
    nn_images two = picture_of(coloured, 2, 2, 2);
    expect_view(&two, (nn_view){.rotation = 90}, (float[]){2, 102, 4, 104, 1, 101, 3, 103}, 1e-3);
    /* 3 x 5: the middle square turns, what was beyond the border comes in at both ends. */
    const uint8_t wide[] = {1, 10, 20, 30, 1, 1, 40, 50, 60, 1, 1, 70, 80, 90, 1};
    nn_images flat = picture_of(wide, 3, 5, 1);
    expect_view(&flat, (nn_view){.rotation = 90},
                (float[]){0, 30, 60, 90, 0, 0, 20, 50, 80, 0, 0, 10, 40, 70, 0}, 1e-3);
}

static void test_scales(void **state)
{
    (void)state;
    const uint8_t line[] = {10, 20, 30, 40, 50};
    nn_images row = picture_of(line, 1, 5, 1), column = picture_of(line, 5, 1, 1);
    const float larger[] = {20, 25, 30, 35, 40}, smaller[] = {0, 10, 30, 50, 0};
    expect_view(&row, (nn_view){.scale_x = 2}, larger, 0);
    expect_view(&row, (nn_view){.scale_x = 0.5f}, smaller, 0);
    expect_view(&row, (nn_view){.scale_y = 2}, (float[]){10, 20, 30, 40, 50}, 0);
    expect_view(&column, (nn_view){.scale_y = 2}, larger, 0);
    expect_view(&column, (nn_view){.scale_y = 0.5f}, smaller, 0);
    expect_view(&column, (nn_view){.scale_x = 2}, (float[]){10, 20, 30, 40, 50}, 0);
}

/* By 45 degrees each row moves by its distance from the middle one; the top goes to the left, as it
 * does in a counter-clockwise turn. */
static void test_shear(void **state)
{
    (void)state;
    const uint8_t upright[] = {0, 9, 0, 0, 9, 0, 0, 9, 0};
    nn_images image = picture_of(upright, 3, 3, 1);
    expect_view(&image, (nn_view){.shear = 45}, (float[]){9, 0, 0, 0, 9, 0, 0, 0, 9}, 1e-4);
    expect_view(&image, (nn_view){.shear = -45}, (float[]){0, 0, 9, 0, 9, 0, 9, 0, 0}, 1e-4);
}

/* --------------------------------------------------------------- the order of a view, and who
 * looks */

/* (x, y) -> (a x + b y + e, c x + d y + f), about the middle of the image, y downwards. */
typedef struct map {
    double a, b, c, d, e, f;
} map;

/* Scaled, sheared, turned, moved, and last mirrored. */
static map map_of(const nn_view *v)
{
    const double degree = acos(-1) / 180;
    double c = cos((double)v->rotation * degree), s = sin((double)v->rotation * degree);
    double k = tan((double)v->shear * degree), sign = v->flip ? -1 : 1;
    double sx = (double)v->scale_x, sy = (double)v->scale_y;
    return (map){sign * c * sx,    sign * (c * k + s) * sy,   -s * sx,
                 (c - s * k) * sy, sign * (double)v->shift_x, (double)v->shift_y};
}

static void test_order_of_a_view(void **state)
{
    (void)state;
    const nn_view views[] = {
        {.rotation = 30, .scale_x = 1.3f, .scale_y = 0.8f},
        {.rotation = 25,
         .shear = 20,
         .scale_x = 0.9f,
         .scale_y = 1.2f,
         .shift_x = 3,
         .shift_y = -2},
        {.rotation = -50,
         .shear = -15,
         .scale_x = 1.2f,
         .scale_y = 1.1f,
         .shift_x = -1.5f,
         .shift_y = 2.25f,
         .flip = 1},
    };
    for (int v = 0; v < 3; v++) {
        map wanted = map_of(&views[v]);
        for (int spot = 0; spot < 3; spot++) {
            uint8_t pixels[SPOT_H * SPOT_W];
            float values[SPOT_H * SPOT_W];
            double at[2], x = spots[spot][0], y = spots[spot][1];
            nn_images images = picture_of(pixels, SPOT_H, SPOT_W, 1);
            spot_draw(pixels, spot);
            view(&images, NN_ISA_BEST, &views[v], values);
            spot_find(values, at);
            assert_true(fabs(at[0] - (wanted.a * x + wanted.b * y + wanted.e)) < 0.03);
            assert_true(fabs(at[1] - (wanted.c * x + wanted.d * y + wanted.f)) < 0.03);
        }
    }
}

/* All images as a view with whole shifts, quarter turns and a flip would show them. */
static void move(const uint8_t *from, size_t count, int side, const nn_view *view, uint8_t *to)
{
    memset(to, 0, count * (size_t)(side * side));
    for (size_t n = 0; n < count; n++, from += side * side, to += side * side) {
        for (int i = 0; i < side * side; i++) {
            int x = i % side, y = i / side;
            x = view->flip ? side - 1 - x : x;
            x -= (int)view->shift_x;
            y -= (int)view->shift_y;
            for (int turn = 0; turn < (int)view->rotation; turn += 90) {
                int old = x;
                x = side - 1 - y;
                y = old;
            }
            if (x >= 0 && x < side && y >= 0 && y < side) {
                to[i] = from[y * side + x];
            }
        }
    }
}

static void test_predictor_looks(void **state)
{
    (void)state;
    enum { COUNT = 37, SIDE_OF = 12, SIZE = SIDE_OF * SIDE_OF };
    const nn_shape shape = {SIDE_OF, SIDE_OF, 1};
    const nn_view views[] = {
        {0},
        {.shift_x = 2, .shift_y = -3},
        {.flip = 1},
        {.rotation = 90},
        {.rotation = 270, .shift_x = 1, .shift_y = 2, .flip = 1},
    };
    static uint8_t moved[COUNT * SIZE];
    static float seen[COUNT * 10], wanted[COUNT * 10], plain[COUNT * 10];
    uint32_t rows[COUNT];
    nn_error error;
    nn_images images = digits_new(COUNT, shape, 9), others = images;
    assert_non_null(images.pixels);
    images.offset = others.offset = -0.3f;
    others.pixels = moved;
    for (uint32_t i = 0; i < COUNT; i++) {
        rows[i] = i * 11 % COUNT;
    }
    nn_model *model =
        nn_model_new("conv 6 3x3 same\nbatchnorm\nrelu\nmaxpool 2\ndense 10", shape, &error);
    assert_non_null(model);
    nn_model_initialise(model, 3);
    nn_predictor *predictor = nn_predictor_new(model, 20, 2, NN_ISA_BEST, &error);
    assert_non_null(predictor);
    nn_predictor_run(predictor, &images, rows, COUNT, plain, &error);
    for (int v = 0; v < 5; v++) {
        nn_view copy = views[v];
        move(images.pixels, COUNT, SIDE_OF, &views[v], moved);
        nn_predictor_look(predictor, NULL);
        assert_int_equal(nn_predictor_run(predictor, &others, rows, COUNT, wanted, &error), 0);
        nn_predictor_look(predictor, &copy);
        copy = (nn_view){.shift_x = 9};
        assert_int_equal(nn_predictor_run(predictor, &images, rows, COUNT, seen, &error), 0);
        for (int i = 0; i < COUNT * 10; i++) {
            assert_true(fabs((double)seen[i] - (double)wanted[i]) < 1e-5);
        }
        assert_int_equal(memcmp(seen, plain, sizeof seen) == 0, v == 0);
    }
    nn_predictor_look(predictor, NULL);
    nn_predictor_run(predictor, &images, rows, COUNT, seen, &error);
    assert_memory_equal(seen, plain, sizeof seen);
    nn_predictor_free(predictor);
    nn_model_free(model);
    digits_free(&images);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity),         cmocka_unit_test(test_whole_shifts_and_flips),
        cmocka_unit_test(test_parts_of_a_pixel), cmocka_unit_test(test_quarter_turns),
        cmocka_unit_test(test_scales),           cmocka_unit_test(test_shear),
        cmocka_unit_test(test_order_of_a_view),  cmocka_unit_test(test_predictor_looks),
    };
    return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
