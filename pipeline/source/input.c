/* input.c: see input.h.
 *
 * All bytes up to input->passed have been hashed, and lie in a file that can be read at any place:
 * the input itself, or the spool. What comes after them is read from the input in order.
 */
#include "pipeline/source/input.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 1 << 18 };

struct input {
    const char *path;
    const char *member; /* within path, or NULL */
    int file;
    int spool; /* -1: the file can be read at any place */
    int ended;
    int64_t at, passed; /* where the next read begins; bytes hashed so far */
    struct stat opened; /* of a file that can be read at any place */
    EVP_MD_CTX *hash;
    char block[BLOCK];
};

/* ---------------------------------------------------------------- opening */

static int is_standard_input(const char *path)
{
    return !strcmp(path, "-");
}

/* Splits at the last colon, where only what stands before it is there. */
static char *locate(const char *path, const char **member)
{
    struct stat info;
    char *file = strdup(path), *colon = file ? strrchr(file, ':') : NULL;
    *member = NULL;
    if (!colon || colon == file || !colon[1] || !stat(path, &info))
        return file;
    *colon = '\0';
    if (!stat(file, &info) && S_ISREG(info.st_mode))
        *member = path + (colon - file) + 1;
    else
        *colon = ':';
    return file;
}

char *input_file(const char *path, const char **member)
{
    struct stat info;
    const char *within;
    char *file = is_standard_input(path) ? NULL : locate(path, &within);
    if (file && (stat(file, &info) || !S_ISREG(info.st_mode))) {
        free(file);
        file = NULL;
    }
    if (member)
        *member = file ? within : NULL;
    return file;
}

static int open_spool(struct input *input, struct error *error)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    folder = folder && *folder ? folder : "/tmp";
    if ((size_t)snprintf(path, sizeof path, "%s/pixelmill.XXXXXX", folder) >= sizeof path)
        return error_set(error, "TMPDIR: the path is longer than %zu bytes", sizeof path);
    input->spool = mkostemp(path, O_CLOEXEC);
    if (input->spool < 0)
        return error_set(error, "%s: cannot be kept in %s: %s; expected TMPDIR to be a folder",
                         input->path, folder, strerror(errno));
    unlink(path);
    return 0;
}

static int open_file(struct input *input, struct error *error)
{
    if (is_standard_input(input->path)) {
        input->file = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    } else {
        char *file = locate(input->path, &input->member);
        if (!file)
            return error_memory(error, input->path);
        input->file = open(file, O_RDONLY | O_CLOEXEC);
        free(file);
    }
    if (input->file < 0 || fstat(input->file, &input->opened))
        return error_system(error, input->path);
    if (S_ISDIR(input->opened.st_mode))
        return error_set(error, "%s: is a folder; expected a CSV file", input->path);
    /* Standard input may be a file of which somebody else has read a part already. */
    if (S_ISREG(input->opened.st_mode) && lseek(input->file, 0, SEEK_CUR) == 0)
        return 0;
    return open_spool(input, error);
}

struct input *input_open(const char *path, struct error *error)
{
    struct input *input = calloc(1, sizeof *input);
    if (!input) {
        error_memory(error, path);
        return NULL;
    }
    input->path = path;
    input->file = input->spool = -1;
    if (open_file(input, error))
        goto fail;
    input->hash = EVP_MD_CTX_new();
    if (input->hash && EVP_DigestInit_ex(input->hash, EVP_sha256(), NULL))
        return input;
    error_memory(error, path);
fail:
    input_free(input);
    return NULL;
}

void input_free(struct input *input)
{
    if (!input)
        return;
    EVP_MD_CTX_free(input->hash);
    if (input->spool >= 0)
        close(input->spool);
    if (input->file >= 0)
        close(input->file);
    free(input);
}

const char *input_name(const struct input *input)
{
    return input->path;
}

const char *input_member(const struct input *input)
{
    return input->member;
}

/* ---------------------------------------------------------------- reading */

/* Fills the block up to `size` bytes, from a place or, where that is negative, from where the file
 * stands. Returns the bytes read, fewer only at the end, or -1 and errno. */
static ssize_t fill(int file, char *block, size_t size, int64_t place)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t got = place < 0 ? read(file, block + done, size - done)
                                      : pread(file, block + done, size - done, place + (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static int keep(struct input *input, size_t size, struct error *error)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t put =
            pwrite(input->spool, input->block + done, size - done, input->passed + (off_t)done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return error_set(
                error, "%s: cannot be kept: %s; expected room for it in %s, or TMPDIR elsewhere",
                input->path, strerror(put ? errno : ENOSPC), getenv("TMPDIR") ? "TMPDIR" : "/tmp");
        done += (size_t)put;
    }
    return 0;
}

/* The next block that has not passed yet. */
static ssize_t pass(struct input *input, struct error *error)
{
    const int64_t place = input->spool < 0 ? input->passed : -1;
    const ssize_t got = input->ended ? 0 : fill(input->file, input->block, BLOCK, place);
    if (got < 0)
        return error_system(error, input->path);
    if (!EVP_DigestUpdate(input->hash, input->block, (size_t)got))
        return error_memory(error, input->path);
    if (input->spool >= 0 && keep(input, (size_t)got, error))
        return FAILED;
    input->ended = got < BLOCK;
    input->passed += got;
    return got;
}

int input_read(struct input *input, const char **block, size_t *size, struct error *error)
{
    const int again = input->at < input->passed;
    ssize_t got;
    if (again) {
        const int64_t left = input->passed - input->at;
        got = fill(input->spool < 0 ? input->file : input->spool, input->block,
                   left < BLOCK ? (size_t)left : BLOCK, input->at);
        if (got < 0)
            return error_system(error, input->path);
        if (got == 0)
            return error_set(error, "%s: has changed while it was read", input->path);
    } else {
        got = pass(input, error);
        if (got < 0)
            return FAILED;
    }
    input->at += got;
    *block = input->block;
    *size = (size_t)got;
    return got > 0;
}

int64_t input_seek(struct input *input, int64_t offset, int whence, struct error *error)
{
    while (!input->ended && (whence == SEEK_END || offset > input->passed))
        if (pass(input, error) < 0)
            return FAILED;
    offset += whence == SEEK_END ? input->passed : 0;
    input->at = offset < 0 ? 0 : offset < input->passed ? offset : input->passed;
    return input->at;
}

int64_t input_bytes(const struct input *input)
{
    return input->passed;
}

static int has_changed(const struct input *input)
{
    const struct stat *then = &input->opened;
    struct stat now;
    return input->spool < 0 && (fstat(input->file, &now) || now.st_size != then->st_size ||
                                now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
                                now.st_mtim.tv_nsec != then->st_mtim.tv_nsec);
}

int input_finish(struct input *input, char sha256[65], int64_t *bytes, struct error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (input_seek(input, 0, SEEK_END, error) < 0)
        return FAILED;
    if (has_changed(input))
        return error_set(error, "%s: has changed while it was read", input->path);
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    const int done =
        copy && EVP_MD_CTX_copy_ex(copy, input->hash) && EVP_DigestFinal_ex(copy, digest, NULL);
    EVP_MD_CTX_free(copy);
    if (!done)
        return error_memory(error, input->path);
    for (int i = 0; i < 32; i++)
        snprintf(sha256 + 2 * i, 3, "%02x", digest[i]);
    *bytes = input->passed;
    return 0;
}
