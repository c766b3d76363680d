/* print.c: what the views say of a run, as text on stdout. All figures and their wording
 * come from sql/evaluate.sql. */
#include "pipeline/evaluate/evaluate.h"

#include "sql/evaluate.h"

enum { TOP_CONFUSIONS = 10 };

/* Prints the first column of each row, indented, under a title where there is any row. Finishes the
 * statement. Returns how many lines there are, or DB_ERROR. */
static int print_lines(struct db *db, struct statement *statement, const char *title,
                       const char *indent)
{
    int rc, lines = 0;
    while ((rc = db_step(db, statement)) == 1) {
        const char *line = db_text(statement, "line");
        if (title && lines == 0)
            printf("%s\n", title);
        printf("%s%s\n", *line ? indent : "", line);
        lines++;
    }
    db_finish(statement);
    return rc < 0 ? DB_ERROR : lines;
}

/* The statement with its :run and :part bound. */
static struct statement *ask(struct db *db, const char *sql, int64_t run, const char *part)
{
    struct statement *statement = db_prepare(db, sql);
    db_bind_int(statement, ":run", run);
    db_bind_text(statement, ":part", part);
    return statement;
}

int evaluation_print(struct db *db, int64_t run, const char *part, const char *none, int brief)
{
    if (!brief) {
        if (print_lines(db, ask(db, sql_evaluate_report, run, part), NULL, "") < 0)
            return DB_ERROR;
        struct statement *confusions = ask(db, sql_evaluate_confusions, run, part);
        db_bind_int(confusions, ":limit", TOP_CONFUSIONS);
        if (print_lines(db, confusions, "\nmost confused (share of that class's images):", "  ") <
                0 ||
            print_lines(db, ask(db, sql_evaluate_confidence, run, part), "", "") < 0)
            return DB_ERROR;
    }
    int lines = print_lines(db, ask(db, sql_evaluate_summary, run, part), NULL, "");
    if (lines == 0)
        printf("%s: no images%s\n", part, none);
    if (lines > 0 && !brief)
        lines = print_lines(db, ask(db, sql_evaluate_message, run, part), NULL, "");
    return lines < 0 ? DB_ERROR : DB_OK;
}
