/* file.c: see file.h. */
#include "pipeline/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int file_read(const char *path, size_t limit, struct text *text, struct error *error)
{
    enum { CHUNK = 1 << 16 };
    size_t total = 0, got;
    int rc = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return error_system(error, path);
    do {
        char *to = text_extend(text, CHUNK);
        errno = 0;
        got = to ? fread(to, 1, CHUNK, file) : 0;
        if (got)
            text_extended(text, got);
        total += got;
    } while (got == CHUNK && total <= limit);
    if (ferror(file))
        rc = error_system(error, path);
    else if (text_failed(text))
        rc = error_memory(error, path);
    else if (total > limit)
        rc = error_set(error, "%s: longer than %zu bytes", path, limit);
    fclose(file);
    return rc;
}

int file_make_folder(const char *path, struct error *error)
{
    char part[1100];
    if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part)
        return error_set(error, "%.200s...: the path is longer than %zu bytes", path, sizeof part);
    for (char *slash = part;; slash++) {
        slash += strcspn(slash, "/");
        char end = *slash;
        *slash = '\0';
        if (*part && mkdir(part, 0777) && errno != EEXIST)
            return error_system(error, part);
        *slash = end;
        if (!end)
            return 0;
    }
}

/* The folder's part of a path, "." where it has none. */
static void folder_of(const char *path, char *folder, size_t size)
{
    const char *slash = strrchr(path, '/');
    snprintf(folder, size, "%.*s", slash ? (int)(slash - path) + (slash == path) : 1,
             slash ? path : ".");
}

int file_begin(struct file_new *file, const char *path, struct error *error)
{
    char folder[sizeof file->path];
    *file = (struct file_new){0};
    if ((size_t)snprintf(file->path, sizeof file->path, "%s", path) >= sizeof file->path)
        return error_set(error, "%.200s...: the path is longer than %zu bytes", path,
                         sizeof file->path);
    folder_of(path, folder, sizeof folder);
    if (file_make_folder(folder, error))
        return FAILED;
    if (unfinished_file(&file->new, path, error))
        return FAILED;
    int descriptor = fcntl(file->new.lock, F_DUPFD_CLOEXEC, 0);
    file->out = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (file->out)
        return 0;
    error_set(error, "%s: can't be written: %s", path, strerror(errno));
    unfinished_remove(&file->new);
    return FAILED;
}

int file_sync_folder(const char *path)
{
    char folder[1100];
    folder_of(path, folder, sizeof folder);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    int rc = fsync(descriptor), saved = errno;
    close(descriptor);
    errno = saved;
    return rc && errno != EINVAL ? -1 : 0; /* some file systems cannot */
}

int file_commit(struct file_new *file, struct error *error)
{
    int bad = ferror(file->out) || fflush(file->out) || fsync(fileno(file->out));
    int saved = errno;
    if (fclose(file->out) && !bad) {
        bad = 1;
        saved = errno;
    }
    file->out = NULL;
    if (!bad && (rename(file->new.path, file->path) || file_sync_folder(file->path))) {
        bad = 1;
        saved = errno;
    }
    if (!bad) {
        unfinished_keep(&file->new);
        return 0;
    }
    unfinished_remove(&file->new);
    return error_set(error, "%s: can't be written: %s", file->path, strerror(saved));
}

void file_abandon(struct file_new *file)
{
    if (file->out)
        fclose(file->out);
    file->out = NULL;
    unfinished_remove(&file->new);
}

int file_replace(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct file_new file;
    if (file_begin(&file, path, error))
        return FAILED;
    fwrite(bytes, 1, size, file.out);
    return file_commit(&file, error);
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int file_look(const char *path, struct file_state *state, struct error *error)
{
    struct stat info;
    if (stat(path, &info))
        return errno == ENOENT || errno == ENOTDIR ? 1 : error_system(error, path);
    *state = (struct file_state){.bytes = info.st_size,
                                 .mtime_ns = nanoseconds(info.st_mtim),
                                 .ctime_ns = nanoseconds(info.st_ctim),
                                 .inode = (int64_t)info.st_ino};
    return 0;
}

int file_is_settled(const struct file_state *state)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now) - state->ctime_ns > 2000000000 &&
           nanoseconds(now) - state->mtime_ns > 2000000000;
}
