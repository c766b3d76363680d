/* evaluate_print.c: what the views say of a run, as text on stdout. All figures and their wording
 * come from sql/evaluate.sql. */
#include "pipeline/evaluate/evaluate.h"

#include "sql/evaluate.h"

enum { TOP_CONFUSIONS = 10 };

/* Prints the first column of each row, indented, under a title where there is any row. Finalizes
 * the statement. */
static int print_lines(struct db *db, sqlite3_stmt *statement, const char *title,
                       const char *indent)
{
    int rc, lines = 0;
    while ((rc = db_step(db, statement)) == 1) {
        const char *line = (const char *)sqlite3_column_text(statement, 0);
        if (title && lines == 0)
            printf("%s\n", title);
        printf("%s%s\n", line && *line ? indent : "", line ? line : "");
        lines++;
    }
    sqlite3_finalize(statement);
    return rc;
}

/* The statement with its :run and :part bound. */
static sqlite3_stmt *ask(struct db *db, const char *sql, int64_t run, const char *part)
{
    sqlite3_stmt *statement = db_prepare(db, sql);
    db_bind_int(statement, ":run", run);
    db_bind_text(statement, ":part", part);
    return statement;
}

int evaluation_print(struct db *db, int64_t run, const char *part, int brief)
{
    if (!brief) {
        if (print_lines(db, ask(db, sql_evaluate_report, run, part), NULL, ""))
            return DB_ERROR;
        sqlite3_stmt *confusions = ask(db, sql_evaluate_confusions, run, part);
        db_bind_int(confusions, ":limit", TOP_CONFUSIONS);
        if (print_lines(db, confusions, "\nmost confused (share of that class's images):", "  ") ||
            print_lines(db, ask(db, sql_evaluate_confidence, run, part), "", ""))
            return DB_ERROR;
    }
    int rc = print_lines(db, ask(db, sql_evaluate_summary, run, part), NULL, "");
    return rc || brief ? rc : print_lines(db, ask(db, sql_evaluate_message, run, part), NULL, "");
}
