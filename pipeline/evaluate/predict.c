/* evaluate_predict.c: what nets say of the images of a part: bytes in, probabilities, loss and
 * right answers out. */
#include "pipeline/evaluate/evaluate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 2048 }; /* images between two lines of progress */

int judgement_new(struct judgement *judgement, const char *part, const struct image_set *set,
                  size_t n, int classes)
{
    size_t values = n * (size_t)classes + 1;
    *judgement =
        (struct judgement){.part = part, .set = set, .n = n, .classes = classes, .loss = NAN};
    judgement->rows = malloc((n + 1) * sizeof *judgement->rows);
    judgement->sums = calloc(values, sizeof *judgement->sums);
    judgement->probabilities = calloc(values, sizeof *judgement->probabilities);
    judgement->predicted = malloc((n + 1) * sizeof *judgement->predicted);
    if (!judgement->rows || !judgement->sums || !judgement->probabilities ||
        !judgement->predicted) {
        judgement_free(judgement);
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        judgement->rows[i] = (uint32_t)i;
    return 0;
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
                  struct judgement *judgement, size_t first, size_t n, nn_error *error)
{
    size_t classes = (size_t)judgement->classes;
    double start = stage_seconds();
    int rc = 0;
    float *said = malloc(CHUNK * classes * sizeof *said);
    if (!said) {
        snprintf(error->text, sizeof error->text, "out of memory for %d predictions", CHUNK);
        return error->code = NN_ERROR_MEMORY;
    }
    for (size_t done = 0, count; done < n && !rc; done += count) {
        double *sums = judgement->sums + (first + done) * classes;
        count = n - done < CHUNK ? n - done : CHUNK;
        for (int v = 0; v < subject->n_views && !rc; v++) {
            nn_predictor_look(predictor, look_at(&subject->views[v]));
            rc = nn_predictor_run(predictor, &judgement->set->images,
                                  judgement->rows + first + done, count, said, error);
            for (size_t i = 0; i < count * classes && !rc; i++)
                sums[i] += (double)said[i];
        }
        stage_progress(subject->stage, 0, "%s: %zu of %zu images", judgement->part,
                       first + done + count, judgement->n);
    }
    free(said);
    judgement->seconds += stage_seconds() - start;
    return rc;
}

void judgement_mean(struct judgement *judgement, int terms)
{
    for (size_t i = 0; i < judgement->n * (size_t)judgement->classes; i++)
        judgement->probabilities[i] = (float)(judgement->sums[i] / terms);
}

/* The class of the greatest of p[classes]; the lowest of equals. -1 where one is no probability. */
static int most_probable(const float *p, int classes)
{
    int best = 0;
    for (int k = 0; k < classes; k++) {
        if (!(p[k] >= 0.0f && p[k] <= 1.001f))
            return -1;
        if (p[k] > p[best])
            best = k;
    }
    return best;
}

int judgement_close(struct judgement *judgement, nn_error *error)
{
    const nn_images *images = &judgement->set->images;
    size_t n = judgement->n, classes = (size_t)judgement->classes;
    judgement->labelled = images->labels != NULL;
    for (size_t i = 0; i < n; i++) {
        int class = most_probable(judgement->probabilities + i * classes, judgement->classes);
        if (class < 0) {
            snprintf(error->text, sizeof error->text,
                     "the net's output for %s image %zu is not a probability from 0 to 1; "
                     "its weights are of no use",
                     judgement->part, i + 1);
            return error->code = NN_ERROR_NAN;
        }
        judgement->predicted[i] = (uint16_t) class;
        if (judgement->labelled)
            judgement->correct += images->labels[judgement->rows[i]] == class;
    }
    if (judgement->labelled && n > 0)
        judgement->loss =
            nn_metrics_of(images, judgement->rows, n, judgement->probabilities, judgement->classes)
                .loss /
            (double)n;
    return 0;
}
