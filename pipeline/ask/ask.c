/* ask.c: answers a named question, or one in SQL. In: sql/ask/NAME.sql and values for its
 * parameters. Out: its result on stdout as a table, CSV, JSON or Markdown. Reads only. */
#include "pipeline/ask/ask.h"
#include "pipeline/program/stage.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_DIR = 256,
    OPTION_FORMAT,
    OPTION_SQL,
    NAME_SIZE = 64,
    PATH_SIZE = 1024,
    TEXT_SIZE = 1 << 16
};

static const char HELP[] =
    "Usage: ask [--db FILE] [--format FORM] NAME [--run N] [PARAMETER=VALUE ...]\n"
    "       ask [--db FILE] [--format FORM] --sql QUERY [PARAMETER=VALUE ...]\n"
    "       ask\n"
    "\n"
    "Answers a question by name, or one in SQL; without either, lists the questions.\n"
    "\n"
    "Example: ask --db experiments/runs.db top_confusions --run 7 limit=5\n"
    "\n"
    "  --db FILE       database (default experiments/runs.db)\n"
    "  --dir FOLDER    folder of the questions, NAME.sql each (default sql/ask)\n"
    "  --format FORM   table, csv, json or md (default table)\n"
    "  --run N         the run that is asked about; the same as run=N\n"
    "  --sql QUERY     asks this instead of a question by name; it must only read\n"
    "  --quiet         says nothing where there are no rows\n"
    "  --help          this text\n"
    "  --version       version\n"
    "\n"
    "Reads: what the question reads\n"
    "Writes: nothing\n";

static const struct option OPTIONS[] = {{"dir", required_argument, NULL, OPTION_DIR},
                                        {"format", required_argument, NULL, OPTION_FORMAT},
                                        {"sql", required_argument, NULL, OPTION_SQL},
                                        {0}};

typedef int printer(const struct result *result, FILE *out);

struct options {
    const char *folder, *sql;
    printer *print;
};

static int take(int option, const char *argument, void *context, char error[200])
{
    static const struct {
        const char *name;
        printer *print;
    } FORMS[] = {
        {"table", print_table}, {"csv", print_csv}, {"json", print_json}, {"md", print_markdown}};
    struct options *options = context;
    if (option == OPTION_DIR || option == OPTION_SQL) {
        *(option == OPTION_DIR ? &options->folder : &options->sql) = argument;
        return 0;
    }
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++)
        if (strcmp(argument, FORMS[i].name) == 0) {
            options->print = FORMS[i].print;
            return 0;
        }
    snprintf(error, 200, "--format: found '%.60s'; expected table, csv, json or md", argument);
    return -1;
}

/* Whether a file's name is that of a question, letters, digits, - and _ before .sql; its length
 * without the ending, or 0. */
static size_t question_length(const char *file)
{
    size_t length = 0;
    while (isalnum((unsigned char)file[length]) || file[length] == '_' || file[length] == '-')
        length++;
    return length < NAME_SIZE && strcmp(file + length, ".sql") == 0 ? length : 0;
}

static int is_question(const struct dirent *entry)
{
    return question_length(entry->d_name) > 0;
}

/* Reads a question's text. */
static void read_question(const struct stage *stage, const char *path, char text[TEXT_SIZE])
{
    FILE *file = fopen(path, "rb");
    if (!file)
        stage_fail(stage, "%s: %s", path, strerror(errno));
    size_t size = fread(text, 1, TEXT_SIZE - 1, file);
    int whole = !ferror(file) && size < TEXT_SIZE - 1;
    fclose(file);
    if (!whole)
        stage_fail(stage, "%s: can't be read, or has more than %d bytes", path, TEXT_SIZE - 2);
    text[size] = '\0';
}

/* One line a question: its name, and what it answers as its first line of comment says. */
static void list(const struct stage *stage, const char *folder)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, is_question, alphasort);
    if (n < 0)
        stage_fail(stage, "%s: %s", folder, strerror(errno));
    int width = 0;
    for (int i = 0; i < n; i++) {
        int length = (int)question_length(entries[i]->d_name);
        width = length > width ? length : width;
    }
    for (int i = 0; i < n; i++) {
        char path[PATH_SIZE], text[TEXT_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        read_question(stage, path, text);
        const char *comment = text + strspn(text, "- ");
        printf("%-*.*s  %.*s\n", width, (int)question_length(entries[i]->d_name),
               entries[i]->d_name, (int)strcspn(comment, "\n"), comment);
        free(entries[i]);
    }
    free(entries);
}

/* Prepares the one statement of a question, which must only read and give rows. */
static sqlite3_stmt *prepare(const struct stage *stage, struct db *db, const char *path,
                             const char *text)
{
    const char *rest = text;
    sqlite3_stmt *statement = NULL, *second = NULL;
    if (sqlite3_prepare_v2(db->handle, text, -1, &statement, &rest) != SQLITE_OK)
        stage_fail(stage, "%s: %s", path, sqlite3_errmsg(db->handle));
    if (!statement || !sqlite3_stmt_readonly(statement) || sqlite3_column_count(statement) == 0)
        stage_fail(stage, "%s: is no question; expected one statement that reads and gives rows",
                   path);
    if (sqlite3_prepare_v2(db->handle, rest, -1, &second, NULL) != SQLITE_OK || second)
        stage_fail(stage, "%s: has more than one statement; expected one", path);
    return statement;
}

/* Ends with the parameters that the question has. */
static void no_parameter(const struct stage *stage, sqlite3_stmt *statement, const char *name)
{
    char known[400] = "none";
    size_t used = 0;
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement) && used < sizeof known; i++) {
        const char *parameter = sqlite3_bind_parameter_name(statement, i);
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "",
                                 parameter ? parameter + 1 : "?");
    }
    stage_usage(stage, "the question has no parameter '%s'; it has: %s", name, known);
}

/* Binds NAME=VALUE: as a whole number or a real where it reads as one, else as text. */
static void bind(const struct stage *stage, sqlite3_stmt *statement, const char *assignment)
{
    const char *equals = strchr(assignment, '=');
    char name[NAME_SIZE + 1];
    if (!equals || equals == assignment || equals - assignment >= NAME_SIZE)
        stage_usage(stage, "found '%s'; expected PARAMETER=VALUE", assignment);
    snprintf(name, sizeof name, ":%.*s", (int)(equals - assignment), assignment);
    int index = sqlite3_bind_parameter_index(statement, name);
    if (index == 0)
        no_parameter(stage, statement, name + 1);
    int64_t whole;
    double real;
    int rc;
    if (parse_int(equals + 1, INT64_MIN, INT64_MAX, &whole) == 0)
        rc = sqlite3_bind_int64(statement, index, whole);
    else if (parse_real(equals + 1, -1e300, 1e300, &real) == 0)
        rc = sqlite3_bind_double(statement, index, real);
    else
        rc = sqlite3_bind_text(statement, index, equals + 1, -1, SQLITE_TRANSIENT);
    if (rc != SQLITE_OK)
        stage_fail(stage, "the value of '%s' can't be bound: %s", name + 1, sqlite3_errstr(rc));
}

/* Finds a question's file by its name. */
static void name_question(const struct stage *stage, const char *folder, const char *name,
                          char path[PATH_SIZE])
{
    char file[NAME_SIZE + 8];
    snprintf(file, sizeof file, "%.*s.sql", NAME_SIZE, name);
    snprintf(path, PATH_SIZE, "%s/%s", folder, file);
    if (question_length(file) == 0)
        stage_usage(stage, "'%s' is no name of a question; ask alone lists them", name);
    if (access(path, R_OK))
        stage_fail(stage, "no question '%s' (%s: %s); ask alone lists them", name, path,
                   strerror(errno));
}

static void answer(const struct stage *stage, const struct options *options, struct db *db,
                   const char *name, char **assignments, int n)
{
    char path[PATH_SIZE] = "--sql", text[TEXT_SIZE], number[40];
    const char *query = options->sql;
    struct result result;
    if (!query) {
        name_question(stage, options->folder, name, path);
        read_question(stage, path, text);
        query = text;
    }
    sqlite3_stmt *statement = prepare(stage, db, path, query);
    if (stage->run) {
        snprintf(number, sizeof number, "run=%lld", (long long)stage->run);
        bind(stage, statement, number);
    }
    for (int i = 0; i < n; i++)
        bind(stage, statement, assignments[i]);
    if (result_load(db, statement, &result))
        stage_fail(stage, "%s: %s", path, db->error);
    sqlite3_finalize(statement);
    if (options->print(&result, stdout))
        stage_fail(stage, "out of memory");
    if (result.rows == 0 && !stage->quiet)
        fputs("ask: no rows\n", stderr);
    result_free(&result);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "ask", .help = HELP};
    struct options options = {.folder = "sql/ask", .print = print_table};
    struct db db = {.locks = -1};

    setlocale(LC_CTYPE, "C.UTF-8"); /* for the width of a text; numbers keep their points */
    int next = stage_options(&stage, argc, argv, OPTIONS, take, &options);
    /* A list needs no database, but where there is one, opening it settles the crashed runs. */
    int asked = next < argc || options.sql;
    if (asked || access(stage.db_path, F_OK) == 0)
        stage_open(&stage, &db, DB_READ);
    if (asked) {
        int named = options.sql == NULL;
        answer(&stage, &options, &db, argv[next], argv + next + named, argc - next - named);
    } else {
        list(&stage, options.folder);
    }
    if (fflush(stdout) || ferror(stdout))
        stage_fail(&stage, "the answer can't be written to standard output");
    db_close(&db);
    return 0;
}
