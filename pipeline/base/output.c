/* output.c: see output.h. Files are compared by device and inode. */
#include "pipeline/base/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *const OUTPUT_OF_DATABASE[] = {"", "-wal", "-shm", "-journal", "-locks", NULL};

static int are_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Cuts a path into its folder, whose state it gives, and the name in it; NULL where there is none.
 */
static const char *look_at_folder(const char *path, struct stat *folder)
{
    char above[1300];
    const char *slash = strrchr(path, '/');
    snprintf(above, sizeof above, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    return stat(above, folder) ? NULL : slash ? slash + 1 : path;
}

/* Two files that are the same, or would be if they were there. */
static int is_same(const char *one, const char *two)
{
    struct stat a, b;
    int there = !stat(one, &a), other = !stat(two, &b);
    if (there || other)
        return there && other && are_same(&a, &b);
    const char *name = look_at_folder(one, &a), *second = look_at_folder(two, &b);
    return name && second && !strcmp(name, second) && are_same(&a, &b);
}

/* Whether a file that is there lies in a folder. */
static int holds(const char *folder, const char *file)
{
    struct stat place, here;
    char *absolute = realpath(file, NULL), *end;
    int found = 0;
    if (absolute && !stat(folder, &place))
        while (!found && (end = strrchr(absolute, '/'))) {
            *end = '\0';
            found = !stat(*absolute ? absolute : "/", &here) && are_same(&place, &here);
        }
    free(absolute);
    return found;
}

/* name: what the file is called in the line where path is that very file; NULL: by its own name. */
static int check_file(const char *path, const char *file, const char *name, struct error *error)
{
    static const char EXPECTED[] = "expected the name of another file";
    if (is_same(path, file))
        return name ? error_set(error, "%s: is %s; %s", path, name, EXPECTED)
                    : error_set(error, "%s: is %s, which is read; %s", path, file, EXPECTED);
    return holds(path, file)
               ? error_set(error, "%s: holds %s, which is read; %s", path, file, EXPECTED)
               : 0;
}

/* The database may be a symbolic link: SQLite puts its files beside what the link leads to. */
static int check_database(const char *path, const char *db, struct error *error)
{
    char beside[1300];
    char *absolute = realpath(db, NULL);
    int rc = 0;
    for (int i = 0; OUTPUT_OF_DATABASE[i] && !rc; i++) {
        const char *what = i ? "a part of the database" : "the database itself";
        snprintf(beside, sizeof beside, "%s%s", db, OUTPUT_OF_DATABASE[i]);
        rc = check_file(path, beside, what, error);
        snprintf(beside, sizeof beside, "%s%s", absolute ? absolute : db, OUTPUT_OF_DATABASE[i]);
        rc = rc ? rc : check_file(path, beside, what, error);
    }
    free(absolute);
    return rc;
}

int output_check(const char *path, const char *db, const char *const inputs[], int n,
                 struct error *error)
{
    int rc = db ? check_database(path, db, error) : 0;
    for (int i = 0; i < n && !rc; i++)
        if (inputs[i])
            rc = check_file(path, inputs[i], NULL, error);
    return rc;
}

int output_check_own(const char *path, const char *const words[], int n, struct error *error)
{
    enum { BEGINNING = 1 << 16 };
    struct stat info;
    if (stat(path, &info))
        return errno == ENOENT ? 0 : error_system(error, path);
    char *text = calloc(BEGINNING + 1, 1);
    FILE *file = text && S_ISREG(info.st_mode) ? fopen(path, "r") : NULL;
    size_t got = file ? fread(text, 1, BEGINNING, file) : 0;
    int own = file && strlen(text) == got;
    for (int i = 0; i < n && own; i++)
        own = strstr(text, words[i]) != NULL;
    if (file)
        fclose(file);
    free(text);
    return own ? 0
               : error_set(error,
                           "%s: exists and is nothing that this program has made; expected a free "
                           "name",
                           path);
}
