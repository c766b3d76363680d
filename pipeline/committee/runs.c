/* committee_runs.c: which runs are to be members, out of a list or the result of a query. */
#include "pipeline/committee/committee.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 1 << 16, NAME_SIZE = 64 };

static void append(struct founding *f, int64_t run)
{
    for (int i = 0; i < f->candidates; i++)
        if (f->candidate[i].run == run)
            stage_usage(f->stage, "run %lld stands twice among the members", (long long)run);
    if (f->candidates == BLEND_MEMBERS_MOST)
        stage_usage(f->stage, "more than %d members", BLEND_MEMBERS_MOST);
    f->candidate[f->candidates++] = (struct candidate){.run = run};
}

void runs_from_text(struct founding *f, const char *text)
{
    static const char APART[] = ", \t\r\n";
    char number[32];
    int64_t run;
    while (*(text += strspn(text, APART))) {
        size_t length = strcspn(text, APART);
        snprintf(number, sizeof number, "%.*s", (int)length, text);
        if (length >= sizeof number || parse_int(number, 1, INT64_MAX, &run))
            stage_usage(f->stage, "--runs: '%s' is not the number of a run", number);
        append(f, run);
        text += length;
    }
}

char *question_read(const struct stage *stage, const char *name)
{
    char path[NAME_SIZE + 32];
    char *text = malloc(TEXT_SIZE);
    snprintf(path, sizeof path, "sql/ask/%.*s.sql", NAME_SIZE, name);
    FILE *file = text && !strchr(name, '/') && strlen(name) < NAME_SIZE ? fopen(path, "rb") : NULL;
    if (!file)
        stage_fail(stage, "%s: %s", path, text ? strerror(errno) : "out of memory");
    size_t size = fread(text, 1, TEXT_SIZE - 1, file);
    int whole = !ferror(file) && size < TEXT_SIZE - 1;
    fclose(file);
    if (!whole)
        stage_fail(stage, "%s: can't be read, or has more than %d bytes", path, TEXT_SIZE - 2);
    text[size] = '\0';
    return text;
}

/* Binds NAME=VALUE: as a number where it reads as one, else as text. */
static void bind(const struct founding *f, sqlite3_stmt *statement, const char *assignment)
{
    char name[NAME_SIZE + 1];
    const char *equals = strchr(assignment, '=');
    int64_t whole;
    snprintf(name, sizeof name, ":%.*s", equals ? (int)(equals - assignment) : 0, assignment);
    int index = sqlite3_bind_parameter_index(statement, name);
    if (!equals || equals - assignment >= NAME_SIZE || index == 0)
        stage_usage(f->stage, "'%.100s': expected PARAMETER=VALUE of the question", assignment);
    int rc = parse_int(equals + 1, INT64_MIN, INT64_MAX, &whole)
                 ? sqlite3_bind_text(statement, index, equals + 1, -1, SQLITE_TRANSIENT)
                 : sqlite3_bind_int64(statement, index, whole);
    if (rc != SQLITE_OK)
        stage_fail(f->stage, "%s: %s", assignment, sqlite3_errstr(rc));
}

static sqlite3_stmt *prepare(const struct founding *f, const char *name, const char *query)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(f->db->handle, query, -1, &statement, NULL) != SQLITE_OK)
        stage_fail(f->stage, "%s: %s", name, sqlite3_errmsg(f->db->handle));
    if (!statement || !sqlite3_stmt_readonly(statement) || sqlite3_column_count(statement) == 0)
        stage_fail(f->stage, "%s: is no question; expected a query that gives numbers of runs",
                   name);
    return statement;
}

void runs_from_query(struct founding *f, const char *name, const char *query, char **assignments,
                     int n)
{
    sqlite3_stmt *statement = prepare(f, name, query);
    int column = 0, rc;
    for (int i = 0; i < n; i++)
        bind(f, statement, assignments[i]);
    for (int i = sqlite3_column_count(statement) - 1; i >= 0; i--)
        if (strcmp(sqlite3_column_name(statement, i), "run") == 0)
            column = i;
    while ((rc = db_step(f->db, statement)) == 1) {
        if (sqlite3_column_type(statement, column) != SQLITE_INTEGER)
            stage_fail(f->stage, "%s: its column %s is not of numbers of runs", name,
                       sqlite3_column_name(statement, column));
        append(f, sqlite3_column_int64(statement, column));
    }
    sqlite3_finalize(statement);
    if (rc < 0)
        stage_fail(f->stage, "%s: %s", name, f->db->error);
}
