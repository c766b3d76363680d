/* test_optimizer.c: what a step does with a gradient: optimizers, weight decay, clipping and the
 * average of the weights; by hand, against PyTorch, against the formulas in double precision. */
#include "tests/unit/unit.h"

#include "tests/fixtures/optimizer_steps.h"
#include "tests/unit/practice.h"

/* ---------------------------------------------------------------- known answers */

/* One input of 1, two outputs, all weights 0: the first gradient is (-1/2, 1/2) for weights and for
 * biases. Rate 0.1; afterwards the logits are +-2 w, and the next gradient -+(1 - p). */
static void test_two_steps_by_hand(void **state)
{
    (void)state;
    const uint8_t pixel = 255;
    const uint16_t label = 0;
    const uint32_t row = 0;
    const nn_images images = {
        .pixels = &pixel, .labels = &label, .count = 1, .shape = {1, 1, 1}, .scale = 1 / 255.0f};
    const struct {
        nn_optimizer optimizer;
        int nesterov;
        double first, second; /* the weight of the first output after each step */
    } cases[] = {
        /* m = -0.5, w = 0.05; p = 0.549834, g = -0.450166, m = -0.45 - 0.450166 */
        {NN_SGD, 0, 0.05, 0.05 + 0.1 * 0.900166},
        /* w = 0.1 (0.5 + 0.45); p = 0.593873, g = -0.406127, m = -0.45 - 0.406127 */
        {NN_SGD, 1, 0.095, 0.095 + 0.1 * (0.406127 + 0.9 * 0.856127)},
        /* The first step is the rate, 0.1; p = 0.598688, g = -0.401312;
         * m = 0.9 0.05 + 0.1 0.401312 = 0.0851312, v = 0.999 0.00025 + 0.001 0.161052 =
         * 0.000410802; 0.1 sqrt(1 - 0.999^2) / (1 - 0.9^2) = 0.02353167, m / (sqrt(v) + 1e-7)
         * = 4.200207 */
        {NN_ADAM, 0, 0.1, 0.1 + 0.02353167 * 4.200207},
        {NN_ADAMW, 0, 0.1, 0.1 + 0.02353167 * 4.200207},
    };
    for (int c = 0; c < 4; c++) {
        nn_error error;
        nn_metrics metrics = {0};
        nn_trainer_options options = practice_options(1, 1);
        options.optimizer = cases[c].optimizer;
        options.nesterov = cases[c].nesterov;
        nn_model *model = nn_model_new("dense 2", images.shape, &error);
        assert_non_null(model);
        nn_trainer *trainer = nn_trainer_new(model, &options, &error);
        assert_non_null(trainer);
        const float *w = nn_model_weights(model, 0);
        for (int step = 0; step < 2; step++) {
            double wanted = step ? cases[c].second : cases[c].first;
            assert_int_equal(nn_trainer_step(trainer, &images, &row, 1, 0.1f, &metrics, &error), 0);
            for (int i = 0; i < 4; i++) { /* weights and biases move alike, here */
                assert_true(fabs((double)w[i] - (i % 2 ? -wanted : wanted)) < 2e-6);
            }
        }
        nn_trainer_free(trainer);
        nn_model_free(model);
    }
}

/* The cases of make_optimizer_fixture.py, which has the formulas of images and weights. */
static nn_trainer_options torch_options(const char *name)
{
    const struct {
        const char *name;
        nn_optimizer optimizer;
        float beta1, beta2, momentum, decay, clip, smoothing;
        int nesterov;
    } cases[] = {
        {"adam", NN_ADAM, 0.8f, 0.95f, 0, 0, 0, 0, 0},
        {"adam decay", NN_ADAM, 0.9f, 0.999f, 0, 0.2f, 0, 0, 0},
        {"adamw", NN_ADAMW, 0.9f, 0.999f, 0, 0.2f, 0, 0, 0},
        {"adamw all", NN_ADAMW, 0.7f, 0.9f, 0, 0.5f, 0.3f, 0.2f, 0},
        {"sgd plain", NN_SGD, 0.9f, 0.9f, 0, 0, 0, 0, 0},
        {"sgd momentum", NN_SGD, 0.9f, 0.9f, 0.8f, 0.2f, 0, 0, 0},
        {"sgd nesterov", NN_SGD, 0.9f, 0.9f, 0.9f, 0, 0, 0, 1},
        {"sgd all", NN_SGD, 0.9f, 0.9f, 0.9f, 0.3f, 0.25f, 0.1f, 1},
        {"sgd soft", NN_SGD, 0.9f, 0.9f, 0.5f, 0, 0, 0, 1},
    };
    nn_trainer_options options = practice_options(5, 2);
    options.epsilon = 1e-4f;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        if (strcmp(cases[c].name, name) == 0) {
            options.optimizer = cases[c].optimizer;
            options.beta1 = cases[c].beta1;
            options.beta2 = cases[c].beta2;
            options.momentum = cases[c].momentum;
            options.weight_decay = cases[c].decay;
            options.clip = cases[c].clip;
            options.label_smoothing = cases[c].smoothing;
            options.nesterov = cases[c].nesterov;
            return options;
        }
    }
    fail_msg("the fixture has an unknown case '%s'", name);
    return options;
}

static void test_pytorch(void **state)
{
    (void)state;
    uint8_t pixels[30];
    uint16_t labels[5];
    float soft[15];
    const uint32_t rows[] = {0, 1, 2, 3, 4};
    for (int n = 0; n < 5; n++) {
        float sum = 0;
        labels[n] = (uint16_t)(n * n % 3);
        for (int i = 0; i < 6; i++) {
            pixels[n * 6 + i] = (uint8_t)((53 * i + 31 * n + 7 * i * n) % 256);
        }
        for (int j = 0; j < 3; j++) {
            sum += soft[n * 3 + j] = (float)(1 + (n + 2 * j) % 4);
        }
        for (int j = 0; j < 3; j++) {
            soft[n * 3 + j] /= sum;
        }
    }
    size_t cases = sizeof optimizer_steps / sizeof optimizer_steps[0];
    assert_int_equal(cases, 9);
    for (size_t c = 0; c < cases; c++) {
        nn_error error;
        nn_images images = {.pixels = pixels,
                            .labels = labels,
                            .count = 5,
                            .shape = {1, 6, 1},
                            .scale = 1 / 256.0f};
        nn_trainer_options options = torch_options(optimizer_steps[c].name);
        images.targets = strstr(optimizer_steps[c].name, "soft") ? soft : NULL;
        nn_model *model = nn_model_new("dense 3", images.shape, &error);
        assert_non_null(model);
        float *w = (float *)nn_model_weights(model, 0);
        for (int i = 0; i < 21; i++) {
            w[i] = i < 18 ? (float)(7 * i % 11 - 5) / 8 : (float)(i - 19) / 4;
        }
        nn_trainer *trainer = nn_trainer_new(model, &options, &error);
        assert_non_null(trainer);
        for (int step = 0; step < 4; step++) {
            nn_metrics metrics = {0};
            float rate = 0.25f / (float)(step + 1);
            assert_int_equal(nn_trainer_step(trainer, &images, rows, 5, rate, &metrics, &error), 0);
            if (!(fabs(metrics.loss / 5 - optimizer_steps[c].losses[step]) < 5e-6)) {
                fail_msg("%s: loss %g before step %d", optimizer_steps[c].name, metrics.loss / 5,
                         step + 1);
            }
        }
        for (int i = 0; i < 21; i++) {
            if (!(fabs((double)w[i] - optimizer_steps[c].parameters[i]) < 5e-6)) {
                fail_msg("%s: parameter %d is %g, expected %g", optimizer_steps[c].name, i,
                         (double)w[i], optimizer_steps[c].parameters[i]);
            }
        }
        nn_trainer_free(trainer);
        nn_model_free(model);
    }
}

/* ---------------------------------------------------------------- against the formulas */

static void read_gradient(const practice *s, double *g)
{
    for (int i = 0; i < nn_model_layers(s->model); i++) {
        nn_layer_info layer = nn_model_layer(s->model, i);
        const float *from = nn_trainer_gradient(s->trainer, i);
        for (size_t j = 0; j < layer.parameters; j++) {
            *g++ = j < layer.trainable ? (double)from[j] : 0;
        }
    }
}

static double norm_of(const double *x, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += x[i] * x[i];
    }
    return sqrt(sum);
}

/* The change of a parameter w by its gradient g, from nn.h; t counts from 1. */
static double change_of(const nn_trainer_options *o, int t, double rate, double g, double w,
                        int decays, double *m, double *v)
{
    double decay = decays ? (double)o->weight_decay : 0;
    double beta1 = (double)o->beta1, beta2 = (double)o->beta2, momentum = (double)o->momentum;
    if (o->optimizer != NN_ADAMW) {
        g += decay * w;
    }
    if (o->optimizer == NN_SGD) {
        *m = momentum * *m + g;
        return -rate * (o->nesterov ? g + momentum * *m : *m);
    }
    *m = beta1 * *m + (1 - beta1) * g;
    *v = beta2 * *v + (1 - beta2) * g * g;
    double corrected = rate * sqrt(1 - pow(beta2, t)) / (1 - pow(beta1, t));
    double change = -corrected * *m / (sqrt(*v) + (double)o->epsilon);
    return o->optimizer == NN_ADAMW ? change - rate * decay * w : change;
}

/* Steps of a net with all kinds of layers; each step's change and the average after it. */
static void compare_with_formulas(nn_trainer_options options)
{
    static parameters before, after, averaged;
    static double g[PARAMETERS_MOST], m[PARAMETERS_MOST], v[PARAMETERS_MOST],
        average[PARAMETERS_MOST];
    practice s = practice_new(practice_net, practice_shape, options);
    memset(m, 0, sizeof m);
    memset(v, 0, sizeof v);
    for (int t = 1; t <= 4; t++) {
        double rate = 0.02 / t, moved = 0, decayed = 0;
        parameters_read(s.model, &before);
        practice_steps(&s, t, t + 1, options.batch, (float)rate);
        parameters_read(s.model, &after);
        read_gradient(&s, g);
        double norm = norm_of(g, before.count), clip = (double)options.clip;
        double share = clip > 0 && norm > clip ? clip / norm : 1;
        double d = fmin((double)options.average, (t - 1) / (t + 8.0)), squares = 0;
        assert_true(norm > 0.1 && norm < 1e6); /* clips of 0.1 and of 1e6 do and do not cut */
        for (int i = 0; i < before.count; i++) {
            double w = before.values[i], change = after.values[i] - w;
            if (before.trained[i]) {
                double wanted =
                    change_of(&options, t, rate, share * g[i], w, before.decays[i], &m[i], &v[i]);
                if (!(fabs(change - wanted) < 1e-6 * fabs(w) + 2e-5 * rate)) {
                    fail_msg("step %d, parameter %d: changes by %g, expected %g", t, i, change,
                             wanted);
                }
                moved = fmax(moved, fabs(change));
                decayed += before.decays[i];
                squares += change * change;
            }
            average[i] =
                t == 1 ? after.values[i] : average[i] + (after.values[i] - average[i]) * (1 - d);
        }
        assert_true(moved > rate / 1000 && decayed > 30000);
        /* Bare descent: the step is as long as the gradient may be. */
        if (options.optimizer == NN_SGD && options.momentum == 0 && options.weight_decay == 0) {
            assert_true(fabs(sqrt(squares) / rate / (share * norm) - 1) < 1e-3);
        }
        if (options.average > 0) {
            nn_trainer_average(s.trainer, s.average);
            parameters_read(s.average, &averaged);
            for (int i = 0; i < before.count; i++) {
                assert_true(fabs(averaged.values[i] - average[i]) < 1e-6 * (1 + fabs(average[i])));
            }
        }
    }
    practice_free(&s);
}

static void test_formulas(void **state)
{
    (void)state;
    const float decays[] = {0, 0.3f}, clips[] = {0, 0.1f, 1e6f};
    for (int kind = 0; kind < 5; kind++) {
        for (int d = 0; d < 2; d++) {
            for (int c = 0; c < 3; c++) {
                const nn_optimizer optimizers[] = {NN_ADAM, NN_ADAMW, NN_SGD, NN_SGD, NN_SGD};
                nn_trainer_options options = practice_options(20, 2);
                options.optimizer = optimizers[kind];
                options.momentum = kind == 4 ? 0 : 0.9f;
                options.nesterov = kind == 3;
                options.epsilon = 1e-3f;
                options.weight_decay = decays[d];
                options.clip = clips[c];
                options.average = (float)c * 0.4f;
                compare_with_formulas(options);
            }
        }
    }
}

/* A limit just below the norm cuts to the limit, one just above it does not. */
static void test_limit_of_clip(void **state)
{
    (void)state;
    static parameters before, after;
    static double g[PARAMETERS_MOST];
    double norm = 0;
    for (int i = 0; i < 3; i++) {
        const double limits[] = {0, 0.9 * norm, 1.1 * norm};
        nn_trainer_options options = practice_options(20, 2);
        options.optimizer = NN_SGD;
        options.momentum = 0;
        options.clip = (float)limits[i];
        practice s = practice_new(practice_net, practice_shape, options);
        parameters_read(s.model, &before);
        practice_steps(&s, 0, 1, 20, 0.25f);
        parameters_read(s.model, &after);
        read_gradient(&s, g);
        norm = norm_of(g, before.count);
        for (int j = 0; j < before.count; j++) {
            g[j] = before.trained[j] ? after.values[j] - before.values[j] : 0;
        }
        double wanted = i == 1 ? limits[1] : norm;
        assert_true(norm > 0.1);
        assert_true(fabs(norm_of(g, before.count) / 0.25 / wanted - 1) < 1e-4);
        practice_free(&s);
    }
}

/* Decay changes no bias, no gamma, no beta in the first step, bit for bit, and each weight. */
static void test_what_decays(void **state)
{
    (void)state;
    static parameters parts[2];
    for (int optimizer = NN_ADAM; optimizer <= NN_SGD; optimizer++) {
        for (int clip = 0; clip < 2; clip++) {
            for (int decay = 0; decay < 2; decay++) {
                nn_trainer_options options = practice_options(20, 2);
                options.optimizer = (nn_optimizer)optimizer;
                options.weight_decay = decay ? 0.5f : 0;
                options.clip = clip ? 0.1f : 0;
                options.epsilon = 1; /* so that Adam's step is not all sign */
                practice s = practice_new(practice_net, practice_shape, options);
                practice_steps(&s, 0, 1, 20, 0.1f);
                parameters_read(s.model, &parts[decay]);
                practice_free(&s);
            }
            int same = 0, weights = 0;
            for (int i = 0; i < parts[0].count; i++) {
                int equal = parts[0].values[i] == parts[1].values[i];
                weights += parts[0].decays[i];
                same += parts[0].decays[i] && equal;
                assert_true(parts[0].decays[i] || equal);
            }
            assert_true(same < weights / 1000);
        }
    }
}

/* ---------------------------------------------------------------- what is refused */

static void expect_refused(nn_trainer_options options, const char *text)
{
    nn_error error = {0};
    nn_model *model = nn_model_new("dense 3", (nn_shape){2, 2, 1}, &error);
    assert_non_null(model);
    assert_null(nn_trainer_new(model, &options, &error));
    assert_int_equal(error.code, NN_ERROR_INPUT);
    if (!strstr(error.text, text)) {
        fail_msg("'%s' does not say '%s'", error.text, text);
    }
    nn_model_free(model);
}

static void test_refused(void **state)
{
    (void)state;
    const float bad[] = {-0.1f, NAN, 1};
    nn_trainer_options fine = practice_options(4, 1);
    for (int i = 0; i < 3; i++) {
        for (int option = 0; option < 5; option++) {
            nn_trainer_options o = fine;
            float *const fields[] = {&o.momentum, &o.label_smoothing, &o.average, &o.weight_decay,
                                     &o.clip};
            const char *const names[] = {"momentum", "label smoothing", "average", "weight decay",
                                         "clip"};
            *fields[option] = bad[i];
            if (option < 3 || i < 2) {
                expect_refused(o, names[option]);
            }
        }
    }
    nn_error error;
    nn_metrics metrics = {0};
    practice s = practice_new("dense 10", (nn_shape){5, 5, 1}, fine);
    const uint16_t *labels = s.images.labels;
    s.images.labels = NULL;
    assert_int_equal(nn_trainer_step(s.trainer, &s.images, s.rows, 4, 0.1f, &metrics, &error),
                     NN_ERROR_INPUT);
    assert_non_null(strstr(error.text, "without labels or targets"));
    s.images.labels = labels;
    practice_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_steps_by_hand), cmocka_unit_test(test_pytorch),
        cmocka_unit_test(test_formulas),          cmocka_unit_test(test_limit_of_clip),
        cmocka_unit_test(test_what_decays),       cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests_name("optimizer", tests, NULL, NULL);
}
