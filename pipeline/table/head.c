/* head.c: see head.h. */
#include "pipeline/table/head.h"

#include "pipeline/source/form.h"
#include "pipeline/source/source.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIELD_MOST = 1 << 16,  /* bytes of a field, */
    PACKED_MOST = 1 << 26, /* of one that holds a whole image */
    FIELDS_MOST = 1 << 24
};

struct reading {
    struct head *head;
    size_t fields; /* of this row so far */
    size_t rows;   /* that have ended */
    int failed;    /* memory */
    int broken;    /* a quotation mark is out of place */
};

static void take_field(void *text, size_t length, void *context)
{
    struct reading *r = context;
    struct fields *row = &r->head->rows[r->rows < HEAD_ROWS ? r->rows : 0];
    const int beyond = r->rows && row->count > r->head->rows[0].count + 1; /* wrong anyway */
    r->fields++;
    if (r->rows < HEAD_ROWS && !beyond && fields_add(row, text, length))
        r->failed = 1;
}

static void take_row(int end, void *context)
{
    struct reading *r = context;
    (void)end;
    r->rows += r->fields > 0;
    r->fields = 0;
}

/* Whether a field that has not ended may become that of a whole image: numbers parted by blanks. */
static int may_be_packed(const struct csv_parser *csv)
{
    enum { NUMBER_MOST = 64 };
    const char *text = (const char *)csv->entry_buf;
    const size_t length = csv->entry_pos;
    size_t digits = 0;
    for (size_t i = length - FIELD_MOST; i < length && digits < NUMBER_MOST; i++) {
        if (!strchr("0123456789.+-eE ", text[i]) || !text[i])
            return 0;
        digits = text[i] == ' ' ? 0 : digits + 1;
    }
    return digits < NUMBER_MOST && length <= PACKED_MOST;
}

/* A row that cannot be of the first one's table: whoever reads the file whole will say so, in no
 * more memory than a row takes. */
static int is_far_too_long(const struct reading *r)
{
    enum { MORE = 4096 }; /* fields */
    return r->rows > 0 && r->fields > 2 * r->head->rows[0].count + MORE;
}

/* 1: enough has been read. */
static int feed(struct reading *r, struct csv_parser *csv, const char *block, size_t size,
                struct error *error)
{
    enum { STEP = 4096 }; /* bytes, so that not much more is read than needed */
    while (size && r->rows < HEAD_ROWS) {
        const size_t step = size < STEP ? size : STEP;
        if (csv_parse(csv, block, step, take_field, take_row, r) != step) {
            r->broken = 1;
            return 1;
        }
        if (csv->entry_pos > FIELD_MOST && !may_be_packed(csv))
            return error_set(error,
                             "%s:%zu:%zu: the field is longer than %d bytes; expected a CSV file",
                             r->head->path, r->rows + 1, r->fields + 1, FIELD_MOST);
        if (r->failed || is_far_too_long(r))
            return 1;
        if (r->fields > FIELDS_MOST)
            return error_set(error,
                             "%s:%zu: the line has too many fields; expected up to 16777216 pixels "
                             "and a few more",
                             r->head->path, r->rows + 1);
        block += step;
        size -= step;
    }
    return r->rows >= HEAD_ROWS;
}

static int read_rows(struct head *head, struct source *source, char separator, struct error *error)
{
    struct csv_parser csv;
    struct reading r = {.head = head};
    const char *block;
    size_t size;
    int more = 0, done = 0;
    if (csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI))
        return error_memory(error, head->path);
    while (!done && (more = source_read(source, &block, &size, error)) > 0) {
        if (!head->separator) {
            head->separator = separator ? separator : form_separator(block, size);
            csv_set_delim(&csv, (unsigned char)head->separator);
        }
        done = feed(&r, &csv, block, size, error);
    }
    const int open = more >= 0 && !done && csv_fini(&csv, take_field, take_row, &r);
    csv_free(&csv);
    head->count = r.rows < HEAD_ROWS ? r.rows : HEAD_ROWS;
    if (r.failed)
        return error_memory(error, head->path);
    if (more < 0 || done < 0)
        return FAILED;
    /* Behind the first row whoever reads the file whole says what is wrong. */
    if (head->count || (!r.broken && !open))
        return 0;
    return error_set(error, "%s:1:%zu: a quotation mark is %s", head->path, r.fields + 1,
                     open ? "never closed" : "out of place");
}

int head_point(const char *text, size_t length, char number[HEAD_NUMBER])
{
    const char *comma = length < HEAD_NUMBER ? memchr(text, ',', length) : NULL;
    if (!comma)
        return 0;
    memcpy(number, text, length);
    number[length] = '\0';
    number[comma - text] = '.';
    return strlen(number) == length && field_is_number(number);
}

/* 0,5 becomes 0.5 where a comma does not part the fields. */
static void find_comma(struct head *head)
{
    char number[HEAD_NUMBER];
    for (size_t row = 0; head->separator != ',' && row < head->count; row++)
        for (size_t i = 0; i < head->rows[row].count; i++) {
            char *text = head->rows[row].items[i];
            if (!head_point(text, strlen(text), number))
                continue;
            strcpy(text, number);
            head->comma = 1;
        }
}

/* An empty field to the front of the first row, where all others have one more, that is not just an
 * empty one at their end. */
static int find_row_names(struct head *head)
{
    struct fields *first = &head->rows[0];
    int ends_empty = 1;
    if (head->count < 2 || head->rows[1].count < 3)
        return 0;
    for (size_t i = 1; i < head->count; i++) {
        if (head->rows[i].count != first->count + 1)
            return 0;
        ends_empty &= !*head->rows[i].items[first->count];
    }
    if (ends_empty)
        return 0;
    if (fields_add(first, "", 0))
        return -1;
    char *empty = first->items[first->count - 1];
    memmove(first->items + 1, first->items, (first->count - 1) * sizeof *first->items);
    first->items[0] = empty;
    head->row_names = 1;
    return 0;
}

int head_read(struct head *head, const char *path, struct source *source, char separator,
              struct error *error)
{
    *head = (struct head){.path = path};
    if (read_rows(head, source, separator, error))
        return FAILED;
    find_comma(head);
    return find_row_names(head) ? error_memory(error, path) : 0;
}

void head_free(struct head *head)
{
    for (size_t i = 0; i < HEAD_ROWS; i++)
        fields_free(&head->rows[i]);
    *head = (struct head){0};
}

size_t head_columns(const struct head *head)
{
    return head->count ? head->rows[head->count > 1].count : 0;
}
