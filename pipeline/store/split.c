/* split.c: see split.h. */
#include "pipeline/store/split.h"

#include "sql/store.h"

#include <stdlib.h>
#include <string.h>

static const char *const METHODS[] = {
    [SPLIT_STRATIFIED] = "stratified", [SPLIT_KFOLD] = "stratified-kfold", [SPLIT_NONE] = "none"};

struct split_key split_key_of(const struct conf *conf)
{
    conf_split method = (conf_split)conf->split_method;
    return (struct split_key){.method = method,
                              .fraction = method == SPLIT_STRATIFIED ? conf->split_fraction : 0,
                              .folds = method == SPLIT_KFOLD ? conf->split_folds : 0,
                              .seed = method == SPLIT_NONE ? 0 : conf->split_seed};
}

static void bind_key(struct statement *statement, int64_t dataset, const struct split_key *key)
{
    db_bind_int(statement, ":dataset", dataset);
    db_bind_text(statement, ":method", METHODS[key->method]);
    db_bind_int(statement, ":seed", key->seed);
    if (key->method == SPLIT_STRATIFIED)
        db_bind_real(statement, ":fraction", key->fraction);
    if (key->method == SPLIT_KFOLD)
        db_bind_int(statement, ":folds", key->folds);
}

int split_find(struct db *db, int64_t dataset, const struct split_key *key, int64_t *split)
{
    int found;
    struct statement *find = db_prepare(db, sql_store_find_split);
    bind_key(find, dataset, key);
    *split = 0;
    return db_value_int(db, find, split, &found);
}

int split_insert(struct db *db, int64_t dataset, const struct split_key *key, int64_t *split)
{
    char now[25];
    db_now(now);
    struct statement *insert = db_prepare(db, sql_store_insert_split);
    bind_key(insert, dataset, key);
    db_bind_text(insert, ":created_at", now);
    int rc = db_run_once(db, insert);
    *split = db_last_id(db);
    return rc;
}

int split_insert_all(struct db *db, int64_t dataset, int64_t *split)
{
    const struct split_key all = {.method = SPLIT_NONE};
    if (split_insert(db, dataset, &all, split))
        return DB_ERROR;
    struct statement *fill = db_prepare(db, sql_store_fill_split);
    db_bind_int(fill, ":split", *split);
    db_bind_int(fill, ":dataset", dataset);
    return db_run_once(db, fill);
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
        return error_memory(&db->error, "the rows of a split");
    }
    struct statement *statement = db_prepare(db, sql_store_dataset_split);
    db_bind_int(statement, ":split", split);
    if (fold >= 0)
        db_bind_int(statement, ":fold", fold);
    int rc;
    while ((rc = db_step(db, statement)) == 1) {
        while (i < count && set->ids[i] != db_int_at(statement, 0))
            i++;
        if (i == count) {
            error_set(&db->error, "split %lld: image %lld is not of this dataset", (long long)split,
                      (long long)db_int_at(statement, 0));
            rc = DB_ERROR;
            break;
        }
        if ((int)db_int_at(statement, 1))
            rows->validation[rows->n_validation++] = (uint32_t)i;
        else
            rows->train[rows->n_train++] = (uint32_t)i;
        i++;
    }
    db_finish(statement);
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
