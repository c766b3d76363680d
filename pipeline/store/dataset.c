/* dataset.c: datasets, images and splits from the database into memory. See dataset.h. */
#include "pipeline/store/dataset.h"

#include "sql/store.h"

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
        snprintf(dataset->hash, sizeof dataset->hash, "%s", db_text(statement, "hash"));
        if (!take_shape(statement, &dataset->shape))
            rc = error_set(&db->error, "dataset %s: its height, width and channels are no shape",
                           dataset->name);
    } else if (rc == 0) {
        error_set(&db->error, "%.400s: %s", db->path, missing);
    }
    db_finish(statement);
    return rc == 1 ? load_classes(db, dataset) : DB_ERROR;
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

/* Copies one row; an image without a label gets UINT16_MAX. Classes are checked here, where they
 * are loaded: whoever has an image set may use them as indices. */
static int take_image(struct db *db, struct statement *statement, const struct dataset *dataset,
                      struct image_set *set, size_t i, size_t size)
{
    size_t found;
    set->ids[i] = db_int_at(statement, 0);
    int64_t class = db_is_null_at(statement, 1) ? UINT16_MAX : db_int_at(statement, 1);
    const void *pixels = db_blob_at(statement, 2, &found);
    if (found != size)
        return error_set(&db->error, "dataset %s: image %lld has %zu bytes, expected %zu",
                         dataset->name, (long long)set->ids[i], found, size);
    if (class != UINT16_MAX && (class < 0 || class >= dataset->classes))
        return error_set(&db->error, "dataset %s: image %lld is of class %lld, expected 0 to %d",
                         dataset->name, (long long)set->ids[i], (long long)class,
                         dataset->classes - 1);
    set->labels[i] = (uint16_t) class;
    memcpy(set->pixels + i * size, pixels, size);
    return DB_OK;
}

int image_set_load(struct db *db, const struct dataset *dataset, int part, struct image_set *set)
{
    memset(set, 0, sizeof *set);
    size_t size = (size_t)dataset->shape.h * (size_t)dataset->shape.w * (size_t)dataset->shape.c;
    size_t count, i = 0, labelled = 0;
    if (count_images(db, dataset, part, &count))
        return DB_ERROR;
    set->ids = malloc((count + 1) * sizeof *set->ids);
    set->labels = malloc((count + 1) * sizeof *set->labels);
    set->pixels = malloc(count * size + 1);
    if (!set->ids || !set->labels || !set->pixels) {
        image_set_free(set);
        return out_of_memory(db);
    }
    struct statement *statement = db_prepare(db, sql_store_dataset_images);
    db_bind_int(statement, ":dataset", dataset->id);
    db_bind_text(statement, ":part", part_name(part));
    int rc;
    while ((rc = db_step(db, statement)) == 1 && i < count) {
        if ((rc = take_image(db, statement, dataset, set, i, size)))
            break;
        labelled += set->labels[i] != UINT16_MAX;
        i++;
    }
    db_finish(statement);
    if (rc < 0) {
        image_set_free(set);
        return rc;
    }
    set->images = (nn_images){.pixels = set->pixels,
                              .labels = labelled == i ? set->labels : NULL,
                              .count = i,
                              .shape = dataset->shape,
                              .scale = 1.0f / 255.0f,
                              .offset = 0.0f};
    return DB_OK;
}

void image_set_free(struct image_set *set)
{
    free(set->ids);
    free(set->pixels);
    free(set->labels);
    memset(set, 0, sizeof *set);
}
