/* committee_record.c: a committee into the database: run, member, hyperparameter, stage, and the
 * split that says that it was trained on nothing of its own. */
#include "pipeline/committee/committee.h"

#include "pipeline/store/machine.h"
#include "sql/committee.h"
#include "sql/store.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Is a committee's own setting, not one of a training. */
static int is_own(const char *setting)
{
    return strncmp(setting, "committee.", 10) == 0 && strcmp(setting, "committee.members") != 0;
}

/* SHA-256 over data, seed, settings and what decides the members' predictions, whatever their
 * numbers. */
void record_hash(struct founding *f)
{
    const char *identity[BLEND_MEMBERS_MOST];
    char value[CONF_TEXT], line[CONF_TEXT + 256];
    const char *name;
    int number;
    snprintf(line, sizeof line, "%s committee seed %d", f->dataset.hash, f->conf.seed);
    hash_bytes(line, strlen(line), f->input_hash);
    for (int i = 0; (name = conf_setting(&f->conf, i, value, sizeof value, &number)); i++)
        if (is_own(name) && !conf_is_default(&f->conf, i)) {
            snprintf(line, sizeof line, "%s\n%s=%s", f->input_hash, name, value);
            hash_bytes(line, strlen(line), f->input_hash);
        }
    for (int i = 0; i < f->candidates; i++)
        identity[i] = f->candidate[i].identity;
    qsort(identity, (size_t)f->candidates, sizeof *identity, by_text);
    for (int i = 0; i < f->candidates; i++) {
        snprintf(line, sizeof line, "%s\n%s", f->input_hash, identity[i]);
        hash_bytes(line, strlen(line), f->input_hash);
    }
}

int record_find(struct founding *f)
{
    int found;
    sqlite3_stmt *statement = db_prepare(f->db, sql_committee_find);
    db_bind_text(statement, ":input_hash", f->input_hash);
    f->run = 0;
    return db_value_int(f->db, statement, &f->run, &found);
}

/* The members' split where all have the same one, else the one that leaves nothing to validate. */
static int find_split(struct founding *f, int64_t *split)
{
    int found, same = 1;
    char now[25];
    *split = f->candidate[0].split;
    for (int i = 1; i < f->candidates; i++)
        same &= f->candidate[i].split == *split;
    if (same)
        return DB_OK;
    sqlite3_stmt *statement = db_prepare(f->db, sql_store_find_split);
    db_bind_int(statement, ":dataset", f->dataset.id);
    db_bind_text(statement, ":method", "none");
    db_bind_int(statement, ":seed", 0);
    if (db_value_int(f->db, statement, split, &found) || found)
        return found ? DB_OK : DB_ERROR;

    db_now(now);
    statement = db_prepare(f->db, sql_store_insert_split);
    db_bind_int(statement, ":dataset", f->dataset.id);
    db_bind_text(statement, ":method", "none");
    db_bind_int(statement, ":seed", 0);
    db_bind_text(statement, ":created_at", now);
    int rc = db_run(f->db, statement);
    sqlite3_finalize(statement);
    *split = sqlite3_last_insert_rowid(f->db->handle);
    if (rc)
        return rc;
    statement = db_prepare(f->db, sql_committee_fill_split);
    db_bind_int(statement, ":split", *split);
    db_bind_int(statement, ":dataset", f->dataset.id);
    rc = db_run(f->db, statement);
    sqlite3_finalize(statement);
    return rc;
}

static int insert_run(struct founding *f, int64_t split, const char *started_at)
{
    struct machine m;
    char now[25];
    int64_t parameters = 0, trainable = 0;
    for (int i = 0; i < f->candidates; i++)
        if (f->choice.weights[i] > 0) {
            parameters += f->candidate[i].parameters;
            trainable += f->candidate[i].trainable;
        }
    machine_describe(&m);
    db_now(now);
    sqlite3_stmt *s = db_prepare(f->db, sql_committee_insert_run);
    db_bind_text(s, ":experiment", f->conf.name);
    db_bind_int(s, ":dataset", f->dataset.id);
    db_bind_int(s, ":split", split);
    db_bind_int(s, ":seed", f->conf.seed);
    db_bind_text(s, ":conf", f->conf.text);
    db_bind_text(s, ":input_hash", f->input_hash);
    db_bind_text(s, ":message", f->note);
    db_bind_text(s, ":started_at", started_at);
    db_bind_text(s, ":ended_at", now);
    db_bind_text(s, ":host", m.host);
    db_bind_text(s, ":program", PIXELMILL_VERSION);
    db_bind_text(s, ":program_hash", m.program_hash);
    db_bind_text(s, ":git_commit", m.git_commit);
    db_bind_text(s, ":git_diff", m.git_diff);
    db_bind_text(s, ":compiler", m.compiler);
    db_bind_text(s, ":cpu", m.cpu);
    db_bind_text(s, ":isa", nn_isa_name(nn_isa_best()));
    db_bind_text(s, ":blas", m.blas);
    db_bind_int(s, ":parameters", parameters);
    db_bind_int(s, ":trainable", trainable);
    int rc = db_run(f->db, s);
    sqlite3_finalize(s);
    f->run = sqlite3_last_insert_rowid(f->db->handle);
    return rc;
}

static int insert_members(struct founding *f)
{
    int rc = DB_OK;
    sqlite3_stmt *s = db_prepare(f->db, sql_committee_insert_member);
    db_bind_int(s, ":committee", f->run);
    for (int i = 0; i < f->candidates && !rc; i++) {
        if (f->choice.weights[i] <= 0)
            continue;
        db_bind_int(s, ":run", f->candidate[i].run);
        db_bind_real(s, ":weight", f->choice.weights[i]);
        rc = db_run(f->db, s);
    }
    sqlite3_finalize(s);
    return rc;
}

static int insert_real(struct founding *f, const char *name, double value)
{
    sqlite3_stmt *s = db_prepare(f->db, sql_store_insert_setting);
    db_bind_int(s, ":run", f->run);
    db_bind_text(s, ":name", name);
    db_bind_real(s, ":value", value);
    int rc = db_run(f->db, s);
    sqlite3_finalize(s);
    return rc;
}

/* The settings of a committee, and what was found by them. */
static int insert_hyperparameters(struct founding *f)
{
    char value[8192];
    const char *name;
    int number, rc = DB_OK;
    sqlite3_stmt *s = db_prepare(f->db, sql_store_insert_setting);
    db_bind_int(s, ":run", f->run);
    for (int i = 0; !rc && (name = conf_setting(&f->conf, i, value, sizeof value, &number)); i++)
        if (strncmp(name, "committee.", 10) == 0) {
            db_bind_text(s, ":name", name);
            db_bind_text(s, ":value", value);
            rc = db_run(f->db, s);
        }
    sqlite3_finalize(s);
    if (!rc && f->conf.committee_temperature)
        rc = insert_real(f, "committee.fitted_temperature", f->choice.temperature);
    if (!rc && f->cross.images > 0)
        rc = insert_real(f, "committee.cross_fitted_accuracy",
                         (double)f->cross.correct / (double)f->cross.images) ||
             insert_real(f, "committee.cross_fitted_loss", f->cross.loss);
    return rc;
}

int record_store(struct founding *f)
{
    char result[100], started[25];
    int64_t split;
    db_now(started);
    if (db_begin(f->db))
        return DB_ERROR;
    if (record_find(f))
        goto fail;
    if (f->run) { /* another process was faster */
        db_rollback(f->db);
        return DB_OK;
    }
    if (find_split(f, &split) || insert_run(f, split, started) || insert_members(f) ||
        insert_hyperparameters(f))
        goto fail;
    snprintf(result, sizeof result, "committee of %d, judged by %zu images", members_chosen(f),
             f->votes.images);
    if (db_log_stage(f->db, f->stage->name, f->dataset.id, f->run, f->stage->arguments,
                     stage_seconds() - f->stage->started, result))
        goto fail;
    return db_commit(f->db);
fail:
    db_rollback(f->db);
    return DB_ERROR;
}
