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

/* The statement with its :run and :part bound, and with :rows, the word for what was judged. */
static struct statement *ask(const struct subject *subject, const char *sql, const char *part)
{
    struct statement *statement = db_prepare(subject->db, sql);
    db_bind_int(statement, ":run", subject->run.id);
    db_bind_text(statement, ":part", part);
    if (db_has_parameter(statement, ":rows"))
        db_bind_text(statement, ":rows", dataset_rows_word(&subject->dataset));
    return statement;
}

/* All but the last line. */
static int print_details(const struct subject *subject, const char *part)
{
    char title[80];
    struct statement *confusions = ask(subject, sql_evaluate_confusions, part);
    db_bind_int(confusions, ":limit", TOP_CONFUSIONS);
    snprintf(title, sizeof title,
             "\nmost confused (share of that class's %s):", dataset_rows_word(&subject->dataset));
    if (print_lines(subject->db, ask(subject, sql_evaluate_report, part), NULL, "") < 0) {
        db_finish(confusions);
        return DB_ERROR;
    }
    return print_lines(subject->db, confusions, title, "  ") < 0 ||
                   print_lines(subject->db, ask(subject, sql_evaluate_confidence, part), "", "") < 0
               ? DB_ERROR
               : DB_OK;
}

int evaluation_print(const struct subject *subject, const char *part, const char *none)
{
    struct db *db = subject->db;
    const int brief = subject->stage->quiet;
    if (!brief && print_details(subject, part))
        return DB_ERROR;
    int lines = print_lines(db, ask(subject, sql_evaluate_summary, part), NULL, "");
    if (lines == 0)
        printf("%s: no %s%s\n", part, dataset_rows_word(&subject->dataset), none);
    if (lines > 0 && !brief)
        lines = print_lines(db, ask(subject, sql_evaluate_message, part), NULL, "");
    return lines < 0 ? DB_ERROR : DB_OK;
}
