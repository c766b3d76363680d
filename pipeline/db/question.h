/* question.h: questions that people ask in SQL: a file NAME.sql in a folder (sql/ask), or a text,
 * and values for its parameters.
 *
 *     struct text sql = {0};
 *     if (question_read("sql/ask", "leaderboard", &sql, &error) ||
 *         question_prepare(&db, "leaderboard", text_of(&sql), &statement) ||
 *         question_bind(&db, statement, "limit=5", &error))
 *         ...
 *     while (db_step(&db, statement) == 1) ...
 */
#ifndef QUESTION_H
#define QUESTION_H

#include "pipeline/base/text.h"
#include "pipeline/db/db.h"

/* What the functions return beside 0 and FAILED: what was asked for is no name, no PARAMETER=VALUE,
 * or no parameter of the question; for which stages end with stage_usage. */
enum { QUESTION_MISUSED = -2 };

enum { QUESTION_NAME_SIZE = 64 };

/* Appends the text of FOLDER/NAME.sql. 0, QUESTION_MISUSED where NAME can't be that of a question,
 * FAILED where there is none or it can't be read. */
int question_read(const char *folder, const char *name, struct text *text, struct error *error);

/* Where that file is. */
void question_path(const char *folder, const char *name, char path[1200]);

/* The one statement of a text, which must only read and give rows; the caller ends it with
 * db_finish. `what` names the text in db->error: a path, or the option that it came by. 0 or
 * DB_ERROR. */
int question_prepare(struct db *db, const char *what, const char *sql,
                     struct statement **statement);

/* Binds PARAMETER=VALUE: as a whole number or a real where it reads as one, else as text.
 * Parameters that are not bound are NULL. 0 or QUESTION_MISUSED. */
int question_bind(struct db *db, struct statement *statement, const char *assignment,
                  struct error *error);

/* Whether a file's name is that of a question, letters, digits, - and _ before .sql: the length
 * before the ending, else 0. */
size_t question_name_length(const char *file);

#endif
