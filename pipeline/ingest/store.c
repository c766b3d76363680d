/* ingest_store.c: writing a dataset. See ingest_store.h. */
#include "pipeline/ingest/store.h"

#include "sql/ingest.h"

#include <string.h>

int store_find(struct db *db, const char *name, const char *hash, struct stored *stored)
{
    *stored = (struct stored){0};
    sqlite3_stmt *find = db_prepare(db, sql_ingest_find_dataset);
    db_bind_text(find, ":name", name);
    db_bind_text(find, ":hash", hash);
    const int found = db_step(db, find);
    if (found == 1)
        *stored = (struct stored){sqlite3_column_int64(find, 0), sqlite3_column_int64(find, 1),
                                  sqlite3_column_int(find, 2)};
    sqlite3_finalize(find);
    return found < 0 ? DB_ERROR : DB_OK;
}

static int next_version(struct db *db, const char *name, int64_t *version)
{
    int found;
    sqlite3_stmt *next = db_prepare(db, sql_ingest_next_version);
    db_bind_text(next, ":name", name);
    return db_value_int(db, next, version, &found);
}

int store_renew(struct db *db, const char *name, struct stored *stored)
{
    if (next_version(db, name, &stored->version))
        return DB_ERROR;
    sqlite3_stmt *renew = db_prepare(db, sql_ingest_renew_dataset);
    db_bind_int(renew, ":dataset", stored->dataset);
    db_bind_int(renew, ":version", stored->version);
    const int result = db_run(db, renew);
    sqlite3_finalize(renew);
    stored->is_newest = 1;
    return result;
}

static int insert_dataset(struct db *db, const struct ingested *ingested, const char *hash,
                          const char *now, struct stored *stored)
{
    const nn_shape shape = ingested->train.layout.shape;
    sqlite3_stmt *insert = db_prepare(db, sql_ingest_insert_dataset);
    db_bind_text(insert, ":name", ingested->name);
    db_bind_int(insert, ":version", stored->version);
    db_bind_int(insert, ":height", shape.h);
    db_bind_int(insert, ":width", shape.w);
    db_bind_int(insert, ":channels", shape.c);
    db_bind_text(insert, ":hash", hash);
    db_bind_text(insert, ":created_at", now);
    const int result = db_run(db, insert);
    sqlite3_finalize(insert);
    stored->dataset = sqlite3_last_insert_rowid(db->handle);
    stored->is_newest = 1;
    return result;
}

static int insert_classes(struct db *db, int64_t dataset, const struct label_list *labels)
{
    int result = DB_OK;
    sqlite3_stmt *insert = db_prepare(db, sql_ingest_insert_class);
    db_bind_int(insert, ":dataset", dataset);
    for (size_t i = 0; i < labels->count && !result; i++) {
        db_bind_int(insert, ":class", (int64_t)i);
        db_bind_text(insert, ":label", labels->text[i]);
        result = db_run(db, insert);
    }
    sqlite3_finalize(insert);
    return result;
}

static int insert_source_file(struct db *db, int64_t dataset, const char *part, const char *path,
                              const struct table *table, const char *now)
{
    const char *slash = strrchr(path, '/');
    sqlite3_stmt *insert = db_prepare(db, sql_ingest_insert_source_file);
    db_bind_int(insert, ":dataset", dataset);
    db_bind_text(insert, ":part", part);
    db_bind_text(insert, ":name", slash ? slash + 1 : path);
    db_bind_text(insert, ":sha256", table->sha256);
    db_bind_int(insert, ":bytes", table->bytes);
    db_bind_int(insert, ":rows", (int64_t)table->rows);
    db_bind_text(insert, ":header", table->header);
    db_bind_text(insert, ":ingested_at", now);
    const int result = db_run(db, insert);
    sqlite3_finalize(insert);
    return result;
}

/* The one loop that counts: parameters are looked up once and nothing is copied, for the tables
 * outlive the statement. */
static int insert_images(struct db *db, int64_t dataset, const char *part,
                         const struct table *table)
{
    const nn_shape shape = table->layout.shape;
    const size_t size = (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
    int result = DB_OK;
    sqlite3_stmt *insert = db_prepare(db, sql_ingest_insert_image);
    if (!insert)
        return DB_ERROR;
    const int row = sqlite3_bind_parameter_index(insert, ":row");
    const int id = sqlite3_bind_parameter_index(insert, ":external_id");
    const int class = sqlite3_bind_parameter_index(insert, ":class");
    const int pixels = sqlite3_bind_parameter_index(insert, ":pixels");
    db_bind_int(insert, ":dataset", dataset);
    db_bind_text(insert, ":part", part);
    for (size_t i = 0; i < table->rows && !result; i++) {
        sqlite3_bind_int64(insert, row, (sqlite3_int64)i + 1);
        if (table->ids.count)
            sqlite3_bind_text(insert, id, table->ids.items[i], -1, SQLITE_STATIC);
        if (table->classes)
            sqlite3_bind_int(insert, class, table->classes[i]);
        sqlite3_bind_blob64(insert, pixels, table->pixels + i * size, size, SQLITE_STATIC);
        result = db_run(db, insert);
    }
    sqlite3_finalize(insert);
    return result;
}

int store_dataset(struct db *db, const struct ingested *ingested, const char *hash,
                  struct stored *stored)
{
    char now[25];
    db_now(now);
    if (next_version(db, ingested->name, &stored->version) ||
        insert_dataset(db, ingested, hash, now, stored))
        return DB_ERROR;
    const int64_t dataset = stored->dataset;
    if (insert_classes(db, dataset, &ingested->labels) ||
        insert_source_file(db, dataset, "train", ingested->train_path, &ingested->train, now) ||
        insert_source_file(db, dataset, "test", ingested->test_path, &ingested->test, now))
        return DB_ERROR;
    if (ingested->sample_path &&
        insert_source_file(db, dataset, "sample", ingested->sample_path, &ingested->sample, now))
        return DB_ERROR;
    if (insert_images(db, dataset, "train", &ingested->train) ||
        insert_images(db, dataset, "test", &ingested->test))
        return DB_ERROR;
    return DB_OK;
}
