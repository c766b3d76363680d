/* committee_members.c: the runs that are to be members: found, read and checked. */
#include "pipeline/committee/committee.h"

#include "sql/committee.h"

#include <stdlib.h>
#include <string.h>

void members_find(struct founding *f)
{
    for (int i = 0; i < f->candidates; i++) {
        struct candidate *c = &f->candidate[i];
        int found;
        sqlite3_stmt *statement = db_prepare(f->db, sql_committee_find_member);
        db_bind_int(statement, ":dataset", f->dataset.id);
        db_bind_text(statement, ":experiment", c->experiment);
        db_bind_int(statement, ":seed", c->seed);
        if (db_value_int(f->db, statement, &c->run, &found))
            stage_fail(f->stage, "%s", f->db->error);
        if (!found)
            stage_fail(f->stage,
                       "%s: no finished run of experiment '%s' with seed %lld on dataset %s "
                       "(make EXPERIMENT=%s SEED=%lld evaluate trains it)",
                       f->conf.name, c->experiment, (long long)c->seed, f->dataset.name,
                       c->experiment, (long long)c->seed);
    }
}

/* Columns of committee_member.sql. */
enum { EXPERIMENT, SEED, STATUS, DATASET, SPLIT, PARAMETERS, TRAINABLE, IDENTITY, MISSING, NAME };

/* A run that can't be asked ends the program. */
static void check(const struct founding *f, const struct candidate *c, sqlite3_stmt *statement)
{
    long long run = c->run;
    const char *status = (const char *)sqlite3_column_text(statement, STATUS);
    if (strcmp(status, "finished") != 0)
        stage_fail(f->stage, "run %lld is %s; expected members that are finished", run, status);
    if (c->dataset != f->candidate[0].dataset)
        stage_fail(f->stage, "run %lld is on %s, run %lld is not; expected one dataset for all",
                   run, (const char *)sqlite3_column_text(statement, NAME),
                   (long long)f->candidate[0].run);
    if (sqlite3_column_int(statement, MISSING))
        stage_fail(f->stage,
                   "run %lld is not evaluated; expected its predictions (evaluate --run %lld makes "
                   "them)",
                   run, run);
    if (*c->experiment &&
        (strcmp(c->experiment, (const char *)sqlite3_column_text(statement, EXPERIMENT)) != 0 ||
         c->seed != sqlite3_column_int64(statement, SEED)))
        stage_fail(f->stage,
                   "run %lld is %s with seed %lld; expected %s with seed %lld, as %s says", run,
                   (const char *)sqlite3_column_text(statement, EXPERIMENT),
                   (long long)sqlite3_column_int64(statement, SEED), c->experiment,
                   (long long)c->seed, f->conf.name);
}

static void read_member(struct founding *f, struct candidate *c)
{
    sqlite3_stmt *statement = db_prepare(f->db, sql_committee_member);
    db_bind_int(statement, ":run", c->run);
    int rc = db_step(f->db, statement);
    if (rc < 0)
        stage_fail(f->stage, "%s", f->db->error);
    if (rc == 0)
        stage_fail(f->stage, "%s: no run %lld", f->db->path, (long long)c->run);
    c->dataset = sqlite3_column_int64(statement, DATASET);
    check(f, c, statement);
    c->split = sqlite3_column_int64(statement, SPLIT);
    c->seed = sqlite3_column_int64(statement, SEED);
    c->parameters = sqlite3_column_int64(statement, PARAMETERS);
    c->trainable = sqlite3_column_int64(statement, TRAINABLE);
    snprintf(c->experiment, sizeof c->experiment, "%s",
             (const char *)sqlite3_column_text(statement, EXPERIMENT));
    const char *identity = (const char *)sqlite3_column_text(statement, IDENTITY);
    hash_bytes(identity, strlen(identity), c->identity);
    sqlite3_finalize(statement);
}

static int by_run(const void *a, const void *b)
{
    int64_t x = ((const struct candidate *)a)->run, y = ((const struct candidate *)b)->run;
    return (x > y) - (x < y);
}

/* In the order of their numbers, so that the same members make the same committee. */
void members_read(struct founding *f)
{
    for (int i = 0; i < f->candidates; i++)
        read_member(f, &f->candidate[i]);
    qsort(f->candidate, (size_t)f->candidates, sizeof *f->candidate, by_run);
    for (int i = 1; i < f->candidates; i++)
        if (f->candidate[i].run == f->candidate[i - 1].run)
            stage_usage(f->stage, "run %lld stands twice among the members",
                        (long long)f->candidate[i].run);
    if (f->candidates < 2)
        stage_usage(f->stage, "expected two members or more, got %d", f->candidates);
}

int members_chosen(const struct founding *f)
{
    int n = 0;
    for (int i = 0; i < f->candidates; i++)
        n += f->choice.weights[i] > 0;
    return n;
}
