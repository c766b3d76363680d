/* judge.c: what a submission is worth, by the right answers beside it. */
#include "pipeline/base/number.h"
#include "pipeline/score/metrics.h"
#include "pipeline/score/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void judge_labels(const struct papers *papers, struct score *score)
{
    char whole[NUMBER_WHOLE], other[NUMBER_WHOLE];
    for (size_t i = 0; i < score->rows; i++) {
        const char *said = records_field(&papers->submission, papers->row[i], 1);
        const char *right = records_field(&papers->answers, i, papers->label);
        score->wrong += strcmp(number_plain(said, whole), number_plain(right, other)) != 0;
    }
}

/* One row: its probabilities are scaled to the sum 1, as the competitions do; the first of the
 * greatest ones is what it says. Returns the log loss. */
static double judge_row(const struct stage *stage, const struct papers *papers, size_t row,
                        int right, int *wrong)
{
    const struct form *form = &papers->form;
    double sum = 0, greatest = -1, own = 0;
    int best = -1;
    for (int c = 1; c < form->columns; c++) {
        const double p = papers_probability(stage, papers, row, c);
        const int class = form->classes[c];
        if (p > greatest || (p == greatest && class < best)) {
            best = class;
            greatest = p;
        }
        own = class == right ? p : own;
        sum += p;
    }
    if (!(sum > 0))
        stage_fail(stage, "%s:%zu: all probabilities are 0; expected some that sum to 1",
                   papers->path, papers->submission.lines[row]);
    *wrong = best != right;
    return metric_log_loss(own / sum);
}

static void judge_classes(const struct stage *stage, const struct papers *papers,
                          struct score *score)
{
    double sum = 0;
    for (size_t i = 0; i < score->rows; i++) {
        int wrong;
        sum += judge_row(stage, papers, papers->row[i], papers_right(papers, i), &wrong);
        score->wrong += (size_t)wrong;
    }
    score->log_loss = sum / (double)score->rows;
}

/* A row says the label where its probability is above one half. */
static void judge_one(const struct stage *stage, const struct papers *papers, struct score *score)
{
    double *values = malloc(score->rows * sizeof *values), sum = 0;
    char *right = malloc(score->rows);
    for (size_t i = 0; values && right && i < score->rows; i++) {
        values[i] = papers_probability(stage, papers, papers->row[i], 1);
        right[i] = (char)papers_right(papers, i);
        score->wrong += (values[i] > 0.5) != right[i];
        sum += metric_log_loss(right[i] ? values[i] : 1 - values[i]);
    }
    if (!values || !right || metric_auc(values, right, score->rows, &score->auc))
        stage_fail(stage, "out of memory for the probabilities");
    score->log_loss = sum / (double)score->rows;
    score->positive = papers->dataset->labels[papers->form.classes[1]];
    free(values);
    free(right);
}

void score_papers(const struct stage *stage, const struct papers *papers, struct score *score)
{
    *score = (struct score){.rows = papers->answers.count, .log_loss = NAN, .auc = NAN};
    if (papers->form.kind == FORM_LABELS)
        judge_labels(papers, score);
    else if (papers->form.kind == FORM_CLASSES)
        judge_classes(stage, papers, score);
    else
        judge_one(stage, papers, score);
}
