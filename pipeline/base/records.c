/* records.c: see records.h. */
#include "pipeline/base/records.h"

#include "pipeline/base/csv.h"
#include "pipeline/base/file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *path;
    struct records *records;
    int has_header; /* that is still to come */
    struct error *error;
};

void records_free_names(char **names, int columns)
{
    for (int c = 0; names && c < columns; c++)
        free(names[c]);
    free(names);
}

static char **copy_names(char *const *fields, int n)
{
    char **names = calloc((size_t)n + 1, sizeof *names);
    for (int c = 0; names && c < n; c++)
        if (!(names[c] = strdup(fields[c]))) {
            records_free_names(names, n);
            return NULL;
        }
    return names;
}

/* Makes room for one row more where there is none. 0 or -1. */
static int reserve(struct records *records)
{
    if (records->count < records->room)
        return 0;
    const size_t room = records->room ? 2 * records->room : 1024;
    size_t *lines = realloc(records->lines, room * sizeof *lines);
    if (lines)
        records->lines = lines;
    size_t *at = realloc(records->at, room * (size_t)records->columns * sizeof *at);
    if (at)
        records->at = at;
    if (!lines || !at)
        return -1;
    records->room = room;
    return 0;
}

static int take_record(char *const *fields, int n, size_t line, void *context)
{
    struct reader *r = context;
    struct records *records = r->records;
    if (!records->columns)
        records->columns = n;
    if (n != records->columns)
        return error_set(r->error, "%.250s:%zu: expected %d fields, got %d", r->path, line,
                         records->columns, n);
    if (r->has_header) {
        r->has_header = 0;
        records->names = copy_names(fields, n);
        return records->names ? 0 : error_memory(r->error, r->path);
    }
    if (reserve(records))
        return error_memory(r->error, r->path);
    for (int c = 0; c < n; c++) {
        records->at[records->count * (size_t)n + (size_t)c] = records->fields.length;
        text_add_bytes(&records->fields, fields[c], strlen(fields[c]) + 1);
    }
    records->lines[records->count++] = line;
    return text_failed(&records->fields) ? error_memory(r->error, r->path) : 0;
}

/* The first line that is not empty, as it stands. */
static char *header_of(const char *text)
{
    if (strncmp(text, CSV_MARK, strlen(CSV_MARK)) == 0)
        text += strlen(CSV_MARK);
    text += strspn(text, "\r\n");
    return strndup(text, strcspn(text, "\r\n"));
}

int records_read(const char *path, int has_header, struct records *records, struct error *error)
{
    struct reader reader = {path, records, has_header, error};
    struct text text = {0};
    FILE *rows = NULL;
    *records = (struct records){0};
    int rc = file_read(path, SIZE_MAX, &text, error);
    if (!rc && ((has_header && !(records->header = header_of(text_of(&text)))) ||
                (text.length && !(rows = fmemopen(text.bytes, text.length, "r")))))
        rc = error_memory(error, path);
    if (!rc && rows)
        rc = csv_read_rows(rows, path, take_record, &reader, error);
    if (rows)
        fclose(rows);
    text_free(&text);
    if (rc)
        records_free(records);
    return rc;
}

void records_free(struct records *records)
{
    records_free_names(records->names, records->columns);
    free(records->header);
    free(records->lines);
    free(records->at);
    text_free(&records->fields);
    *records = (struct records){0};
}

const char *records_field(const struct records *records, size_t row, int column)
{
    return records->fields.bytes + records->at[row * (size_t)records->columns + (size_t)column];
}

struct entry {
    const char *id;
    size_t row;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int order = strcmp(x->id, y->id);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

size_t *records_by_id(const struct records *records, size_t *twice)
{
    struct entry *entries = malloc((records->count + 1) * sizeof *entries);
    size_t *sorted = malloc((records->count + 1) * sizeof *sorted);
    *twice = SIZE_MAX;
    for (size_t i = 0; entries && i < records->count; i++)
        entries[i] = (struct entry){records_field(records, i, 0), i};
    if (entries && sorted)
        qsort(entries, records->count, sizeof *entries, compare_entries);
    for (size_t i = 0; entries && sorted && i < records->count; i++) {
        sorted[i] = entries[i].row;
        if (i && *twice == SIZE_MAX && !strcmp(entries[i - 1].id, entries[i].id))
            *twice = entries[i].row;
    }
    if (!entries) {
        free(sorted);
        sorted = NULL;
    }
    free(entries);
    return sorted;
}

struct header {
    char **names;
    int columns;
};

static int take_names(char *const *fields, int n, size_t line, void *context)
{
    struct header *header = context;
    (void)line;
    header->names = copy_names(fields, n);
    header->columns = n;
    return 1; /* one row is enough */
}

char **records_names(const char *header, int *columns)
{
    struct header found = {0};
    struct error ignored;
    FILE *file = *header ? fmemopen((void *)(uintptr_t)header, strlen(header), "r") : NULL;
    if (file) {
        csv_read_rows(file, "", take_names, &found, &ignored);
        fclose(file);
    }
    *columns = found.columns;
    return found.names;
}
