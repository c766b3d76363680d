/* ingest_table.c: from a CSV file to a table. See ingest_table.h.
 *
 * The text comes in blocks. Lines of plain numbers take the fast lane (ingest_row.h); all others,
 * with quotes, blanks, other ends of lines, numbers like 0.0, errors, and those that a block ends
 * in, go through libcsv, which calls back for each field and each row.
 */
#include "pipeline/ingest/table.h"

#include "pipeline/ingest/row.h"
#include "pipeline/ingest/source.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    struct row_reader row;
    struct csv_parser csv;
    struct text_list first; /* the fields of the first row */
    struct text_line head;  /* the first line as it is, in case it is a header */
    size_t fields;          /* of this row so far */
    int started;            /* the first row is done */
    int last_end;           /* what ended the last line: '\n', '\r', or 0 where it has not ended */
};

static void on_field(void *text, size_t length, void *context)
{
    struct parser *parser = context;
    const size_t column = parser->fields++;
    if (parser->row.failed)
        return;
    if (parser->started)
        row_field(&parser->row, column, text, length);
    else if (text_list_add(&parser->first, text, length))
        row_fail_memory(&parser->row);
}

/* Without a header the first row is an image like the others: its fields are taken now. */
static void end_first_row(struct parser *parser)
{
    if (row_decide(&parser->row, &parser->first))
        return;
    parser->started = 1;
    if (parser->row.table->layout.header)
        return;
    for (size_t i = 0; i < parser->first.count; i++) {
        const char *text = parser->first.items[i];
        if (row_field(&parser->row, i, text, strlen(text)))
            return;
    }
    row_end(&parser->row, parser->fields);
}

/* libcsv reports every end of line (CSV_REPALL_NL), of blank lines too: they count as lines, not as
 * rows, and the line feed of a CR LF counts as nothing. `end` is -1 at the end of the file. */
static void on_row(int end, void *context)
{
    struct parser *parser = context;
    const int second_half = end == '\n' && parser->last_end == '\r' && parser->fields == 0;
    parser->last_end = end;
    if (parser->row.failed || second_half)
        return;
    if (parser->fields && parser->started)
        row_end(&parser->row, parser->fields);
    else if (parser->fields)
        end_first_row(parser);
    parser->fields = 0;
    parser->row.line++;
}

/* The rest of the line that the block begins with, or of the block, through libcsv. */
static size_t parse_line(struct parser *parser, const char *text, size_t size)
{
    const char *feed = memchr(text, '\n', size);
    const size_t length = feed ? (size_t)(feed - text) + 1 : size;
    if (*text != '\n' || parser->last_end != '\r')
        parser->last_end = 0;
    const size_t done = csv_parse(&parser->csv, text, length, on_field, on_row, parser);
    struct row_reader *row = &parser->row;
    const int error = csv_error(&parser->csv);
    if (done != length && error == CSV_EPARSE)
        row_fail(row, "%s:%zu:%zu: a quotation mark is out of place", row->path, row->line,
                 parser->fields + 1);
    else if (done != length)
        row_fail(row, "%s:%zu: %s", row->path, row->line, csv_strerror(error));
    return length;
}

/* A line feed that ended a row was the last byte that libcsv got: it is between two rows then, and
 * need not know of a row that takes the fast lane. */
static int parse_block(struct parser *parser, const char *text, size_t size)
{
    while (size && !parser->row.failed) {
        size_t length = 0;
        if (parser->last_end == '\n')
            length = row_plain(&parser->row, text, size);
        if (!length && !parser->row.failed)
            length = parse_line(parser, text, size);
        text += length;
        size -= length;
    }
    return parser->row.failed ? -1 : 0;
}

static int parse_all(struct parser *parser, struct source *source)
{
    struct row_reader *row = &parser->row;
    const char *block;
    size_t size;
    int more, is_start = 1;
    while ((more = source_read(source, &block, &size, row->error)) > 0) {
        const size_t mark = is_start && size >= 3 && !memcmp(block, "\xef\xbb\xbf", 3) ? 3 : 0;
        is_start = 0;
        if (text_line_add(&parser->head, block + mark, size - mark))
            return row_fail_memory(row);
        if (parse_block(parser, block + mark, size - mark))
            return -1;
    }
    if (more < 0)
        return -1;
    if (csv_fini(&parser->csv, on_field, on_row, parser) && !row->failed)
        row_fail(row, "%s:%zu:%zu: a quotation mark is never closed", row->path, row->line,
                 parser->fields + 1);
    return row->failed ? -1 : 0;
}

/* Puts the labels in order and gives the classes their numbers by it. */
static int number_classes(struct row_reader *row)
{
    struct table *table = row->table;
    struct label_list *labels = row->options->labels;
    uint16_t number[NN_MAX_CLASSES];
    if (label_list_sort(labels, number))
        return row_fail_memory(row);
    for (size_t i = 0; i < table->rows; i++)
        table->classes[i] = number[table->classes[i]];
    if (labels->count >= 2)
        return 0;
    return row_fail(row, "%s: all labels are '%s'; expected at least two different ones", row->path,
                    labels->text[0]);
}

/* What the rows gave becomes the table's; ids that are just 1, 2, 3, ... need not be kept. */
static int complete(struct parser *parser)
{
    struct row_reader *row = &parser->row;
    struct table *table = row->table;
    if (table->rows == 0)
        return row_fail(row, parser->started ? "%s: has a header, but no rows" : "%s: has no rows",
                        row->path);
    if (table->layout.label == NO_COLUMN) {
        free(table->classes);
        table->classes = NULL;
    }
    if (row->options->request.kind == TABLE_TRAIN && number_classes(row))
        return -1;
    if (table->layout.header) {
        table->header = parser->head.text;
        parser->head.text = NULL;
    }
    int plain = 1;
    for (size_t i = 0; i < table->ids.count && plain; i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i + 1);
        plain = !strcmp(number, table->ids.items[i]);
    }
    if (plain)
        text_list_free(&table->ids);
    return 0;
}

int table_read(const char *path, const struct table_options *options, struct table *table,
               char error[512])
{
    struct parser parser = {
        .row = {.path = path, .options = options, .table = table, .error = error, .line = 1}};
    int result = -1;
    *table = (struct table){0};
    struct source *source = source_open(path, error);
    if (!source)
        return -1;
    if (csv_init(&parser.csv, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)) {
        row_fail_memory(&parser.row);
        goto close;
    }
    csv_set_blk_size(&parser.csv, 4096);
    if (!parse_all(&parser, source) &&
        !source_finish(source, table->sha256, &table->bytes, error) && !complete(&parser))
        result = 0;
    csv_free(&parser.csv);
close:
    source_free(source);
    free(parser.row.target);
    text_list_free(&parser.first);
    free(parser.head.text);
    if (result)
        table_free(table);
    return result;
}

void table_free(struct table *table)
{
    free(table->pixels);
    free(table->classes);
    text_list_free(&table->ids);
    free(table->lines);
    free(table->header);
    *table = (struct table){0};
}
