/* nets.c: judges by nets: the one of a training, or those of a folds run, of which each
 * judges the training images that it was not trained on and all judge the test images together. One
 * net at a time is in memory. */
#include "pipeline/evaluate/evaluate.h"

#include "pipeline/store/split.h"
#include "sql/evaluate.h"

enum { BATCH = 256, FOLDS_MOST = 1000 };

/* The trainings of a run: itself, or those of its folds. */
struct nets {
    int n;
    int64_t run[FOLDS_MOST];
};

/* The trainings of a folds run, which must be there for each fold. */
static void find_folds(struct subject *subject, struct nets *nets)
{
    int rc;
    long long run = subject->run.id;
    struct statement *statement = db_prepare(subject->db, sql_evaluate_folds);
    db_bind_int(statement, ":run", run);
    while ((rc = db_step(subject->db, statement)) == 1 && nets->n < FOLDS_MOST) {
        if (db_is_null(statement, "run")) {
            const long long folds = db_int(statement, "folds");
            db_finish(statement);
            stage_fail(subject->stage,
                       "run %lld: no finished training of fold %d; expected one for each of its "
                       "%lld folds",
                       run, nets->n, folds);
        }
        nets->run[nets->n++] = db_int(statement, "run");
    }
    db_finish(statement);
    if (rc < 0)
        stage_fail(subject->stage, "%s", subject->db->error.text);
    if (nets->n == 0)
        stage_fail(subject->stage, "run %lld: its split has no folds", run);
}

/* What the nets are not trained on, one after the other: rows[start[i]..start[i + 1]) for net i. */
static void find_validation(struct subject *subject, const struct nets *nets, int fold,
                            size_t start[FOLDS_MOST + 1], struct judgement *validation)
{
    size_t n = 0;
    judgement_new(subject, validation, "validation", &subject->train, subject->train.images.count);
    for (int i = 0; i < nets->n; i++) {
        struct split_rows rows;
        if (split_rows_load(subject->db, subject->run.split, subject->parts ? i : fold,
                            &subject->train, &rows))
            stage_fail(subject->stage, "%s", subject->db->error.text);
        start[i] = n;
        for (size_t k = 0; k < rows.n_validation && n < validation->n; k++)
            validation->rows[n++] = rows.validation[k];
        split_rows_free(&rows);
    }
    start[nets->n] = validation->n = n;
}

static nn_model *load_net(struct subject *subject, int64_t run)
{
    struct run fold = {0};
    int apart = run != subject->run.id;
    if (apart && run_load(subject->db, run, NULL, &fold))
        stage_fail(subject->stage, "%s", subject->db->error.text);
    nn_model *model = run_model(subject->db, apart ? &fold : &subject->run, &subject->dataset);
    if (!model)
        stage_fail(subject->stage, "%s", subject->db->error.text);
    run_free(&fold);
    return model;
}

void judge_nets(struct subject *subject, struct judgement judgements[2])
{
    struct nets nets = {.n = 1, .run = {subject->run.id}};
    struct judgement *validation = &judgements[0], *test = &judgements[1];
    size_t start[FOLDS_MOST + 1];
    struct error error;
    nn_error of_net;
    if (subject->run.kind == RUN_FOLDS) {
        nets.n = 0;
        find_folds(subject, &nets);
    }
    find_validation(subject, &nets, subject->run.fold, start, validation);
    judgement_new(subject, test, "test", &subject->test, subject->test.images.count);
    for (int i = 0; i < nets.n; i++) {
        nn_model *model = load_net(subject, nets.run[i]);
        nn_predictor *predictor =
            nn_predictor_new(model, BATCH, subject->threads, subject->isa, &of_net);
        if (!predictor)
            stage_fail(subject->stage, "run %lld: %s", (long long)nets.run[i], of_net.text);
        if (judgement_add(subject, predictor, validation, start[i], start[i + 1] - start[i],
                          &error) ||
            judgement_add(subject, predictor, test, 0, test->n, &error))
            stage_fail(subject->stage, "run %lld: %s", (long long)nets.run[i], error.text);
        nn_predictor_free(predictor);
        nn_model_free(model);
    }
    judgement_mean(validation, subject->n_views);
    judgement_mean(test, subject->n_views * nets.n);
    stage_progress_end(subject->stage);
}
