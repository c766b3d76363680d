/* ingest/store.h: what was read, into the database, all of it or nothing. */
#ifndef INGEST_STORE_H
#define INGEST_STORE_H

#include "pipeline/db/db.h"
#include "pipeline/ingest/collect.h"

/* What is in the database under that name and hash. */
struct stored {
    int64_t dataset; /* 0: nothing */
    int64_t version;
    int is_newest; /* of all datasets of that name */
};

/* Of a kind of file, as the tables of the database and dataset.hash have it. */
const char *store_part(enum table_kind kind);

/* All return DB_OK or DB_ERROR with a line in db->error. The caller holds the transaction. */
int store_find(struct db *db, const char *name, const char *hash, struct stored *stored);

/* The files of an older version are in use again: it gets a new number, above all others. */
int store_renew(struct db *db, const char *name, struct stored *stored);

/* Appends a new version with all its rows; fills *stored. */
int store_dataset(struct db *db, struct ingested *ingested, const char *hash,
                  struct stored *stored);

#endif
