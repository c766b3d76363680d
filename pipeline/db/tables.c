/* tables.c: see tables.h. In the texts of sql/schema.sql and the views is all that must be found.
 */
#include "pipeline/db/tables.h"

#include "pipeline/base/text.h"
#include "sql/db.h"
#include "sql/schema.h"

#include <stdio.h>
#include <string.h>

/* The lines that the file has, each between two line ends. */
static int read_columns(struct db *db, struct text *found)
{
    struct statement *s = db_prepare(db, sql_db_columns);
    int rc;
    text_add(found, "\n");
    while ((rc = db_step(db, s)) == 1)
        text_format(found, "%s\n", db_text_at(s, 0));
    db_finish(s);
    if (rc == 0 && text_failed(found))
        return error_memory(&db->error, "the names of the columns");
    return rc;
}

static int check_columns(struct db *db)
{
    struct text found = {0};
    char line[200];
    int rc = read_columns(db, &found);
    for (const char *at = sql_columns; *at && !rc; at += strlen(line) - 1) {
        snprintf(line, sizeof line, "\n%.*s\n", (int)strcspn(at, "\n"), at);
        if (!strstr(text_of(&found), line))
            rc = error_set(&db->error,
                           "%s: lacks the column %.*s of a STRICT table; expected the tables of a "
                           "Pixelmill database",
                           db->path, (int)strlen(line) - 2, line + 1);
    }
    text_free(&found);
    return rc;
}

/* exact: 1 where the text must be that of sql/schema.sql, 0 where the name will do. */
static int check_triggers(struct db *db, int exact)
{
    struct statement *s = db_prepare(db, sql_db_triggers);
    db_bind_text(s, ":schema", sql_schema);
    db_bind_int(s, ":exact", exact);
    int rc = db_step(db, s);
    if (rc == 1)
        rc = error_set(&db->error,
                       "%s: has a trigger '%.60s' on the table %.60s, which is not Pixelmill's; "
                       "expected none",
                       db->path, db_text_at(s, 1), db_text_at(s, 0));
    db_finish(s);
    return rc;
}

int tables_check(struct db *db)
{
    return check_columns(db) || check_triggers(db, 1) ? DB_ERROR : DB_OK;
}

int tables_check_triggers(struct db *db)
{
    return check_triggers(db, 0);
}

static int count_views(struct db *db, int64_t *n)
{
    int found;
    struct statement *s = db_prepare(db, sql_db_count_views);
    db_bind_text(s, ":text", sql_views);
    return db_value_int(db, s, n, &found);
}

/* They were made in the order of their text, so one pass through it finds them all; people's own
 * views may stand between. */
int tables_views_are_ours(struct db *db)
{
    struct statement *s = db_prepare(db, sql_db_views);
    const char *at = sql_views;
    int64_t n = 0, all;
    int rc;
    while ((rc = db_step(db, s)) == 1) {
        const char *found = strstr(at, db_text_at(s, 0));
        if (found) {
            at = found + 1;
            n++;
        }
    }
    db_finish(s);
    return rc < 0 || count_views(db, &all) ? DB_ERROR : n == all;
}
