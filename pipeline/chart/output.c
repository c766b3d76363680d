/* output.c: see output.h. Files are compared by device and inode. */
#include "pipeline/chart/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

static int refuse(const char *path, const char *file, struct error *error)
{
    return is_same(path, file) ? error_set(error, "%s is %s, which is read", path, file)
                               : error_set(error, "%s holds %s, which is read", path, file);
}

int output_check(const char *path, const char *db, const char *const inputs[], int n,
                 struct error *error)
{
    static const char *const ENDS[] = {"", "-wal", "-shm", "-journal", "-locks"};
    char *absolute = realpath(db, NULL);
    const char *const names[2] = {db, absolute ? absolute : db};
    char beside[2][1300];
    int rc = 0;
    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS && !rc; i++)
        for (int k = 0; k < 2 && !rc; k++) {
            snprintf(beside[k], sizeof beside[k], "%s%s", names[k], ENDS[i]);
            if (is_same(path, beside[k]) || holds(path, beside[k]))
                rc = refuse(path, beside[k], error);
        }
    free(absolute);
    for (int i = 0; i < n && !rc; i++)
        if (inputs[i] && (is_same(path, inputs[i]) || holds(path, inputs[i])))
            rc = refuse(path, inputs[i], error);
    return rc;
}
