/* dataset.c: datasets, images and splits from the database into memory. See dataset.h. */
#include "pipeline/store/dataset.h"

#include "sql/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int out_of_memory(struct db *db)
{
    snprintf(db->error, sizeof db->error, "out of memory");
    return DB_ERROR;
}

static int load_classes(struct db *db, struct dataset *dataset)
{
    sqlite3_stmt *statement = db_prepare(db, sql_store_dataset_classes);
    db_bind_int(statement, ":dataset", dataset->id);
    int rc;
    while ((rc = db_step(db, statement)) == 1) {
        int class = sqlite3_column_int(statement, 0);
        if (class != dataset->classes) {
            snprintf(db->error, sizeof db->error, "dataset %s: class %d is missing", dataset->name,
                     dataset->classes);
            rc = DB_ERROR;
            break;
        }
        char **labels = realloc(dataset->labels, (size_t)(class + 1) * sizeof *labels);
        if (!labels) {
            rc = out_of_memory(db);
            break;
        }
        dataset->labels = labels;
        labels[class] = strdup((const char *)sqlite3_column_text(statement, 1));
        dataset->classes++;
        if (!labels[class]) {
            rc = out_of_memory(db);
            break;
        }
    }
    sqlite3_finalize(statement);
    return rc;
}

/* Finalizes the statement. missing: the message where there is no such dataset. */
static int load(struct db *db, sqlite3_stmt *statement, struct dataset *dataset,
                const char *missing)
{
    memset(dataset, 0, sizeof *dataset);
    int rc = db_step(db, statement);
    if (rc == 1) {
        dataset->id = sqlite3_column_int64(statement, 0);
        snprintf(dataset->name, sizeof dataset->name, "%s", sqlite3_column_text(statement, 1));
        dataset->version = sqlite3_column_int(statement, 2);
        dataset->shape.h = sqlite3_column_int(statement, 3);
        dataset->shape.w = sqlite3_column_int(statement, 4);
        dataset->shape.c = sqlite3_column_int(statement, 5);
        snprintf(dataset->hash, sizeof dataset->hash, "%s", sqlite3_column_text(statement, 6));
    } else if (rc == 0) {
        snprintf(db->error, sizeof db->error, "%.400s: %s", db->path, missing);
    }
    sqlite3_finalize(statement);
    return rc == 1 ? load_classes(db, dataset) : DB_ERROR;
}

int dataset_load(struct db *db, const char *name, struct dataset *dataset)
{
    char missing[300];
    snprintf(missing, sizeof missing, "no dataset '%.200s' (ingest makes one)", name);
    sqlite3_stmt *statement = db_prepare(db, sql_store_dataset_by_name);
    db_bind_text(statement, ":name", name);
    return load(db, statement, dataset, missing);
}

int dataset_load_id(struct db *db, int64_t id, struct dataset *dataset)
{
    char missing[64];
    snprintf(missing, sizeof missing, "no dataset number %lld", (long long)id);
    sqlite3_stmt *statement = db_prepare(db, sql_store_dataset_by_id);
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
    sqlite3_stmt *statement = db_prepare(db, sql_store_dataset_count_images);
    db_bind_int(statement, ":dataset", dataset->id);
    db_bind_text(statement, ":part", part_name(part));
    int rc = db_value_int(db, statement, &value, &found);
    *count = (size_t)value;
    return rc;
}

/* Copies one row; an image without a label gets UINT16_MAX. */
static int take_image(struct db *db, sqlite3_stmt *statement, const struct dataset *dataset,
                      struct image_set *set, size_t i, size_t size)
{
    set->ids[i] = sqlite3_column_int64(statement, 0);
    set->labels[i] = UINT16_MAX;
    if (sqlite3_column_type(statement, 1) != SQLITE_NULL)
        set->labels[i] = (uint16_t)sqlite3_column_int(statement, 1);
    if ((size_t)sqlite3_column_bytes(statement, 2) != size) {
        snprintf(db->error, sizeof db->error, "dataset %s: image %lld has %d bytes, expected %zu",
                 dataset->name, (long long)set->ids[i], sqlite3_column_bytes(statement, 2), size);
        return DB_ERROR;
    }
    memcpy(set->pixels + i * size, sqlite3_column_blob(statement, 2), size);
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
    sqlite3_stmt *statement = db_prepare(db, sql_store_dataset_images);
    db_bind_int(statement, ":dataset", dataset->id);
    db_bind_text(statement, ":part", part_name(part));
    int rc;
    while ((rc = db_step(db, statement)) == 1 && i < count) {
        if ((rc = take_image(db, statement, dataset, set, i, size)))
            break;
        labelled += set->labels[i] != UINT16_MAX;
        i++;
    }
    sqlite3_finalize(statement);
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

int split_rows_load(struct db *db, int64_t split, int fold, const struct image_set *set,
                    struct split_rows *rows)
{
    memset(rows, 0, sizeof *rows);
    size_t count = set->images.count, i = 0;
    rows->train = malloc((count + 1) * sizeof *rows->train);
    rows->validation = malloc((count + 1) * sizeof *rows->validation);
    if (!rows->train || !rows->validation) {
        split_rows_free(rows);
        return out_of_memory(db);
    }
    sqlite3_stmt *statement = db_prepare(db, sql_store_dataset_split);
    db_bind_int(statement, ":split", split);
    if (fold >= 0)
        db_bind_int(statement, ":fold", fold);
    int rc;
    while ((rc = db_step(db, statement)) == 1) {
        while (i < count && set->ids[i] != sqlite3_column_int64(statement, 0))
            i++;
        if (i == count) {
            snprintf(db->error, sizeof db->error, "split %lld: image %lld is not of this dataset",
                     (long long)split, (long long)sqlite3_column_int64(statement, 0));
            rc = DB_ERROR;
            break;
        }
        if (sqlite3_column_int(statement, 1))
            rows->validation[rows->n_validation++] = (uint32_t)i;
        else
            rows->train[rows->n_train++] = (uint32_t)i;
        i++;
    }
    sqlite3_finalize(statement);
    if (rc)
        split_rows_free(rows);
    return rc;
}

void split_rows_free(struct split_rows *rows)
{
    free(rows->train);
    free(rows->validation);
    memset(rows, 0, sizeof *rows);
}
