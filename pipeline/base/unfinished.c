/* unfinished.c: see unfinished.h. */
#include "pipeline/base/unfinished.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char END[] = ".pixelmill";

enum { MOST = 8, LETTERS = 6 };

/* What this process has to remove when it ends: the one place from which a signal handler can learn
 * it. A slot counts where `used` is its process. */
static struct {
    char path[UNFINISHED_PATH];
    volatile sig_atomic_t used; /* 0, or the process's number */
} own[MOST];

static void remember(const char *path)
{
    for (int i = 0; i < MOST; i++)
        if (!own[i].used) {
            snprintf(own[i].path, sizeof own[i].path, "%s", path);
            own[i].used = (sig_atomic_t)getpid();
            return;
        }
}

static void forget(const char *path)
{
    for (int i = 0; i < MOST; i++)
        if (own[i].used && !strcmp(own[i].path, path))
            own[i].used = 0;
}

/* A file with what SQLite puts beside it; nothing but what a signal handler may call. */
static void remove_file(const char *path)
{
    static const char *const BESIDE[] = {"", "-journal", "-wal", "-shm"};
    char name[UNFINISHED_PATH + 16];
    const size_t length = strlen(path);
    for (size_t i = 0; i < sizeof BESIDE / sizeof *BESIDE; i++) {
        memcpy(name, path, length);
        memcpy(name + length, BESIDE[i], strlen(BESIDE[i]) + 1);
        unlink(name);
    }
}

static void leave(int number)
{
    for (int i = 0; i < MOST; i++)
        if (own[i].used == (sig_atomic_t)getpid())
            remove_file(own[i].path);
    signal(number, SIG_DFL);
    raise(number);
}

static void leave_by_exit(void)
{
    for (int i = 0; i < MOST; i++)
        if (own[i].used == (sig_atomic_t)getpid()) {
            remove_file(own[i].path);
            unfinished_remove_tree(own[i].path);
        }
}

void unfinished_watch(void)
{
    static const int NUMBERS[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction action = {.sa_handler = leave};
    struct sigaction before;
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
        if (!sigaction(NUMBERS[i], NULL, &before) && before.sa_handler == SIG_DFL)
            sigaction(NUMBERS[i], &action, NULL);
    atexit(leave_by_exit);
}

/* ---------------------------------------------------------------- locks */

/* A byte that nobody else locks, SQLite least of all: 0 where it is ours now. Not flock, which on
 * some network file systems is a lock of all bytes. */
static int lock_file(int descriptor)
{
    struct flock range = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)1 << 62, .l_len = 1};
    return fcntl(descriptor, F_OFD_SETLK, &range);
}

/* Opens and locks what somebody has left; -1 where that lives, or is not ours. */
static int take_left(const char *path, int is_folder)
{
    struct stat info;
    int descriptor = open(path, (is_folder ? O_RDONLY | O_DIRECTORY : O_RDWR) | O_NOFOLLOW |
                                    O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return -1;
    if (!fstat(descriptor, &info) && info.st_uid == geteuid() &&
        (is_folder ? !flock(descriptor, LOCK_EX | LOCK_NB)
                   : S_ISREG(info.st_mode) && !lock_file(descriptor)))
        return descriptor;
    close(descriptor);
    return -1;
}

/* ---------------------------------------------------------------- what was left */

static int has_end(const char *name, const char *end)
{
    const size_t length = strlen(name), of_end = strlen(end);
    return length > of_end && !strcmp(name + length - of_end, end);
}

/* .NAME.XXXXXX.pixelmill */
static int is_file_name(const char *name)
{
    const size_t length = strlen(name);
    return name[0] == '.' && length > LETTERS + sizeof END && has_end(name, END) &&
           name[length - (sizeof END - 1) - LETTERS - 1] == '.';
}

int unfinished_left(const char *folder, void (*each)(void *context, const char *path),
                    void *context)
{
    char path[UNFINISHED_PATH];
    const struct dirent *entry;
    int n = 0;
    DIR *names = opendir(folder);
    while (names && (entry = readdir(names))) {
        if (!is_file_name(entry->d_name) ||
            (size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= sizeof path)
            continue;
        const int lock = take_left(path, 0);
        if (lock < 0)
            continue;
        if (each)
            each(context, path);
        else
            remove_file(path);
        n++;
        close(lock);
    }
    if (names)
        closedir(names);
    return n;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

void unfinished_remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Folders begin with `start` and six letters. */
static void remove_left_folders(const char *where, const char *start)
{
    char path[UNFINISHED_PATH];
    const struct dirent *entry;
    DIR *names = opendir(where);
    while (names && (entry = readdir(names))) {
        if (strncmp(entry->d_name, start, strlen(start)) != 0 ||
            strlen(entry->d_name) != strlen(start) + LETTERS ||
            (size_t)snprintf(path, sizeof path, "%s/%s", where, entry->d_name) >= sizeof path)
            continue;
        const int lock = take_left(path, 1);
        if (lock >= 0) {
            unfinished_remove_tree(path);
            close(lock);
        }
    }
    if (names)
        closedir(names);
}

/* ---------------------------------------------------------------- what begins */

/* 1 where somebody who cleans up was faster than the lock. Where there are no locks at all, files
 * are written without. */
static int is_lost(int descriptor)
{
    struct stat info;
    const int refused = lock_file(descriptor) && (errno == EAGAIN || errno == EACCES);
    return refused || fstat(descriptor, &info) || info.st_nlink == 0;
}

static int make_public(int descriptor)
{
    const mode_t mask = umask(0);
    umask(mask);
    return fchmod(descriptor, 0666 & ~mask);
}

int unfinished_file(struct unfinished *u, const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char folder[UNFINISHED_PATH];
    int descriptor;
    *u = (struct unfinished){.lock = -1};
    if (strlen(path) + 32 > sizeof folder)
        return error_set(error, "%.200s...: the path is longer than %zu bytes", path,
                         sizeof folder - 32);
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    unfinished_left(folder, NULL, NULL);
    do {
        snprintf(u->path, sizeof u->path, "%.*s.%s.XXXXXX%s", (int)(name - path), path, name, END);
        descriptor = mkostemps(u->path, sizeof END - 1, O_CLOEXEC);
    } while (descriptor >= 0 && is_lost(descriptor) && !close(descriptor));
    if (descriptor < 0 || make_public(descriptor)) {
        error_set(error, "%s: can't be written: %s", path, strerror(errno));
        if (descriptor >= 0) {
            close(descriptor);
            unlink(u->path);
        }
        u->path[0] = '\0';
        return FAILED;
    }
    u->lock = descriptor;
    remember(u->path);
    return 0;
}

int unfinished_folder(struct unfinished *u, const char *program, struct error *error)
{
    const char *where = getenv("TMPDIR");
    char start[64];
    *u = (struct unfinished){.lock = -1};
    where = where && *where ? where : "/tmp";
    snprintf(start, sizeof start, "pixelmill-%s.", program);
    remove_left_folders(where, start);
    snprintf(u->path, sizeof u->path, "%.900s/%sXXXXXX", where, start);
    if (!mkdtemp(u->path)) {
        error_system(error, u->path);
        u->path[0] = '\0';
        return FAILED;
    }
    u->lock = open(u->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (u->lock >= 0)
        flock(u->lock, LOCK_EX | LOCK_NB);
    remember(u->path);
    return 0;
}

void unfinished_keep(struct unfinished *u)
{
    if (!u->path[0])
        return;
    forget(u->path);
    if (u->lock >= 0)
        close(u->lock);
    *u = (struct unfinished){.lock = -1};
}

void unfinished_remove(struct unfinished *u)
{
    if (!u->path[0])
        return;
    remove_file(u->path);
    unfinished_remove_tree(u->path);
    unfinished_keep(u);
}
