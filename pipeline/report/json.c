/* report_json.c: the report's files for programs. In: queries that give JSON or rows. Out:
 * final_report.json, training_summary.json and training_history.csv. */
#include "pipeline/report/report.h"

#include "sql/report.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void new_line(FILE *out, int depth)
{
    fprintf(out, "\n%*s", 2 * depth, "");
}

/* JSON without blanks, as SQLite makes it, with line ends and blanks for people. */
static void write_json(FILE *out, const char *json)
{
    int depth = 0, in_text = 0;
    for (const char *s = json; *s; s++) {
        if (in_text) {
            putc(*s, out);
            if (*s == '\\' && s[1])
                putc(*++s, out);
            else if (*s == '"')
                in_text = 0;
        } else if (*s == '{' || *s == '[') {
            putc(*s, out);
            if (s[1] == *s + 2)
                putc(*++s, out);
            else
                new_line(out, ++depth);
        } else if (*s == '}' || *s == ']') {
            new_line(out, --depth);
            putc(*s, out);
        } else if (*s == ',') {
            putc(*s, out);
            new_line(out, depth);
        } else {
            fprintf(out, *s == ':' ? "%c " : "%c", *s);
            in_text = *s == '"';
        }
    }
    putc('\n', out);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the report's files in alphabetical order as a JSON array that the caller frees, and
 * those that are still to be written. They are names of charts: nothing in them needs escaping. */
static char *file_names(const struct report *report)
{
    char *names[128] = {strdup("report.html"), strdup("final_report.json"),
                        strdup("training_summary.json"), strdup("training_history.csv")};
    size_t n = 4, size = 3;
    DIR *folder = opendir(report->folder);
    const struct dirent *entry;
    while (folder && n < 128 && (entry = readdir(folder)))
        if (strstr(entry->d_name, ".svg") || strstr(entry->d_name, ".png"))
            names[n++] = strdup(entry->d_name);
    if (folder)
        closedir(folder);
    int complete = 1;
    for (size_t i = 0; i < n; i++)
        complete &= names[i] != NULL;
    char *json = NULL;
    if (complete) {
        qsort(names, n, sizeof *names, by_name);
        for (size_t i = 0; i < n; i++)
            size += strlen(names[i]) + 3;
        json = malloc(size);
    }
    char *end = json;
    for (size_t i = 0; i < n; i++) {
        if (json)
            end += sprintf(end, "%c\"%s\"", i ? ',' : '[', names[i]);
        free(names[i]);
    }
    if (json)
        strcpy(end, "]");
    return json;
}

static int json_file(struct report *report, const char *sql, const char *files, const char *name)
{
    sqlite3_stmt *statement = report_prepare(report, sql);
    if (!statement)
        return -1;
    if (files)
        db_bind_text(statement, ":files", files);
    FILE *out = NULL;
    int rc = db_step(report->db, statement);
    if (rc < 0) {
        snprintf(report->error, sizeof report->error, "%s: %s", name, report->db->error);
    } else if (rc == 1 && (out = report_open(report, name))) {
        write_json(out, (const char *)sqlite3_column_text(statement, 0));
        rc = report_close(report, out, name);
    } else {
        rc = -1;
    }
    sqlite3_finalize(statement);
    return rc;
}

static int history_file(struct report *report)
{
    sqlite3_stmt *statement = report_prepare(report, sql_report_history_csv);
    FILE *out = statement ? report_open(report, "training_history.csv") : NULL;
    int rc = -1, columns = sqlite3_column_count(statement);
    if (out) {
        for (int i = 0; i < columns; i++)
            fprintf(out, "%s%c", sqlite3_column_name(statement, i), i + 1 < columns ? ',' : '\n');
        while ((rc = db_step(report->db, statement)) == 1)
            for (int i = 0; i < columns; i++) {
                const char *text = (const char *)sqlite3_column_text(statement, i);
                fprintf(out, "%s%c", text ? text : "", i + 1 < columns ? ',' : '\n');
            }
        if (rc)
            snprintf(report->error, sizeof report->error, "%s", report->db->error);
        if (report_close(report, out, "training_history.csv"))
            rc = -1;
    }
    sqlite3_finalize(statement);
    return rc;
}

int json_write(struct report *report)
{
    char *files = file_names(report);
    if (!files) {
        snprintf(report->error, sizeof report->error, "out of memory");
        return -1;
    }
    int rc = json_file(report, sql_report_final_json, files, "final_report.json") ||
                     json_file(report, sql_report_training_json, NULL, "training_summary.json") ||
                     history_file(report)
                 ? -1
                 : 0;
    free(files);
    return rc;
}
