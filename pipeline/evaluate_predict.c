/* evaluate_predict.c: the run's net over the images of a part: bytes in, probabilities, loss and
 * right answers out. */
#include "evaluate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 2048 }; /* images between two lines of progress */

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

static size_t row_of(const struct judgement *judgement, size_t i)
{
    return judgement->rows ? judgement->rows[i] : i;
}

static int predict(const struct stage *stage, nn_predictor *predictor, const nn_images *images,
                   struct judgement *judgement, nn_error *error)
{
    size_t classes = (size_t)judgement->classes;
    uint32_t rows[CHUNK];
    for (size_t done = 0; done < judgement->n;) {
        size_t n = judgement->n - done < CHUNK ? judgement->n - done : CHUNK;
        for (size_t i = 0; i < n; i++)
            rows[i] = (uint32_t)row_of(judgement, done + i);
        int rc = nn_predictor_run(predictor, images, rows, n,
                                  judgement->probabilities + done * classes, error);
        if (rc)
            return rc;
        done += n;
        stage_progress(stage, 0, "%s: %zu of %zu images", judgement->part, done, judgement->n);
    }
    return 0;
}

int judgement_make(const struct stage *stage, nn_predictor *predictor, const nn_images *images,
                   struct judgement *judgement, nn_error *error)
{
    size_t n = judgement->n, classes = (size_t)judgement->classes;
    judgement->probabilities = malloc(n * classes * sizeof *judgement->probabilities);
    judgement->predicted = malloc(n * sizeof *judgement->predicted);
    if (!judgement->probabilities || !judgement->predicted) {
        error->code = NN_ERROR_MEMORY;
        snprintf(error->text, sizeof error->text, "out of memory for %zu predictions", n);
        return error->code;
    }
    double start = stage_seconds();
    int rc = predict(stage, predictor, images, judgement, error);
    if (rc)
        return rc;
    judgement->seconds = stage_seconds() - start;

    judgement->labelled = images->labels != NULL;
    for (size_t i = 0; i < n; i++) {
        int class = most_probable(judgement->probabilities + i * classes, judgement->classes);
        if (class < 0) {
            error->code = NN_ERROR_NAN;
            snprintf(error->text, sizeof error->text,
                     "the net's output for %s image %zu is not a probability from 0 to 1; "
                     "its weights are of no use",
                     judgement->part, i + 1);
            return error->code;
        }
        judgement->predicted[i] = (uint16_t) class;
        if (judgement->labelled)
            judgement->correct += images->labels[row_of(judgement, i)] == class;
    }
    judgement->loss = NAN;
    if (judgement->labelled)
        judgement->loss =
            nn_metrics_of(images, judgement->rows, n, judgement->probabilities, judgement->classes)
                .loss /
            (double)n;
    return 0;
}

void judgement_free(struct judgement *judgement)
{
    free(judgement->probabilities);
    free(judgement->predicted);
    memset(judgement, 0, sizeof *judgement);
}
