/* test_augment.c: how images are distorted while training: the distributions that draws promise,
 * and that a trainer sees just these images. */
#include "tests/unit/unit.h"

#include "nn/kernels/kernels.h"
#include "tests/unit/digits.h"
#include "tests/unit/pictures.h"

static const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof isas[0] };

/* ---------------------------------------------------------------- moved, turned, scaled, mirrored
 */

/* (x, y) -> (a x + b y + e, c x + d y + f), about the middle of the image, y downwards. */
typedef struct map {
    double a, b, c, d, e, f;
} map;

/* The map that takes the three spots to where they are seen. */
static map solve(double seen[3][2])
{
    double u1 = spots[1][0] - spots[0][0], v1 = spots[1][1] - spots[0][1];
    double u2 = spots[2][0] - spots[0][0], v2 = spots[2][1] - spots[0][1];
    double determinant = u1 * v2 - u2 * v1, m[2][3];
    for (int i = 0; i < 2; i++) {
        double s1 = seen[1][i] - seen[0][i], s2 = seen[2][i] - seen[0][i];
        m[i][0] = (s1 * v2 - s2 * v1) / determinant;
        m[i][1] = (s2 * u1 - s1 * u2) / determinant;
        m[i][2] = seen[0][i] - m[i][0] * spots[0][0] - m[i][1] * spots[0][1];
    }
    return (map){m[0][0], m[0][1], m[1][0], m[1][1], m[0][2], m[1][2]};
}

typedef enum drawn { ROTATION, SHEAR, SCALE_X, SCALE_Y, SHIFT_X, SHIFT_Y, FLIP, DRAWN } drawn;

static void measure(const nn_augmentation *a, uint64_t seed, uint64_t draw, double out[DRAWN])
{
    const double degree = acos(-1) / 180;
    double seen[3][2];
    for (int spot = 0; spot < 3; spot++) {
        uint8_t pixels[SPOT_H * SPOT_W];
        float values[SPOT_H * SPOT_W];
        nn_images images = picture_of(pixels, SPOT_H, SPOT_W, 1);
        spot_draw(pixels, spot);
        picture_augment(&images, a, seed, draw, values);
        spot_find(values, seen[spot]);
    }
    map m = solve(seen);
    out[FLIP] = m.a * m.d - m.b * m.c < 0;
    double sign = out[FLIP] ? -1 : 1, angle = atan2(-m.c, sign * m.a);
    double c = cos(angle), s = sin(angle);
    out[ROTATION] = angle / degree;
    out[SCALE_X] = hypot(m.a, m.c);
    out[SCALE_Y] = s * sign * m.b + c * m.d;
    out[SHEAR] = atan((c * sign * m.b - s * m.d) / out[SCALE_Y]) / degree;
    out[SHIFT_X] = sign * m.e;
    out[SHIFT_Y] = m.f;
}

/* Each draw within its limits, uniform there (the variance of [-1, 1) is 1/3), and none moves with
 * another. */
static void test_draws(void **state)
{
    (void)state;
    enum { DRAWS = 600 };
    const nn_augmentation a = {
        .rotation = 25, .shear = 12, .scale = 0.2f, .shift = 3, .flip = 0.3f};
    const double limits[DRAWN] = {25, 12, 0.2, 0.2, 3, 3, 1};
    const double fuzz[DRAWN] = {0.4, 0.6, 0.012, 0.012, 0.06, 0.06, 0};
    double sums[DRAWN] = {0}, products[DRAWN][DRAWN] = {{0}}, least[DRAWN], most[DRAWN];
    for (int i = 0; i < DRAWN; i++) {
        least[i] = INFINITY;
        most[i] = -INFINITY;
    }
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        double out[DRAWN];
        measure(&a, 42, draw, out);
        out[SCALE_X] -= 1;
        out[SCALE_Y] -= 1;
        for (int i = 0; i < DRAWN; i++) {
            if (!(fabs(out[i]) <= limits[i] + fuzz[i])) {
                fail_msg("draw %d: figure %d is %g", (int)draw, i, out[i]);
            }
            least[i] = fmin(least[i], out[i]);
            most[i] = fmax(most[i], out[i]);
            sums[i] += out[i] / limits[i];
            for (int j = 0; j < DRAWN; j++) {
                products[i][j] += out[i] / limits[i] * (out[j] / limits[j]);
            }
        }
    }
    assert_true(fabs(sums[FLIP] / DRAWS - 0.3) < 5 * sqrt(0.21 / DRAWS));
    for (int i = 0; i < FLIP; i++) {
        assert_true(least[i] < -0.95 * limits[i] && most[i] > 0.95 * limits[i]);
        assert_true(fabs(sums[i] / DRAWS) < 5 * sqrt(1.0 / 3 / DRAWS));
        /* The standard deviation of the square of a uniform number is sqrt(1/5 - 1/9). */
        assert_true(fabs(products[i][i] / DRAWS - 1.0 / 3) < 5 * sqrt(4.0 / 45 / DRAWS) + 0.02);
        for (int j = 0; j < i; j++) {
            assert_true(fabs(products[i][j] / DRAWS) < 5.0 / 3 / sqrt(DRAWS));
        }
    }
}

/* ---------------------------------------------------------------- the elastic field */

enum { SIDE = 60, MARGIN = 10 };

/* Figures of the field along x and along y: over many draws, inside of a margin that is as wide as
 * the greatest shift. */
typedef struct field {
    double mean[2], rms[2], both;
    double step[2][2], bend[2][2]; /* root mean squares of first and second differences, to the
                                      right and down */
} field;

static field measure_field(float elastic, float spacing, int draws)
{
    /* Two colours, which say where a pixel comes from: 4 x and 4 y. */
    uint8_t pixels[SIDE * SIDE * 2];
    static float values[SIDE][SIDE][2];
    const nn_augmentation a = {.elastic = elastic, .elastic_spacing = spacing};
    field f = {0};
    double n = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
        pixels[2 * i] = (uint8_t)(4 * (i % SIDE));
        pixels[2 * i + 1] = (uint8_t)(4 * (i / SIDE));
    }
    nn_images images = picture_of(pixels, SIDE, SIDE, 2);
    for (int draw = 0; draw < draws; draw++) {
        picture_augment(&images, &a, 11, (uint64_t)draw, &values[0][0][0]);
        for (int y = MARGIN; y < SIDE - MARGIN; y++) {
            for (int x = MARGIN; x < SIDE - MARGIN; x++, n++) {
                double shift[2] = {(double)values[y][x][0] / 4 - x,
                                   (double)values[y][x][1] / 4 - y};
                f.both += shift[0] * shift[1];
                for (int i = 0; i < 2; i++) {
                    f.mean[i] += shift[i];
                    f.rms[i] += shift[i] * shift[i];
                    for (int down = 0; down < 2; down++) {
                        double here = (double)values[y][x][i];
                        double next = (double)values[y + down][x + !down][i] - here;
                        double last = here - (double)values[y - down][x - !down][i];
                        f.step[i][down] += pow(next / 4 - (i == down), 2);
                        f.bend[i][down] += pow((next - last) / 4, 2);
                    }
                }
            }
        }
    }
    for (int i = 0; i < 2; i++) {
        f.mean[i] /= n;
        f.rms[i] = sqrt(f.rms[i] / n);
        for (int down = 0; down < 2; down++) {
            f.step[i][down] = sqrt(f.step[i][down] / n);
            f.bend[i][down] = sqrt(f.bend[i][down] / n);
        }
    }
    f.both /= n;
    return f;
}

/* Of the size that is asked for, about 0, the same in all directions, and smooth. With the cubic
 * B-spline B and the spacing s, the slope's mean square is that of the field times the integral of
 * B'^2 over that of B^2, (2/3) / (151/315), by s^2; with B'' it is (8/3) / (151/315), by s^4. */
static void test_elastic_field(void **state)
{
    (void)state;
    const struct {
        float elastic, spacing;
    } cases[] = {{1, 7}, {2, 7}, {0.5f, 4}, {1.5f, 12}};
    for (int c = 0; c < 4; c++) {
        double elastic = (double)cases[c].elastic, spacing = (double)cases[c].spacing;
        field f = measure_field(cases[c].elastic, cases[c].spacing, 400);
        double slope = elastic * sqrt(2.0 / 3 * 315 / 151) / spacing;
        double bend = elastic * sqrt(8.0 / 3 * 315 / 151) / (spacing * spacing);
        assert_true(fabs(f.both) < 0.06 * elastic * elastic);
        for (int i = 0; i < 2; i++) {
            assert_true(fabs(f.mean[i]) < 0.06 * elastic);
            assert_true(fabs(f.rms[i] - elastic) < 0.06 * elastic);
            for (int down = 0; down < 2; down++) {
                assert_true(fabs(f.step[i][down] - slope) < 0.08 * slope);
                assert_true(spacing < 7 || fabs(f.bend[i][down] - bend) < 0.12 * bend);
            }
        }
    }
}

/* Nodes closer than there is room for stand as close as there is room for. */
static void test_elastic_limits(void **state)
{
    (void)state;
    uint8_t pixels[100];
    float values[100];
    double squares = 0;
    for (int i = 0; i < 100; i++) {
        pixels[i] = (uint8_t)(2 * i);
    }
    nn_images line = picture_of(pixels, 1, 100, 1);
    for (uint64_t draw = 0; draw < 400; draw++) {
        picture_augment(&line, &(nn_augmentation){.elastic = 1, .elastic_spacing = 2}, 3, draw,
                        values);
        for (int x = 0; x < 100; x++) {
            assert_true(values[x] >= 0 && values[x] <= 198);
        }
    }
    /* The shift along x shows where the shift along y does not: all rows are the same. */
    static uint8_t tall[40 * 100];
    static float seen[40 * 100];
    for (int i = 0; i < 4000; i++) {
        tall[i] = (uint8_t)(2 * (i % 100));
    }
    nn_images image = picture_of(tall, 40, 100, 1);
    for (uint64_t draw = 0; draw < 200; draw++) {
        picture_augment(&image, &(nn_augmentation){.elastic = 1, .elastic_spacing = 1}, 3, draw,
                        seen);
        for (int x = 10; x < 90; x++) {
            double shift = (double)seen[20 * 100 + x] / 2 - x;
            squares += shift * shift;
        }
    }
    assert_true(fabs(sqrt(squares / (200 * 80)) - 1) < 0.06);
    /* Images of one pixel, and a spacing far greater than the image or left out. */
    uint8_t one = 200;
    nn_images dot = picture_of(&one, 1, 1, 1);
    const float spacings[] = {2, 7, 1000, 0};
    for (int i = 0; i < 4; i++) {
        picture_augment(&dot, &(nn_augmentation){.elastic = 0.2f, .elastic_spacing = spacings[i]},
                        1, 2, values);
        assert_true(values[0] >= 0 && values[0] <= 200);
        picture_augment(&line, &(nn_augmentation){.elastic = 0.2f, .elastic_spacing = spacings[i]},
                        1, 2, values);
        for (int x = 0; x < 100; x++) {
            assert_true(values[x] >= 0 && values[x] <= 198);
        }
    }
}

/* ---------------------------------------------------------------- erasing */

/* The box around all that is not `whole`; returns the count of such values. */
static int find_box(const float *values, nn_shape s, float whole, int box[4])
{
    int count = 0;
    box[0] = s.h;
    box[1] = s.w;
    box[2] = box[3] = -1;
    for (int i = 0; i < s.h * s.w * s.c; i++) {
        int y = i / s.c / s.w, x = i / s.c % s.w;
        if (values[i] != whole) {
            count++;
            box[0] = y < box[0] ? y : box[0];
            box[1] = x < box[1] ? x : box[1];
            box[2] = y > box[2] ? y : box[2];
            box[3] = x > box[3] ? x : box[3];
        }
    }
    return count;
}

static void test_erase(void **state)
{
    (void)state;
    enum { DRAWS = 1500 };
    const nn_shape shape = {40, 60, 3};
    const double share = 0.4, least = 0.02, most = 0.25;
    static uint8_t pixels[40 * 60 * 3];
    static float values[40 * 60 * 3];
    memset(pixels, 7, sizeof pixels);
    nn_images images = picture_of(pixels, 40, 60, 3);
    images.scale = 0.5f;
    images.offset = -1;
    nn_augmentation a = {.erase = (float)share, .erase_area = (float)most};
    double erased = 0, areas = 0, smallest = 1, largest = 0, widest = 1, tallest = 1;
    int counts[256] = {0}, corners = 0;
    long replaced = 0;
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        int box[4];
        picture_augment(&images, &a, 8, draw, values);
        int count = find_box(values, shape, 2.5f, box);
        if (!count) {
            continue;
        }
        int h = box[2] - box[0] + 1, w = box[3] - box[1] + 1;
        double area = (double)h * w / (40 * 60), ratio = (double)h / w;
        /* Sides are rounded to whole pixels. */
        assert_true(area < most + 0.5 * (h + w) / (40 * 60));
        assert_true(area > least - 0.5 * (h + w + 1) / (40 * 60));
        assert_true(ratio < 3 * (1 + 0.5 / h) / (1 - 0.5 / w));
        assert_true(1 / ratio < 3 * (1 + 0.5 / w) / (1 - 0.5 / h));
        /* A byte may happen to be the one that was there, one of 256. */
        assert_true(count > 0.95 * h * w * 3);
        for (int i = 0; i < 40 * 60 * 3; i++) {
            int y = i / 3 / 60, x = i / 3 % 60;
            if (y >= box[0] && y <= box[2] && x >= box[1] && x <= box[3]) {
                double byte = ((double)values[i] + 1) / 0.5;
                assert_true(byte >= 0 && byte <= 255 && byte == floor(byte));
                counts[(int)byte]++;
                replaced++;
            }
        }
        corners |= (box[0] == 0 && box[1] == 0) | (box[2] == 39 && box[3] == 59) << 1 |
                   (box[0] == 0) << 2 | (box[2] == 39) << 3 | (box[1] == 0) << 4 |
                   (box[3] == 59) << 5;
        erased++;
        areas += area;
        smallest = fmin(smallest, area);
        largest = fmax(largest, area);
        tallest = fmax(tallest, ratio);
        widest = fmax(widest, 1 / ratio);
    }
    assert_true(fabs(erased / DRAWS - share) < 5 * sqrt(share * (1 - share) / DRAWS));
    assert_true(fabs(areas / erased - (least + most) / 2) < 0.02);
    assert_true(smallest < 0.035 && largest > 0.23 && tallest > 2.5 && widest > 2.5);
    assert_int_equal(corners >> 2, 15);
    for (int byte = 0; byte < 256; byte++) {
        double wanted = (double)replaced / 256;
        assert_true(fabs(counts[byte] - wanted) < 6 * sqrt(wanted));
    }
}

/* The whole image may go, and images of a few pixels lose at least one. */
static void test_erase_limits(void **state)
{
    (void)state;
    uint8_t pixels[35] = {0};
    float values[35];
    const nn_shape tiny[] = {{1, 1, 1}, {1, 35, 1}, {35, 1, 1}, {5, 7, 1}};
    for (int s = 0; s < 4; s++) {
        nn_images images = picture_of(pixels, tiny[s].h, tiny[s].w, 1);
        int some = 0;
        for (uint64_t draw = 0; draw < 200; draw++) {
            int box[4];
            picture_augment(&images, &(nn_augmentation){.erase = 1, .erase_area = 1}, 1, draw,
                            values);
            some += find_box(values, tiny[s], 0, box) > 0;
        }
        assert_true(some > 185); /* a byte of 0 replaced by one of 0 is not seen */
    }
}

/* ---------------------------------------------------------------- draws and the trainer */

static const nn_augmentation everything = {.rotation = 15,
                                           .scale = 0.2f,
                                           .shear = 8,
                                           .shift = 2,
                                           .elastic = 1,
                                           .elastic_spacing = 6,
                                           .flip = 0.5f,
                                           .erase = 0.5f,
                                           .erase_area = 0.2f};

/* Where nothing is asked for, an image is what a step without augmentation gathers, bit for bit. */
static void test_nothing(void **state)
{
    (void)state;
    static float wanted[784], values[784];
    nn_images images = digits_new(1, (nn_shape){28, 28, 1}, 4);
    assert_non_null(images.pixels);
    images.offset = -0.3f;
    nn_kernels_for(NN_ISA_BEST)->gather(784, images.pixels, images.scale, images.offset, wanted);
    picture_augment(&images, &(nn_augmentation){0}, 5, 6, values);
    assert_memory_equal(values, wanted, sizeof values);
    digits_free(&images);
}

static void test_seed_and_draw(void **state)
{
    (void)state;
    static float values[4][28 * 28];
    nn_images images = digits_new(2, (nn_shape){28, 28, 1}, 4);
    nn_error error;
    assert_non_null(images.pixels);
    picture_augment(&images, &everything, 1, 1, values[0]);
    picture_augment(&images, &everything, 1, 1, values[1]);
    picture_augment(&images, &everything, 1, 2, values[2]);
    picture_augment(&images, &everything, 2, 1, values[3]);
    assert_memory_equal(values[0], values[1], sizeof values[0]);
    assert_memory_not_equal(values[0], values[2], sizeof values[0]);
    assert_memory_not_equal(values[0], values[3], sizeof values[0]);
    assert_memory_not_equal(values[2], values[3], sizeof values[0]);
    assert_int_equal(nn_augment(&images, 2, &everything, 1, 1, values[0], &error), NN_ERROR_INPUT);
    assert_non_null(strstr(error.text, "image 2, expected less than 2"));
    digits_free(&images);
}

/* The images of a step, from the gradient of a dense layer whose weights are 0: with two images of
 * labels 0 and 1 the rows of dw are (-0.9 a + 0.1 b) / 2 and (0.1 a - 0.9 b) / 2. */
static void step_images(nn_trainer *trainer, const nn_images *images, float *a, float *b)
{
    const uint32_t rows[] = {0, 1};
    nn_error error;
    nn_metrics metrics = {0};
    assert_int_equal(nn_trainer_step(trainer, images, rows, 2, 0, &metrics, &error), 0);
    const float *g = nn_trainer_gradient(trainer, 0);
    for (int i = 0; i < 784; i++) {
        double first = 2 * (double)g[i], second = 2 * (double)g[784 + i];
        a[i] = (float)(-(0.9 * first + 0.1 * second) / 0.8);
        b[i] = (float)(-(0.1 * first + 0.9 * second) / 0.8);
    }
}

static double distance(const float *a, const float *b)
{
    double most = 0;
    for (int i = 0; i < 784; i++) {
        most = fmax(most, fabs((double)a[i] - (double)b[i]));
    }
    return most;
}

/* A step sees what nn_augment shows; the same image looks otherwise at another place in the batch
 * and in another step; and not at all distorted before and after. */
static void test_trainer(void **state)
{
    (void)state;
    const uint16_t labels[] = {0, 1};
    static float a[784], b[784], c[784], d[784], shown[784], plain[784];
    static uint8_t pixels[2 * 784];
    nn_images one = digits_new(1, (nn_shape){28, 28, 1}, 4), images = one;
    assert_non_null(one.pixels);
    memcpy(pixels, one.pixels, 784);
    memcpy(pixels + 784, one.pixels, 784);
    images.pixels = pixels;
    images.labels = labels;
    images.count = 2;
    for (int i = 0; i < ISAS; i++) {
        nn_trainer_options options = nn_trainer_defaults();
        nn_error error;
        options.isa = isas[i];
        options.threads = 1 + i;
        options.seed = 77;
        if (!nn_isa_usable(isas[i])) {
            continue;
        }
        nn_model *model = nn_model_new("dense 10", images.shape, &error);
        assert_non_null(model);
        nn_trainer *trainer = nn_trainer_new(model, &options, &error);
        assert_non_null(trainer);
        picture_augment(&images, &(nn_augmentation){0}, 0, 0, plain);
        step_images(trainer, &images, a, b);
        assert_true(distance(a, plain) < 1e-5 && distance(b, plain) < 1e-5);
        nn_augmentation copy = everything; /* which need not live on */
        nn_trainer_augment(trainer, &copy);
        memset(&copy, 0, sizeof copy);
        step_images(trainer, &images, a, b);
        picture_augment(&images, &everything, 77, 1, shown);
        assert_true(distance(a, shown) < 1e-4);
        assert_true(distance(a, b) > 0.1);
        step_images(trainer, &images, c, d);
        picture_augment(&images, &everything, 77, 2, shown);
        assert_true(distance(c, shown) < 1e-4);
        assert_true(distance(a, c) > 0.1 && distance(b, d) > 0.1 && distance(c, d) > 0.1);
        nn_trainer_augment(trainer, NULL);
        step_images(trainer, &images, a, b);
        assert_true(distance(a, plain) < 1e-5 && distance(b, plain) < 1e-5);
        nn_trainer_free(trainer);
        nn_model_free(model);
    }
    digits_free(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draws),          cmocka_unit_test(test_elastic_field),
        cmocka_unit_test(test_elastic_limits), cmocka_unit_test(test_erase),
        cmocka_unit_test(test_erase_limits),   cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_seed_and_draw),  cmocka_unit_test(test_trainer),
    };
    return cmocka_run_group_tests_name("augment", tests, NULL, NULL);
}
