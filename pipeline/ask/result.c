/* ask_result.c: the rows of a query in memory. */
#include "pipeline/ask/ask.h"

#include <stdlib.h>
#include <string.h>

/* 15 significant digits, or 17 where only they read back as the same number; always with a point.
 */
static char *real_text(double value)
{
    char text[40];
    sqlite3_snprintf(sizeof text, text, "%!.15g", value);
    if (strtod(text, NULL) != value)
        sqlite3_snprintf(sizeof text, text, "%!.17g", value);
    return strdup(text);
}

static char *blob_text(int bytes)
{
    char text[40];
    snprintf(text, sizeof text, "(%d bytes)", bytes);
    return strdup(text);
}

/* Returns 0, or -1 where memory is short. */
static int take_cell(sqlite3_stmt *statement, int column, struct cell *cell)
{
    *cell = (struct cell){.type = sqlite3_column_type(statement, column)};
    switch (cell->type) {
    case SQLITE_NULL:
        return 0;
    case SQLITE_FLOAT:
        cell->real = sqlite3_column_double(statement, column);
        cell->text = real_text(cell->real);
        break;
    case SQLITE_BLOB:
        cell->type = SQLITE_TEXT;
        cell->text = blob_text(sqlite3_column_bytes(statement, column));
        break;
    default: {
        const char *text = (const char *)sqlite3_column_text(statement, column);
        cell->text = text ? strdup(text) : NULL;
    }
    }
    return cell->text ? 0 : -1;
}

static int take_names(sqlite3_stmt *statement, struct result *result)
{
    int columns = sqlite3_column_count(statement);
    result->names = calloc((size_t)columns + 1, sizeof *result->names);
    if (!result->names)
        return -1;
    result->columns = columns;
    for (int i = 0; i < columns; i++) {
        const char *name = sqlite3_column_name(statement, i);
        result->names[i] = name ? strdup(name) : NULL;
        if (!result->names[i])
            return -1;
    }
    return 0;
}

static int take_row(sqlite3_stmt *statement, struct result *result, size_t *room)
{
    size_t columns = (size_t)result->columns;
    if (result->rows == *room) {
        size_t more = *room ? 2 * *room : 64;
        struct cell *cells = realloc(result->cells, more * columns * sizeof *cells);
        if (!cells)
            return -1;
        result->cells = cells;
        *room = more;
    }
    struct cell *row = result->cells + result->rows * columns;
    memset(row, 0, columns * sizeof *row);
    result->rows++;
    for (int i = 0; i < result->columns; i++)
        if (take_cell(statement, i, &row[i]))
            return -1;
    return 0;
}

int result_load(struct db *db, sqlite3_stmt *statement, struct result *result)
{
    memset(result, 0, sizeof *result);
    size_t room = 0;
    int rc = 0, memory = take_names(statement, result);
    while (!memory && (rc = db_step(db, statement)) == 1)
        memory = take_row(statement, result, &room);
    if (memory) {
        snprintf(db->error, sizeof db->error, "out of memory");
        rc = DB_ERROR;
    }
    if (rc)
        result_free(result);
    return rc;
}

void result_free(struct result *result)
{
    for (size_t i = 0; i < result->rows * (size_t)result->columns; i++)
        free(result->cells[i].text);
    for (int i = 0; i < result->columns; i++)
        free(result->names[i]);
    free(result->cells);
    free(result->names);
    memset(result, 0, sizeof *result);
}
