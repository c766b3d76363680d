/* blend.c: the predictions of a committee's members, and their joint one. See blend.h. */
#include "pipeline/store/blend.h"

#include "pipeline/store/prediction.h"
#include "sql/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int out_of_memory(struct db *db)
{
    return error_memory(&db->error, "the members' predictions");
}

/* ---------------------------------------------------------------- reading */

/* One member's predictions into all[count][classes]; counts in heard[count] and *said. */
static int read_member(struct db *db, int64_t run, const struct image_set *set, int part,
                       int classes, float *all, uint16_t *heard, size_t *said)
{
    size_t row = 0;
    int rc;
    struct statement *statement = db_prepare(db, sql_store_run_predictions);
    db_bind_int(statement, ":run", run);
    db_bind_text(statement, ":part", part == IMAGES_TRAIN ? "train" : "test");
    while ((rc = db_step(db, statement)) == 1) {
        int64_t image = db_int_at(statement, 0);
        while (row < set->images.count && set->ids[row] != image)
            row++;
        int n = row == set->images.count ? -2
                                         : prediction_read(db_text_at(statement, 1), classes,
                                                           all + row * (size_t)classes);
        if (n != classes) {
            error_set(&db->error,
                      n == -2
                          ? "run %lld: it has predicted image %lld, which is not of this dataset"
                          : "run %lld: its prediction of image %lld is no array of %d "
                            "probabilities (evaluate makes it anew)",
                      (long long)run, (long long)image, classes);
            rc = DB_ERROR;
            break;
        }
        heard[row++]++;
        (*said)++;
    }
    db_finish(statement);
    return rc;
}

/* Moves what is said of images that all members know to the front; rows must be filled in. */
static void compact(struct votes *votes, size_t count)
{
    size_t size = (size_t)votes->classes;
    float *to = votes->probabilities;
    for (int m = 0; m < votes->members; m++)
        for (size_t i = 0; i < votes->images; i++, to += size)
            memmove(to, votes->probabilities + ((size_t)m * count + votes->rows[i]) * size,
                    size * sizeof *to);
}

int votes_load(struct db *db, const int64_t *member, int n, const struct image_set *set, int part,
               int classes, struct votes *votes)
{
    size_t count = set->images.count, all = count * (size_t)classes;
    *votes = (struct votes){.members = n, .classes = classes};
    uint16_t *heard = calloc(count + 1, sizeof *heard);
    votes->rows = malloc((count + 1) * sizeof *votes->rows);
    votes->said = calloc((size_t)n + 1, sizeof *votes->said);
    votes->probabilities = malloc(((size_t)n * all + 1) * sizeof *votes->probabilities);
    int rc =
        heard && votes->rows && votes->said && votes->probabilities ? DB_OK : out_of_memory(db);
    for (int m = 0; m < n && !rc; m++)
        rc = read_member(db, member[m], set, part, classes, votes->probabilities + (size_t)m * all,
                         heard, &votes->said[m]);
    for (size_t i = 0; i < count && !rc; i++) {
        votes->any += heard[i] > 0;
        if (heard[i] == n)
            votes->rows[votes->images++] = (uint32_t)i;
    }
    free(heard);
    if (rc)
        votes_free(votes);
    else
        compact(votes, count);
    return rc;
}

void votes_free(struct votes *votes)
{
    free(votes->rows);
    free(votes->said);
    free(votes->probabilities);
    memset(votes, 0, sizeof *votes);
}

/* ---------------------------------------------------------------- joining */

void blend_join(const float *const *p, const double *weights, int members, int classes,
                conf_blend blend, double temperature, float *joined)
{
    double sum[NN_MAX_CLASSES] = {0};
    for (int m = 0; m < members; m++)
        for (int k = 0; k < classes; k++)
            sum[k] +=
                weights[m] * (blend == BLEND_LOGITS ? log(fmax((double)p[m][k], PREDICTION_LEAST))
                                                    : (double)p[m][k]);
    if (blend == BLEND_PROBABILITIES && temperature != 1)
        for (int k = 0; k < classes; k++)
            sum[k] = log(fmax(sum[k], PREDICTION_LEAST));
    if (blend == BLEND_LOGITS || temperature != 1)
        prediction_softmax(sum, classes, temperature, joined);
    else
        for (int k = 0; k < classes; k++)
            joined[k] = (float)sum[k];
}

void votes_join(const struct votes *votes, const double *weights, conf_blend blend,
                double temperature, float *joined)
{
    size_t classes = (size_t)votes->classes;
    const float *p[BLEND_MEMBERS_MOST];
    for (size_t i = 0; i < votes->images; i++) {
        for (int m = 0; m < votes->members; m++)
            p[m] = votes->probabilities + ((size_t)m * votes->images + i) * classes;
        blend_join(p, weights, votes->members, votes->classes, blend, temperature,
                   joined + i * classes);
    }
}

/* ---------------------------------------------------------------- committees */

/* The weights are shares of a vote, by the temperature logits are divided. */
static int check_committee(struct db *db, int64_t run, const struct committee *committee)
{
    double sum = 0;
    int bad = !(committee->temperature > 0 && isfinite(committee->temperature));
    for (int m = 0; m < committee->members; m++) {
        bad = bad || !(committee->weights[m] > 0);
        sum += committee->weights[m];
    }
    if (!bad && fabs(sum - 1) < 0.01)
        return DB_OK;
    return error_set(&db->error,
                     "run %lld: found weights of members, or a temperature, that are none; "
                     "expected weights that sum to 1 and a temperature above 0",
                     (long long)run);
}

int committee_load(struct db *db, int64_t run, struct committee *committee)
{
    int rc;
    *committee = (struct committee){.temperature = 1};
    struct statement *statement = db_prepare(db, sql_store_committee_members);
    db_bind_int(statement, ":committee", run);
    while ((rc = db_step(db, statement)) == 1 && committee->members < BLEND_MEMBERS_MOST) {
        committee->member[committee->members] = db_int_at(statement, 0);
        committee->weights[committee->members++] = db_real_at(statement, 1);
        committee->temperature = db_real_at(statement, 2);
    }
    db_finish(statement);
    if (rc < 0)
        return DB_ERROR;
    if (!committee->members)
        return error_set(&db->error, "run %lld: this committee has no members", (long long)run);
    return check_committee(db, run, committee);
}
