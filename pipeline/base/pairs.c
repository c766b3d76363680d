/* pairs.c: see pairs.h. */
#include "pipeline/base/pairs.h"

#include "pipeline/base/csv.h"
#include "pipeline/base/file.h"

#include <csv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *path;
    struct pairs *pairs;
    size_t room;    /* items that there is memory for */
    int has_header; /* that is still to come */
    struct error *error;
};

static int take_pair(char *const *fields, int n, size_t line, void *context)
{
    struct reader *r = context;
    struct pairs *pairs = r->pairs;
    if (r->has_header && line == 1) {
        r->has_header = 0;
        return 0;
    }
    if (n != 2)
        return error_set(r->error, "%.250s:%zu: expected 2 fields, got %d", r->path, line, n);
    if (pairs->count == r->room) {
        size_t room = r->room ? 2 * r->room : 1024;
        struct pair *items = realloc(pairs->items, room * sizeof *items);
        if (!items)
            return error_memory(r->error, r->path);
        pairs->items = items;
        r->room = room;
    }
    struct pair *pair = &pairs->items[pairs->count++];
    *pair = (struct pair){.id = strdup(fields[0]), .label = strdup(fields[1]), .line = line};
    return pair->id && pair->label ? 0 : error_memory(r->error, r->path);
}

/* The first line as it stands. */
static char *header_of(const char *text)
{
    if (strncmp(text, CSV_MARK, strlen(CSV_MARK)) == 0)
        text += strlen(CSV_MARK);
    return strndup(text, strcspn(text, "\r\n"));
}

int pairs_read(const char *path, int has_header, struct pairs *pairs, struct error *error)
{
    struct reader reader = {path, pairs, .has_header = has_header, .error = error};
    struct text text = {0};
    FILE *rows = NULL;
    *pairs = (struct pairs){0};
    int rc = file_read(path, SIZE_MAX, &text, error);
    if (!rc && ((has_header && !(pairs->header = header_of(text.bytes))) ||
                !(rows = fmemopen(text.bytes, text.length, "r"))))
        rc = error_memory(error, path);
    if (!rc)
        rc = csv_read_rows(rows, path, take_pair, &reader, error);
    if (rows)
        fclose(rows);
    text_free(&text);
    if (rc)
        pairs_free(pairs);
    return rc;
}

void pairs_free(struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        free(pairs->items[i].id);
        free(pairs->items[i].label);
    }
    free(pairs->header);
    free(pairs->items);
    *pairs = (struct pairs){0};
}

static int compare_ids(const void *a, const void *b)
{
    const struct pair *x = *(const struct pair *const *)a, *y = *(const struct pair *const *)b;
    int order = strcmp(x->id, y->id);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

const struct pair **pairs_by_id(const struct pairs *pairs, const struct pair **twice)
{
    const struct pair **sorted = malloc((pairs->count + 1) * sizeof *sorted);
    *twice = NULL;
    if (!sorted)
        return NULL;
    for (size_t i = 0; i < pairs->count; i++)
        sorted[i] = &pairs->items[i];
    qsort(sorted, pairs->count, sizeof *sorted, compare_ids);
    for (size_t i = 1; i < pairs->count && !*twice; i++)
        if (strcmp(sorted[i - 1]->id, sorted[i]->id) == 0)
            *twice = sorted[i];
    return sorted;
}

struct header {
    char *names[2]; /* [200] each */
    size_t fields;
};

static void take_name(void *bytes, size_t size, void *context)
{
    struct header *header = context;
    if (header->fields < 2)
        snprintf(header->names[header->fields], 200, "%.*s", (int)size, (const char *)bytes);
    header->fields++;
}

int pairs_header(const char *header, char id[200], char label[200])
{
    struct header found = {.names = {id, label}};
    struct csv_parser parser;
    size_t length = strlen(header);
    id[0] = label[0] = '\0';
    if (csv_init(&parser, 0))
        return FAILED;
    int rc = csv_parse(&parser, header, length, take_name, NULL, &found) != length ||
             csv_fini(&parser, take_name, NULL, &found) || found.fields != 2;
    csv_free(&parser);
    return rc ? FAILED : 0;
}
