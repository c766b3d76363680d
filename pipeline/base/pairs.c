/* pairs.c: CSV files of two columns, id and label. See pairs.h. */
#include "pipeline/base/pairs.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole file with a NUL behind it. NULL with errno set. */
static char *read_whole(const char *path, size_t *size)
{
    size_t room = 1 << 16, used = 0, got;
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(room + 1) : NULL;
    while (text && (got = fread(text + used, 1, room - used, file)) > 0) {
        used += got;
        if (used < room)
            continue;
        room *= 2;
        char *more = realloc(text, room + 1);
        if (!more)
            free(text);
        text = more;
    }
    if (text && ferror(file)) {
        free(text);
        text = NULL;
    }
    int saved = errno;
    if (file)
        fclose(file);
    errno = saved;
    if (text)
        text[used] = '\0';
    *size = used;
    return text;
}

struct reader {
    const char *path;
    struct pairs *pairs;
    char *next;    /* free bytes of pairs->text */
    size_t room;   /* items that there is memory for */
    size_t line;   /* that is being read */
    size_t fields; /* seen of the row */
    const char *field[2];
    char *error; /* [400], '' until something is wrong */
};

/* A field and its NUL never need more than the field and its separator took in the file. */
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

static void take_row(int end, void *context)
{
    (void)end;
    struct reader *reader = context;
    struct pairs *pairs = reader->pairs;
    size_t fields = reader->fields;
    reader->fields = 0;
    if (*reader->error)
        return;
    if (fields != 2) {
        snprintf(reader->error, 400, "%.250s:%zu: expected 2 fields, got %zu", reader->path,
                 reader->line, fields);
        return;
    }
    if (pairs->count == reader->room) {
        size_t room = reader->room ? 2 * reader->room : 1024;
        struct pair *items = realloc(pairs->items, room * sizeof *items);
        if (!items) {
            snprintf(reader->error, 400, "%.250s: out of memory", reader->path);
            return;
        }
        pairs->items = items;
        reader->room = room;
    }
    pairs->items[pairs->count++] =
        (struct pair){.id = reader->field[0], .label = reader->field[1], .line = reader->line};
}

/* Line by line, so that each row knows its line; a quoted field may still go over several. */
static void parse(struct csv_parser *parser, struct reader *reader, const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end && !*reader->error) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = newline ? (size_t)(newline - text) + 1 : (size_t)(end - text);
        if (csv_parse(parser, text, length, take_field, take_row, reader) != length)
            break;
        text += length;
        reader->line++;
    }
    if (!*reader->error && (text < end || csv_fini(parser, take_field, take_row, reader)))
        snprintf(reader->error, 400, "%.250s:%zu: %s", reader->path, reader->line,
                 csv_strerror(csv_error(parser)));
}

int pairs_read(const char *path, int has_header, struct pairs *pairs, char error[400])
{
    memset(pairs, 0, sizeof *pairs);
    size_t size;
    char *file = read_whole(path, &size);
    if (!file) {
        snprintf(error, 400, "%.250s: %s", path, strerror(errno));
        return -1;
    }
    char *text = size >= 3 && memcmp(file, "\xEF\xBB\xBF", 3) == 0 ? file + 3 : file;
    struct reader reader = {.path = path, .pairs = pairs, .line = 1, .error = error};
    *error = '\0';
    if (has_header) {
        size_t length = strcspn(text, "\r\n");
        pairs->header = strndup(text, length);
        text += length;
        text += *text == '\r';
        text += *text == '\n';
        reader.line = 2;
    }
    size -= (size_t)(text - file);
    reader.next = pairs->text = malloc(size + 2);
    struct csv_parser parser;
    if (!pairs->text || (has_header && !pairs->header) ||
        csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI)) {
        snprintf(error, 400, "%.250s: out of memory", path);
    } else {
        parse(&parser, &reader, text, size);
        csv_free(&parser);
    }
    free(file);
    if (*error)
        pairs_free(pairs);
    return *error ? -1 : 0;
}

void pairs_free(struct pairs *pairs)
{
    free(pairs->text);
    free(pairs->header);
    free(pairs->items);
    memset(pairs, 0, sizeof *pairs);
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
        return -1;
    int rc = csv_parse(&parser, header, length, take_name, NULL, &found) != length ||
             csv_fini(&parser, take_name, NULL, &found) || found.fields != 2;
    csv_free(&parser);
    return rc ? -1 : 0;
}

size_t pairs_quote(const char *field, char *out)
{
    size_t size = strlen(field);
    int quote = size == 0 || strpbrk(field, ",\"\r\n") || strchr(" \t", field[0]) ||
                strchr(" \t", field[size - 1]);
    return quote ? csv_write(out, 2 * size + 2, field, size) : (size_t)(stpcpy(out, field) - out);
}
