/* teacher.c: learning from what another run predicted, too: distillation (Hinton, Vinyals and
 * Dean 2015) and pseudo-labels (Lee 2013). See teacher.h.
 *
 * In: the teacher's predictions as `evaluate` stored them, of images that it was not trained on.
 * Out: a target for each image. Of a training image,
 *
 *     target = (1 - share) smoothed label + share teacher's probabilities
 *
 * or the smoothed label where the teacher has not predicted it. With teacher.test the test images
 * join the training images with the teacher's probabilities as targets, as far as its confidence is
 * high enough; their labels, where the file has any, are not looked at.
 */
#include "pipeline/train/teacher.h"

#include "pipeline/conf/input.h"
#include "pipeline/store/blend.h"

#include <stdlib.h>
#include <string.h>

static int fail(struct training *t, const char *text)
{
    return error_set(&t->db->error, "teacher.run = %d: %s", t->conf->teacher_run, text);
}

static void smooth_label(const struct training *t, uint16_t label, float *target)
{
    size_t classes = (size_t)t->dataset->classes;
    float rest = (float)(t->conf->label_smoothing / (double)classes);
    for (size_t j = 0; j < classes; j++)
        target[j] = rest;
    target[label] += (float)(1 - t->conf->label_smoothing);
}

/* Appends the image, which there is room for, to those that train, if the teacher is sure enough.
 */
static void take_test_image(struct training *t, const struct image_set *set, size_t at,
                            const float *probabilities)
{
    size_t classes = (size_t)t->dataset->classes, to = t->images->images.count;
    size_t size = nn_shape_size(t->dataset->shape);
    float confidence = 0;
    for (size_t j = 0; j < classes; j++)
        confidence = probabilities[j] > confidence ? probabilities[j] : confidence;
    if ((double)confidence < t->conf->teacher_confidence)
        return;
    if (set->pixels)
        memcpy(t->images->pixels + to * size, set->pixels + at * size, size);
    if (set->values)
        memcpy(t->images->values + to * size, set->values + at * size, size * sizeof(float));
    memcpy(t->targets + to * classes, probabilities, classes * sizeof *probabilities);
    t->images->ids[to] = set->ids[at];
    t->images->labels[to] = 0; /* never read: the targets count */
    t->rows.train[t->rows.n_train++] = (uint32_t)to;
    t->images->images.count++;
}

/* A teacher that was trained on the same images has nothing to say of them. */
static int check_taught(struct training *t)
{
    float label[NN_MAX_CLASSES];
    size_t classes = (size_t)t->dataset->classes, size = classes * sizeof *label;
    for (size_t i = 0; i < t->rows.n_train; i++) {
        size_t row = t->rows.train[i];
        smooth_label(t, t->images->labels[row], label);
        if (memcmp(label, t->targets + row * classes, size) != 0)
            return DB_OK;
    }
    return fail(t, "it has predicted none of the images that train; expected a run of folds, or "
                   "teacher.test = yes");
}

static int resize(void **memory, size_t bytes)
{
    void *more = realloc(*memory, bytes + 1);
    if (more)
        *memory = more;
    return more ? 0 : -1;
}

/* Makes room for `more` images behind those that there are. */
static int make_room(struct training *t, size_t more)
{
    nn_shape shape = t->dataset->shape;
    size_t count = t->images->images.count + more;
    size_t size = nn_shape_size(shape);
    const int pixels = t->images->pixels != NULL, values = t->images->values != NULL;
    if ((pixels && resize((void **)&t->images->pixels, count * size)) ||
        (values && resize((void **)&t->images->values, count * size * sizeof(float))) ||
        resize((void **)&t->images->ids, count * sizeof *t->images->ids) ||
        resize((void **)&t->images->labels, count * sizeof *t->images->labels) ||
        resize((void **)&t->rows.train, count * sizeof *t->rows.train) ||
        resize((void **)&t->targets, count * (size_t)t->dataset->classes * sizeof *t->targets))
        return fail(t, "out of memory");
    t->images->images.pixels = values ? NULL : t->images->pixels;
    t->images->images.values = t->images->values;
    t->images->images.labels = t->images->labels;
    return DB_OK;
}

/* What the teacher says of the images that train goes into their targets. */
static int learn_from_train(struct training *t)
{
    struct votes votes;
    int64_t teacher = t->conf->teacher_run;
    if (votes_load(t->db, &teacher, 1, t->images, IMAGES_TRAIN, t->dataset->classes, &votes))
        return DB_ERROR;
    size_t classes = (size_t)t->dataset->classes;
    float share = (float)t->conf->teacher_share;
    for (size_t i = 0; i < votes.images; i++)
        for (size_t j = 0; j < classes; j++) {
            float *target = t->targets + votes.rows[i] * classes + j;
            *target += share * (votes.probabilities[i * classes + j] - *target);
        }
    votes_free(&votes);
    return share > 0 && !t->conf->teacher_test ? check_taught(t) : DB_OK;
}

/* The test images that the teacher is sure enough of go behind the images that train. */
static int learn_from_test(struct training *t)
{
    struct votes votes = {0};
    struct image_set test = {0};
    int64_t teacher = t->conf->teacher_run;
    size_t classes = (size_t)t->dataset->classes;
    int rc = image_set_load(t->db, t->dataset, IMAGES_TEST, &test);
    if (!rc && input_prepare(t->conf, &test.images, test.pixels, test.values))
        rc = fail(t, "out of memory");
    if (!rc)
        rc = votes_load(t->db, &teacher, 1, &test, IMAGES_TEST, t->dataset->classes, &votes);
    if (!rc)
        rc = make_room(t, votes.images);
    for (size_t i = 0; i < votes.images && !rc; i++)
        take_test_image(t, &test, votes.rows[i], votes.probabilities + i * classes);
    votes_free(&votes);
    image_set_free(&test);
    return rc;
}

int train_ask_teacher(struct training *t)
{
    if (!t->conf->teacher_run)
        return DB_OK;
    size_t classes = (size_t)t->dataset->classes;
    t->targets = NULL;
    if (make_room(t, 0))
        return DB_ERROR;
    for (size_t i = 0; i < t->images->images.count; i++)
        smooth_label(t, t->images->labels[i], t->targets + i * classes);
    int rc = learn_from_train(t);
    if (!rc && t->conf->teacher_test)
        rc = learn_from_test(t);
    t->images->images.targets = t->targets;
    return rc;
}

void train_forget_teacher(struct training *t)
{
    free(t->targets);
    t->targets = NULL;
    t->images->images.targets = NULL;
    t->images->images.count = t->labelled;
}
