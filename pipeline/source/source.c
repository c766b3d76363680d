/* source.c: see source.h. */
#include "pipeline/source/source.h"

#include "pipeline/source/form.h"
#include "pipeline/source/member.h"
#include "pipeline/source/unpack.h"
#include "pipeline/source/utf16.h"

#include <stdlib.h>
#include <string.h>

struct source {
    struct input *input;
    struct unpack *unpack;
    char *member; /* the source's, or NULL */
    int is_utf16;
    struct utf16 utf16;
    char *converted; /* [room], the block at hand in UTF-8 */
    size_t room;
    const char *first; /* the first block, until it was given out */
    size_t first_size;
};

static int no_memory(const struct source *source, struct error *error)
{
    return error_memory(error, input_name(source->input));
}

/* ---------------------------------------------------------------- archives */

/* Looks at all names. */
static int list_members(struct source *source, struct members *members, struct error *error)
{
    const char *name;
    for (;;) {
        if (unpack_next(source->unpack, &name, error))
            return FAILED;
        if (!name)
            return 0;
        if (members_add(members, name))
            return no_memory(source, error);
    }
}

static int choose_member(struct source *source, enum table_kind kind, struct error *error)
{
    struct members members = {
        .archive = input_name(source->input), .asked = input_member(source->input), .kind = kind};
    int rc = list_members(source, &members, error);
    const char *chosen = rc ? NULL : members_choose(&members, error);
    if (chosen && !(source->member = strdup(chosen)))
        rc = no_memory(source, error);
    else if (!chosen)
        rc = FAILED;
    members_free(&members);
    return rc;
}

/* Goes to the member that was chosen, from the beginning. */
static int go_to_member(struct source *source, struct error *error)
{
    const char *name;
    unpack_free(source->unpack);
    source->unpack = unpack_open(source->input, error);
    if (!source->unpack)
        return FAILED;
    do
        if (unpack_next(source->unpack, &name, error))
            return FAILED;
    while (name && strcmp(name, source->member));
    return name ? 0
                : error_set(error, "%s: has changed while it was read", input_name(source->input));
}

/* ---------------------------------------------------------------- encodings */

static int convert(struct source *source, const char **block, size_t *size, struct error *error)
{
    const size_t room = UTF16_ROOM(*size);
    if (room > source->room) {
        char *more = realloc(source->converted, room);
        if (!more)
            return no_memory(source, error);
        source->converted = more;
        source->room = room;
    }
    const int64_t written = utf16_convert(&source->utf16, *block, *size, source->converted, error);
    if (written < 0)
        return FAILED;
    *block = source->converted;
    *size = (size_t)written;
    return 0;
}

static int begins(const char *block, size_t size, const char *mark, size_t length)
{
    return size >= length && !memcmp(block, mark, length);
}

/* By the byte order mark, which is taken off. */
static int find_encoding(struct source *source, const char **block, size_t *size,
                         struct error *error)
{
    const char *path = input_name(source->input);
    size_t mark = 0;
    if (begins(*block, *size, "\xff\xfe\0\0", 4) || begins(*block, *size, "\0\0\xfe\xff", 4))
        return error_set(error, "%s: is text in UTF-32; expected UTF-8 or UTF-16", path);
    if (begins(*block, *size, "\xef\xbb\xbf", 3))
        mark = 3;
    else if (begins(*block, *size, "\xff\xfe", 2) || begins(*block, *size, "\xfe\xff", 2))
        mark = 2;
    source->is_utf16 = mark == 2;
    source->utf16 = (struct utf16){.big_endian = mark == 2 && **block == '\xfe', .path = path};
    *block += mark;
    *size -= mark;
    return source->is_utf16 ? convert(source, block, size, error) : 0;
}

/* ---------------------------------------------------------------- opening */

static int tell_empty(const struct source *source, struct error *error)
{
    const char *path = input_name(source->input);
    if (source->member)
        return error_set(error, "%s: %s in it is empty", path, source->member);
    if (!strcmp(path, "-") || !strcmp(path, "/dev/stdin"))
        return error_set(error, "%s: is empty; only one file can come from standard input", path);
    return error_set(error, "%s: is empty", path);
}

static int open_text(struct source *source, enum table_kind kind, struct error *error)
{
    source->unpack = unpack_open(source->input, error);
    if (!source->unpack)
        return FAILED;
    const int is_archive = unpack_is_archive(source->unpack);
    if (!is_archive && input_member(source->input))
        return error_set(error,
                         "%s: no file of that name; what stands before the colon is no archive",
                         input_name(source->input));
    if (is_archive && (choose_member(source, kind, error) || go_to_member(source, error)))
        return FAILED;
    const int more = unpack_read(source->unpack, &source->first, &source->first_size, error);
    if (more <= 0)
        return more ? FAILED : tell_empty(source, error);
    return find_encoding(source, &source->first, &source->first_size, error) ||
                   form_check(input_name(source->input), source->first, source->first_size, error)
               ? FAILED
               : 0;
}

struct source *source_open(struct input *input, enum table_kind kind, struct error *error)
{
    struct source *source = calloc(1, sizeof *source);
    if (!source) {
        error_memory(error, input_name(input));
        return NULL;
    }
    source->input = input;
    if (!open_text(source, kind, error))
        return source;
    source_free(source);
    return NULL;
}

void source_free(struct source *source)
{
    if (!source)
        return;
    unpack_free(source->unpack);
    free(source->member);
    free(source->converted);
    free(source);
}

const char *source_member(const struct source *source)
{
    return source->member;
}

/* ---------------------------------------------------------------- reading */

int source_read(struct source *source, const char **block, size_t *size, struct error *error)
{
    if (source->first_size) {
        *block = source->first;
        *size = source->first_size;
        source->first_size = 0;
        return 1;
    }
    do {
        const int more = unpack_read(source->unpack, block, size, error);
        if (more < 0)
            return FAILED;
        if (more == 0)
            return source->is_utf16 ? utf16_finish(&source->utf16, error) : 0;
        if (source->is_utf16 && convert(source, block, size, error))
            return FAILED;
    } while (*size == 0);
    return 1;
}

int source_finish(struct source *source, struct error *error)
{
    return unpack_finish(source->unpack, error);
}

void source_blame(struct source *source, struct error *error)
{
    enum { MOST = 1 << 30 }; /* bytes that are looked at: some texts never end */
    struct error other;
    const char *block;
    size_t size, total = 0;
    int more;
    if (!unpack_is_packed(source->unpack))
        return;
    while ((more = unpack_read(source->unpack, &block, &size, &other)) > 0 && total < MOST)
        total += size;
    if (more < 0 || (more == 0 && unpack_finish(source->unpack, &other)))
        *error = other;
}
