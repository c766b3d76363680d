/* runs.c: which runs are to be members, out of a list or the result of a query. */
#include "pipeline/committee/committee.h"

#include "pipeline/base/number.h"
#include "pipeline/db/question.h"

#include <stdio.h>
#include <string.h>

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
        if (length >= sizeof number || number_whole(number, 1, INT64_MAX, &run))
            stage_usage(f->stage, "--runs: '%s' is not the number of a run", number);
        append(f, run);
        text += length;
    }
}

/* What a question returned other than 0 ends the program. */
static void must(const struct founding *f, int rc, const struct error *error)
{
    if (rc == QUESTION_MISUSED)
        stage_usage(f->stage, "%s", error->text);
    if (rc)
        stage_fail(f->stage, "%s", error->text);
}

static int column_of_runs(const struct statement *statement)
{
    for (int i = 0; i < db_columns(statement); i++)
        if (strcmp(db_column_name(statement, i), "run") == 0)
            return i;
    return 0;
}

void runs_from_query(struct founding *f, const char *name, const char *query, char **assignments,
                     int n)
{
    struct statement *statement;
    struct text sql = {0};
    struct error error;
    char what[1200] = "--sql";
    if (name) {
        must(f, question_read("sql/ask", name, &sql, &error), &error);
        question_path("sql/ask", name, what);
        query = text_of(&sql);
    }
    must(f, question_prepare(f->db, what, query, &statement), &f->db->error);
    for (int i = 0; i < n; i++)
        must(f, question_bind(f->db, statement, assignments[i], &error), &error);
    int column = column_of_runs(statement), rc;
    while ((rc = db_step(f->db, statement)) == 1) {
        if (db_type_at(statement, column) != DB_INT)
            stage_fail(f->stage, "%s: its column %s is not of numbers of runs", what,
                       db_column_name(statement, column));
        append(f, db_int_at(statement, column));
    }
    db_finish(statement);
    text_free(&sql);
    if (rc < 0)
        stage_fail(f->stage, "%s: %s", what, f->db->error.text);
}
