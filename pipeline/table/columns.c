/* columns.c: see columns.h. */
#include "pipeline/table/columns.h"

#include "pipeline/base/number.h"
#include "pipeline/base/text.h"
#include "pipeline/source/fields.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LABELS_TOLD = 10 };

const char *column_kind_name(enum column_kind kind)
{
    static const char *const NAMES[] = {"id", "label", "probability"};
    return NAMES[kind];
}

void column_look(struct column_values *values, const char *text)
{
    const double value = field_is_number(text) ? strtod(text, NULL) : -1;
    values->count++;
    values->within += value >= 0 && value <= 1;
    values->fractions += value > 0 && value < 1;
}

int column_is_fractions(const struct column_values *values)
{
    return values->within == values->count && values->fractions > 0;
}

/* ---------------------------------------------------------------- names and labels */

/* How many bytes all names begin with alike, in upper or lower case; names[n], n at least 1. */
static size_t common_beginning(const char *const *names, size_t n)
{
    for (size_t length = 0;; length++)
        for (size_t i = 0; i < n; i++)
            if (!names[i][length] || tolower((unsigned char)names[i][length]) !=
                                         tolower((unsigned char)names[0][length]))
                return length;
}

/* The first label that no name has taken yet and that this one is, or -1. */
static int find_label(const struct columns_request *request, const char *name, int any_case,
                      const char *taken)
{
    char whole[NUMBER_WHOLE];
    name = number_plain(name, whole);
    for (int k = 0; k < request->classes; k++)
        if (!taken[k] && !(any_case ? strcasecmp : strcmp)(request->labels[k], name))
            return k;
    return -1;
}

/* Matches the names without their first `cut` bytes. classes[n - 1] gets a class a name, -1 where
 * there is none, taken[classes] a 1 a label that was matched. Returns how many were. */
static size_t match(const struct columns_request *request, size_t cut, int any_case, int *classes,
                    char *taken)
{
    size_t matched = 0;
    memset(taken, 0, (size_t)request->classes);
    for (size_t i = 1; i < request->n; i++) {
        const int k = find_label(request, request->names[i] + cut, any_case, taken);
        classes[i - 1] = k;
        if (k < 0)
            continue;
        taken[k] = 1;
        matched++;
    }
    return matched;
}

/* The strange column, the label that none is for, or both. */
static int say_unmatched(const struct columns_request *request, const int *classes,
                         const char *taken, struct error *error)
{
    char name[FIELD_SHOWN], label[FIELD_SHOWN];
    size_t strange = 1;
    int lacks = 0;
    while (strange < request->n && classes[strange - 1] >= 0)
        strange++;
    while (lacks < request->classes && taken[lacks])
        lacks++;
    if (strange < request->n)
        field_show(request->names[strange], strlen(request->names[strange]), name);
    if (lacks < request->classes)
        field_show(request->labels[lacks], strlen(request->labels[lacks]), label);
    if (strange == request->n)
        return error_set(error, "%.250s: no column is for label '%s'; expected one a label",
                         request->path, label);
    if (lacks == request->classes)
        return error_set(error,
                         "%.250s: column %zu '%s' is for no label, or for one that has its column; "
                         "expected %d columns after the id, one a label",
                         request->path, strange + 1, name, request->classes);
    return error_set(error, "%.250s: column %zu '%s' is for no label; expected one for label '%s'",
                     request->path, strange + 1, name, label);
}

/* Tries the names whole, then without the longest common beginning, then without a shorter one:
 * of Class_10 and Class_11 that of the labels 10 and 11 is not the longest. What is said of names
 * that do not fit is by the try that came nearest. */
static int match_names(const struct columns_request *request, int *classes, char *taken,
                       struct error *error)
{
    const size_t longest = common_beginning(request->names + 1, request->n - 1);
    size_t nearest = 0, nearest_cut = 0, matched;
    const size_t all = request->n - 1;
    for (int any_case = 0; any_case < 2; any_case++)
        for (size_t i = 0; i <= longest; i++) {
            const size_t cut = i ? longest + 1 - i : 0;
            matched = match(request, cut, any_case, classes, taken);
            if (matched == all && all == (size_t)request->classes)
                return 0;
            if (matched > nearest) {
                nearest = matched;
                nearest_cut = cut;
            }
        }
    match(request, nearest_cut, 1, classes, taken);
    return say_unmatched(request, classes, taken, error);
}

/* ---------------------------------------------------------------- columns */

static struct submission_column column(const struct columns_request *request, size_t i,
                                       enum column_kind kind, int class)
{
    return (struct submission_column){request->names ? request->names[i] : NULL, kind, class};
}

static int decide_classes(const struct columns_request *request, struct submission_column *columns,
                          struct error *error)
{
    int *classes = malloc((request->n - 1) * sizeof *classes);
    char *taken = malloc((size_t)request->classes + 1);
    int rc = classes && taken ? 0 : error_memory(error, request->path);
    if (!rc && request->names)
        rc = match_names(request, classes, taken, error);
    else if (!rc && request->n - 1 != (size_t)request->classes)
        rc = error_set(error,
                       "%.250s: %zu columns and no header; expected an id and one for each of %d "
                       "labels",
                       request->path, request->n, request->classes);
    for (size_t i = 1; i < request->n && !rc; i++)
        columns[i] =
            column(request, i, COLUMN_PROBABILITY, request->names ? classes[i - 1] : (int)i - 1);
    free(classes);
    free(taken);
    return rc ? FAILED : (int)request->n;
}

/* One probability says all of two labels, and of no more. */
static int refuse_one(const struct columns_request *request, struct error *error)
{
    struct text labels = {0};
    for (int k = 0; k < request->classes && k < LABELS_TOLD; k++)
        text_format(&labels, "%s%.40s", k ? ", " : "", request->labels[k]);
    error_set(error,
              "%.250s: one column of fractions is one probability a row; expected two labels for "
              "that, got %d: %s%s",
              request->path, request->classes, text_of(&labels),
              request->classes > LABELS_TOLD ? ", ..." : "");
    text_free(&labels);
    return FAILED;
}

static int decide_default(const struct columns_request *request, struct submission_column *columns)
{
    const int named = request->id && request->label;
    columns[0] = (struct submission_column){named ? request->id : "ImageId", COLUMN_ID, -1};
    columns[1] = (struct submission_column){named ? request->label : "Label", COLUMN_LABEL, -1};
    return 2;
}

int columns_decide(const struct columns_request *request, struct submission_column *columns,
                   struct error *error)
{
    if (!request->path)
        return decide_default(request, columns);
    if (request->n < 2)
        return error_set(error, "%.250s: %zu columns; expected two at least, the id first",
                         request->path, request->n);
    columns[0] = column(request, 0, COLUMN_ID, -1);
    if (request->n > 2)
        return decide_classes(request, columns, error);
    if (request->fractions && request->classes != 2)
        return refuse_one(request, error);
    columns[1] = column(request, 1, request->fractions ? COLUMN_PROBABILITY : COLUMN_LABEL, -1);
    return 2;
}
