/* question.c: see question.h. */
#include "pipeline/db/question.h"

#include "pipeline/base/file.h"
#include "pipeline/base/number.h"

#include <ctype.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MOST = 1 << 20 }; /* bytes of a question */

size_t question_name_length(const char *file)
{
    size_t length = 0;
    while (isalnum((unsigned char)file[length]) || file[length] == '_' || file[length] == '-')
        length++;
    return length < QUESTION_NAME_SIZE && strcmp(file + length, ".sql") == 0 ? length : 0;
}

void question_path(const char *folder, const char *name, char path[1200])
{
    snprintf(path, 1200, "%s/%.*s.sql", folder, QUESTION_NAME_SIZE, name);
}

int question_read(const char *folder, const char *name, struct text *text, struct error *error)
{
    char file[QUESTION_NAME_SIZE + 8], path[1200];
    snprintf(file, sizeof file, "%.*s.sql", QUESTION_NAME_SIZE, name);
    if (question_name_length(file) == 0) {
        error_set(error, "'%s' is no name of a question; ask alone lists them", name);
        return QUESTION_MISUSED;
    }
    question_path(folder, name, path);
    if (access(path, R_OK))
        return error_set(error, "no question '%s' (%s: %s); ask alone lists them", name, path,
                         strerror(errno));
    return file_read(path, TEXT_MOST, text, error);
}

int question_prepare(struct db *db, const char *what, const char *sql, struct statement **statement)
{
    const char *rest = NULL;
    *statement = db_prepare_text(db, sql, &rest);
    if (!rest) /* no memory */
        return DB_ERROR;
    if (!*statement && sqlite3_errcode(db->handle) != SQLITE_OK)
        return error_set(&db->error, "%s: %s", what, sqlite3_errmsg(db->handle));
    if (!*statement || !db_only_reads(*statement) || db_columns(*statement) == 0) {
        error_set(&db->error,
                  "%s: is no question; expected one statement that reads and gives rows", what);
        goto fail;
    }
    struct statement *second = db_prepare_text(db, rest, NULL);
    if (second || sqlite3_errcode(db->handle) != SQLITE_OK) {
        db_finish(second);
        error_set(&db->error, "%s: has more than one statement; expected one", what);
        goto fail;
    }
    return DB_OK;
fail:
    db_finish(*statement);
    *statement = NULL;
    return DB_ERROR;
}

/* Tells the parameters that the question has. */
static int no_parameter(struct statement *statement, const char *name, struct error *error)
{
    struct text known = {0};
    const char *parameter;
    for (int i = 0; (parameter = db_parameter_name(statement, i)); i++)
        text_format(&known, "%s%s", i ? ", " : "", parameter + 1);
    error_set(error, "the question has no parameter '%s'; it has: %s", name,
              known.length ? known.bytes : "none");
    text_free(&known);
    return QUESTION_MISUSED;
}

int question_bind(struct db *db, struct statement *statement, const char *assignment,
                  struct error *error)
{
    (void)db;
    char name[QUESTION_NAME_SIZE + 1];
    const char *equals = strchr(assignment, '=');
    int64_t whole;
    double real;
    if (!equals || equals == assignment || equals - assignment >= QUESTION_NAME_SIZE) {
        error_set(error, "found '%s'; expected PARAMETER=VALUE", assignment);
        return QUESTION_MISUSED;
    }
    snprintf(name, sizeof name, ":%.*s", (int)(equals - assignment), assignment);
    if (!db_has_parameter(statement, name))
        return no_parameter(statement, name + 1, error);
    if (number_whole(equals + 1, INT64_MIN, INT64_MAX, &whole) == 0)
        db_bind_int(statement, name, whole);
    else if (number_real(equals + 1, -1e300, 1e300, &real) == 0)
        db_bind_real(statement, name, real);
    else
        db_bind_text(statement, name, equals + 1);
    return 0;
}
