/* terminal.c: see terminal.h. Tables are laid out by libsmartcols. */
#include "pipeline/base/terminal.h"

#include "pipeline/base/number.h"
#include "pipeline/base/utf8.h"

#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { GAP = 2, SHORT = 32 }; /* blanks between columns; what is no wider is not shortened */

/* ---------------------------------------------------------------- the terminal */

static int is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value && *value;
}

/* What an environment variable says of the size, else what the terminal says, else 0. */
static int size_of(const char *variable, int columns)
{
    struct winsize size;
    int64_t number;
    const char *value = getenv(variable);
    if (value && !number_whole(value, 1, 100000, &number))
        return (int)number;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
        return 0;
    return columns ? size.ws_col : size.ws_row;
}

int terminal_width(int wide)
{
    return wide || is_set("WIDE") ? 0 : size_of("COLUMNS", 1);
}

int terminal_height(void)
{
    int height = size_of("LINES", 0);
    return height ? height : 24;
}

int terminal_colour(int when)
{
    return when == 1 || (when == 0 && isatty(STDOUT_FILENO) && !is_set("NO_COLOR"));
}

/* ---------------------------------------------------------------- text */

/* As utf8_character; 0 also where the text has ended. */
static size_t character(const char *text, uint32_t *code)
{
    return utf8_character(text, strnlen(text, UTF8_MOST), code);
}

void terminal_add_plain(struct text *text, const char *more)
{
    uint32_t code = 0;
    while (*more) {
        const size_t length = character(more, &code);
        if (length == 0)
            text_format(text, "\\x%02x", (unsigned char)*more);
        else if (code == '\n' || code == '\r' || code == '\t')
            text_format(text, "\\%c", code == '\n' ? 'n' : code == '\r' ? 'r' : 't');
        else if (code < 0x20 || code == 0x7f)
            text_format(text, "\\x%02x", (unsigned)code);
        else if (code >= 0x80 && code < 0xa0)
            text_format(text, "\\u%04x", (unsigned)code);
        else
            text_add_bytes(text, more, length);
        more += length ? length : 1;
    }
}

/* Columns by the tables of the C library; numbers keep their points. */
static void know_characters(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
}

/* How many bytes of a text fit so many columns, which become those that they take. */
static size_t fitting(const char *text, int *columns)
{
    const char *from = text;
    int used = 0;
    while (*text) {
        uint32_t code = 0;
        const size_t length = character(text, &code);
        const int own = length ? wcwidth((wchar_t)code) : 1;
        if (used + (own < 0 ? 1 : own) > *columns)
            break;
        used += own < 0 ? 1 : own;
        text += length ? length : 1;
    }
    *columns = used;
    return (size_t)(text - from);
}

int terminal_columns(const char *text)
{
    int columns = INT32_MAX - 2;
    know_characters();
    fitting(text, &columns);
    return columns;
}

void terminal_cut(struct text *text, size_t begin, int width)
{
    if (!width || begin >= text->length || terminal_columns(text->bytes + begin) <= width)
        return;
    int columns = width - 1;
    text_cut(text, begin + fitting(text->bytes + begin, &columns));
    text_add(text, "…");
}

/* ---------------------------------------------------------------- tables */

/* Whether a column may be shortened. */
static int is_long(const struct terminal_column *columns, int n, int column, char *const *cells,
                   size_t rows)
{
    for (size_t r = 0; r < rows && !columns[column].right; r++) {
        const char *cell = cells[r * (size_t)n + (size_t)column];
        if (cell && terminal_columns(cell) > SHORT)
            return 1;
    }
    return 0;
}

static struct libscols_table *new_table(const struct terminal_column *columns, int n,
                                        char *const *cells, size_t rows, int width)
{
    struct libscols_table *table = scols_new_table();
    int bad =
        !table || scols_table_enable_noencoding(table, 1) ||
        scols_table_set_column_separator(table, "  ") ||
        scols_table_set_termforce(table, width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER) ||
        (width && scols_table_set_termwidth(table, (size_t)width));
    for (int i = 0; i < n && !bad; i++)
        bad = !scols_table_new_column(
            table, columns[i].name, 0,
            (columns[i].right ? SCOLS_FL_RIGHT : 0) |
                (width && is_long(columns, n, i, cells, rows) ? SCOLS_FL_TRUNC : 0));
    for (size_t r = 0; r < rows && !bad; r++) {
        struct libscols_line *line = scols_table_new_line(table, NULL);
        bad = !line;
        for (int i = 0; i < n && !bad; i++)
            bad = scols_line_set_data(line, (size_t)i, cells[r * (size_t)n + (size_t)i]);
    }
    if (!bad)
        return table;
    scols_unref_table(table);
    return NULL;
}

/* Columns at the end that don't fit, when the others are as narrow as they can be, are hidden.
 * Returns their number. */
static int hide(struct libscols_table *table, int n, int width)
{
    int used = -GAP, left = n;
    for (int i = 0; i < n; i++)
        used += GAP + (int)scols_column_get_width(scols_table_get_column(table, (size_t)i));
    while (used > width && left > 1) {
        struct libscols_column *last = scols_table_get_column(table, (size_t)--left);
        used -= GAP + (int)scols_column_get_width(last);
        scols_column_set_flags(last, scols_column_get_flags(last) | SCOLS_FL_HIDDEN);
    }
    return n - left;
}

/* Texts that are longer than their columns have become get their ellipsis. */
static int shorten(struct libscols_table *table, int n, size_t rows)
{
    int rc = 0;
    struct text text = {0};
    for (size_t r = 0; r < rows && !rc; r++) {
        struct libscols_line *line = scols_table_get_line(table, r);
        for (int i = 0; i < n && !rc; i++) {
            struct libscols_column *column = scols_table_get_column(table, (size_t)i);
            const char *data = scols_line_get_column_data(line, column);
            if (!data || !scols_column_is_trunc(column) || scols_column_is_hidden(column))
                continue;
            text_cut(&text, 0);
            text_add(&text, data);
            terminal_cut(&text, 0, (int)scols_column_get_width(column));
            rc = scols_line_set_data(line, (size_t)i, text_of(&text));
        }
    }
    rc = rc || text_failed(&text);
    text_free(&text);
    return rc;
}

/* Lines end with their last text, not with blanks. */
static void add_lines(struct text *out, const char *lines)
{
    while (*lines) {
        const size_t length = strcspn(lines, "\n");
        size_t used = length;
        while (used > 0 && lines[used - 1] == ' ')
            used--;
        text_add_bytes(out, lines, used);
        text_add(out, "\n");
        lines += length + (lines[length] == '\n');
    }
}

static int print(struct libscols_table *table, char **lines)
{
    free(*lines);
    *lines = NULL;
    return scols_print_table_to_string(table, lines);
}

/* The widths are known when the table was printed; with what they leave out it is printed again. */
static int print_fitting(struct libscols_table *table, int n, size_t rows, int width, char **lines,
                         int *hidden)
{
    if (print(table, lines))
        return 1;
    if (!width)
        return 0;
    *hidden = hide(table, n, width);
    if (*hidden && print(table, lines))
        return 1;
    return shorten(table, n, rows) || print(table, lines);
}

/* libsmartcols prints nothing of a table without rows. */
static void add_headings(const struct terminal_column *columns, int n, int width, struct text *out)
{
    const size_t begin = out->length;
    for (int i = 0; i < n; i++)
        text_format(out, "%*s%s", i ? GAP : 0, "", columns[i].name);
    terminal_cut(out, begin, width);
    text_add(out, "\n");
}

int terminal_table(const struct terminal_column *columns, int n, char *const *cells, size_t rows,
                   int width, struct text *out, struct error *error)
{
    char *lines = NULL;
    int hidden = 0, bad = 0;
    know_characters();
    struct libscols_table *table = rows ? new_table(columns, n, cells, rows, width) : NULL;
    if (rows == 0)
        add_headings(columns, n, width, out);
    else
        bad = !table || print_fitting(table, n, rows, width, &lines, &hidden);
    if (lines && !bad)
        add_lines(out, lines);
    free(lines);
    scols_unref_table(table);
    return bad || text_failed(out) ? error_memory(error, "the table") : hidden;
}

/* ---------------------------------------------------------------- pictures */

/* The brightness of a point, 0 to 255: the mean of its channels; 0 below the last row. */
static int brightness(const struct terminal_picture *picture, int y, int x)
{
    int sum = 0;
    if (y >= picture->height)
        return 0;
    const size_t point = (size_t)y * (size_t)picture->width + (size_t)x;
    for (int c = 0; c < picture->channels; c++)
        sum += picture->pixels[point * (size_t)picture->channels + (size_t)c];
    return sum / picture->channels;
}

void terminal_add_picture(struct text *text, const struct terminal_picture *picture, int y,
                          int colour)
{
    static const char *const halves[4] = {" ", "▄", "▀", "█"};
    for (int x = 0; x < picture->width; x++) {
        const int upper = brightness(picture, y, x), lower = brightness(picture, y + 1, x);
        if (colour)
            text_format(text, "\033[38;2;%d;%d;%dm\033[48;2;%d;%d;%dm▀", upper, upper, upper, lower,
                        lower, lower);
        else
            text_add(text, halves[2 * (upper > 127) + (lower > 127)]);
    }
    if (colour)
        text_add(text, "\033[0m");
}
