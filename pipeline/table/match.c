/* match.c: see match.h. */
#include "pipeline/table/match.h"

#include <stdlib.h>
#include <string.h>

/* A pixel column by its name. */
struct named {
    const char *name;
    size_t column, pixel; /* both from 0 */
    int taken;
};

struct names {
    struct named *items; /* [count], in the order of the file until they are sorted */
    size_t count;
};

static int collect_names(const struct table *table, struct names *names, struct error *error)
{
    names->items = malloc((table->names.count + 1) * sizeof *names->items);
    if (!names->items)
        return error_memory(error, table->path);
    for (size_t i = 0; i < table->names.count; i++)
        if (layout_is_value(&table->layout, i)) {
            names->items[names->count] =
                (struct named){.name = table->names.items[i], .column = i, .pixel = names->count};
            names->count++;
        }
    return 0;
}

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    const int order = strcmp(a->name, b->name);
    return order ? order : (a->pixel > b->pixel) - (a->pixel < b->pixel);
}

/* The first one of that name that is not yet taken. */
static struct named *find(const struct names *sorted, const char *name)
{
    size_t low = 0, high = sorted->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(sorted->items[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low < sorted->count && sorted->items[low].taken &&
           !strcmp(sorted->items[low].name, name))
        low++;
    return low < sorted->count && !strcmp(sorted->items[low].name, name) ? &sorted->items[low]
                                                                         : NULL;
}

/* The base of names that are one word followed by b, b + 1, b + 2, ...; -1 for other names. */
static long run_base(const struct names *names, size_t *word)
{
    long base = -1;
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i].name;
        size_t digits = strlen(name);
        while (digits && name[digits - 1] >= '0' && name[digits - 1] <= '9')
            digits--;
        if (!name[digits] || strlen(name + digits) > 9)
            return -1;
        const long number = strtol(name + digits, NULL, 10);
        if (i == 0) {
            base = number;
            *word = digits;
        } else if (number != base + (long)i || digits != *word ||
                   memcmp(name, names->items[0].name, digits)) {
            return -1;
        }
    }
    return base;
}

static int are_renumbered(const struct names *train, const struct names *test)
{
    size_t a, b;
    if (train->count != test->count || !train->count)
        return 0;
    const long from = run_base(train, &a), to = run_base(test, &b);
    return from >= 0 && to >= 0 && from != to;
}

static int lacks(const struct table *in, const struct named *column, const struct table *from,
                 struct error *error)
{
    char shown[FIELD_SHOWN];
    field_show(column->name, strlen(column->name), shown);
    return error_set(error,
                     "%s: has no column '%s', which is column %zu of %s; expected the same "
                     "columns in both files",
                     in->path, shown, column->column + 1, from->path);
}

/* test is in the order of its file, train sorted. */
static int match_names(const struct table *tables[2], struct names *train, const struct names *test,
                       size_t *place, struct error *error)
{
    size_t agree = 0;
    const struct named *unknown = NULL, *missing = NULL;
    for (size_t i = 0; i < test->count; i++) {
        struct named *found = find(train, test->items[i].name);
        if (found) {
            agree++;
            found->taken = 1;
            if (place)
                place[i] = found->pixel;
        } else if (!unknown) {
            unknown = &test->items[i];
        }
    }
    for (size_t i = 0; i < train->count; i++)
        if (!train->items[i].taken && (!missing || train->items[i].pixel < missing->pixel))
            missing = &train->items[i];
    if (!agree && train->count == test->count) {
        for (size_t i = 0; place && i < test->count; i++)
            place[i] = i;
        return 0;
    }
    if (unknown)
        return lacks(tables[0], unknown, tables[1], error);
    return missing ? lacks(tables[1], missing, tables[0], error) : 0;
}

int match_pixels(const struct table *train, const struct table *test, size_t *place,
                 struct error *error)
{
    const struct table *tables[2] = {train, test};
    struct names mine = {0}, theirs = {0};
    int rc = FAILED;
    if (collect_names(train, &theirs, error) || collect_names(test, &mine, error))
        goto end;
    rc = 0;
    if (are_renumbered(&theirs, &mine)) {
        for (size_t i = 0; place && i < mine.count; i++)
            place[i] = i;
        goto end;
    }
    qsort(theirs.items, theirs.count, sizeof *theirs.items, compare_named);
    rc = match_names(tables, &theirs, &mine, place, error);
end:
    free(mine.items);
    free(theirs.items);
    return rc;
}
