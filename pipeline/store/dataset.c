/* dataset.c: datasets, images and splits from the database into memory. See dataset.h. */
#include "pipeline/store/dataset.h"

#include "sql/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int out_of_memory(struct db *db)
{
    return error_memory(&db->error, "the dataset");
}

static int load_classes(struct db *db, struct dataset *dataset)
{
    struct statement *statement = db_prepare(db, sql_store_dataset_classes);
    db_bind_int(statement, ":dataset", dataset->id);
    int rc;
    while ((rc = db_step(db, statement)) == 1) {
        int class = dataset->classes;
        if (db_int_at(statement, 0) != class || class == NN_MAX_CLASSES) {
            error_set(&db->error, "dataset %s: found class %lld, expected %d of at most %d",
                      dataset->name, (long long)db_int_at(statement, 0), class, NN_MAX_CLASSES);
            rc = DB_ERROR;
            break;
        }
        char **labels = realloc(dataset->labels, (size_t)(class + 1) * sizeof *labels);
        if (!labels) {
            rc = out_of_memory(db);
            break;
        }
        dataset->labels = labels;
        labels[class] = strdup(db_text_at(statement, 1));
        dataset->classes++;
        if (!labels[class]) {
            rc = out_of_memory(db);
            break;
        }
    }
    db_finish(statement);
    return rc;
}

/* Whoever has a dataset relies on this. */
static int check_form(struct db *db, const struct dataset *dataset)
{
    const nn_shape shape = dataset->shape;
    const int is_row = shape.h == 1 && shape.w == 1 && dataset->floats;
    if ((!dataset->is_table || is_row) && dataset->one > dataset->zero)
        return DB_OK;
    return error_set(&db->error,
                     "dataset %s: %s of %dx%dx%d %s, %g to %g; expected images, or a table of "
                     "1x1xN floats, and a range",
                     dataset->name, dataset->is_table ? "a table" : "images", shape.h, shape.w,
                     shape.c, dataset->floats ? "floats" : "bytes", dataset->zero, dataset->one);
}

/* 0 where it is no shape that an image can have. */
static int take_shape(struct statement *statement, nn_shape *shape)
{
    enum { MOST = 1 << 26 }; /* values of an image */
    const int64_t h = db_int(statement, "height"), w = db_int(statement, "width"),
                  c = db_int(statement, "channels");
    if (h < 1 || h > MOST || w < 1 || w > MOST / h || c < 1 || c > MOST / (h * w))
        return 0;
    *shape = (nn_shape){.h = (int)h, .w = (int)w, .c = (int)c};
    return 1;
}

/* Finalizes the statement. missing: the message where there is no such dataset. */
static int load(struct db *db, struct statement *statement, struct dataset *dataset,
                const char *missing)
{
    memset(dataset, 0, sizeof *dataset);
    int rc = db_step(db, statement);
    if (rc == 1) {
        dataset->id = db_int(statement, "id");
        snprintf(dataset->name, sizeof dataset->name, "%s", db_text(statement, "name"));
        dataset->version = (int)db_int(statement, "version");
        dataset->is_table = (int)db_int(statement, "is_table");
        dataset->floats = (int)db_int(statement, "floats");
        dataset->zero = db_real(statement, "zero");
        dataset->one = db_real(statement, "one");
        snprintf(dataset->hash, sizeof dataset->hash, "%s", db_text(statement, "hash"));
        if (!take_shape(statement, &dataset->shape))
            rc = error_set(&db->error, "dataset %s: its height, width and channels are no shape",
                           dataset->name);
    } else if (rc == 0) {
        error_set(&db->error, "%.400s: %s", db->path, missing);
    }
    db_finish(statement);
    return rc == 1 && !check_form(db, dataset) ? load_classes(db, dataset) : DB_ERROR;
}

int dataset_load(struct db *db, const char *name, struct dataset *dataset)
{
    char missing[300];
    snprintf(missing, sizeof missing, "no dataset '%.200s' (ingest makes one)", name);
    struct statement *statement = db_prepare(db, sql_store_dataset_by_name);
    db_bind_text(statement, ":name", name);
    return load(db, statement, dataset, missing);
}

int dataset_load_id(struct db *db, int64_t id, struct dataset *dataset)
{
    char missing[64];
    snprintf(missing, sizeof missing, "no dataset number %lld", (long long)id);
    struct statement *statement = db_prepare(db, sql_store_dataset_by_id);
    db_bind_int(statement, ":id", id);
    return load(db, statement, dataset, missing);
}

void dataset_free(struct dataset *dataset)
{
    for (int i = 0; i < dataset->classes; i++)
        free(dataset->labels[i]);
    free(dataset->labels);
    memset(dataset, 0, sizeof *dataset);
}

static const char *part_name(int part)
{
    return part == IMAGES_TEST ? "test" : "train";
}

static int count_images(struct db *db, const struct dataset *dataset, int part, size_t *count)
{
    int64_t value = 0;
    int found;
    struct statement *statement = db_prepare(db, sql_store_dataset_count_images);
    db_bind_int(statement, ":dataset", dataset->id);
    db_bind_text(statement, ":part", part_name(part));
    int rc = db_value_int(db, statement, &value, &found);
    *count = (size_t)value;
    return rc;
}

const char *dataset_rows_word(const struct dataset *dataset)
{
    return dataset->is_table ? "rows" : "images";
}

const char *dataset_row_word(const struct dataset *dataset)
{
    return dataset->is_table ? "row" : "image";
}

static uint8_t byte_of(double value)
{
    return (uint8_t)lround(255 * fmin(fmax(value, 0), 1));
}

int dataset_row(const struct dataset *dataset, const void *stored, size_t bytes, uint8_t *pixels,
                float *values, struct error *error)
{
    const size_t n = nn_shape_size(dataset->shape);
    const size_t expected = n * (dataset->floats ? sizeof(float) : 1);
    const double span = dataset->one - dataset->zero;
    const int as_is = dataset->zero == 0 && dataset->one == 255;
    if (bytes != expected)
        return error_set(error, "%zu bytes, expected %zu", bytes, expected);
    if (dataset->floats) {
        memcpy(values, stored, bytes);
        for (size_t i = 0; !dataset->is_table && i < n; i++) {
            const double value = ((double)values[i] - dataset->zero) / span;
            values[i] = (float)value;
            pixels[i] = byte_of(value);
        }
    } else if (as_is) {
        memcpy(pixels, stored, bytes);
    } else {
        for (size_t i = 0; i < n; i++)
            pixels[i] = byte_of((((const uint8_t *)stored)[i] - dataset->zero) / span);
    }
    return 0;
}

/* Copies one row; one without a label gets UINT16_MAX. Classes are checked here, where they are
 * loaded: whoever has an image set may use them as indices. */
static int take_image(struct db *db, struct statement *statement, const struct dataset *dataset,
                      struct image_set *set, size_t i)
{
    const size_t size = nn_shape_size(dataset->shape);
    size_t found;
    set->ids[i] = db_int_at(statement, 0);
    int64_t class = db_is_null_at(statement, 1) ? UINT16_MAX : db_int_at(statement, 1);
    const void *stored = db_blob_at(statement, 2, &found);
    if (dataset_row(dataset, stored, found, set->pixels ? set->pixels + i * size : NULL,
                    set->values ? set->values + i * size : NULL, &db->error))
        return error_within(&db->error, "dataset %s: %s %lld", dataset->name,
                            dataset_row_word(dataset), (long long)set->ids[i]);
    if (class != UINT16_MAX && (class < 0 || class >= dataset->classes))
        return error_set(&db->error, "dataset %s: %s %lld is of class %lld, expected 0 to %d",
                         dataset->name, dataset_row_word(dataset), (long long)set->ids[i],
                         (long long)class, dataset->classes - 1);
    set->labels[i] = (uint16_t) class;
    return DB_OK;
}

static int make_room(const struct dataset *dataset, size_t count, struct image_set *set)
{
    const size_t numbers = count * nn_shape_size(dataset->shape);
    set->ids = malloc((count + 1) * sizeof *set->ids);
    set->labels = malloc((count + 1) * sizeof *set->labels);
    if (!dataset->is_table)
        set->pixels = malloc(numbers + 1);
    if (dataset->floats)
        set->values = malloc((numbers + 1) * sizeof *set->values);
    return set->ids && set->labels && (dataset->is_table || set->pixels) &&
                   (!dataset->floats || set->values)
               ? 0
               : -1;
}

int image_set_load(struct db *db, const struct dataset *dataset, int part, struct image_set *set)
{
    memset(set, 0, sizeof *set);
    size_t count, i = 0, labelled = 0;
    if (count_images(db, dataset, part, &count))
        return DB_ERROR;
    if (make_room(dataset, count, set)) {
        image_set_free(set);
        return out_of_memory(db);
    }
    struct statement *statement = db_prepare(db, sql_store_dataset_images);
    db_bind_int(statement, ":dataset", dataset->id);
    db_bind_text(statement, ":part", part_name(part));
    int rc;
    while ((rc = db_step(db, statement)) == 1 && i < count) {
        if ((rc = take_image(db, statement, dataset, set, i)))
            break;
        labelled += set->labels[i] != UINT16_MAX;
        i++;
    }
    db_finish(statement);
    if (rc < 0) {
        image_set_free(set);
        return rc;
    }
    set->images = (nn_images){.pixels = set->values ? NULL : set->pixels,
                              .values = set->values,
                              .labels = labelled == i ? set->labels : NULL,
                              .count = i,
                              .shape = dataset->shape,
                              .scale = set->values ? 1 : 1.0f / 255.0f};
    return DB_OK;
}

void image_set_free(struct image_set *set)
{
    free(set->ids);
    free(set->pixels);
    free(set->values);
    free(set->labels);
    memset(set, 0, sizeof *set);
}
