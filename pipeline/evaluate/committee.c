/* committee.c: judges by what the members of a committee have said, each weighted. */
#include "pipeline/evaluate/evaluate.h"

#include "pipeline/base/number.h"

#include <string.h>

/* All test images must be known to each member. */
static void check_test(const struct subject *subject, const struct votes *votes)
{
    for (int m = 0; m < subject->committee.members; m++)
        if (votes->said[m] != subject->test.images.count)
            stage_fail(subject->stage,
                       "run %lld: its member run %lld has predicted %zu of %zu test %s; "
                       "expected all (evaluate --run %lld)",
                       (long long)subject->run.id, (long long)subject->committee.member[m],
                       votes->said[m], subject->test.images.count,
                       dataset_rows_word(&subject->dataset),
                       (long long)subject->committee.member[m]);
}

static void judge_part(struct subject *subject, int part, struct judgement *judgement)
{
    struct votes votes;
    const struct committee *committee = &subject->committee;
    const struct image_set *set = part == IMAGES_TRAIN ? &subject->train : &subject->test;
    double start = number_seconds();
    if (votes_load(subject->db, committee->member, committee->members, set, part,
                   subject->dataset.classes, &votes))
        stage_fail(subject->stage, "%s", subject->db->error.text);
    if (part == IMAGES_TEST)
        check_test(subject, &votes);
    judgement_new(subject, judgement, part == IMAGES_TRAIN ? "validation" : "test", set,
                  votes.images);
    memcpy(judgement->rows, votes.rows, votes.images * sizeof *votes.rows);
    votes_join(&votes, committee->weights, (conf_blend)subject->run.conf.committee_blend,
               committee->temperature, judgement->probabilities);
    votes_free(&votes);
    judgement->seconds = number_seconds() - start;
}

void judge_committee(struct subject *subject, struct judgement judgements[2])
{
    judge_part(subject, IMAGES_TRAIN, &judgements[0]);
    judge_part(subject, IMAGES_TEST, &judgements[1]);
}
