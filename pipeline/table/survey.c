/* survey.c: see survey.h. */
#include "pipeline/table/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 }; /* rows */

/* A multiplicative hash of eight bytes at a time: equal rows have equal ones, and of a million
 * others no two, by chance. */
static uint64_t hash_row(const unsigned char *bytes, size_t size)
{
    const uint64_t factor = 0x9e3779b97f4a7c15u;
    uint64_t hash = size * factor;
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, size - i < 8 ? size - i : 8);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 29;
    }
    return hash * factor ^ hash >> 32;
}

static void see_bytes(size_t n, const uint8_t *row, uint8_t *restrict low, uint8_t *restrict high)
{
    for (size_t i = 0; i < n; i++) {
        low[i] = row[i] < low[i] ? row[i] : low[i];
        high[i] = row[i] > high[i] ? row[i] : high[i];
    }
}

static void see_floats(const float *row, struct survey *survey)
{
    for (size_t i = 0; i < survey->values; i++) {
        if (isnan(row[i])) {
            const int is_text = texts_code_of(row[i]) >= 0;
            survey->texts[i] += (size_t)is_text;
            survey->gaps[i] += (size_t)!is_text;
            continue;
        }
        survey->low[i] = row[i] < survey->low[i] ? row[i] : survey->low[i];
        survey->high[i] = row[i] > survey->high[i] ? row[i] : survey->high[i];
    }
}

/* All numbers are the first one: so each is what stands before it. */
static int is_constant(const unsigned char *row, size_t size, size_t of)
{
    return size > of && !memcmp(row, row + of, size - of);
}

static void see_chunk(struct table *table, struct survey *survey, const unsigned char *rows,
                      size_t first, size_t count, uint8_t *bounds)
{
    const size_t size = spool_row_size(&table->spool), n = survey->values;
    const int floats = table->spool.floats;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *row = rows + i * size;
        survey->hashes[first + i] = hash_row(row, size);
        survey->constant += (size_t)is_constant(row, size, floats ? sizeof(float) : 1);
        if (floats)
            see_floats((const float *)(const void *)row, survey);
        else
            see_bytes(n, row, bounds, bounds + n);
    }
}

static int make_room(const struct table *table, struct survey *survey)
{
    const size_t n = survey->values;
    survey->low = malloc((n + 1) * sizeof *survey->low);
    survey->high = malloc((n + 1) * sizeof *survey->high);
    survey->gaps = calloc(n + 1, sizeof *survey->gaps);
    survey->texts = calloc(n + 1, sizeof *survey->texts);
    survey->hashes = malloc((table->rows + 1) * sizeof *survey->hashes);
    if (!survey->low || !survey->high || !survey->gaps || !survey->texts || !survey->hashes)
        return -1;
    for (size_t i = 0; i < n; i++) {
        survey->low[i] = INFINITY;
        survey->high[i] = -INFINITY;
    }
    return 0;
}

static void sum_up(struct survey *survey)
{
    survey->least = INFINITY;
    survey->greatest = -INFINITY;
    for (size_t i = 0; i < survey->values; i++) {
        survey->least = fminf(survey->least, survey->low[i]);
        survey->greatest = fmaxf(survey->greatest, survey->high[i]);
    }
}

int survey_rows(struct table *table, struct survey *survey, struct error *error)
{
    const size_t n = table->spool.values;
    *survey = (struct survey){.values = n};
    unsigned char *rows = malloc(CHUNK * spool_row_size(&table->spool) + 1);
    uint8_t *bounds = malloc(2 * n + 1);
    int64_t got = 0;
    if (!rows || !bounds || make_room(table, survey))
        got = error_memory(error, table->path);
    for (size_t i = 0; bounds && i < n; i++) {
        bounds[i] = 255;
        bounds[n + i] = 0;
    }
    for (size_t at = 0; got >= 0 && at < table->rows; at += (size_t)got) {
        got = spool_read(&table->spool, at, CHUNK, rows, error);
        if (got > 0)
            see_chunk(table, survey, rows, at, (size_t)got, bounds);
    }
    for (size_t i = 0; got >= 0 && !table->spool.floats && i < n; i++) {
        survey->low[i] = bounds[i];
        survey->high[i] = bounds[n + i];
    }
    free(rows);
    free(bounds);
    if (got < 0)
        return FAILED;
    sum_up(survey);
    return 0;
}

void survey_free(struct survey *survey)
{
    free(survey->low);
    free(survey->high);
    free(survey->gaps);
    free(survey->texts);
    free(survey->hashes);
    *survey = (struct survey){0};
}
