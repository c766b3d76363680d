/* pairs.c: see pairs.h. */
#include "pipeline/base/pairs.h"

#include "pipeline/base/file.h"

#include <csv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *path;
    struct pairs *pairs;
    char *next;    /* where the next field goes */
    size_t room;   /* items that there is memory for */
    size_t line;   /* that is being read */
    size_t fields; /* seen of the row */
    const char *field[2];
    int failed; /* the first error is kept, what follows it ignored */
    struct error *error;
};

/* The fields go over the text that they come from: a field and its NUL never need more bytes than
 * the field and its separator, which libcsv has read by then, took in the file. */
static void take_field(void *bytes, size_t size, void *context)
{
    struct reader *reader = context;
    if (reader->fields < 2) {
        reader->field[reader->fields] = reader->next;
        memcpy(reader->next, bytes, size);
        reader->next[size] = '\0';
        reader->next += size + 1;
    }
    reader->fields++;
}

static int add_pair(struct reader *reader, size_t fields)
{
    struct pairs *pairs = reader->pairs;
    if (fields != 2)
        return error_set(reader->error, "%.250s:%zu: expected 2 fields, got %zu", reader->path,
                         reader->line, fields);
    if (pairs->count == reader->room) {
        size_t room = reader->room ? 2 * reader->room : 1024;
        struct pair *items = realloc(pairs->items, room * sizeof *items);
        if (!items)
            return error_memory(reader->error, reader->path);
        pairs->items = items;
        reader->room = room;
    }
    pairs->items[pairs->count++] =
        (struct pair){.id = reader->field[0], .label = reader->field[1], .line = reader->line};
    return 0;
}

static void take_row(int end, void *context)
{
    (void)end;
    struct reader *reader = context;
    if (!reader->failed && add_pair(reader, reader->fields))
        reader->failed = 1;
    reader->fields = 0;
}

/* Line by line, so that each row knows its line; a quoted field may still go over several. */
static int parse(struct csv_parser *parser, struct reader *reader, const char *text,
                 const char *end)
{
    while (text < end && !reader->failed) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((newline ? newline + 1 : end) - text);
        if (csv_parse(parser, text, length, take_field, take_row, reader) != length)
            break;
        text += length;
        reader->line += newline != NULL;
    }
    if (!reader->failed && (text < end || csv_fini(parser, take_field, take_row, reader)))
        return error_set(reader->error, "%.250s:%zu: %s", reader->path, reader->line,
                         csv_strerror(csv_error(parser)));
    return reader->failed ? FAILED : 0;
}

int pairs_read(const char *path, int has_header, struct pairs *pairs, struct error *error)
{
    struct csv_parser parser;
    struct reader reader = {.path = path, .pairs = pairs, .line = 1, .error = error};
    *pairs = (struct pairs){0};
    int rc = file_read(path, SIZE_MAX, &pairs->text, error);
    if (rc)
        goto done;
    char *text = pairs->text.bytes, *end = text + pairs->text.length;
    if (end - text >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    reader.next = text;
    if (has_header) {
        size_t length = strcspn(text, "\r\n");
        pairs->header = strndup(text, length);
        text += length;
        text += *text == '\r';
        text += *text == '\n';
        reader.line = 2;
    }
    if ((has_header && !pairs->header) || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI)) {
        rc = error_memory(error, path);
        goto done;
    }
    rc = parse(&parser, &reader, text, end);
    csv_free(&parser);
done:
    if (rc)
        pairs_free(pairs);
    return rc;
}

void pairs_free(struct pairs *pairs)
{
    text_free(&pairs->text);
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
