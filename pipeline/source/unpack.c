/* unpack.c: see unpack.h.
 *
 * gzip is unpacked by zlib, for libarchive's filter does not look at its checksum; all others, and
 * archives, by libarchive, which asks the callbacks below for bytes. A warning of libarchive while
 * it reads a member is about its length or checksum, and so an error here.
 */
#include "pipeline/source/unpack.h"

#include "pipeline/source/gunzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_FILTER, PACKING_ZIP };
enum { TAR_MAGIC_AT = 257 };

struct unpack {
    struct input *input;
    enum packing packing;
    int is_archive;
    int is_encrypted;        /* the member at hand */
    struct gunzip *gunzip;   /* of PACKING_GZIP */
    struct archive *archive; /* NULL where libarchive is not needed */
    const char *first;       /* the first block, until it was given out */
    size_t first_size;
    int first_more;     /* what reading it has returned */
    struct error error; /* of a callback, "" where there is none */
};

/* ---------------------------------------------------------------- for libarchive */

static int pull(struct unpack *unpack, const char **block, size_t *size, struct error *error)
{
    return unpack->gunzip ? gunzip_read(unpack->gunzip, block, size, error)
                          : input_read(unpack->input, block, size, error);
}

static la_ssize_t read_block(struct archive *archive, void *context, const void **block)
{
    struct unpack *unpack = context;
    const char *bytes;
    size_t size;
    const int more = pull(unpack, &bytes, &size, &unpack->error);
    if (more < 0) {
        archive_set_error(archive, EIO, "%s", unpack->error.text);
        return ARCHIVE_FATAL;
    }
    *block = bytes;
    return more ? (la_ssize_t)size : 0;
}

static la_int64_t seek_to(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    struct unpack *unpack = context;
    if (whence == SEEK_CUR)
        return ARCHIVE_FATAL; /* it has no such call */
    const int64_t at = input_seek(unpack->input, offset, whence, &unpack->error);
    if (at < 0)
        archive_set_error(archive, EIO, "%s", unpack->error.text);
    return at < 0 ? ARCHIVE_FATAL : at;
}

/* What libarchive, or a callback, says of a file that cannot be read. */
static int report(const struct unpack *unpack, struct error *error)
{
    const char *why = archive_error_string(unpack->archive);
    if (*unpack->error.text) {
        *error = unpack->error;
        return FAILED;
    }
    if (!why)
        why = "it cannot be unpacked";
    if (strcasestr(why, "crc") || strcasestr(why, "checksum"))
        why = "its checksum is wrong";
    else if (strcasestr(why, "truncated") || strcasestr(why, "no progress"))
        why = "it ends too early";
    else if (strcasestr(why, "wrong size"))
        why = "its length is wrong";
    else if (strcasestr(why, "corrupt") || strcasestr(why, "decompression failed"))
        why = "its bytes or its checksum are wrong";
    return error_set(error, "%s: %s: %s", input_name(unpack->input),
                     strcasestr(why, "unsupported") ? "cannot be unpacked" : "is damaged", why);
}

static struct archive *new_archive(const struct unpack *unpack)
{
    struct archive *archive = archive_read_new();
    if (!archive)
        return NULL;
    archive_read_set_read_callback(archive, read_block);
    if (unpack->packing == PACKING_FILTER) {
        archive_read_support_filter_xz(archive);
        archive_read_support_filter_bzip2(archive);
        archive_read_support_filter_zstd(archive);
    }
    if (unpack->packing == PACKING_ZIP) {
        archive_read_support_format_zip(archive);
        archive_read_set_seek_callback(archive, seek_to);
    } else if (unpack->is_archive) {
        archive_read_support_format_tar(archive);
    } else {
        archive_read_support_format_raw(archive);
        archive_read_support_format_empty(archive);
    }
    return archive;
}

static int open_archive(struct unpack *unpack, struct error *error)
{
    unpack->archive = new_archive(unpack);
    if (!unpack->archive || archive_read_set_callback_data(unpack->archive, unpack) != ARCHIVE_OK)
        return error_memory(error, input_name(unpack->input));
    return archive_read_open1(unpack->archive) == ARCHIVE_OK ? 0 : report(unpack, error);
}

/* ---------------------------------------------------------------- opening */

static int begins(const char *bytes, size_t size, const char *with, size_t length)
{
    return size >= length && !memcmp(bytes, with, length);
}

static enum packing find_packing(const char *bytes, size_t size)
{
    if (begins(bytes, size, "\x1f\x8b", 2))
        return PACKING_GZIP;
    if (begins(bytes, size,
               "\xfd"
               "7zXZ",
               6) ||
        begins(bytes, size, "\x28\xb5\x2f\xfd", 4) ||
        (begins(bytes, size, "BZh", 3) && size > 9 &&
         (!memcmp(bytes + 4, "1AY&SY", 6) || !memcmp(bytes + 4, "\x17\x72\x45\x38\x50\x90", 6))))
        return PACKING_FILTER;
    if (begins(bytes, size, "PK\3\4", 4) || begins(bytes, size, "PK\5\6", 4))
        return PACKING_ZIP;
    return PACKING_NONE;
}

/* Begins at the beginning of the input, by what is known of it now. */
static int start(struct unpack *unpack, struct error *error)
{
    archive_read_free(unpack->archive);
    gunzip_free(unpack->gunzip);
    unpack->archive = NULL;
    unpack->gunzip = NULL;
    if (input_seek(unpack->input, 0, SEEK_SET, error) < 0)
        return FAILED;
    if (unpack->packing == PACKING_GZIP && !(unpack->gunzip = gunzip_new(unpack->input)))
        return error_memory(error, input_name(unpack->input));
    if (unpack->packing != PACKING_FILTER && !unpack->is_archive)
        return 0;
    if (open_archive(unpack, error))
        return FAILED;
    struct archive_entry *entry;
    if (!unpack->is_archive && archive_read_next_header(unpack->archive, &entry) < ARCHIVE_WARN)
        return report(unpack, error);
    return 0;
}

static int open_all(struct unpack *unpack, struct error *error)
{
    const char *block;
    size_t size;
    if (input_seek(unpack->input, 0, SEEK_SET, error) < 0 ||
        input_read(unpack->input, &block, &size, error) < 0)
        return FAILED;
    unpack->packing = find_packing(block, size);
    unpack->is_archive = unpack->packing == PACKING_ZIP;
    if (start(unpack, error))
        return FAILED;
    if (unpack->is_archive)
        return 0;
    unpack->first_more = unpack_read(unpack, &unpack->first, &unpack->first_size, error);
    if (unpack->first_more < 0)
        return FAILED;
    if (!unpack->first_more || unpack->first_size < TAR_MAGIC_AT + 5 ||
        memcmp(unpack->first + TAR_MAGIC_AT, "ustar", 5))
        return 0;
    unpack->first = NULL;
    unpack->is_archive = 1;
    return start(unpack, error);
}

struct unpack *unpack_open(struct input *input, struct error *error)
{
    struct unpack *unpack = calloc(1, sizeof *unpack);
    if (!unpack) {
        error_memory(error, input_name(input));
        return NULL;
    }
    unpack->input = input;
    if (!open_all(unpack, error))
        return unpack;
    unpack_free(unpack);
    return NULL;
}

void unpack_free(struct unpack *unpack)
{
    if (!unpack)
        return;
    archive_read_free(unpack->archive);
    gunzip_free(unpack->gunzip);
    free(unpack);
}

/* ---------------------------------------------------------------- reading */

int unpack_is_archive(const struct unpack *unpack)
{
    return unpack->is_archive;
}

int unpack_is_packed(const struct unpack *unpack)
{
    return unpack->packing != PACKING_NONE;
}

int unpack_next(struct unpack *unpack, const char **name, struct error *error)
{
    struct archive_entry *entry;
    for (;;) {
        const int rc = archive_read_next_header(unpack->archive, &entry);
        *name = NULL;
        if (rc == ARCHIVE_EOF)
            return 0;
        if (rc < ARCHIVE_WARN)
            return report(unpack, error);
        *name = archive_entry_pathname_utf8(entry);
        if (!*name)
            *name = archive_entry_pathname(entry);
        unpack->is_encrypted = archive_entry_is_encrypted(entry);
        if (*name && archive_entry_filetype(entry) == AE_IFREG)
            return 0;
    }
}

int unpack_read(struct unpack *unpack, const char **block, size_t *size, struct error *error)
{
    const void *data;
    la_int64_t offset;
    if (unpack->first) {
        *block = unpack->first;
        *size = unpack->first_size;
        unpack->first = NULL;
        return unpack->first_more;
    }
    if (!unpack->archive)
        return pull(unpack, block, size, error);
    if (unpack->is_encrypted)
        return error_set(error, "%s: is encrypted; expected an archive without a password",
                         input_name(unpack->input));
    do {
        const int rc = archive_read_data_block(unpack->archive, &data, size, &offset);
        if (rc == ARCHIVE_EOF)
            return 0;
        if (rc != ARCHIVE_OK)
            return report(unpack, error);
    } while (*size == 0);
    *block = data;
    return 1;
}

/* A compressed text must end where the file ends: what follows may be a part that is no longer
 * known as one. */
static int check_end(const struct unpack *unpack, struct error *error)
{
    const int64_t used = archive_filter_bytes(unpack->archive, -1);
    const int64_t all = input_seek(unpack->input, 0, SEEK_END, error);
    if (all < 0)
        return FAILED;
    if (used == all)
        return 0;
    return error_set(error, "%s: is damaged: something else follows its end",
                     input_name(unpack->input));
}

int unpack_finish(struct unpack *unpack, struct error *error)
{
    const char *name;
    if (unpack->packing == PACKING_ZIP || !unpack->archive)
        return 0;
    do
        if (unpack_next(unpack, &name, error))
            return FAILED;
    while (name);
    return unpack->packing == PACKING_FILTER && !unpack->is_archive ? check_end(unpack, error) : 0;
}
