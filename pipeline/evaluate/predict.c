/* predict.c: what nets say of the images of a part: bytes in, probabilities, loss and
 * right answers out. */
#include "pipeline/evaluate/evaluate.h"

#include "pipeline/base/number.h"
#include "pipeline/store/prediction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 2048 }; /* images between two lines of progress */

void judgement_new(const struct subject *subject, struct judgement *judgement, const char *part,
                   const struct image_set *set, size_t n)
{
    int classes = subject->dataset.classes;
    size_t values = n * (size_t)classes + 1;
    *judgement =
        (struct judgement){.part = part, .set = set, .n = n, .classes = classes, .loss = NAN};
    judgement->rows = malloc((n + 1) * sizeof *judgement->rows);
    judgement->sums = calloc(values, sizeof *judgement->sums);
    judgement->probabilities = calloc(values, sizeof *judgement->probabilities);
    judgement->predicted = malloc((n + 1) * sizeof *judgement->predicted);
    if (!judgement->rows || !judgement->sums || !judgement->probabilities || !judgement->predicted)
        stage_fail(subject->stage, "out of memory for the predictions");
    for (size_t i = 0; i < n; i++)
        judgement->rows[i] = (uint32_t)i;
}

void judgement_free(struct judgement *judgement)
{
    free(judgement->rows);
    free(judgement->sums);
    free(judgement->probabilities);
    free(judgement->predicted);
    memset(judgement, 0, sizeof *judgement);
}

/* The view that is the image itself needs no look: NULL. */
static const nn_view *look_at(const nn_view *view)
{
    int is_image = view->rotation == 0 && view->shear == 0 && view->shift_x == 0 &&
                   view->shift_y == 0 && !view->flip &&
                   (view->scale_x == 0 || view->scale_x == 1) &&
                   (view->scale_y == 0 || view->scale_y == 1);
    return is_image ? NULL : view;
}

/* The views come in the order of the setting, so that the sums are the same each time. */
int judgement_add(const struct subject *subject, nn_predictor *predictor,
                  struct judgement *judgement, size_t first, size_t n, struct error *error)
{
    size_t classes = (size_t)judgement->classes;
    double start = number_seconds();
    nn_error of_net;
    int rc = 0;
    float *said = malloc(CHUNK * classes * sizeof *said);
    if (!said)
        return error_memory(error, "the predictions");
    for (size_t done = 0, count; done < n && !rc; done += count) {
        double *sums = judgement->sums + (first + done) * classes;
        count = n - done < CHUNK ? n - done : CHUNK;
        for (int v = 0; v < subject->n_views && !rc; v++) {
            nn_predictor_look(predictor, look_at(&subject->views[v]));
            rc = nn_predictor_run(predictor, &judgement->set->images,
                                  judgement->rows + first + done, count, said, &of_net);
            for (size_t i = 0; i < count * classes && !rc; i++)
                sums[i] += (double)said[i];
        }
        stage_progress(subject->stage, 0, "%s: %zu of %zu %s", judgement->part,
                       first + done + count, judgement->n, dataset_rows_word(&subject->dataset));
    }
    free(said);
    judgement->seconds += number_seconds() - start;
    return rc ? error_set(error, "%s", of_net.text) : 0;
}

void judgement_mean(struct judgement *judgement, int terms)
{
    for (size_t i = 0; i < judgement->n * (size_t)judgement->classes; i++)
        judgement->probabilities[i] = (float)(judgement->sums[i] / terms);
}

/* A sum of floats may make the only candidate a little more than certain. */
static int are_probabilities(const float *p, int classes)
{
    int k = 0;
    while (k < classes && p[k] >= 0.0f && p[k] <= 1.001f)
        k++;
    return k == classes;
}

int judgement_close(struct judgement *judgement, struct error *error)
{
    const nn_images *images = &judgement->set->images;
    size_t n = judgement->n, classes = (size_t)judgement->classes;
    judgement->labelled = images->labels != NULL;
    for (size_t i = 0; i < n; i++) {
        const float *p = judgement->probabilities + i * classes;
        if (!are_probabilities(p, judgement->classes))
            return error_set(error,
                             "the net's output for %s row %zu is not a probability from 0 to 1; "
                             "its weights are of no use",
                             judgement->part, i + 1);
        judgement->predicted[i] = prediction_best(p, judgement->classes);
        if (judgement->labelled)
            judgement->correct += images->labels[judgement->rows[i]] == judgement->predicted[i];
    }
    if (judgement->labelled && n > 0)
        judgement->loss =
            nn_metrics_of(images, judgement->rows, n, judgement->probabilities, judgement->classes)
                .loss /
            (double)n;
    return 0;
}
