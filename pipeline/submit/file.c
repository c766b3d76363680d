/* file.c: the bytes of a submission, and what is read back of them. */
#include "pipeline/base/csv.h"
#include "pipeline/base/pairs.h"
#include "pipeline/submit/submit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sheet_text(const struct answer_sheet *sheet, struct text *text, struct error *error)
{
    if (sheet->header)
        text_format(text, "%s\n", sheet->header);
    for (size_t i = 0; i < sheet->rows; i++) {
        csv_add_field(text, sheet->ids[i]);
        text_add(text, ",");
        csv_add_field(text, sheet->labels[i]);
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

static int is_label(const struct dataset *dataset, const char *text)
{
    for (int k = 0; k < dataset->classes; k++)
        if (strcmp(dataset->labels[k], text) == 0)
            return 1;
    return 0;
}

static int check_rows(const struct answer_sheet *sheet, const struct dataset *dataset,
                      const struct pairs *pairs, struct error *error)
{
    const char *header = sheet->header ? sheet->header : "";
    if (strcmp(pairs->header ? pairs->header : "", header) != 0) {
        error_set(error, "the header would be '%.150s'; expected '%.150s'", pairs->header, header);
        return -1;
    }
    if (pairs->count != sheet->rows) {
        error_set(error, "there would be %zu rows; expected %zu, one a test image", pairs->count,
                  sheet->rows);
        return -1;
    }
    for (size_t i = 0; i < pairs->count; i++) {
        const struct pair *pair = &pairs->items[i];
        if (strcmp(pair->id, sheet->ids[i]) != 0) {
            error_set(error, "row %zu would have the id '%.100s'; expected '%.100s'", i + 1,
                      pair->id, sheet->ids[i]);
            return -1;
        }
        if (!is_label(dataset, pair->label) || strcmp(pair->label, sheet->labels[i]) != 0) {
            error_set(error, "row %zu would have the label '%.100s'; expected '%.100s'", i + 1,
                      pair->label, sheet->labels[i]);
            return -1;
        }
    }
    const struct pair *twice;
    const struct pair **sorted = pairs_by_id(pairs, &twice);
    if (!sorted)
        error_memory(error, "the ids");
    else if (twice)
        error_set(error, "the id '%.100s' stands in two test rows; expected unique ids", twice->id);
    free(sorted);
    return !sorted || twice ? -1 : 0;
}

int sheet_check(const struct answer_sheet *sheet, const struct dataset *dataset,
                const char *temporary, struct error *error)
{
    struct pairs pairs;
    if (check_line_ends(temporary, sheet->rows + (sheet->header != NULL), error) ||
        pairs_read(temporary, sheet->header != NULL, &pairs, error))
        return -1;
    int rc = check_rows(sheet, dataset, &pairs, error);
    pairs_free(&pairs);
    return rc;
}
