/* train_teacher.c: learning from what another run predicted, too: distillation (Hinton, Vinyals and
 * Dean 2015) and pseudo-labels (Lee 2013). See train.h.
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
#include "train.h"

#include "sql.h"

#include <stdlib.h>
#include <string.h>

static int fail(struct training *t, const char *text)
{
    snprintf(t->db.error, sizeof t->db.error, "teacher.run = %d: %s", t->conf.teacher_run, text);
    return DB_ERROR;
}

/* The teacher decides the weights: what decided its own joins the hash of the inputs. */
int train_find_teacher(struct training *t)
{
    char text[160];
    if (!t->conf.teacher_run)
        return DB_OK;
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_teacher);
    db_bind_int(s, ":run", t->conf.teacher_run);
    db_bind_int(s, ":dataset", t->dataset.id);
    int rc = db_step(&t->db, s);
    if (rc == 0)
        rc = fail(t, "no finished and evaluated run of this dataset has that number");
    else if (rc == 1) {
        snprintf(text, sizeof text, "%s taught by %s", t->input_hash,
                 (const char *)sqlite3_column_text(s, 0));
        hash_bytes(text, strlen(text), t->input_hash);
        rc = DB_OK;
    }
    sqlite3_finalize(s);
    return rc;
}

static void smooth_label(const struct training *t, uint16_t label, float *target)
{
    size_t classes = (size_t)t->dataset.classes;
    float rest = (float)(t->conf.label_smoothing / (double)classes);
    for (size_t j = 0; j < classes; j++)
        target[j] = rest;
    target[label] += (float)(1 - t->conf.label_smoothing);
}

/* Reads the probabilities of one image, class by class, from the rows of a statement that stands on
 * the first of them. *more: 1 while there is another image. */
static int read_probabilities(struct training *t, sqlite3_stmt *s, float *probabilities, int *more)
{
    int64_t image = sqlite3_column_int64(s, 0);
    int classes = 0, rc;
    do {
        if (classes < t->dataset.classes)
            probabilities[classes] = (float)sqlite3_column_double(s, 1);
        classes++;
        rc = db_step(&t->db, s);
    } while (rc == 1 && sqlite3_column_int64(s, 0) == image);
    *more = rc == 1;
    if (rc < 0)
        return DB_ERROR;
    return classes == t->dataset.classes
               ? DB_OK
               : fail(t, "its predictions are of another number of classes");
}

/* Walks over what the teacher predicted of one part, in the order of `set`, and gives the place of
 * each predicted image and its probabilities to `take`. */
static int each_prediction(struct training *t, const char *part, const struct image_set *set,
                           void (*take)(struct training *t, const struct image_set *set, size_t at,
                                        const float *probabilities))
{
    float probabilities[NN_MAX_CLASSES];
    size_t at = 0;
    sqlite3_stmt *s = db_prepare(&t->db, sql_train_teacher_predictions);
    db_bind_int(s, ":run", t->conf.teacher_run);
    db_bind_text(s, ":part", part);
    int rc = db_step(&t->db, s), more = rc == 1;
    while (more && rc >= 0) {
        while (at < set->images.count && set->ids[at] != sqlite3_column_int64(s, 0))
            at++;
        if (at == set->images.count)
            rc = fail(t, "it has predicted other images");
        else if (!(rc = read_probabilities(t, s, probabilities, &more)))
            take(t, set, at, probabilities);
    }
    sqlite3_finalize(s);
    return rc < 0 ? DB_ERROR : DB_OK;
}

static void take_training_image(struct training *t, const struct image_set *set, size_t at,
                                const float *probabilities)
{
    (void)set;
    size_t classes = (size_t)t->dataset.classes;
    float share = (float)t->conf.teacher_share, *target = t->targets + at * classes;
    for (size_t j = 0; j < classes; j++)
        target[j] += share * (probabilities[j] - target[j]);
}

/* Appends the image, which there is room for, to those that train. */
static void take_test_image(struct training *t, const struct image_set *set, size_t at,
                            const float *probabilities)
{
    size_t classes = (size_t)t->dataset.classes, to = t->images.images.count;
    size_t size =
        (size_t)t->dataset.shape.h * (size_t)t->dataset.shape.w * (size_t)t->dataset.shape.c;
    float confidence = 0;
    for (size_t j = 0; j < classes; j++)
        confidence = probabilities[j] > confidence ? probabilities[j] : confidence;
    if ((double)confidence < t->conf.teacher_confidence)
        return;
    memcpy(t->images.pixels + to * size, set->pixels + at * size, size);
    memcpy(t->targets + to * classes, probabilities, classes * sizeof *probabilities);
    t->images.ids[to] = set->ids[at];
    t->images.labels[to] = 0; /* never read: the targets count */
    t->rows.train[t->rows.n_train++] = (uint32_t)to;
    t->images.images.count++;
}

/* A teacher that was trained on the same images has nothing to say of them. */
static int check_taught(struct training *t)
{
    float label[NN_MAX_CLASSES];
    size_t classes = (size_t)t->dataset.classes, size = classes * sizeof *label;
    for (size_t i = 0; i < t->rows.n_train; i++) {
        size_t row = t->rows.train[i];
        smooth_label(t, t->images.labels[row], label);
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
    nn_shape shape = t->dataset.shape;
    size_t count = t->images.images.count + more;
    size_t size = (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
    if (resize((void **)&t->images.pixels, count * size) ||
        resize((void **)&t->images.ids, count * sizeof *t->images.ids) ||
        resize((void **)&t->images.labels, count * sizeof *t->images.labels) ||
        resize((void **)&t->rows.train, count * sizeof *t->rows.train) ||
        resize((void **)&t->targets, count * (size_t)t->dataset.classes * sizeof *t->targets))
        return fail(t, "out of memory");
    t->images.images.pixels = t->images.pixels;
    t->images.images.labels = t->images.labels;
    return DB_OK;
}

int train_ask_teacher(struct training *t)
{
    if (!t->conf.teacher_run)
        return DB_OK;
    struct image_set test = {0};
    size_t classes = (size_t)t->dataset.classes, count = t->images.images.count;
    t->targets = NULL;
    if (make_room(t, 0))
        return DB_ERROR;
    for (size_t i = 0; i < count; i++)
        smooth_label(t, t->images.labels[i], t->targets + i * classes);
    int rc = each_prediction(t, "train", &t->images, take_training_image);
    if (!rc && t->conf.teacher_share > 0 && !t->conf.teacher_test)
        rc = check_taught(t);
    if (!rc && t->conf.teacher_test) {
        rc = image_set_load(&t->db, &t->dataset, IMAGES_TEST, &test);
        if (!rc)
            rc = make_room(t, test.images.count);
        if (!rc)
            rc = each_prediction(t, "test", &test, take_test_image);
        image_set_free(&test);
    }
    t->images.images.targets = t->targets;
    return rc;
}
