/* ingest/warn.c: see warn.h. */
#include "pipeline/ingest/warn.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED = 3 }; /* columns that a warning names */

static void warn(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void warn(struct text *text, const char *format, ...)
{
    char line[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_format(text, "warning  %s\n", line);
}

/* ---------------------------------------------------------------- rows that are there twice */

struct row {
    uint64_t hash;
    uint16_t class;
};

static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->class < b->class ? -1 : a->class > b->class;
}

static struct row *sort_rows(const struct table *table, const struct survey *survey)
{
    struct row *rows = malloc((table->rows + 1) * sizeof *rows);
    for (size_t i = 0; rows && i < table->rows; i++)
        rows[i] = (struct row){survey->hashes[i], table->classes ? table->classes[i] : 0};
    if (rows)
        qsort(rows, table->rows, sizeof *rows, compare_rows);
    return rows;
}

static void warn_labels(const struct row *rows, size_t count, struct text *text)
{
    size_t contradicting = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && rows[end].hash == rows[i].hash; end++)
            ;
        if (rows[end - 1].class != rows[i].class)
            contradicting += end - i;
    }
    if (contradicting)
        warn(text, "%zu training rows are each equal to one with a different label", contradicting);
}

static int compare_hash(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static int warn_rows(const struct table *train, const struct survey *of_train,
                     const struct table *test, const struct survey *of_test, struct text *text)
{
    size_t shared = 0;
    struct row *rows = sort_rows(train, of_train);
    if (!rows)
        return -1;
    warn_labels(rows, train->rows, text);
    for (size_t i = 0; test && i < test->rows; i++) {
        const struct row key = {.hash = of_test->hashes[i]};
        shared += bsearch(&key, rows, train->rows, sizeof *rows, compare_hash) != NULL;
    }
    if (shared)
        warn(text, "%zu of %zu test rows %s also in %s", shared, test->rows,
             shared == 1 ? "is" : "are", train->path);
    free(rows);
    return 0;
}

/* ---------------------------------------------------------------- labels */

static void warn_rare(const struct table *train, const struct label_list *labels, struct text *text)
{
    size_t counts[NN_MAX_CLASSES] = {0}, rare = 0, first = 0;
    for (size_t i = 0; i < train->rows; i++)
        counts[train->classes[i]]++;
    for (size_t i = labels->count; i-- > 0;)
        if (counts[i] == 1) {
            rare++;
            first = i;
        }
    if (rare)
        warn(text, "%zu label%s one training row only, the first is '%s'", rare,
             rare == 1 ? " has" : "s have", labels->text[first]);
}

/* ---------------------------------------------------------------- columns */

/* Column numbers and names, of the first few. */
struct named {
    struct text text;
    size_t count;
};

static void name_value(const struct table *train, size_t value, struct named *named)
{
    size_t seen = 0, column = 0;
    char shown[FIELD_SHOWN];
    if (named->count++ >= NAMED)
        return;
    while (!layout_is_value(&train->layout, column) || seen++ < value)
        column++;
    text_add(&named->text, named->count > 1 ? ", " : "");
    if (column < train->names.count) {
        field_show(train->names.items[column], strlen(train->names.items[column]), shown);
        text_format(&named->text, "'%s'", shown);
    } else {
        text_format(&named->text, "column %zu", column + 1);
    }
}

static int end_named(struct named *named, const char *one, const char *many, const char *what,
                     struct text *text)
{
    const int failed = text_failed(&named->text);
    if (named->count)
        warn(text, "%zu column%s %s %s: %s%s", named->count, named->count == 1 ? "" : "s",
             named->count == 1 ? one : many, what, text_of(&named->text),
             named->count > NAMED ? ", ..." : "");
    text_free(&named->text);
    return failed ? -1 : 0;
}

static int warn_columns(const struct table *train, const struct survey *of_train,
                        const struct survey *of_test, struct text *text)
{
    struct named constant = {.count = 0}, empty = {.count = 0}, beyond = {.count = 0};
    for (size_t i = 0; i < of_train->values; i++) {
        const float low = of_train->low[i], high = of_train->high[i];
        if (of_train->texts[i])
            continue;
        if (low > high)
            name_value(train, i, &empty);
        else if (low == high && !of_train->gaps[i])
            name_value(train, i, &constant);
        if (of_test && low <= high && (of_test->low[i] < low || of_test->high[i] > high))
            name_value(train, i, &beyond);
    }
    return end_named(&empty, "holds", "hold", "no number at all in training", text) ||
                   end_named(&constant, "holds", "hold", "the same number in all training rows",
                             text) ||
                   end_named(&beyond, "has", "have", "test values out of the range of training",
                             text)
               ? -1
               : 0;
}

static void warn_images(const struct survey *of_train, const struct survey *of_test,
                        struct text *text)
{
    if (of_train->constant)
        warn(text, "%zu training image%s of one value only", of_train->constant,
             of_train->constant == 1 ? " is" : "s are");
    if (of_test && of_test->constant)
        warn(text, "%zu test image%s of one value only", of_test->constant,
             of_test->constant == 1 ? " is" : "s are");
    if (of_test && (of_test->least < of_train->least || of_test->greatest > of_train->greatest))
        warn(text, "test values go from %g to %g, those of training from %g to %g",
             (double)of_test->least, (double)of_test->greatest, (double)of_train->least,
             (double)of_train->greatest);
}

int warn_all(const struct table *train, const struct survey *of_train, const struct table *test,
             const struct survey *of_test, const struct label_list *labels,
             const struct encoding *encoding, struct text *text)
{
    warn_rare(train, labels, text);
    if (warn_rows(train, of_train, test, of_test, text))
        return -1;
    if (encoding->unseen)
        warn(text, "%zu test row%s a text that no training row has in that column",
             encoding->unseen, encoding->unseen == 1 ? " has" : "s have");
    if (train->layout.is_table)
        return warn_columns(train, of_train, test ? of_test : NULL, text);
    warn_images(of_train, test ? of_test : NULL, text);
    return 0;
}
