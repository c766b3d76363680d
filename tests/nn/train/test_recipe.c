/* test_recipe.c: training with all that can be on at once, augmentation, smoothing, clipping and an
 * average, repeats bit for bit whatever the number of threads, can be interrupted, and comes out
 * alike by fast and by plain paths. */
#include "tests/unit/unit.h"

#include "tests/unit/digits.h"
#include "tests/unit/practice.h"

/* A limit that is never reached changes nothing, though updates come later; fast paths and plain.
 */
static void test_loose_clip_changes_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        unsigned char *bytes[2];
        size_t size;
        for (int clip = 0; clip < 2; clip++) {
            nn_trainer_options options = practice_all(1 + clip, (nn_optimizer)(i % 3));
            options.clip = clip ? 1e20f : 0;
            options.plain = i / 3;
            practice s = practice_new(net_text("quick"), (nn_shape){28, 28, 1}, options);
            practice_steps(&s, 0, 3, 24, 0.01f);
            bytes[clip] = practice_state(&s, &size);
            practice_free(&s);
        }
        assert_memory_equal(bytes[0], bytes[1], size);
        free(bytes[0]);
        free(bytes[1]);
    }
}

static void test_threads_do_not_matter(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        const int threads[] = {1, 2, 3, 8};
        unsigned char *wanted = NULL;
        size_t size;
        for (int t = 0; t < 4; t++) {
            nn_trainer_options options = practice_all(threads[t], (nn_optimizer)(i % 3));
            options.plain = i / 3;
            practice s = practice_new(i % 2 ? practice_net : net_text("quick"),
                                      i % 2 ? practice_shape : (nn_shape){28, 28, 1}, options);
            nn_trainer_augment(s.trainer, &practice_augmentation);
            practice_steps(&s, 0, 3, 24, 0.01f);
            unsigned char *got = practice_state(&s, &size);
            if (wanted) {
                assert_memory_equal(got, wanted, size);
                free(got);
            } else {
                wanted = got;
            }
            practice_free(&s);
        }
        free(wanted);
    }
}

static void test_resumes_bit_for_bit(void **state)
{
    (void)state;
    for (int optimizer = NN_ADAM; optimizer <= NN_SGD; optimizer++) {
        nn_error error;
        size_t size;
        nn_trainer_options options = practice_all(2, (nn_optimizer)optimizer);
        practice whole = practice_new(practice_net, practice_shape, options);
        size_t weights = nn_model_size(whole.model);
        nn_trainer_augment(whole.trainer, &practice_augmentation);
        practice_steps(&whole, 0, 3, 24, 0.01f);
        unsigned char *middle = practice_state(&whole, &size), *averages = malloc(2 * weights);
        assert_non_null(averages);
        nn_trainer_average(whole.trainer, whole.average);
        nn_model_save(whole.average, averages);
        practice_steps(&whole, 3, 6, 24, 0.01f);
        unsigned char *wanted = practice_state(&whole, &size);

        options.threads = 1;
        practice resumed = practice_new(practice_net, practice_shape, options);
        practice_steps(&resumed, 0, 2, 24, 0.1f); /* must not matter */
        assert_int_equal(nn_model_load(resumed.model, middle, weights, &error), 0);
        assert_int_equal(nn_trainer_load(resumed.trainer, middle + weights, size - weights, &error),
                         0);
        nn_trainer_average(resumed.trainer, resumed.average);
        nn_model_save(resumed.average, averages + weights);
        assert_memory_equal(averages, averages + weights, weights);
        nn_trainer_augment(resumed.trainer, &practice_augmentation);
        practice_steps(&resumed, 3, 6, 24, 0.01f);
        unsigned char *got = practice_state(&resumed, &size);
        assert_memory_equal(got, wanted, size);

        /* A state with an average does not fit a trainer without one. */
        options.average = 0;
        practice none = practice_new(practice_net, practice_shape, options);
        assert_true(nn_trainer_size(none.trainer) < size - weights);
        assert_int_equal(nn_trainer_load(none.trainer, middle + weights, size - weights, &error),
                         NN_ERROR_FORMAT);
        free(middle);
        free(averages);
        free(wanted);
        free(got);
        practice_free(&whole);
        practice_free(&resumed);
        practice_free(&none);
    }
}

/* Fast and plain paths round differently; after a few steps they must still be close. */
static void test_plain_agrees_with_fast(void **state)
{
    (void)state;
    static parameters before, averages[2];
    const char *const nets[] = {"quick", "baseline", "batchnorm"};
    for (int i = 0; i < 3; i++) {
        double losses[2], moved = 0, apart = 0;
        int checked = i == 0; /* the net whose parameters there is room for */
        for (int plain = 0; plain < 2; plain++) {
            nn_trainer_options options = practice_all(2, i == 1 ? NN_ADAMW : NN_SGD);
            options.plain = plain;
            practice s = practice_new(net_text(nets[i]), (nn_shape){28, 28, 1}, options);
            if (checked) {
                parameters_read(s.model, &before);
            }
            nn_trainer_augment(s.trainer, &practice_augmentation);
            practice_steps(&s, 0, 3, 24, 0.005f);
            nn_metrics metrics = practice_steps(&s, 3, 5, 24, 0.005f);
            losses[plain] = metrics.loss / (double)metrics.images;
            nn_trainer_average(s.trainer, s.average);
            if (checked) {
                parameters_read(s.average, &averages[plain]);
            }
            practice_free(&s);
        }
        assert_true(losses[1] > 0.5);
        assert_true(fabs(losses[0] - losses[1]) < 2e-3 * losses[1]);
        for (int j = 0; checked && j < before.count; j++) {
            moved = fmax(moved, fabs(averages[1].values[j] - before.values[j]));
            apart = fmax(apart, fabs(averages[1].values[j] - averages[0].values[j]));
        }
        assert_true(!checked || (moved > 1e-3 && apart < 0.01 * moved));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loose_clip_changes_nothing),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_resumes_bit_for_bit),
        cmocka_unit_test(test_plain_agrees_with_fast),
    };
    return cmocka_run_group_tests_name("recipe", tests, NULL, NULL);
}
