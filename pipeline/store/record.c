/* record.c: see record.h. */
#include "pipeline/store/record.h"

#include "pipeline/store/machine.h"
#include "sql/store.h"

#include <stdlib.h>
#include <string.h>

int run_insert(struct db *db, const struct run_record *r, int64_t *run)
{
    struct machine m;
    char now[25];
    machine_describe(&m);
    db_now(now);
    struct statement *s = db_prepare(db, sql_store_insert_run);
    db_bind_text(s, ":kind", run_kind_name(r->kind));
    db_bind_text(s, ":experiment", r->conf->name);
    if (r->parent)
        db_bind_int(s, ":parent", r->parent);
    db_bind_int(s, ":dataset", r->dataset);
    db_bind_int(s, ":split", r->split);
    if (r->fold >= 0)
        db_bind_int(s, ":fold", r->fold);
    db_bind_int(s, ":seed", r->conf->seed);
    db_bind_text(s, ":conf", r->conf->text);
    db_bind_text(s, ":input_hash", r->identity);
    db_bind_text(s, ":status", run_status_name(r->status));
    db_bind_text(s, ":message", r->message);
    db_bind_text(s, ":started_at", r->started_at ? r->started_at : now);
    if (r->status != RUN_RUNNING)
        db_bind_text(s, ":ended_at", now);
    db_bind_text(s, ":host", m.host);
    db_bind_text(s, ":program", r->program);
    db_bind_text(s, ":program_hash", m.program_hash);
    db_bind_text(s, ":git_commit", m.git_commit);
    db_bind_text(s, ":git_diff", m.git_diff);
    db_bind_text(s, ":compiler", m.compiler);
    db_bind_text(s, ":cpu", m.cpu);
    db_bind_text(s, ":isa", nn_isa_name(r->isa == NN_ISA_BEST ? nn_isa_best() : r->isa));
    db_bind_text(s, ":blas", m.blas);
    db_bind_int(s, ":threads", r->threads);
    db_bind_int(s, ":parameters", r->parameters);
    db_bind_int(s, ":trainable", r->trainable);
    db_bind_int(s, ":epochs", r->epochs);
    int rc = db_run_once(db, s);
    *run = db_last_id(db);
    return rc;
}

int run_insert_settings(struct db *db, int64_t run, const struct conf *conf, int committee)
{
    char value[8192];
    conf_type type;
    int rc = DB_OK;
    const char *name;
    struct statement *s = db_prepare(db, sql_store_insert_setting);
    db_bind_int(s, ":run", run);
    for (int i = 0; !rc && (name = conf_setting(conf, i, value, sizeof value, &type)); i++) {
        if ((strncmp(name, "committee.", 10) == 0) != (committee != 0))
            continue;
        db_bind_text(s, ":name", name);
        if (type == CONF_WORDS)
            db_bind_text(s, ":value", value);
        else if (type == CONF_REAL)
            db_bind_real(s, ":value", strtod(value, NULL));
        else
            db_bind_int(s, ":value", strtoll(value, NULL, 10));
        rc = db_run(db, s);
    }
    db_finish(s);
    return rc;
}

int run_insert_real(struct db *db, int64_t run, const char *name, double value)
{
    struct statement *s = db_prepare(db, sql_store_insert_setting);
    db_bind_int(s, ":run", run);
    db_bind_text(s, ":name", name);
    db_bind_real(s, ":value", value);
    return db_run_once(db, s);
}
