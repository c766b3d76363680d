/* record.c: a committee into the database: run, member, hyperparameter, stage, and the split that
 * says that it was trained on nothing of its own. */
#include "pipeline/committee/committee.h"

#include "pipeline/store/identity.h"
#include "pipeline/store/record.h"
#include "pipeline/store/split.h"
#include "sql/committee.h"

#include <stdio.h>

int record_find(struct founding *f)
{
    int64_t member[BLEND_MEMBERS_MOST];
    run_status status;
    for (int i = 0; i < f->candidates; i++)
        member[i] = f->candidate[i].run;
    if (identity_of_committee(f->db, &f->conf, &f->dataset, member, f->candidates, f->identity))
        return DB_ERROR;
    return identity_find(f->db, f->identity, 0, &f->run, &status);
}

/* The members' split where all have the same one, else the one that leaves nothing to validate. */
static int find_split(const struct founding *f, int64_t *split)
{
    const struct split_key all = {.method = SPLIT_NONE};
    int same = 1;
    *split = f->candidate[0].split;
    for (int i = 1; i < f->candidates; i++)
        same &= f->candidate[i].split == *split;
    if (same)
        return DB_OK;
    if (split_find(f->db, f->dataset.id, &all, split))
        return DB_ERROR;
    return *split ? DB_OK : split_insert_all(f->db, f->dataset.id, split);
}

static int insert_run(struct founding *f)
{
    struct run_record record = {.kind = RUN_COMMITTEE,
                                .status = RUN_FINISHED,
                                .conf = &f->conf,
                                .identity = f->identity,
                                .program = PIXELMILL_VERSION,
                                .message = text_of(&f->note),
                                .dataset = f->dataset.id,
                                .fold = -1,
                                .isa = NN_ISA_BEST,
                                .threads = 1};
    for (int i = 0; i < f->candidates; i++)
        if (f->choice.weights[i] > 0) {
            record.parameters += f->candidate[i].parameters;
            record.trainable += f->candidate[i].trainable;
        }
    return find_split(f, &record.split) || run_insert(f->db, &record, &f->run);
}

static int insert_members(const struct founding *f)
{
    int rc = DB_OK;
    struct statement *s = db_prepare(f->db, sql_committee_insert_member);
    db_bind_int(s, ":committee", f->run);
    for (int i = 0; i < f->candidates && !rc; i++) {
        if (f->choice.weights[i] <= 0)
            continue;
        db_bind_int(s, ":run", f->candidate[i].run);
        db_bind_real(s, ":weight", f->choice.weights[i]);
        rc = db_run(f->db, s);
    }
    db_finish(s);
    return rc;
}

/* What was found by the settings. */
static int insert_found(const struct founding *f)
{
    const struct figures *cross = &f->cross;
    if (f->conf.committee_temperature &&
        run_insert_real(f->db, f->run, "committee.fitted_temperature", f->choice.temperature))
        return DB_ERROR;
    if (cross->images == 0)
        return DB_OK;
    return run_insert_real(f->db, f->run, "committee.cross_fitted_accuracy",
                           (double)cross->correct / (double)cross->images) ||
           run_insert_real(f->db, f->run, "committee.cross_fitted_loss", cross->loss);
}

static int store(void *context)
{
    struct founding *f = context;
    char result[100];
    snprintf(result, sizeof result, "committee of %d, judged by %zu %s", members_chosen(f),
             f->votes.images, dataset_rows_word(&f->dataset));
    return insert_run(f) || insert_members(f) || run_insert_settings(f->db, f->run, &f->conf, 1) ||
                   insert_found(f) || stage_log(f->stage, f->db, f->dataset.id, f->run, result)
               ? DB_ERROR
               : DB_OK;
}

int record_store(struct founding *f)
{
    return db_transaction(f->db, store, f);
}
