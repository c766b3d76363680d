/* record.h: a run into the database. */
#ifndef RECORD_H
#define RECORD_H

#include "pipeline/store/run.h"

/* What is recorded of a run when it begins, or when it is there at once; machine and program are
 * found out. */
struct run_record {
    run_kind kind;
    run_status status; /* running or finished */
    const struct conf *conf;
    const char *identity;   /* see identity.h */
    const char *program;    /* its version */
    const char *message;    /* NULL or "": none */
    const char *started_at; /* NULL: now */
    int64_t dataset, split;
    int64_t parent; /* 0: none */
    int fold;       /* -1: none */
    nn_isa isa;
    int threads;
    int64_t parameters, trainable, epochs;
};

/* Within the caller's transaction: the run, whose number comes into *run, and its settings in
 * force, those of a committee or those of a training. 0 or DB_ERROR. */
int run_insert(struct db *db, const struct run_record *record, int64_t *run);
int run_insert_settings(struct db *db, int64_t run, const struct conf *conf, int committee);
int run_insert_real(struct db *db, int64_t run, const char *name, double value);

#endif
