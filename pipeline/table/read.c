/* read.c: see read.h.
 *
 * The text comes in blocks. Lines of plain numbers take the fast lane (row.h); all others, with
 * quotes, blanks, other ends of lines, numbers like 0.0, errors, and those that a block ends in, go
 * through libcsv, which calls back for each field and each row.
 */
#include "pipeline/table/read.h"

#include "pipeline/base/text.h"
#include "pipeline/source/source.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIELD_MOST = 1 << 16, /* bytes of a field */
    PIXELS_MOST = 1 << 24,
    FIELDS_MOST = PIXELS_MOST + 1024
};

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

/* Bytes that the field of a column may have. */
static size_t field_most(const struct parser *parser, size_t column)
{
    return column == parser->row.table->layout.packed ? 4 * PIXELS_MOST : FIELD_MOST;
}

static int fail_long(struct parser *parser)
{
    char finding[120];
    snprintf(finding, sizeof finding, "the field is longer than %zu bytes; expected a CSV file",
             field_most(parser, parser->fields));
    return fail_place(parser, finding);
}

static void on_field(void *text, size_t length, void *context)
{
    struct parser *parser = context;
    const size_t column = parser->fields++;
    if (parser->failed)
        return;
    if (length > field_most(parser, column)) {
        parser->fields = column;
        parser->failed = fail_long(parser);
        return;
    }
    if (column == FIELDS_MOST) {
        parser->fields = column;
        parser->failed = fail_place(parser, "the line has too many fields; expected up to 16777216 "
                                            "pixels and a few more");
        return;
    }
    if (parser->started)
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
    /* libcsv keeps a field that has not ended, however long it gets. */
    if (done == length && parser->csv.entry_pos > field_most(parser, parser->fields))
        return fail_long(parser);
    if (done == length)
        return (int64_t)length;
    const int error = csv_error(&parser->csv);
    return fail_place(parser, error == CSV_EPARSE ? "a quotation mark is out of place"
                                                  : csv_strerror(error));
}

/* Fields of a line that took the fast lane, which looks at none that is left out. */
static int check_lengths(struct parser *parser, const char *line, size_t length)
{
    const char *const end = line + length;
    for (size_t column = 0; line < end; column++) {
        const char *next = memchr(line, parser->row.separator, (size_t)(end - line));
        next = next ? next : end;
        if ((size_t)(next - line) > field_most(parser, column)) {
            parser->row.line--; /* that line has been counted */
            parser->fields = column;
            return fail_long(parser);
        }
        line = next + 1;
    }
    return 0;
}

/* A line feed that ended a row was the last byte that libcsv got: it is between two rows then, and
 * need not know of a row that takes the fast lane. */
static int parse_block(struct parser *parser, const char *text, size_t size)
{
    while (size) {
        int64_t length = 0;
        if (parser->last_end == '\n' && parser->started)
            length = row_plain(&parser->row, text, size);
        if (length > FIELD_MOST && check_lengths(parser, text, (size_t)length))
            return FAILED;
        if (length == 0)
            length = parse_line(parser, text, size);
        if (length < 0)
            return FAILED;
        text += length;
        size -= (size_t)length;
    }
    return 0;
}

/* Text holds no zero bytes: what stands before one is read, so that its place is known. */
static int parse_text(struct parser *parser, const char *text, size_t size)
{
    const char *zero = memchr(text, '\0', size);
    if (parse_block(parser, text, zero ? (size_t)(zero - text) : size))
        return FAILED;
    return zero ? fail_place(parser, "a zero byte; expected text") : 0;
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

static int parse_all(struct parser *parser, struct input *input, struct source *source,
                     const struct read_options *options)
{
    const char *block;
    size_t size;
    int more;
    while ((more = source_read(source, &block, &size, parser->row.error)) > 0) {
        if (keep_head(parser, block, size) || parse_text(parser, block, size))
            return FAILED;
        if (options->progress)
            options->progress(options->context, parser->row.table->rows, input_bytes(input));
    }
    if (more < 0)
        return FAILED;
    if (csv_fini(&parser->csv, on_field, on_row, parser) && !parser->failed)
        return fail_place(parser, "a quotation mark is never closed");
    return parser->failed;
}

static int finish(struct parser *parser, struct input *input, const struct row_options *options)
{
    struct table *table = parser->row.table;
    struct error *error = parser->row.error;
    const int is_train = options->kind == TABLE_TRAIN;
    if (input_finish(input, table->sha256, &table->bytes, error))
        return FAILED;
    if (table->layout.header && !(table->header = strdup(text_of(&parser->head))))
        return error_memory(error, table->path);
    return table_complete(table, is_train ? options->labels : NULL, error) ||
                   (table->rest && table_complete(table->rest, NULL, error))
               ? FAILED
               : 0;
}

static int read_source(struct parser *parser, struct input *input,
                       const struct read_options *options)
{
    struct error *error = parser->row.error;
    struct source *source = source_open(input, options->rows.kind, error);
    if (!source)
        return FAILED;
    int rc = parse_all(parser, input, source, options);
    if (rc)
        source_blame(source, error);
    else
        rc = source_finish(source, error) || finish(parser, input, &options->rows) ? FAILED : 0;
    source_free(source);
    return rc;
}

int read_table(struct table *table, const struct read_options *options, struct error *error)
{
    struct parser parser = {
        .row = {.options = &options->rows, .table = table, .error = error, .line = 1},
        .started = table->layout.header == HEADER_NONE};
    if (csv_init(&parser.csv, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL))
        return error_memory(error, table->path);
    csv_set_blk_size(&parser.csv, 4096);
    csv_set_delim(&parser.csv, (unsigned char)table->head.separator);
    int rc = row_begin(&parser.row);
    if (!rc)
        rc = read_source(&parser, table->input, options);
    csv_free(&parser.csv);
    row_end_all(&parser.row);
    text_free(&parser.head);
    return rc;
}
