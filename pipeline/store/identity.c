/* identity.c: see identity.h. */
#include "pipeline/store/identity.h"

#include "pipeline/base/hash.h"
#include "pipeline/base/text.h"
#include "sql/store.h"

#include <stdlib.h>
#include <string.h>

/* The teacher decides the weights: what decided its own joins the hash. */
static int add_teacher(struct db *db, const struct conf *conf, const struct dataset *dataset,
                       char hash[65])
{
    struct statement *s = db_prepare(db, sql_store_teacher);
    db_bind_int(s, ":run", conf->teacher_run);
    db_bind_int(s, ":dataset", dataset->id);
    int rc = db_step(db, s);
    if (rc == 1) {
        struct text text = {0};
        text_format(&text, "%s taught by %s", hash, db_text(s, "input_hash"));
        hash_text(text_of(&text), hash);
        rc = text_failed(&text) ? error_memory(&db->error, "the teacher's hash") : DB_OK;
        text_free(&text);
    } else if (rc == 0) {
        rc = error_set(&db->error,
                       "teacher.run = %d: no finished and evaluated run of this dataset has that "
                       "number",
                       conf->teacher_run);
    }
    db_finish(s);
    return rc;
}

/* hash = SHA-256 of `hash, line end, name=value` for each setting that has not its default. */
static int add_settings(struct db *db, const struct conf *conf, const struct dataset *dataset,
                        int committee, char hash[65])
{
    char value[8192];
    conf_type type;
    const char *name;
    struct text line = {0};
    for (int i = 0; (name = conf_setting(conf, i, value, sizeof value, &type)); i++) {
        int of_committee = !strncmp(name, "committee.", 10);
        if (conf_is_default(conf, i) ||
            (committee && (!of_committee || !strcmp(name, "committee.members"))))
            continue;
        text_cut(&line, 0);
        text_format(&line, "%s=", name);
        if (strcmp(name, "model.layers") == 0)
            conf_net(value, dataset_data(dataset), &line);
        else
            text_add(&line, value);
        hash_chain(hash, text_of(&line));
    }
    int rc = text_failed(&line) ? error_memory(&db->error, "the settings' hash") : DB_OK;
    text_free(&line);
    return rc;
}

int identity_of_training(struct db *db, const struct conf *conf, const struct dataset *dataset,
                         int fold, char hash[65])
{
    char text[160];
    snprintf(text, sizeof text, "%s fold %d", dataset->hash, fold);
    hash_text(text, hash);
    if (add_settings(db, conf, dataset, 0, hash))
        return DB_ERROR;
    return conf->teacher_run ? add_teacher(db, conf, dataset, hash) : DB_OK;
}

int identity_of_member(struct db *db, int64_t run, char hash[65])
{
    struct statement *s = db_prepare(db, sql_store_run_identity);
    db_bind_int(s, ":run", run);
    int rc = db_step(db, s);
    if (rc == 1)
        hash_text(db_text(s, "identity"), hash);
    else if (rc == 0)
        error_set(&db->error, "%s: no run %lld", db->path, (long long)run);
    db_finish(s);
    return rc == 1 ? DB_OK : DB_ERROR;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

int identity_of_committee(struct db *db, const struct conf *conf, const struct dataset *dataset,
                          const int64_t *members, int n, char hash[65])
{
    char text[160];
    char(*identities)[65] = malloc((size_t)n * sizeof *identities + 1);
    if (!identities)
        return error_memory(&db->error, "the members' hashes");
    snprintf(text, sizeof text, "%s committee seed %d", dataset->hash, conf->seed);
    hash_text(text, hash);
    int rc = add_settings(db, conf, dataset, 1, hash);
    for (int i = 0; i < n && !rc; i++)
        rc = identity_of_member(db, members[i], identities[i]);
    qsort(identities, (size_t)n, sizeof *identities, by_text);
    for (int i = 0; i < n && !rc; i++)
        hash_chain(hash, identities[i]);
    free(identities);
    return rc;
}

int identity_find(struct db *db, const char hash[65], int64_t parent, int64_t *run,
                  run_status *status)
{
    struct statement *s = db_prepare(db, sql_store_find_run);
    db_bind_text(s, ":input_hash", hash);
    db_bind_int(s, ":parent", parent);
    int rc = db_step(db, s);
    *run = 0;
    if (rc == 1) {
        *run = db_int(s, "id");
        *status = run_status_of(db_text(s, "status"));
    }
    db_finish(s);
    return rc < 0 ? DB_ERROR : DB_OK;
}
