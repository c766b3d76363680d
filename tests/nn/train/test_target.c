/* test_target.c: what a step learns: smoothed labels and soft targets; by hand, by central
 * differences, and targets of 0 and 1 as labels. */
#include "tests/unit/unit.h"

#include "tests/unit/practice.h"

/* Weights 0, biases (1, 0, -1): log sum exp = 1.40760596, softmax = (0.66524096, 0.24472847,
 * 0.09003057). Smoothing by 0.1 makes the target of label 0 (14, 0.5, 0.5) / 15. */
static void test_targets_by_hand(void **state)
{
    (void)state;
    const uint8_t pixel = 51;
    const uint16_t label = 0;
    const float soft[] = {0.2f, 0.5f, 0.3f};
    const uint32_t row = 0;
    const struct {
        float smoothing;
        int soft;
        double loss, gradient[3];
        size_t correct;
    } cases[] = {
        {0, 0, 0.40760596, {-0.33475904, 0.24472847, 0.09003057}, 1},
        {0.1f, 0, 0.50760596, {-0.26809237, 0.21139514, 0.05669724}, 1},
        {0, 1, 1.50760596, {0.46524096, -0.25527153, -0.20996943}, 0},
        {0.1f, 1, 1.50760596, {0.46524096, -0.25527153, -0.20996943}, 0}, /* targets are as given */
    };
    for (int c = 0; c < 4; c++) {
        nn_error error;
        nn_metrics metrics = {0};
        nn_images images = {.pixels = &pixel,
                            .labels = cases[c].soft ? NULL : &label,
                            .count = 1,
                            .shape = {1, 1, 1},
                            .scale = 1 / 255.0f,
                            .targets = cases[c].soft ? soft : NULL};
        nn_trainer_options options = practice_options(1, 1);
        options.label_smoothing = cases[c].smoothing;
        nn_model *model = nn_model_new("dense 3", images.shape, &error);
        assert_non_null(model);
        ((float *)nn_model_weights(model, 0))[3] = 1;
        ((float *)nn_model_weights(model, 0))[5] = -1;
        nn_trainer *trainer = nn_trainer_new(model, &options, &error);
        assert_non_null(trainer);
        assert_int_equal(nn_trainer_step(trainer, &images, &row, 1, 0.1f, &metrics, &error), 0);
        const float *g = nn_trainer_gradient(trainer, 0);
        assert_true(fabs(metrics.loss - cases[c].loss) < 1e-6);
        assert_int_equal(metrics.correct, cases[c].correct);
        for (int j = 0; j < 3; j++) {
            assert_true(fabs((double)g[3 + j] - cases[c].gradient[j]) < 1e-6);
            assert_true(fabs((double)g[j] - 0.2 * cases[c].gradient[j]) < 1e-6);
        }
        nn_trainer_free(trainer);
        nn_model_free(model);
    }
}

/* Distributions that sum to 1, another one for each image. */
static float *soft_targets(void)
{
    float *targets = malloc(PRACTICE_COUNT * 10 * sizeof *targets);
    assert_non_null(targets);
    nn_random random = nn_random_new(6, 1);
    for (int i = 0; i < PRACTICE_COUNT; i++) {
        float sum = 0;
        for (int j = 0; j < 10; j++) {
            sum += targets[10 * i + j] = nn_random_uniform(&random);
        }
        for (int j = 0; j < 10; j++) {
            targets[10 * i + j] /= sum;
        }
    }
    return targets;
}

static double loss_of(practice *s, float *gradient, size_t at)
{
    nn_error error;
    nn_metrics metrics = {0};
    assert_int_equal(nn_trainer_step(s->trainer, &s->images, s->rows, 12, 0, &metrics, &error), 0);
    *gradient = nn_trainer_gradient(s->trainer, 0)[at];
    return metrics.loss / 12;
}

static void test_central_differences(void **state)
{
    (void)state;
    float *targets = soft_targets();
    for (int soft = 0; soft < 2; soft++) {
        nn_trainer_options options = practice_options(12, 2);
        options.label_smoothing = 0.25f;
        options.optimizer = NN_SGD; /* a rate of 0 leaves the weights as they are */
        practice s = practice_new("dense 12\nbatchnorm\ndense 10", (nn_shape){6, 6, 1}, options);
        float *w = (float *)nn_model_weights(s.model, 0), ignored;
        double greatest = 0;
        s.images.targets = soft ? targets : NULL;
        for (size_t at = 5; at < 12 * 36; at += 23) {
            const float step = 1e-2f, was = w[at];
            float gradient;
            loss_of(&s, &gradient, at);
            w[at] = was + step;
            double above = loss_of(&s, &ignored, at);
            w[at] = was - step;
            double slope = (above - loss_of(&s, &ignored, at)) / (2 * (double)step);
            w[at] = was;
            assert_true(fabs(slope - (double)gradient) < 2e-3 * fabs(slope) + 3e-5);
            greatest = fmax(greatest, fabs(slope));
        }
        assert_true(greatest > 0.01);
        practice_free(&s);
    }
    free(targets);
}

/* Targets of 0 and 1 are labels, bit for bit, in weights and figures. */
static void test_one_hot_targets(void **state)
{
    (void)state;
    for (int optimizer = NN_ADAM; optimizer <= NN_SGD; optimizer++) {
        static float targets[PRACTICE_COUNT * 10];
        unsigned char *bytes[2];
        nn_metrics metrics[2];
        size_t size;
        for (int soft = 0; soft < 2; soft++) {
            nn_trainer_options options = practice_options(24, 2);
            options.optimizer = (nn_optimizer)optimizer;
            practice s = practice_new(practice_net, practice_shape, options);
            memset(targets, 0, sizeof targets);
            for (int i = 0; i < PRACTICE_COUNT; i++) {
                targets[10 * i + s.images.labels[i]] = 1;
            }
            s.images.targets = soft ? targets : NULL;
            metrics[soft] = practice_steps(&s, 0, 4, 24, 0.01f);
            bytes[soft] = practice_state(&s, &size);
            practice_free(&s);
        }
        assert_memory_equal(bytes[0], bytes[1], size);
        assert_true(metrics[0].loss == metrics[1].loss && metrics[0].loss > 0);
        assert_int_equal(metrics[0].correct, metrics[1].correct);
        free(bytes[0]);
        free(bytes[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets_by_hand),
        cmocka_unit_test(test_central_differences),
        cmocka_unit_test(test_one_hot_targets),
    };
    return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
