/* ingest/read.c: see read.h.
 *
 * The text comes in blocks. Lines of plain numbers take the fast lane (row.h); all others, with
 * quotes, blanks, other ends of lines, numbers like 0.0, errors, and those that a block ends in, go
 * through libcsv, which calls back for each field and each row.
 */
#include "pipeline/ingest/read.h"

#include "pipeline/base/text.h"
#include "pipeline/ingest/source.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    struct row_reader row;
    struct csv_parser csv;
    struct text head; /* the first line as it is, in case it is a header */
    int head_ended;
    size_t fields; /* of this row so far */
    int started;   /* the header is behind us */
    int failed;    /* the first error is kept, everything after it ignored */
    int last_end;  /* what ended the last line: '\n', '\r', or 0 where it has not ended */
};

static int fail_place(struct parser *parser, const char *finding)
{
    const struct row_reader *row = &parser->row;
    return error_set(row->error, "%s:%zu:%zu: %s", row->table->path, row->line, parser->fields + 1,
                     finding);
}

static void on_field(void *text, size_t length, void *context)
{
    struct parser *parser = context;
    const size_t column = parser->fields++;
    if (!parser->failed && parser->started)
        parser->failed = row_field(&parser->row, column, text, length);
}

/* libcsv reports every end of line (CSV_REPALL_NL), of blank lines too: they count as lines, not as
 * rows, and the line feed of a CR LF counts as nothing. `end` is -1 at the end of the file. */
static void on_row(int end, void *context)
{
    struct parser *parser = context;
    const int second_half = end == '\n' && parser->last_end == '\r' && parser->fields == 0;
    parser->last_end = end;
    if (parser->failed || second_half)
        return;
    if (parser->fields && parser->started)
        parser->failed = row_end(&parser->row, parser->fields);
    parser->started |= parser->fields > 0;
    parser->fields = 0;
    parser->row.line++;
}

/* The rest of the line that the block begins with, or of the block, through libcsv. */
static int64_t parse_line(struct parser *parser, const char *text, size_t size)
{
    const char *feed = memchr(text, '\n', size);
    const size_t length = feed ? (size_t)(feed - text) + 1 : size;
    if (*text != '\n' || parser->last_end != '\r')
        parser->last_end = 0;
    const size_t done = csv_parse(&parser->csv, text, length, on_field, on_row, parser);
    if (parser->failed)
        return FAILED;
    if (done == length)
        return (int64_t)length;
    const int error = csv_error(&parser->csv);
    return fail_place(parser, error == CSV_EPARSE ? "a quotation mark is out of place"
                                                  : csv_strerror(error));
}

/* A line feed that ended a row was the last byte that libcsv got: it is between two rows then, and
 * need not know of a row that takes the fast lane. */
static int parse_block(struct parser *parser, const char *text, size_t size)
{
    while (size) {
        int64_t length = 0;
        if (parser->last_end == '\n' && parser->started)
            length = row_plain(&parser->row, text, size);
        if (length == 0)
            length = parse_line(parser, text, size);
        if (length < 0)
            return FAILED;
        text += length;
        size -= (size_t)length;
    }
    return 0;
}

/* Keeps what a block has of the first line. */
static int keep_head(struct parser *parser, const char *block, size_t size)
{
    size_t length = 0;
    if (parser->head_ended)
        return 0;
    while (length < size && block[length] != '\n' && block[length] != '\r')
        length++;
    parser->head_ended = length < size;
    text_add_bytes(&parser->head, block, length);
    if (text_failed(&parser->head))
        return error_memory(parser->row.error, parser->row.table->path);
    return 0;
}

static int parse_all(struct parser *parser, struct source *source,
                     const struct read_options *options)
{
    const char *block;
    size_t size, mark = 3; /* bytes of a byte order mark that may come */
    int more;
    while ((more = source_read(source, &block, &size, parser->row.error)) > 0) {
        if (size < mark || memcmp(block, "\xef\xbb\xbf", mark))
            mark = 0;
        if (keep_head(parser, block + mark, size - mark) ||
            parse_block(parser, block + mark, size - mark))
            return FAILED;
        mark = 0;
        if (options->progress)
            options->progress(options->context, parser->row.table->rows, source_bytes(source));
    }
    if (more < 0)
        return FAILED;
    if (csv_fini(&parser->csv, on_field, on_row, parser) && !parser->failed)
        return fail_place(parser, "a quotation mark is never closed");
    return parser->failed;
}

static int finish(struct parser *parser, struct source *source, const struct row_options *options)
{
    struct table *table = parser->row.table;
    struct error *error = parser->row.error;
    const int is_train = options->kind == TABLE_TRAIN;
    if (source_finish(source, table->sha256, &table->bytes, error))
        return FAILED;
    if (table->layout.header && !(table->header = strdup(text_of(&parser->head))))
        return error_memory(error, table->path);
    return table_complete(table, is_train ? options->labels : NULL, error) ||
                   (table->rest && table_complete(table->rest, NULL, error))
               ? FAILED
               : 0;
}

/* Looks at the file first: what is read afterwards is of that state or of a later one. */
static void note_state(struct table *table)
{
    struct error error;
    table->settled =
        !file_look(table->path, &table->state, &error) && file_is_settled(&table->state);
}

int read_table(struct table *table, const struct read_options *options, struct error *error)
{
    struct parser parser = {
        .row = {.options = &options->rows, .table = table, .error = error, .line = 1},
        .started = table->layout.header == HEADER_NONE};
    note_state(table);
    struct source *source = source_open(table->path, error);
    if (!source)
        return FAILED;
    int rc = FAILED;
    if (csv_init(&parser.csv, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)) {
        error_memory(error, table->path);
        goto close;
    }
    csv_set_blk_size(&parser.csv, 4096);
    csv_set_delim(&parser.csv, (unsigned char)table->head.separator);
    rc = row_begin(&parser.row);
    if (!rc)
        rc = parse_all(&parser, source, options);
    if (!rc)
        rc = finish(&parser, source, &options->rows);
    csv_free(&parser.csv);
close:
    source_free(source);
    row_end_all(&parser.row);
    text_free(&parser.head);
    return rc;
}
