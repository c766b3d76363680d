/* ask.c: answers a named question, or one in SQL. In: sql/ask/NAME.sql and values for its
 * parameters. Out: its result on stdout as a table, CSV, JSON or Markdown. Reads only. */
#include "pipeline/ask/ask.h"

#include "pipeline/base/terminal.h"
#include "pipeline/db/question.h"
#include "pipeline/program/stage.h"

#include <stdlib.h>
#include <unistd.h>

enum form { FORM_TABLE, FORM_CSV, FORM_JSON, FORM_MARKDOWN };

struct options {
    const char *folder, *sql;
    int form; /* enum form */
    int wide;
};

static const struct option_row ROWS[] = {
    {"format", OPTION_CHOICE, "FORM", OPTION_AT(struct options, form),
     .choices = "table|csv|json|md", .help = "how to print the answer", .fallback = "table"},
    {"sql", OPTION_TEXT, "QUERY", OPTION_AT(struct options, sql),
     .help = "ask this instead of a question by name; it must only read"},
    {"wide", OPTION_FLAG, NULL, OPTION_AT(struct options, wide),
     .help =
         "a table as wide as it is, not as the terminal; so does the environment variable WIDE"},
    {"dir", OPTION_TEXT, "FOLDER", OPTION_AT(struct options, folder),
     .help = "folder of the questions, NAME.sql each", .fallback = "sql/ask"},
    {0}};

static const struct program PROGRAM = {
    .name = "ask",
    .usage = "[OPTION]... NAME [PARAMETER=VALUE]...\n"
             "[OPTION]... --sql QUERY [PARAMETER=VALUE]...\n\n",
    .about = "Answers a question by name, or one in SQL; without either, lists the questions. "
             "--run N is the same as run=N.",
    .example = "build/bin/ask top_confusions --run 7 limit=5",
    .reads = "what the question reads.",
    .uses = USES_DB | USES_RUN | USES_QUIET,
    .rows = ROWS,
    .most = -1};

static void bind(const struct stage *stage, struct db *db, struct statement *statement,
                 const char *assignment)
{
    struct error error;
    if (question_bind(db, statement, assignment, &error))
        stage_usage(stage, "%s", error.text);
}

static void bind_all(const struct stage *stage, struct db *db, struct statement *statement,
                     char **assignments, int n)
{
    char number[40];
    snprintf(number, sizeof number, "run=%lld", (long long)stage->run);
    if (stage->run)
        bind(stage, db, statement, number);
    for (int i = 0; i < n; i++)
        bind(stage, db, statement, assignments[i]);
}

/* The question's text; one that is not there ends with the name that may have been meant. */
static void read_question(const struct stage *stage, const char *folder, const char *name,
                          struct text *sql, char path[1200])
{
    struct error error, reason;
    struct text nearest = {0};
    question_path(folder, name, path);
    int rc = question_read(folder, name, sql, &error);
    if (rc == QUESTION_MISUSED)
        stage_usage(stage, "%s", error.text);
    if (rc && access(path, F_OK) && !ask_nearest(folder, name, &nearest, &reason) && nearest.length)
        stage_fail(stage, "%s; did you mean %s?", error.text, text_of(&nearest));
    if (rc)
        stage_fail(stage, "%s", error.text);
}

static int form(const struct options *options, const struct result *result, struct text *out,
                struct error *error)
{
    switch (options->form) {
    case FORM_CSV:
        return ask_csv(result, out, error);
    case FORM_JSON:
        return ask_json(result, out, error);
    case FORM_MARKDOWN:
        return ask_markdown(result, out, error);
    default:
        return ask_table(result, terminal_width(options->wide), out, error);
    }
}

static void print(const struct stage *stage, const struct options *options,
                  const struct result *result)
{
    struct text out = {0};
    struct error error;
    int left_out = form(options, result, &out, &error);
    if (left_out < 0)
        stage_fail(stage, "%s", error.text);
    fwrite(text_of(&out), 1, out.length, stdout);
    text_free(&out);
    if (stage->quiet)
        return;
    fflush(stdout);
    if (left_out)
        fprintf(stderr, "ask: %d column%s left out; all of them: --wide (make: WIDE=1)\n", left_out,
                left_out == 1 ? "" : "s");
    if (result->rows == 0)
        fputs("ask: no rows\n", stderr);
}

static void answer(const struct stage *stage, const struct options *options, struct db *db)
{
    const int named = options->sql == NULL;
    char path[1200] = "--sql";
    struct text sql = {0};
    struct statement *statement;
    struct result result;
    if (named)
        read_question(stage, options->folder, stage->arguments[0], &sql, path);
    stage_check(stage, db,
                question_prepare(db, path, named ? text_of(&sql) : options->sql, &statement));
    bind_all(stage, db, statement, stage->arguments + named, stage->n_arguments - named);
    if (result_load(db, statement, &result))
        stage_fail(stage, "%s: %s", path, db->error.text);
    db_finish(statement);
    print(stage, options, &result);
    result_free(&result);
    text_free(&sql);
}

static void list(const struct stage *stage, const char *folder)
{
    struct text lines = {0};
    struct error error;
    if (ask_list(folder, &lines, &error))
        stage_fail(stage, "%s", error.text);
    fputs(text_of(&lines), stdout);
    text_free(&lines);
}

int main(int argc, char **argv)
{
    struct options options = {.folder = "sql/ask"};
    struct stage stage;
    struct db db = {.locks = -1};

    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    /* A list needs no database, but where there is one, opening it settles the crashed runs. */
    const int asked = stage.n_arguments > 0 || options.sql;
    if (asked || access(stage.db_path, F_OK) == 0)
        stage_open(&stage, &db, DB_READ);
    if (asked)
        answer(&stage, &options, &db);
    else
        list(&stage, options.folder);
    db_close(&db);
    return stage_end(&stage, 0);
}
