/* result.c: the rows of a query in memory. See ask.h. */
#include "pipeline/ask/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Returns 0, or -1 where memory is short. */
static int take_cell(struct statement *statement, int column, struct cell *cell)
{
    char text[40];
    size_t size;
    *cell = (struct cell){.type = db_type_at(statement, column)};
    switch (cell->type) {
    case DB_NULL:
        return 0;
    case DB_REAL:
        cell->real = db_real_at(statement, column);
        db_real_text(cell->real, text);
        cell->text = strdup(text);
        break;
    case DB_BLOB:
        db_blob_at(statement, column, &size);
        snprintf(text, sizeof text, "(%zu bytes)", size);
        cell->type = DB_TEXT;
        cell->text = strdup(text);
        break;
    default:
        cell->text = strdup(db_text_at(statement, column));
    }
    return cell->text ? 0 : -1;
}

static int take_names(struct statement *statement, struct result *result)
{
    int columns = db_columns(statement);
    result->names = calloc((size_t)columns + 1, sizeof *result->names);
    if (!result->names)
        return -1;
    result->columns = columns;
    for (int i = 0; i < columns; i++) {
        const char *name = db_column_name(statement, i);
        result->names[i] = name ? strdup(name) : NULL;
        if (!result->names[i])
            return -1;
    }
    return 0;
}

static int take_row(struct statement *statement, struct result *result, size_t *room)
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

int result_load(struct db *db, struct statement *statement, struct result *result)
{
    memset(result, 0, sizeof *result);
    size_t room = 0;
    int rc = 0, memory = take_names(statement, result);
    while (!memory && (rc = db_step(db, statement)) == 1)
        memory = take_row(statement, result, &room);
    if (memory)
        rc = error_memory(&db->error, "the answer");
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
