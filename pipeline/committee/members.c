/* members.c: the runs that are to be members: read and checked. */
#include "pipeline/committee/committee.h"

#include "sql/committee.h"

#include <stdio.h>
#include <stdlib.h>

void members_read(const struct founding *f, struct candidate *c)
{
    struct statement *s = db_prepare(f->db, sql_committee_member);
    db_bind_int(s, ":run", c->run);
    int rc = db_step(f->db, s);
    if (rc == 1) {
        c->status = run_status_of(db_text(s, "status"));
        c->dataset = db_int(s, "dataset");
        c->split = db_int(s, "split");
        c->seed = db_int(s, "seed");
        c->parameters = db_int(s, "parameters");
        c->trainable = db_int(s, "trainable");
        c->evaluated = (int)db_int(s, "evaluated");
        snprintf(c->experiment, sizeof c->experiment, "%s", db_text(s, "experiment"));
        snprintf(c->on, sizeof c->on, "%s", db_text(s, "is_on"));
    }
    db_finish(s);
    if (rc < 0)
        stage_fail(f->stage, "%s", f->db->error.text);
    if (rc == 0)
        stage_fail(f->stage, "%s: no run %lld", f->db->path, (long long)c->run);
}

/* A run that can't be asked ends the program. */
static void check(const struct founding *f, const struct candidate *c)
{
    const struct candidate *first = &f->candidate[0];
    long long run = c->run;
    if (c->status != RUN_FINISHED)
        stage_fail(f->stage, "run %lld is %s; expected members that are finished", run,
                   run_status_name(c->status));
    if (c->dataset != first->dataset)
        stage_fail(f->stage, "run %lld is on %s, run %lld is not; expected one dataset for all",
                   run, c->on, (long long)first->run);
    if (!c->evaluated)
        stage_fail(f->stage,
                   "run %lld is not evaluated; expected its predictions (evaluate --run %lld makes "
                   "them)",
                   run, run);
}

static int by_run(const void *a, const void *b)
{
    int64_t x = ((const struct candidate *)a)->run, y = ((const struct candidate *)b)->run;
    return (x > y) - (x < y);
}

/* In the order of their numbers, so that the same members make the same committee. */
void members_check(struct founding *f)
{
    for (int i = 0; i < f->candidates; i++)
        check(f, &f->candidate[i]);
    if (f->candidates < 2)
        stage_usage(f->stage, "expected two members or more, got %d", f->candidates);
    qsort(f->candidate, (size_t)f->candidates, sizeof *f->candidate, by_run);
}

int members_chosen(const struct founding *f)
{
    int n = 0;
    for (int i = 0; i < f->candidates; i++)
        n += f->choice.weights[i] > 0;
    return n;
}
