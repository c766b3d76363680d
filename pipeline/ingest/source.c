/* ingest/source.c: reading through libarchive, hashing what passes. See source.h.
 *
 * libarchive asks this file for raw blocks, recognizes compression and archives by their first
 * bytes and hands out the unpacked text. Seeking is not offered to it, so that every byte passes
 * here exactly once and in order, and can be hashed.
 */
#include "pipeline/ingest/source.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 1 << 18 };

struct source {
    const char *path;
    int file;
    struct archive *archive;
    EVP_MD_CTX *hash;
    int64_t bytes;
    int is_zip;
    char block[BLOCK];
};

/* libarchive's callback: the next raw block. */
static la_ssize_t read_block(struct archive *archive, void *context, const void **block)
{
    struct source *source = context;
    ssize_t got;
    do
        got = read(source->file, source->block, BLOCK);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        archive_set_error(archive, errno, "%s", strerror(errno));
        return ARCHIVE_FATAL;
    }
    if (!EVP_DigestUpdate(source->hash, source->block, (size_t)got)) {
        archive_set_error(archive, ENOMEM, "cannot hash");
        return ARCHIVE_FATAL;
    }
    source->bytes += got;
    *block = source->block;
    return got;
}

static int report(const struct source *source, struct error *error)
{
    const char *why = archive_error_string(source->archive);
    return error_set(error, "%s: cannot be read: %s", source->path, why ? why : "unknown reason");
}

static int open_file(struct source *source, struct error *error)
{
    struct stat info;
    source->file = open(source->path, O_RDONLY | O_CLOEXEC);
    if (source->file < 0 || fstat(source->file, &info))
        return error_system(error, source->path);
    if (S_ISDIR(info.st_mode))
        return error_set(error, "%s: is a folder; expected a CSV file", source->path);
    return 0;
}

static int open_archive(struct source *source, struct error *error)
{
    struct archive *archive = source->archive = archive_read_new();
    source->hash = EVP_MD_CTX_new();
    if (!archive || !source->hash || !EVP_DigestInit_ex(source->hash, EVP_sha256(), NULL))
        return error_memory(error, source->path);
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_zip_streamable(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    if (archive_read_open(archive, source, NULL, read_block, NULL) != ARCHIVE_OK)
        return report(source, error);
    return 0;
}

/* A zip made on macOS has a shadow __MACOSX/._NAME for each NAME. */
static int is_csv(const char *name)
{
    const size_t length = name ? strlen(name) : 0;
    return length >= 4 && !strcasecmp(name + length - 4, ".csv") && strncmp(name, "__MACOSX/", 9);
}

/* Goes to the next member that is a CSV; of a file that is no archive, to its only one.
 * 1: there is one, 0: none, FAILED. */
static int next_member(struct source *source, struct error *error)
{
    for (;;) {
        struct archive_entry *entry;
        const int result = archive_read_next_header(source->archive, &entry);
        source->is_zip =
            (archive_format(source->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
        if (result == ARCHIVE_EOF)
            return 0;
        if (result < ARCHIVE_WARN)
            return report(source, error);
        if (!source->is_zip || is_csv(archive_entry_pathname(entry)))
            return 1;
    }
}

struct source *source_open(const char *path, struct error *error)
{
    struct source *source = calloc(1, sizeof *source);
    if (!source) {
        error_memory(error, path);
        return NULL;
    }
    source->path = path;
    if (open_file(source, error) || open_archive(source, error))
        goto fail;
    const int found = next_member(source, error);
    if (found == 0)
        error_set(error, source->is_zip ? "%s: holds no .csv file" : "%s: is empty", path);
    if (found == 1)
        return source;
fail:
    source_free(source);
    return NULL;
}

void source_free(struct source *source)
{
    if (!source)
        return;
    archive_read_free(source->archive);
    EVP_MD_CTX_free(source->hash);
    if (source->file >= 0)
        close(source->file);
    free(source);
}

int source_read(struct source *source, const char **block, size_t *size, struct error *error)
{
    const void *data;
    la_int64_t offset;
    do {
        const int result = archive_read_data_block(source->archive, &data, size, &offset);
        if (result == ARCHIVE_EOF)
            return 0;
        if (result < ARCHIVE_WARN)
            return report(source, error);
    } while (*size == 0);
    *block = data;
    return 1;
}

int64_t source_bytes(const struct source *source)
{
    return source->bytes;
}

int source_finish(struct source *source, char sha256[65], int64_t *bytes, struct error *error)
{
    /* Two tables in one archive: which one was meant is not ours to guess. */
    if (source->is_zip) {
        const int more = next_member(source, error);
        if (more == 1)
            error_set(error, "%s: holds more than one .csv file; unpack it and name one",
                      source->path);
        if (more)
            return FAILED;
    }
    const void *rest;
    la_ssize_t got;
    while ((got = read_block(source->archive, source, &rest)) > 0)
        ;
    if (got < 0)
        return report(source, error);

    unsigned char digest[EVP_MAX_MD_SIZE];
    if (!EVP_DigestFinal_ex(source->hash, digest, NULL))
        return error_memory(error, source->path);
    for (int i = 0; i < 32; i++)
        snprintf(sha256 + 2 * i, 3, "%02x", digest[i]);
    *bytes = source->bytes;
    return 0;
}
