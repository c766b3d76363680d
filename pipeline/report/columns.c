/* columns.c: what is to be known of the numbers of a table's rows. In: training and test rows. Out:
 * report->columns, a JSON array with an object a number, in their order, for queries to join with
 * the table input:
 *
 *     n, gaps, test_gaps      training rows with and without it, test rows without
 *     least, greatest         over the training rows, as are mean and deviation (of the
 * population); mean, deviation         null where all are gaps told                    the share of
 * its variance that lies between the classes, 0 to 1 (the correlation ratio eta squared, Fisher
 * 1925); null: it has no variance drift                   (mean over the test rows - mean) /
 * deviation; null where there is none spread                  of the few columns of numbers that
 * the class tells most of, where the classes are few: for each class its 5, 25, 50, 75 and 95 %
 * quantiles, null where it has none
 */
#include "pipeline/report/report.h"
#include "sql/report.h"

#include <math.h>
#include <stdlib.h>

enum { SPREAD_COLUMNS = 6, SPREAD_CLASSES = 20 };

struct column {
    size_t n, gaps, test_gaps;
    double least, greatest, mean, deviation, told, drift; /* NaN: not known */
    int is_number, spread;
};

/* Sums of the numbers of a class. */
struct sums {
    double n, sum;
};

/* Mean and deviation by two passes: the first alone would lose digits of numbers that lie close
 * together far from 0. sums: [classes], zeroed here. */
static void look_at_train(const struct report *report, size_t at, struct sums *sums,
                          struct column *column)
{
    const struct image_set *set = &report->train;
    const size_t size = nn_shape_size(report->dataset.shape),
                 classes = (size_t)report->dataset.classes;
    double sum = 0, squares = 0, between = 0;
    column->least = column->greatest = NAN;
    for (size_t k = 0; k < classes; k++)
        sums[k] = (struct sums){0};
    for (size_t i = 0; i < set->images.count; i++) {
        const float value = set->values[i * size + at];
        if (isnan(value))
            continue;
        sum += (double)value;
        column->n++;
        column->least = fmin(column->least, (double)value);
        column->greatest = fmax(column->greatest, (double)value);
        sums[set->labels[i]].n++;
        sums[set->labels[i]].sum += (double)value;
    }
    column->gaps = set->images.count - column->n;
    column->mean = column->n ? sum / (double)column->n : NAN;
    for (size_t i = 0; i < set->images.count; i++) {
        const double distance = (double)set->values[i * size + at] - column->mean;
        squares += isnan(distance) ? 0 : distance * distance;
    }
    column->deviation = column->n ? sqrt(squares / (double)column->n) : NAN;
    for (size_t k = 0; k < classes; k++)
        if (sums[k].n > 0)
            between += sums[k].n * pow(sums[k].sum / sums[k].n - column->mean, 2);
    column->told = squares > 0 ? fmin(1, between / squares) : NAN;
}

static void look_at_test(const struct report *report, size_t at, struct column *column)
{
    const struct image_set *set = &report->test;
    const size_t size = nn_shape_size(report->dataset.shape);
    double sum = 0, n = 0;
    for (size_t i = 0; i < set->images.count; i++) {
        const float value = set->values[i * size + at];
        if (!isnan(value)) {
            sum += (double)value;
            n++;
        }
    }
    column->test_gaps = set->images.count - (size_t)n;
    column->drift =
        n > 0 && column->deviation > 0 ? (sum / n - column->mean) / column->deviation : NAN;
}

/* Which columns are of numbers. */
static int read_kinds(struct report *report, struct column *columns, size_t n)
{
    struct statement *statement = report_prepare(report, sql_report_inputs);
    size_t i = 0;
    int rc;
    if (!statement)
        return FAILED;
    while ((rc = db_step(report->db, statement)) == 1 && i < n)
        columns[i++].is_number = (int)db_int_at(statement, 0);
    db_finish(statement);
    return rc < 0 ? report_db_error(report) : 0;
}

/* Marks those whose spread is shown. */
static void choose(const struct report *report, struct column *columns, size_t n)
{
    if (report->dataset.classes > SPREAD_CLASSES)
        return;
    for (int chosen = 0; chosen < SPREAD_COLUMNS; chosen++) {
        struct column *best = NULL;
        for (size_t i = 0; i < n; i++)
            if (columns[i].is_number && !columns[i].spread && columns[i].told > 0 &&
                (!best || columns[i].told > best->told))
                best = &columns[i];
        if (!best)
            return;
        best->spread = chosen + 1;
    }
}

static int by_value(const void *a, const void *b)
{
    const float one = *(const float *)a, two = *(const float *)b;
    return (one > two) - (one < two);
}

/* Between the two values that are nearest to it, as NumPy's default. */
static double quantile(const float *sorted, size_t n, double share)
{
    const double place = share * (double)(n - 1);
    const size_t below = (size_t)place;
    const double low = (double)sorted[below],
                 high = (double)sorted[below + 1 < n ? below + 1 : below];
    return low + (place - (double)below) * (high - low);
}

/* room: for a value of each training row. */
static void add_spread(const struct report *report, size_t at, float *room, struct text *json)
{
    static const double SHARES[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    const struct image_set *set = &report->train;
    const size_t size = nn_shape_size(report->dataset.shape);
    for (int k = 0; k < report->dataset.classes; k++) {
        size_t n = 0;
        for (size_t i = 0; i < set->images.count; i++)
            if (set->labels[i] == k && !isnan(set->values[i * size + at]))
                room[n++] = set->values[i * size + at];
        qsort(room, n, sizeof *room, by_value);
        text_add(json, k ? "," : "[");
        for (int q = 0; q < 5 && n; q++)
            text_format(json, "%s%.9g", q ? "," : "[", quantile(room, n, SHARES[q]));
        text_add(json, n ? "]" : "null");
    }
    text_add(json, "]");
}

static void add_number(struct text *json, const char *name, double value)
{
    text_format(json, isfinite(value) ? ",\"%s\":%.15g" : ",\"%s\":null", name, value);
}

static void add_column(const struct report *report, size_t at, const struct column *c, float *room,
                       struct text *json)
{
    text_format(json, "%s{\"n\":%zu,\"gaps\":%zu,\"test_gaps\":%zu", at ? "," : "[", c->n, c->gaps,
                c->test_gaps);
    add_number(json, "least", c->least);
    add_number(json, "greatest", c->greatest);
    add_number(json, "mean", c->mean);
    add_number(json, "deviation", c->deviation);
    add_number(json, "told", c->told);
    add_number(json, "drift", c->drift);
    if (c->spread) {
        text_format(json, ",\"place\":%d,\"spread\":", c->spread);
        add_spread(report, at, room, json);
    }
    text_add(json, "}");
}

int report_columns(struct report *report)
{
    const size_t n = nn_shape_size(report->dataset.shape);
    struct column *columns = calloc(n, sizeof *columns);
    struct sums *sums = calloc((size_t)report->dataset.classes, sizeof *sums);
    float *room = malloc((report->train.images.count + 1) * sizeof *room);
    int rc = columns && sums && room ? read_kinds(report, columns, n)
                                     : error_memory(&report->error, "the columns");
    for (size_t i = 0; i < n && !rc; i++) {
        look_at_train(report, i, sums, &columns[i]);
        look_at_test(report, i, &columns[i]);
    }
    if (!rc)
        choose(report, columns, n);
    for (size_t i = 0; i < n && !rc; i++)
        add_column(report, i, &columns[i], room, &report->columns);
    text_add(&report->columns, "]");
    if (!rc && text_failed(&report->columns))
        rc = error_memory(&report->error, "the columns");
    free(columns);
    free(sums);
    free(room);
    return rc;
}
