/* ingest/store.c: writing a dataset. See store.h. */
#include "pipeline/ingest/store.h"

#include "sql/ingest.h"

#include <stdio.h>
#include <stdlib.h>
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

/* Of a table with texts, 1 x 1 x more than the file has columns. */
static nn_shape stored_shape(const struct ingested *ingested)
{
    const struct encoding *encoding = &ingested->encoding;
    return encoding->inputs ? (nn_shape){1, 1, (int)encoding->count}
                            : ingested->table[TABLE_TRAIN].layout.shape;
}

static int insert_dataset(struct db *db, const struct ingested *ingested, const char *hash,
                          const char *now, struct stored *stored)
{
    const struct encoding *encoding = &ingested->encoding;
    const nn_shape shape = stored_shape(ingested);
    struct statement *insert = db_prepare(db, sql_ingest_insert_dataset);
    db_bind_text(insert, ":name", ingested->name);
    db_bind_int(insert, ":version", stored->version);
    db_bind_int(insert, ":height", shape.h);
    db_bind_int(insert, ":width", shape.w);
    db_bind_int(insert, ":channels", shape.c);
    db_bind_text(insert, ":hash", hash);
    db_bind_text(insert, ":created_at", now);
    db_bind_text(insert, ":kind", encoding->inputs ? "table" : "images");
    db_bind_text(insert, ":format", encoding->floats ? "floats" : "bytes");
    db_bind_real(insert, ":low", encoding->low);
    db_bind_real(insert, ":high", encoding->high);
    db_bind_real(insert, ":zero", encoding->zero);
    db_bind_real(insert, ":one", encoding->one);
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

static int insert_inputs(struct db *db, int64_t dataset, const struct encoding *encoding)
{
    int rc = DB_OK;
    struct statement *insert = db_prepare(db, sql_ingest_insert_input);
    db_bind_int(insert, ":dataset", dataset);
    for (size_t i = 0; i < encoding->count && !rc; i++) {
        const struct number *input = &encoding->inputs[i];
        char number[24];
        snprintf(number, sizeof number, "%zu", input->column);
        db_bind_int(insert, ":input", (int64_t)i + 1);
        db_bind_text(insert, ":name", input->name ? input->name : number);
        db_bind_text(insert, ":value", input->text);
        rc = db_run(db, insert);
    }
    db_finish(insert);
    return rc;
}

static int insert_columns(struct db *db, int64_t dataset, const struct ingested *ingested)
{
    int rc = DB_OK;
    struct statement *insert = db_prepare(db, sql_ingest_insert_submission_column);
    db_bind_int(insert, ":dataset", dataset);
    for (int i = 0; i < ingested->columns_count && !rc; i++) {
        const struct submission_column *column = &ingested->columns[i];
        db_bind_int(insert, ":position", i + 1);
        db_bind_text(insert, ":name", column->name);
        db_bind_text(insert, ":kind", column_kind_name(column->kind));
        if (column->class >= 0)
            db_bind_int(insert, ":class", column->class);
        else
            db_bind_text(insert, ":class", NULL);
        rc = db_run(db, insert);
    }
    db_finish(insert);
    return rc;
}

static int insert_source_file(struct db *db, int64_t dataset, enum table_kind kind,
                              const struct ingested *ingested, const char *now)
{
    const struct table *table = &ingested->table[kind];
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
    db_bind_text(insert, ":reading", text_of(&ingested->reading[kind]));
    return db_run_once(db, insert);
}

/* A statement that appends rows of a part, one after the other. */
struct appending {
    struct statement *insert;
    int row, id, class, values; /* parameters, looked up once */
    const struct table *table;
    struct encoding *encoding;
    char *stored; /* a row as it is stored */
};

static int insert_row(struct db *db, struct appending *a, size_t row, const void *read)
{
    const struct table *table = a->table;
    encoding_row(a->encoding, table, read, a->stored);
    db_bind_int_at(a->insert, a->row, (int64_t)row + 1);
    if (table->ids.count)
        db_bind_text_at(a->insert, a->id, table->ids.items[row]);
    if (table->classes)
        db_bind_int_at(a->insert, a->class, table->classes[row]);
    db_bind_blob_at(a->insert, a->values, a->stored, encoding_size(a->encoding, table));
    return db_run(db, a->insert);
}

static int insert_all(struct db *db, struct appending *a, struct table *table)
{
    enum { CHUNK = 64 }; /* rows */
    const size_t size = spool_row_size(&table->spool);
    char *rows = malloc(CHUNK * size + 1);
    a->stored = malloc(encoding_size(a->encoding, table) + 1);
    int rc = rows && a->stored ? DB_OK : error_memory(&db->error, table->path);
    for (size_t at = 0; at < table->rows && !rc;) {
        const int64_t got = spool_read(&table->spool, at, CHUNK, rows, &db->error);
        rc = got < 0 ? DB_ERROR : DB_OK;
        for (int64_t i = 0; i < got && !rc; i++)
            rc = insert_row(db, a, at++, rows + (size_t)i * size);
    }
    free(rows);
    free(a->stored);
    return rc;
}

static int insert_rows(struct db *db, int64_t dataset, enum table_kind kind,
                       struct ingested *ingested)
{
    struct table *table = &ingested->table[kind];
    struct statement *insert = db_prepare(db, sql_ingest_insert_image);
    if (!insert)
        return DB_ERROR;
    db_bind_int(insert, ":dataset", dataset);
    db_bind_text(insert, ":part", store_part(kind));
    struct appending a = {.insert = insert,
                          .row = db_parameter(insert, ":row"),
                          .id = db_parameter(insert, ":external_id"),
                          .class = db_parameter(insert, ":class"),
                          .values = db_parameter(insert, ":pixels"),
                          .table = table,
                          .encoding = &ingested->encoding};
    const int rc = insert_all(db, &a, table);
    db_finish(insert);
    return rc;
}

int store_dataset(struct db *db, struct ingested *ingested, const char *hash, struct stored *stored)
{
    char now[25];
    db_now(now);
    if (next_version(db, ingested->name, &stored->version) ||
        insert_dataset(db, ingested, hash, now, stored) ||
        insert_classes(db, stored->dataset, &ingested->labels) ||
        insert_inputs(db, stored->dataset, &ingested->encoding) ||
        insert_columns(db, stored->dataset, ingested))
        return DB_ERROR;
    for (int kind = 0; kind < TABLE_KINDS; kind++)
        if (ingested->table[kind].path &&
            insert_source_file(db, stored->dataset, (enum table_kind)kind, ingested, now))
            return DB_ERROR;
    for (int kind = 0; kind < TABLE_SAMPLE; kind++)
        if (ingested->table[kind].path &&
            insert_rows(db, stored->dataset, (enum table_kind)kind, ingested))
            return DB_ERROR;
    return DB_OK;
}
