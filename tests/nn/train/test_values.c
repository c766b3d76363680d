/* test_values.c: images whose values are no bytes: where they are the same numbers nothing differs
 * by a bit; gaps, errors, and what distortions make of values. */
#include "tests/unit/unit.h"

#include "nn/kernels/isa.h"
#include "tests/unit/digits.h"
#include "tests/unit/pictures.h"
#include "tests/unit/practice.h"

static const nn_isa isas[] = {NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof isas[0] };

/* Distortions but for erasing, which draws other noise for values. */
static nn_augmentation without_noise(void)
{
    nn_augmentation a = practice_augmentation;
    a.erase = 0;
    return a;
}

/* ---------------------------------------------------------------- the same numbers */

static unsigned char *trained(nn_isa isa, int augments, int values, size_t *size)
{
    nn_trainer_options options = practice_all(2, NN_ADAMW);
    nn_augmentation a = without_noise();
    options.isa = isa;
    practice s = practice_new(practice_net, practice_shape, options);
    s.images.offset = -0.1f;
    assert_true(!values || digits_to_values(&s.images) == 0);
    nn_trainer_augment(s.trainer, augments ? &a : NULL);
    nn_metrics metrics = practice_steps(&s, 0, 4, 24, 0.01f);
    assert_true(metrics.loss > 0);
    unsigned char *state = practice_state(&s, size);
    practice_free(&s);
    return state;
}

static void test_trains_as_bytes_do(void **state)
{
    (void)state;
    size_t size;
    for (int i = 0; i < ISAS; i++) {
        unsigned char *last = NULL;
        for (int augments = 0; nn_isa_usable(isas[i]) && augments < 2; augments++) {
            unsigned char *bytes = trained(isas[i], augments, 0, &size);
            unsigned char *values = trained(isas[i], augments, 1, &size);
            assert_memory_equal(bytes, values, size);
            if (last) { /* the distortion reached the weights */
                assert_memory_not_equal(bytes, last, size);
            }
            free(last);
            free(values);
            last = bytes;
        }
        free(last);
    }
}

static void test_predicts_as_bytes_do(void **state)
{
    (void)state;
    nn_error error;
    static float got[2][2][PRACTICE_COUNT * 10];
    float activation[2][6 * 14 * 14];
    const nn_view view = {.rotation = 12, .shift_x = 1.5f, .flip = 1};
    for (int values = 0; values < 2; values++) {
        practice s = practice_new(practice_net, practice_shape, practice_options(24, 2));
        assert_true(!values || digits_to_values(&s.images) == 0);
        nn_predictor *predictor = nn_predictor_new(s.model, 50, 2, NN_ISA_BEST, &error);
        assert_non_null(predictor);
        for (int looks = 0; looks < 2; looks++) {
            nn_predictor_look(predictor, looks ? &view : NULL);
            assert_int_equal(nn_predictor_run(predictor, &s.images, NULL, PRACTICE_COUNT,
                                              got[values][looks], &error),
                             0);
        }
        assert_int_equal(nn_model_activation(s.model, &s.images, 5, 0, activation[values], &error),
                         0);
        nn_predictor_free(predictor);
        practice_free(&s);
    }
    assert_memory_equal(got[0], got[1], sizeof got[0]);
    assert_memory_not_equal(got[0][0], got[0][1], sizeof got[0][0]);
    assert_memory_equal(activation[0], activation[1], sizeof activation[0]);
}

static void test_distorts_as_bytes_are(void **state)
{
    (void)state;
    const nn_augmentation a = without_noise();
    nn_images bytes = digits_new(20, (nn_shape){17, 14, 3}, 4),
              values = digits_new(20, (nn_shape){17, 14, 3}, 4);
    float wanted[17 * 14 * 3], got[17 * 14 * 3];
    nn_error error;
    assert_int_equal(digits_to_values(&values), 0);
    bytes.offset = values.offset = 0.3f;
    for (size_t row = 0; row < 20; row++) {
        assert_int_equal(nn_augment(&bytes, row, &a, 6, 7, wanted, &error), 0);
        assert_int_equal(nn_augment(&values, row, &a, 6, 7, got, &error), 0);
        assert_memory_equal(got, wanted, sizeof wanted);
    }
    digits_free(&bytes);
    digits_free(&values);
}

/* ---------------------------------------------------------------- what bytes cannot be */

enum { SIDE = 20 };

/* Values that no byte has: all of them 5.25, seen as 11.5, and the border of what is moved in 1. */
static void test_border_is_zero(void **state)
{
    (void)state;
    float values[SIDE * SIDE], out[SIDE * SIDE];
    nn_images images = {.values = values, .count = 1, .shape = {SIDE, SIDE, 1}, .scale = 2};
    const nn_augmentation a = {.shift = 6};
    int inside = 0, outside = 0;
    images.offset = 1;
    for (int i = 0; i < SIDE * SIDE; i++) {
        values[i] = 5.25f;
    }
    for (uint64_t draw = 0; draw < 10; draw++) {
        picture_augment(&images, &a, 1, draw, out);
        for (int i = 0; i < SIDE * SIDE; i++) {
            assert_true(out[i] >= 1 && out[i] <= 11.5f);
            inside += out[i] == 11.5f;
            outside += out[i] == 1;
        }
    }
    assert_true(inside > SIDE * SIDE && outside > SIDE * SIDE);
}

/* A rectangle of noise: uniform in 2 [0, 1) + 1 of more than 256 levels, all else as it was. */
static void test_erases_with_values(void **state)
{
    (void)state;
    float values[SIDE * SIDE], out[SIDE * SIDE];
    nn_images images = {.values = values, .count = 1, .shape = {SIDE, SIDE, 1}, .scale = 2};
    const nn_augmentation a = {.erase = 1, .erase_area = 0.5f};
    int noise = 0, fine = 0;
    double sum = 0;
    images.offset = 1;
    for (int i = 0; i < SIDE * SIDE; i++) {
        values[i] = 5.25f;
    }
    for (uint64_t draw = 0; draw < 40; draw++) {
        picture_augment(&images, &a, 1, draw, out);
        for (int i = 0; i < SIDE * SIDE; i++) {
            if (out[i] == 11.5f) {
                continue;
            }
            assert_true(out[i] >= 1 && out[i] < 3);
            double level = (double)(out[i] - 1) / 2 * 256;
            fine += level != floor(level);
            sum += level;
            noise++;
        }
    }
    assert_true(noise > 40 * SIDE * SIDE / 50 && noise < 40 * SIDE * SIDE * 6 / 10);
    assert_true(fine > noise * 9 / 10);
    assert_true(fabs(sum / noise - 128) < 5 * 256 / sqrt(12.0 * noise));
}

/* A gap, and no standardize: the step says so. */
static void test_gap_is_named(void **state)
{
    (void)state;
    nn_error error;
    nn_metrics metrics = {0};
    practice s = practice_new(practice_net, practice_shape, practice_options(24, 2));
    assert_int_equal(digits_to_values(&s.images), 0);
    ((float *)s.images.values)[s.rows[3] * 196 + 50] = NAN;
    assert_int_equal(nn_trainer_step(s.trainer, &s.images, s.rows, 24, 0.01f, &metrics, &error),
                     NN_ERROR_NAN);
    char wanted[160];
    snprintf(wanted, sizeof wanted,
             "; image %u has values that are not finite, expected numbers, or standardize as the "
             "first layer",
             s.rows[3]);
    assert_non_null(strstr(error.text, wanted));
    practice_free(&s);
}

/* ---------------------------------------------------------------- errors */

/* All functions that read images, with these. */
static void refuse(practice *s, nn_predictor *predictor, const nn_images *images,
                   const char *message)
{
    nn_error errors[4];
    nn_metrics metrics = {0};
    static float out[PRACTICE_COUNT * 10 + 6 * 14 * 14];
    assert_int_equal(nn_trainer_step(s->trainer, images, s->rows, 4, 0.01f, &metrics, &errors[0]),
                     NN_ERROR_INPUT);
    assert_int_equal(nn_predictor_run(predictor, images, NULL, 4, out, &errors[1]), NN_ERROR_INPUT);
    assert_int_equal(nn_model_activation(s->model, images, 0, 0, out, &errors[2]), NN_ERROR_INPUT);
    assert_int_equal(nn_augment(images, 0, &practice_augmentation, 1, 1, out, &errors[3]),
                     NN_ERROR_INPUT);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(errors[i].text, message);
    }
}

static void test_both_or_neither(void **state)
{
    (void)state;
    nn_error error;
    practice s = practice_new(practice_net, practice_shape, practice_options(24, 2));
    nn_predictor *predictor = nn_predictor_new(s.model, 24, 1, NN_ISA_BEST, &error);
    nn_images other = digits_new(PRACTICE_COUNT, practice_shape, 3);
    assert_non_null(predictor);
    assert_int_equal(digits_to_values(&other), 0);
    nn_images both = s.images, neither = s.images;
    both.values = other.values;
    neither.pixels = NULL;
    refuse(&s, predictor, &both, "images with both pixels and values, expected one of them");
    refuse(&s, predictor, &neither, "images without pixels or values, expected one of them");
    neither.count = 0; /* but no images have none of them */
    assert_int_equal(nn_predictor_run(predictor, &neither, NULL, 0, NULL, &error), 0);
    nn_predictor_free(predictor);
    digits_free(&other);
    practice_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trains_as_bytes_do),    cmocka_unit_test(test_predicts_as_bytes_do),
        cmocka_unit_test(test_distorts_as_bytes_are), cmocka_unit_test(test_border_is_zero),
        cmocka_unit_test(test_erases_with_values),    cmocka_unit_test(test_gap_is_named),
        cmocka_unit_test(test_both_or_neither),
    };
    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
