/* ingest/store.c: writing a dataset. See store.h. */
#include "pipeline/ingest/store.h"

#include "sql/ingest.h"

#include <string.h>

const char *store_part(enum table_kind kind)
{
    static const char *const NAMES[TABLE_KINDS] = {"train", "test", "sample"};
    return NAMES[kind];
}

int store_find(struct db *db, const char *name, const char *hash, struct stored *stored)
{
    *stored = (struct stored){0};
    struct statement *find = db_prepare(db, sql_ingest_find_dataset);
    db_bind_text(find, ":name", name);
    db_bind_text(find, ":hash", hash);
    const int found = db_step(db, find);
    if (found == 1)
        *stored = (struct stored){db_int(find, "id"), db_int(find, "version"),
                                  (int)db_int(find, "is_newest")};
    db_finish(find);
    return found < 0 ? DB_ERROR : DB_OK;
}

static int next_version(struct db *db, const char *name, int64_t *version)
{
    int found;
    struct statement *next = db_prepare(db, sql_ingest_next_version);
    db_bind_text(next, ":name", name);
    return db_value_int(db, next, version, &found);
}

int store_renew(struct db *db, const char *name, struct stored *stored)
{
    if (next_version(db, name, &stored->version))
        return DB_ERROR;
    struct statement *renew = db_prepare(db, sql_ingest_renew_dataset);
    db_bind_int(renew, ":dataset", stored->dataset);
    db_bind_int(renew, ":version", stored->version);
    stored->is_newest = 1;
    return db_run_once(db, renew);
}

static int insert_dataset(struct db *db, const struct ingested *ingested, const char *hash,
                          const char *now, struct stored *stored)
{
    const nn_shape shape = ingested->table[TABLE_TRAIN].layout.shape;
    struct statement *insert = db_prepare(db, sql_ingest_insert_dataset);
    db_bind_text(insert, ":name", ingested->name);
    db_bind_int(insert, ":version", stored->version);
    db_bind_int(insert, ":height", shape.h);
    db_bind_int(insert, ":width", shape.w);
    db_bind_int(insert, ":channels", shape.c);
    db_bind_text(insert, ":hash", hash);
    db_bind_text(insert, ":created_at", now);
    const int rc = db_run_once(db, insert);
    stored->dataset = db_last_id(db);
    stored->is_newest = 1;
    return rc;
}

static int insert_classes(struct db *db, int64_t dataset, const struct label_list *labels)
{
    int rc = DB_OK;
    struct statement *insert = db_prepare(db, sql_ingest_insert_class);
    db_bind_int(insert, ":dataset", dataset);
    for (size_t i = 0; i < labels->count && !rc; i++) {
        db_bind_int(insert, ":class", (int64_t)i);
        db_bind_text(insert, ":label", labels->text[i]);
        rc = db_run(db, insert);
    }
    db_finish(insert);
    return rc;
}

static int insert_source_file(struct db *db, int64_t dataset, enum table_kind kind,
                              const struct table *table, const char *now)
{
    const char *slash = strrchr(table->path, '/');
    struct statement *insert = db_prepare(db, sql_ingest_insert_source_file);
    db_bind_int(insert, ":dataset", dataset);
    db_bind_text(insert, ":part", store_part(kind));
    db_bind_text(insert, ":name", slash ? slash + 1 : table->path);
    db_bind_text(insert, ":sha256", table->sha256);
    db_bind_int(insert, ":bytes", table->bytes);
    db_bind_int(insert, ":rows", (int64_t)table->rows);
    db_bind_text(insert, ":header", table->header);
    db_bind_text(insert, ":ingested_at", now);
    return db_run_once(db, insert);
}

/* The one loop that counts: parameters are looked up once and nothing is copied, for the tables
 * outlive the statement. */
static int insert_images(struct db *db, int64_t dataset, enum table_kind kind,
                         const struct table *table)
{
    const size_t size = layout_pixels(table->layout.shape);
    int rc = DB_OK;
    struct statement *insert = db_prepare(db, sql_ingest_insert_image);
    if (!insert)
        return DB_ERROR;
    const int row = db_parameter(insert, ":row"), id = db_parameter(insert, ":external_id"),
              class = db_parameter(insert, ":class"), pixels = db_parameter(insert, ":pixels");
    db_bind_int(insert, ":dataset", dataset);
    db_bind_text(insert, ":part", store_part(kind));
    for (size_t i = 0; i < table->rows && !rc; i++) {
        db_bind_int_at(insert, row, (int64_t)i + 1);
        if (table->ids.count)
            db_bind_text_at(insert, id, table->ids.items[i]);
        if (table->classes)
            db_bind_int_at(insert, class, table->classes[i]);
        db_bind_blob_at(insert, pixels, table->pixels + i * size, size);
        rc = db_run(db, insert);
    }
    db_finish(insert);
    return rc;
}

int store_dataset(struct db *db, const struct ingested *ingested, const char *hash,
                  struct stored *stored)
{
    char now[25];
    db_now(now);
    if (next_version(db, ingested->name, &stored->version) ||
        insert_dataset(db, ingested, hash, now, stored) ||
        insert_classes(db, stored->dataset, &ingested->labels))
        return DB_ERROR;
    for (int kind = 0; kind < TABLE_KINDS; kind++)
        if (ingested->table[kind].path &&
            insert_source_file(db, stored->dataset, kind, &ingested->table[kind], now))
            return DB_ERROR;
    for (int kind = 0; kind < TABLE_SAMPLE; kind++)
        if (insert_images(db, stored->dataset, kind, &ingested->table[kind]))
            return DB_ERROR;
    return DB_OK;
}
