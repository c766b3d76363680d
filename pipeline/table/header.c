/* header.c: whether the first row of a file is a header. See header.h. */
#include "pipeline/table/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether all fields that are numbers count 0, 1, 2, ... or 1, 2, 3, ...; how many they are. */
static size_t counted(const struct fields *row)
{
    size_t count = 0;
    long base = 0;
    for (size_t i = 0; i < row->count; i++) {
        if (!field_is_number(row->items[i]))
            continue;
        char *end;
        const long value = strtol(row->items[i], &end, 10);
        if (count == 0)
            base = value;
        if (*end || base < 0 || base > 1 || value != base + (long)count)
            return 0;
        count++;
    }
    return count;
}

/* Whether each fraction X.K among the fields is the K-th repetition of an X before it. */
static int are_repeated(const struct fields *row)
{
    size_t repeated = 0;
    unsigned times[256] = {0}; /* of a pixel's value so far */
    for (size_t i = 0; i < row->count; i++) {
        char again[32];
        char *end;
        if (!field_is_number(row->items[i]))
            continue;
        const long value = strtol(row->items[i], &end, 10);
        if (value < 0 || value > 255)
            return 0;
        if (times[value])
            snprintf(again, sizeof again, "%ld.%u", value, times[value]);
        else
            snprintf(again, sizeof again, "%ld", value);
        if (strcmp(again, row->items[i]))
            return 0;
        repeated += times[value]++ > 0;
    }
    return repeated > 0;
}

static int is_asked(const char *text, const struct layout_request *request)
{
    return layout_is_label_name(text) || layout_is_id_name(text) ||
           (request->label && !strcmp(text, request->label)) ||
           (request->id && !strcmp(text, request->id));
}

/* Whether a text of the first row stands in a column whose other rows are all numbers; if not, the
 * texts may be values like those below them. */
static int is_above_numbers(const struct head *head, size_t column)
{
    for (size_t row = 1; row < head->count; row++) {
        const struct fields *fields = &head->rows[row];
        if (column >= fields->count ||
            (*fields->items[column] && !field_is_number(fields->items[column])))
            return 0;
    }
    return head->count > 1;
}

/* Whether a text of the first row occurs again below it: a value, then, and no name. */
static int occurs_again(const struct head *head, size_t column)
{
    for (size_t row = 1; row < head->count; row++)
        if (column < head->rows[row].count &&
            !strcmp(head->rows[row].items[column], head->rows[0].items[column]))
            return 1;
    return 0;
}

struct words {
    size_t all, known, above, again; /* fields that are no numbers, and what they look like */
};

/* An empty field is no sign of a header: a missing value is more likely, and reported as such. */
static struct words count_words(const struct head *head, const struct layout_request *request)
{
    struct words words = {0};
    const struct fields *row = &head->rows[0];
    for (size_t i = 0; i < row->count; i++) {
        const char *text = row->items[i];
        if (!*text || field_is_number(text))
            continue;
        words.all++;
        words.known += (size_t)is_asked(text, request);
        words.above += (size_t)is_above_numbers(head, i);
        words.again += (size_t)occurs_again(head, i);
    }
    return words;
}

/* Whether the training file, which is another one, has at least two columns named by numbers that
 * count. */
static int trains_names(const struct layout_request *request, const struct head *head)
{
    const struct head *train = request->heads[TABLE_TRAIN];
    return train && train != head && train->count && counted(&train->rows[0]) > 1;
}

int header_find(const struct head *head, const struct layout_request *request, int train_header)
{
    enum { SURE = 8 }; /* so many numbers do not count up by chance */
    const struct fields *row = &head->rows[0];
    if (request->header == HEADER_NO)
        return HEADER_NONE;
    const size_t numbers = counted(row);
    if (are_repeated(row))
        return HEADER_NUMBERS;
    const struct words words = count_words(head, request);
    const int texts_only_below = words.all > 1 && words.again && !words.known && !words.above;
    if (request->header != HEADER_YES && texts_only_below)
        return HEADER_NONE;
    if (words.all > 1 || words.known > 0 || (words.all == 1 && (row->count == 1 || train_header)))
        return HEADER_NAMES;
    const size_t least = request->header == HEADER_YES || trains_names(request, head) ? 2 : SURE;
    if (numbers >= least)
        return words.all ? HEADER_NAMES : HEADER_NUMBERS;
    if (request->header != HEADER_YES)
        return HEADER_NONE;
    return words.all ? HEADER_NAMES : HEADER_NUMBERS;
}
