/* place.c: the folders of reports. */
#include "pipeline/base/file.h"
#include "pipeline/base/output.h"
#include "pipeline/report/report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_there(const char *folder, const char *name)
{
    char path[1300];
    snprintf(path, sizeof path, "%.1000s/%s", folder, name);
    return !access(path, F_OK);
}

/* A folder that is replaced has what a report has, or nothing. */
static int check_folder(const char *path, struct error *error)
{
    struct stat info;
    if (stat(path, &info) || is_there(path, "report.html") || is_there(path, "data") ||
        !rmdir(path))
        return 0;
    return error_set(error, "%s: exists and is no report; expected another folder", path);
}

/* What is replaced must not be what is read, nor what somebody else has made. */
static int check_place(struct report *report, const char *path)
{
    static const char *const MARKS[] = {"<!DOCTYPE html>", "Pixelmill"};
    char index[1100], new[1100];
    const char *const inputs[2] = {report->scripts, report->stage->experiment};
    const char *const places[] = {path, new, index};
    int rc = 0;
    snprintf(index, sizeof index, "%s/index.html", report->out);
    snprintf(new, sizeof new, "%s.new", path);
    for (int i = 0; i < 3 && !rc; i++)
        rc = output_check(places[i], report->db->path, inputs, 2, &report->error);
    rc = rc || check_folder(path, &report->error) || check_folder(new, &report->error) ||
         output_check_own(index, MARKS, 2, &report->error);
    return rc ? error_within(&report->error, "--out") : 0;
}

int place_begin(struct report *report, const char *path)
{
    char data[1100];
    if (check_place(report, path))
        return FAILED;
    snprintf(report->folder, sizeof report->folder, "%s.new", path);
    unfinished_remove_tree(report->folder); /* of a process that was killed */
    snprintf(data, sizeof data, "%s/data", report->folder);
    return file_make_folder(data, &report->error);
}

void place_abandon(struct report *report)
{
    if (report->folder[0])
        unfinished_remove_tree(report->folder);
}

static int put_in_place(const char *temporary, const char *path, struct error *error)
{
    if (rename(temporary, path) == 0)
        return 0;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return error_system(error, path);
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_EXCHANGE) == 0) {
        unfinished_remove_tree(temporary);
        return 0;
    }
    unfinished_remove_tree(path); /* a file system that can't exchange */
    return rename(temporary, path) ? error_system(error, path) : 0;
}

int place_end(struct report *report, const char *path)
{
    return put_in_place(report->folder, path, &report->error);
}

int place_pictures(struct report *report, const char *path)
{
    char from[1300], to[1300];
    const struct dirent *entry;
    int rc = file_make_folder(path, &report->error);
    DIR *folder = rc ? NULL : opendir(report->folder);
    if (!rc && !folder)
        rc = error_system(&report->error, report->folder);
    while (!rc && (entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(from, sizeof from, "%s/%.250s", report->folder, entry->d_name);
        snprintf(to, sizeof to, "%.1000s/%.250s", path, entry->d_name);
        rc = put_in_place(from, to, &report->error);
    }
    if (folder)
        closedir(folder);
    unfinished_remove_tree(report->folder);
    return rc;
}

void place_root(struct report *report)
{
    size_t used = 0;
    if (report->out[0] == '/' || strstr(report->out, "..")) {
        char here[1000];
        snprintf(report->root, sizeof report->root, "%s/", getcwd(here, sizeof here) ? here : "");
        return;
    }
    for (const char *s = report->out; *s; s += strcspn(s, "/")) {
        s += strspn(s, "/");
        if (*s && strncmp(s, "./", 2) != 0 && strcmp(s, ".") != 0 && used < 1000)
            used += (size_t)snprintf(report->root + used, sizeof report->root - used, "../");
    }
    snprintf(report->root + used, sizeof report->root - used, "../");
}
