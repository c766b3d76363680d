/* form.c: see form.h. */
#include "pipeline/source/form.h"

#include "pipeline/source/fields.h"

#include <string.h>
#include <strings.h>

enum { LINES = 8 }; /* that are looked at */

/* Whether it begins like that, in letters of any case. */
static int begins(const char *text, size_t size, const char *with)
{
    const size_t length = strlen(with);
    return size >= length && !strncasecmp(text, with, length);
}

/* What files of other programs begin with. */
static const struct signature {
    const char *bytes;
    size_t size;
    const char *name;
} SIGNATURES[] = {
    {"PAR1", 4, "a Parquet file"},
    {"\x89HDF\r\n\x1a\n", 8, "an HDF5 file"},
    {"\x93NUMPY", 6, "an array of NumPy (.npy)"},
    {"SQLite format 3", 16, "an SQLite database"},
    {"%PDF-", 5, "a PDF"},
    {"\x89PNG\r\n\x1a\n", 8, "an image (PNG)"},
    {"\xff\xd8\xff", 3, "an image (JPEG)"},
    {"GIF8", 4, "an image (GIF)"},
    {"ARROW1", 6, "an Arrow file"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "an old Excel workbook (.xls)"},
    {"\x80\x02", 2, "a pickled file of Python"},
    {"\x80\x03", 2, "a pickled file of Python"},
    {"\x80\x04\x95", 3, "a pickled file of Python"},
    {"\x80\x05\x95", 3, "a pickled file of Python"},
    {"7z\xbc\xaf\x27\x1c", 6, "a 7-Zip archive"},
    {"Rar!\x1a\x07", 6, "a RAR archive"},
    {"\x1f\x8b", 2, "a compressed file within a compressed file"},
    {"\xfd"
     "7zXZ",
     6, "a compressed file within a compressed file"},
    {"PK\3\4", 4, "a zip archive within a compressed file"},
};

static const char *find_signature(const char *text, size_t size)
{
    for (size_t i = 0; i < sizeof SIGNATURES / sizeof *SIGNATURES; i++) {
        const struct signature *s = &SIGNATURES[i];
        if (size >= s->size && !memcmp(text, s->bytes, s->size))
            return s->name;
    }
    return NULL;
}

/* A bracket and, maybe after blanks, a name or another bracket. */
static int is_json(const char *text, size_t size)
{
    size_t at = 1;
    if (!size || (*text != '{' && *text != '['))
        return 0;
    while (at < size && text[at] && strchr(" \t\r\n", text[at]))
        at++;
    return at < size && text[at] && strchr("\"{[", text[at]);
}

/* Of texts. */
static const char *looks_like(const char *text, size_t size)
{
    if (begins(text, size, "version https://git-lfs"))
        return "a Git LFS pointer, not the file itself; expected the file that `git lfs pull` gets";
    if (begins(text, size, "<!doctype") || begins(text, size, "<html") ||
        begins(text, size, "<?xml") || begins(text, size, "<head"))
        return "a web page, not a CSV file; expected what the page offers for download";
    if (is_json(text, size))
        return "JSON; expected a CSV file";
    if (memchr(text, '\0', size < 512 ? size : 512))
        return "no text, but another program's bytes; expected a CSV file";
    return NULL;
}

int form_check(const char *path, const char *text, size_t size, struct error *error)
{
    char shown[FIELD_SHOWN];
    const char *finding = find_signature(text, size);
    if (finding)
        return error_set(error, "%s: looks like %s; expected a CSV file", path, finding);
    size_t line = 1;
    for (; size && strchr(" \t\r\n", *text) && *text; text++, size--)
        line += (size_t)(*text == '\n');
    finding = looks_like(text, size);
    if (!finding)
        return 0;
    size_t length = 0;
    while (length < size && text[length] != '\n' && text[length] != '\r')
        length++;
    field_show(text, length, shown);
    return error_set(error, "%s:%zu: '%s' looks like %s", path, line, shown, finding);
}

/* The fields of the line at *at, which goes behind it; 0 for a blank line or one that has no end
 * here, unless it is the only one. */
static size_t count_fields(const char **at, const char *end, char separator)
{
    const char *const begin = *at;
    size_t fields = 1;
    int quoted = 0;
    while (*at < end && (quoted || (**at != '\n' && **at != '\r'))) {
        quoted ^= **at == '"';
        fields += (size_t)(!quoted && **at == separator);
        (*at)++;
    }
    const int blank = *at == begin;
    if (*at < end)
        (*at)++;
    return blank ? 0 : fields;
}

/* The number of fields that the first lines have in common, of which the first one may have one
 * less (see head.h); 0 where they differ. */
static size_t common_fields(const char *text, size_t size, char separator)
{
    const char *at = text, *const end = text + size;
    size_t common = 0;
    for (int line = 0; line < LINES && at < end;) {
        const size_t fields = count_fields(&at, end, separator);
        const int is_whole = at < end || at[-1] == '\n' || at[-1] == '\r' || line == 0;
        if (!fields || (!is_whole && size >= 4096))
            continue;
        if (line && fields != common && !(line == 1 && common > 1 && fields == common + 1))
            return 0;
        common = fields;
        line++;
    }
    return common;
}

/* Where the lines differ: what parts most fields of the first line; that it is not the same in all
 * is said when they are read. */
static char first_separator(const char *text, size_t size, const char *separators)
{
    char best = *separators;
    size_t most = 1;
    for (; *separators; separators++) {
        const char *at = text;
        const size_t fields = count_fields(&at, text + size, *separators);
        if (fields > most) {
            most = fields;
            best = *separators;
        }
    }
    return best;
}

char form_separator(const char *text, size_t size)
{
    static const char SEPARATORS[] = ",;\t|";
    char best = '\0';
    size_t most = 1;
    for (const char *separator = SEPARATORS; *separator; separator++) {
        const size_t fields = common_fields(text, size, *separator);
        if (fields > most) {
            most = fields;
            best = *separator;
        }
    }
    return best ? best : first_separator(text, size, SEPARATORS);
}

const char *form_separator_name(char separator)
{
    switch (separator) {
    case ',':
        return "','";
    case ';':
        return "';'";
    case '|':
        return "'|'";
    default:
        return "tab";
    }
}
