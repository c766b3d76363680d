/* papers.c: a submission and the right answers, read and laid side by side. */
#include "pipeline/base/number.h"
#include "pipeline/score/score.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---------------------------------------------------------------- columns */

static int is_usage(const char *name)
{
    return strcasecmp(name, "usage") == 0;
}

static void read_records(const struct stage *stage, const char *path, int has_header,
                         struct records *records)
{
    struct error error;
    if (records_read(path, has_header, records, &error))
        stage_fail(stage, "%s", error.text);
    if (records->count == 0)
        stage_fail(stage, "%s: no rows below the header", path);
}

/* Whether the answers have a column for each class, under the names of the submission. */
static int are_by_class(const struct papers *papers)
{
    const struct records *answers = &papers->answers;
    const struct form *form = &papers->form;
    if (form->kind != FORM_CLASSES || !form->names || answers->columns < form->columns)
        return 0;
    for (int c = 1; c < form->columns; c++)
        if (strcmp(answers->names[c], form->names[c]) != 0)
            return 0;
    return 1;
}

/* More columns than are needed would be left out without a word; but Usage, which tells public from
 * private rows, with one. */
static void check_columns(const struct stage *stage, struct papers *papers)
{
    const struct records *answers = &papers->answers;
    struct text more = {0};
    const int by_class = are_by_class(papers);
    for (int c = 1; c < answers->columns; c++)
        if (is_usage(answers->names[c])) {
            if (!stage->quiet)
                fprintf(stderr, "score: %s: its column '%s' is ignored\n", papers->answers_path,
                        answers->names[c]);
        } else if (by_class ? c >= papers->form.columns : papers->label > 0) {
            text_format(&more, "%s'%.60s'", more.length ? ", " : "", answers->names[c]);
        } else if (!by_class) {
            papers->label = c;
        }
    if (more.length)
        stage_fail(stage,
                   "%s:1: more columns than needed: %s; expected an id and a label, and no other "
                   "but Usage",
                   papers->answers_path, text_of(&more));
    if (!by_class && !papers->label)
        stage_fail(stage, "%s:1: the header is '%s'; expected two names, id and label",
                   papers->answers_path, answers->header);
}

static void check_header(const struct stage *stage, const struct papers *papers)
{
    const struct records *submission = &papers->submission, *answers = &papers->answers;
    const struct form *form = &papers->form;
    if (submission->columns != form->columns)
        stage_fail(stage, "%s:1: expected %d fields, got %d", papers->path, form->columns,
                   submission->columns);
    if (!submission->names)
        return;
    int same =
        !strcmp(submission->names[0], answers->names[0]) &&
        (form->kind != FORM_LABELS || !strcmp(submission->names[1], answers->names[papers->label]));
    if (!same)
        stage_fail(stage, "%s:1: the header is '%s'; expected '%s' as in %s", papers->path,
                   submission->header, answers->header, papers->answers_path);
    for (int c = 1; c < form->columns && form->names && form->kind != FORM_LABELS; c++)
        if (strcmp(submission->names[c], form->names[c]) != 0)
            stage_fail(stage, "%s:1: column %d is '%s'; expected '%s'", papers->path, c + 1,
                       submission->names[c], form->names[c]);
}

/* ---------------------------------------------------------------- answers */

/* The class whose column has the 1 of a row in which all others have 0, or -1. */
static int marked_class(const struct papers *papers, size_t answer)
{
    int found = -1;
    for (int c = 1; c < papers->form.columns; c++) {
        double value;
        if (number_real(records_field(&papers->answers, answer, c), 0, 1, &value) ||
            (value != 0 && value != 1) || (value == 1 && found >= 0))
            return -1;
        found = value == 1 ? papers->form.classes[c] : found;
    }
    return found;
}

/* Under the name of a single probability, 1 may stand for its label, and 0 for all others. */
static int marked_positive(const struct papers *papers, const char *text)
{
    char whole[NUMBER_WHOLE];
    const char *plain = number_plain(text, whole);
    const char *const *names = (const char *const *)papers->form.names;
    if (!names || strcmp(papers->answers.names[papers->label], names[1]) != 0)
        return -1;
    return !strcmp(plain, "1") ? 1 : !strcmp(plain, "0") ? 0 : -1;
}

int papers_right(const struct papers *papers, size_t answer)
{
    if (!papers->label)
        return marked_class(papers, answer);
    const char *text = records_field(&papers->answers, answer, papers->label);
    const int class = form_class(papers->dataset, text);
    if (papers->form.kind != FORM_ONE)
        return class;
    return class < 0 ? marked_positive(papers, text) : class == papers->form.classes[1];
}

/* A label that the dataset lacks can't be right: answers of another file, or written otherwise. */
static void check_answers(const struct stage *stage, const struct papers *papers)
{
    const struct records *answers = &papers->answers;
    struct text labels = {0};
    form_tell_labels(papers->dataset, &labels);
    for (size_t i = 0; i < answers->count; i++) {
        if (papers_right(papers, i) >= 0)
            continue;
        if (!papers->label)
            stage_fail(stage,
                       "%s:%zu: the columns of the classes mark no label; expected a 1 for one of "
                       "them and 0 for the others",
                       papers->answers_path, answers->lines[i]);
        stage_fail(stage, "%s:%zu: '%s' is no class of dataset %s; expected one of %s",
                   papers->answers_path, answers->lines[i],
                   records_field(answers, i, papers->label), papers->dataset->name,
                   text_of(&labels));
    }
    text_free(&labels);
}

void papers_read(const struct stage *stage, struct papers *papers)
{
    read_records(stage, papers->answers_path, 1, &papers->answers);
    check_columns(stage, papers);
    if (papers->dataset)
        check_answers(stage, papers);
    read_records(stage, papers->path, papers->form.header || !papers->dataset, &papers->submission);
    check_header(stage, papers);
}

/* ---------------------------------------------------------------- rows */

static size_t *sort(const struct stage *stage, const char *path, const struct records *records)
{
    size_t twice;
    size_t *sorted = records_by_id(records, &twice);
    if (!sorted)
        stage_fail(stage, "out of memory for the ids");
    if (twice != SIZE_MAX) {
        free(sorted);
        stage_fail(stage, "%s:%zu: id '%s' occurs a second time; expected unique ids", path,
                   records->lines[twice], records_field(records, twice, 0));
    }
    return sorted;
}

/* In the order of ids, both files must have the same id in each place; the first difference names
 * one that is in only one of them. */
void papers_match(const struct stage *stage, struct papers *papers)
{
    const struct records *said = &papers->submission, *right = &papers->answers;
    size_t *of_said = sort(stage, papers->path, said);
    size_t *of_right = sort(stage, papers->answers_path, right);
    papers->row = malloc((right->count + 1) * sizeof *papers->row);
    if (!papers->row)
        stage_fail(stage, "out of memory for the ids");
    for (size_t i = 0; i < said->count || i < right->count; i++) {
        const char *a = i < said->count ? records_field(said, of_said[i], 0) : NULL;
        const char *b = i < right->count ? records_field(right, of_right[i], 0) : NULL;
        const int order = !a ? 1 : !b ? -1 : strcmp(a, b);
        if (order < 0)
            stage_fail(stage, "%s:%zu: id '%s' is not in %s; expected its %zu ids", papers->path,
                       said->lines[of_said[i]], a, papers->answers_path, right->count);
        if (order > 0)
            stage_fail(stage, "%s: id '%s' is missing; expected the %zu ids of %s", papers->path, b,
                       right->count, papers->answers_path);
        papers->row[of_right[i]] = of_said[i];
    }
    free(of_said);
    free(of_right);
}

double papers_probability(const struct stage *stage, const struct papers *papers, size_t row,
                          int column)
{
    const char *text = records_field(&papers->submission, row, column);
    double value;
    if (number_real(text, 0, 1, &value))
        stage_fail(stage, "%s:%zu: '%.100s' is no probability; expected a number from 0 to 1",
                   papers->path, papers->submission.lines[row], text);
    return value;
}

void papers_free(struct papers *papers)
{
    records_free(&papers->submission);
    records_free(&papers->answers);
    form_free(&papers->form);
    free(papers->row);
    papers->row = NULL;
}
