/* file.c: the bytes of a submission, and what is read back of them. */
#include "pipeline/base/csv.h"
#include "pipeline/base/number.h"
#include "pipeline/base/records.h"
#include "pipeline/submit/submit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nine digits tell each value of six from its neighbours, and their sum from 1 by less than 1e-6.
 */
int sheet_text(const struct answer_sheet *sheet, const struct dataset *dataset, struct text *text,
               struct error *error)
{
    const size_t n = (size_t)sheet->form.columns - 1;
    if (sheet->form.header)
        text_format(text, "%s\n", sheet->form.header);
    for (size_t i = 0; i < sheet->rows; i++) {
        csv_add_field(text, sheet->ids[i]);
        for (size_t c = 0; c < n && sheet->probabilities; c++)
            text_format(text, ",%.9g", sheet->probabilities[i * n + c]);
        if (!sheet->probabilities) {
            text_add(text, ",");
            csv_add_field(text, dataset->labels[sheet->predicted[i]]);
        }
        text_add(text, "\n");
    }
    return text_failed(text) ? error_memory(error, "the submission") : 0;
}

/* Neither CRLF nor a missing line end at the end; the number of line ends is that of the lines. */
static int check_line_ends(const char *temporary, size_t lines, struct error *error)
{
    FILE *file = fopen(temporary, "rb");
    if (!file)
        return error_system(error, temporary);
    size_t found = 0;
    int c, last = 0, crlf = 0;
    while ((c = getc(file)) != EOF) {
        crlf += last == '\r' && c == '\n';
        found += c == '\n';
        last = c;
    }
    int broken = ferror(file);
    fclose(file);
    if (broken || crlf || last != '\n' || found < lines)
        return error_set(error,
                         "%.250s: found %zu line ends, %d of them CRLF; expected %zu, all LF",
                         temporary, found, crlf, lines);
    return 0;
}

static int check_label(const struct answer_sheet *sheet, const struct dataset *dataset,
                       const struct records *records, size_t i, struct error *error)
{
    const char *label = records_field(records, i, 1);
    const char *expected = dataset->labels[sheet->predicted[i]];
    if (!strcmp(label, expected))
        return 0;
    return error_set(error, "row %zu would have the label '%.100s'; expected '%.100s'", i + 1,
                     label, expected);
}

/* Of one class nothing but its own probability is known; of two it must be on its side of 1/2. */
static int agrees(const struct answer_sheet *sheet, const struct dataset *dataset, const double *p,
                  size_t i)
{
    const int *classes = sheet->form.classes + 1, n = sheet->form.columns - 1;
    const int predicted = sheet->predicted[i];
    double own = -1, greatest = 0;
    for (int c = 0; c < n; c++) {
        own = classes[c] == predicted ? p[c] : own;
        greatest = fmax(greatest, p[c]);
    }
    if (sheet->form.kind == FORM_CLASSES)
        return own >= greatest;
    return dataset->classes != 2 || (*classes == predicted ? *p >= 0.5 : *p <= 0.5);
}

static int check_probabilities(const struct answer_sheet *sheet, const struct dataset *dataset,
                               const struct records *records, size_t i, struct error *error)
{
    const int n = sheet->form.columns - 1;
    double p[NN_MAX_CLASSES], sum = 0;
    for (int c = 0; c < n; c++) {
        const char *field = records_field(records, i, c + 1);
        const double expected = sheet->probabilities[i * (size_t)n + (size_t)c];
        if (number_real(field, 0, 1, &p[c]) || !(fabs(p[c] - expected) < 1e-8))
            return error_set(error,
                             "row %zu would have '%.100s' in column %d; expected the probability "
                             "%.9g",
                             i + 1, field, c + 2, expected);
        sum += p[c];
    }
    if (sheet->form.kind == FORM_CLASSES && !(fabs(sum - 1) < 1e-5))
        return error_set(error, "row %zu would sum to %.9g; expected 1", i + 1, sum);
    if (!agrees(sheet, dataset, p, i))
        return error_set(error,
                         "row %zu would not have its greatest probability at the predicted label "
                         "'%.100s'",
                         i + 1, dataset->labels[sheet->predicted[i]]);
    return 0;
}

static int check_rows(const struct answer_sheet *sheet, const struct dataset *dataset,
                      const struct records *records, struct error *error)
{
    for (size_t i = 0; i < records->count; i++) {
        const char *id = records_field(records, i, 0);
        if (strcmp(id, sheet->ids[i]) != 0)
            return error_set(error, "row %zu would have the id '%.100s'; expected '%.100s'", i + 1,
                             id, sheet->ids[i]);
        if (sheet->probabilities ? check_probabilities(sheet, dataset, records, i, error)
                                 : check_label(sheet, dataset, records, i, error))
            return FAILED;
    }
    return 0;
}

static int check_unique(const struct records *records, struct error *error)
{
    size_t twice;
    size_t *sorted = records_by_id(records, &twice);
    if (!sorted)
        return error_memory(error, "the ids");
    free(sorted);
    if (twice == SIZE_MAX)
        return 0;
    return error_set(error, "the id '%.100s' stands in two test rows; expected unique ids",
                     records_field(records, twice, 0));
}

static int check_table(const struct answer_sheet *sheet, const struct records *records,
                       struct error *error)
{
    const char *header = sheet->form.header ? sheet->form.header : "";
    const char *found = records->header ? records->header : "";
    if (strcmp(found, header) != 0)
        return error_set(error, "the header would be '%.150s'; expected '%.150s'", found, header);
    if (records->count != sheet->rows)
        return error_set(error, "there would be %zu rows; expected %zu, one a test image",
                         records->count, sheet->rows);
    if (records->columns != sheet->form.columns)
        return error_set(error, "there would be %d columns; expected %d", records->columns,
                         sheet->form.columns);
    return 0;
}

int sheet_check(const struct answer_sheet *sheet, const struct dataset *dataset,
                const char *temporary, struct error *error)
{
    const int has_header = sheet->form.header != NULL;
    struct records records;
    if (check_line_ends(temporary, sheet->rows + (size_t)has_header, error) ||
        records_read(temporary, has_header, &records, error))
        return FAILED;
    const int rc = check_table(sheet, &records, error) ||
                           check_rows(sheet, dataset, &records, error) ||
                           check_unique(&records, error)
                       ? FAILED
                       : 0;
    records_free(&records);
    return rc;
}
