/* form.c: see form.h. */
#include "pipeline/store/form.h"

#include "pipeline/base/csv.h"
#include "pipeline/base/number.h"
#include "pipeline/base/records.h"
#include "sql/store.h"

#include <stdlib.h>
#include <string.h>

enum { LABELS_TOLD = 10 };

int form_class(const struct dataset *dataset, const char *label)
{
    char whole[NUMBER_WHOLE];
    const char *plain = number_plain(label, whole);
    for (int k = 0; k < dataset->classes; k++)
        if (!strcmp(dataset->labels[k], label) || !strcmp(dataset->labels[k], plain))
            return k;
    return -1;
}

void form_tell_labels(const struct dataset *dataset, struct text *text)
{
    for (int k = 0; k < dataset->classes && k < LABELS_TOLD; k++)
        text_format(text, "%s%.60s", k ? ", " : "", dataset->labels[k]);
    if (dataset->classes > LABELS_TOLD)
        text_add(text, " ...");
}

/* ---------------------------------------------------------------- columns */

/* Whether the columns are an id and something of one kind; `kind` is that of the second. */
static int take_columns(struct db *db, struct statement *s, struct form *form, char kind[16])
{
    int rc, alike = 1;
    while ((rc = db_step(db, s)) == 1) {
        int *classes = realloc(form->classes, (size_t)(form->columns + 1) * sizeof *classes);
        if (!classes)
            return error_memory(&db->error, "the columns of the submission");
        form->classes = classes;
        form->classes[form->columns] = db_is_null(s, "class") ? -1 : (int)db_int(s, "class");
        if (form->columns == 1)
            snprintf(kind, 16, "%s", db_text(s, "kind"));
        alike &= !strcmp(db_text(s, "kind"), form->columns ? kind : "id");
        form->columns++;
    }
    return rc < 0 ? rc : alike;
}

static int is_each_class_once(const struct dataset *dataset, const struct form *form)
{
    char taken[NN_MAX_CLASSES] = {0};
    if (form->columns - 1 != dataset->classes || dataset->classes > NN_MAX_CLASSES)
        return 0;
    for (int c = 1; c < form->columns; c++) {
        const int class = form->classes[c];
        if (class < 0 || class >= dataset->classes || taken[class]++)
            return 0;
    }
    return 1;
}

static int load_columns(struct db *db, const struct dataset *dataset, struct form *form)
{
    char kind[16] = "label";
    struct statement *s = db_prepare(db, sql_store_form_columns);
    db_bind_int(s, ":dataset", dataset->id);
    const int alike = take_columns(db, s, form, kind);
    db_finish(s);
    if (alike < 0)
        return DB_ERROR;
    const int n = form->columns, labels = !strcmp(kind, "label");
    form->kind = labels ? FORM_LABELS : n == 2 ? FORM_ONE : FORM_CLASSES;
    if (n && (!alike || n < 2 || (labels && n != 2) ||
              (form->kind == FORM_CLASSES && !is_each_class_once(dataset, form))))
        return error_set(&db->error,
                         "dataset %s: its table submission_column has %d columns that are no "
                         "submission; expected an id, then a label, a probability, or one for "
                         "each of %d classes",
                         dataset->name, n, dataset->classes);
    return DB_OK;
}

/* ---------------------------------------------------------------- header */

static int split_header(struct db *db, struct form *form, const char *file)
{
    int columns;
    form->names = records_names(form->header, &columns);
    if (form->names && columns == form->columns)
        return DB_OK;
    records_free_names(form->names, columns);
    form->names = NULL;
    return error_set(&db->error, "%.100s: the header is '%.150s'; expected %s", file, form->header,
                     form->kind == FORM_CLASSES  ? "a name for the id and one for each class"
                     : form->kind == FORM_LABELS ? "two names, id and label"
                                                 : "two names, id and probability");
}

/* The header as the sample has it. 1: the sample has none, or there is no sample. */
static int load_sample(struct db *db, const struct dataset *dataset, struct form *form)
{
    struct statement *s = db_prepare(db, sql_store_form_sample);
    db_bind_int(s, ":dataset", dataset->id);
    int rc = db_step(db, s);
    form->sample_rows = rc == 1 ? db_int(s, "rows") : -1;
    if (rc == 1 && !db_is_null(s, "header")) {
        const char *header = db_text(s, "header");
        form->header = strndup(header, strcspn(header, "\r\n"));
        rc = form->header ? split_header(db, form, db_text(s, "name"))
                          : error_memory(&db->error, "the header");
    } else if (rc >= 0) {
        rc = 1;
    }
    db_finish(s);
    return rc;
}

/* The header out of the names of the columns; none where they have no names. */
static int name_columns(struct db *db, const struct dataset *dataset, struct form *form)
{
    struct text header = {0};
    int rc, named = 1, n = 0;
    struct statement *s = db_prepare(db, sql_store_form_columns);
    db_bind_int(s, ":dataset", dataset->id);
    for (; (rc = db_step(db, s)) == 1; n++) {
        named &= !db_is_null(s, "name");
        text_add(&header, n ? "," : "");
        csv_add_field(&header, db_text(s, "name"));
    }
    db_finish(s);
    if (!n && form->sample_rows < 0)
        text_add(&header, "ImageId,Label");
    if (rc < 0 || !named || (!n && form->sample_rows >= 0)) {
        text_free(&header);
        return rc;
    }
    if (text_failed(&header))
        return error_memory(&db->error, "the header");
    form->header = header.bytes;
    return split_header(db, form, dataset->name);
}

/* ---------------------------------------------------------------- the one class */

static int refuse_positive(struct db *db, const struct dataset *dataset, const char *positive)
{
    struct text labels = {0};
    form_tell_labels(dataset, &labels);
    if (positive)
        error_set(&db->error, "--positive: '%.60s' is no label of dataset %s; expected one of %s",
                  positive, dataset->name, text_of(&labels));
    else
        error_set(&db->error,
                  "dataset %s has %d labels and a submission of one probability; expected "
                  "--positive with one of %s",
                  dataset->name, dataset->classes, text_of(&labels));
    text_free(&labels);
    return DB_ERROR;
}

int form_choose(struct db *db, const struct dataset *dataset, const char *positive,
                struct form *form)
{
    if (positive && form->kind != FORM_ONE)
        return error_set(&db->error,
                         "--positive: a submission on dataset %s has %s; expected one of a single "
                         "probability",
                         dataset->name,
                         form->kind == FORM_LABELS ? "labels" : "a probability for each class");
    if (form->kind != FORM_ONE)
        return DB_OK;
    int *class = &form->classes[1];
    if (positive)
        *class = form_class(dataset, positive);
    else if (*class < 0 && dataset->classes == 2)
        *class = 1;
    if (*class < 0 || *class >= dataset->classes)
        return refuse_positive(db, dataset, positive);
    return DB_OK;
}

/* ---------------------------------------------------------------- all of it */

/* What a dataset without rows in submission_column has: an id and a label. */
static int fill_default(struct db *db, struct form *form)
{
    if (form->columns)
        return DB_OK;
    form->columns = 2;
    form->classes = malloc(2 * sizeof *form->classes);
    if (!form->classes)
        return error_memory(&db->error, "the columns of the submission");
    form->classes[0] = form->classes[1] = -1;
    return DB_OK;
}

int form_load(struct db *db, const struct dataset *dataset, struct form *form)
{
    *form = (struct form){0};
    int rc = load_columns(db, dataset, form);
    if (!rc)
        rc = fill_default(db, form);
    if (!rc)
        rc = load_sample(db, dataset, form);
    if (rc == 1)
        rc = name_columns(db, dataset, form);
    if (rc)
        form_free(form);
    return rc;
}

void form_free(struct form *form)
{
    records_free_names(form->names, form->columns);
    free(form->header);
    free(form->classes);
    *form = (struct form){0};
}
