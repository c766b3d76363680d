/* data.c: queries into data files. See data.h. */
#include "pipeline/chart/data.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct data_file *data_find(const struct data_files *files, const char *name)
{
    for (int i = 0; i < files->n; i++)
        if (strcmp(files->items[i]->name, name) == 0)
            return files->items[i];
    return NULL;
}

size_t data_rows(const struct data_files *files, const char *name)
{
    const struct data_file *file = data_find(files, name);
    return file ? file->rows : 0;
}

struct data_file *data_add(struct data_files *files, const char *name, size_t rows)
{
    struct data_file **more = realloc(files->items, (size_t)(files->n + 1) * sizeof *more);
    if (!more)
        return NULL;
    files->items = more;
    struct data_file *file = calloc(1, sizeof *file);
    if (!file)
        return NULL;
    snprintf(file->name, sizeof file->name, "%s", name);
    file->rows = rows;
    return more[files->n++] = file;
}

void data_free(struct data_files *files)
{
    for (int i = 0; i < files->n; i++) {
        text_free(&files->items[i]->settings);
        free(files->items[i]->columns);
        free(files->items[i]);
    }
    free(files->items);
    *files = (struct data_files){0};
}

int data_write(const char *folder, const char *name, const struct text *text, struct error *error)
{
    char path[1300];
    snprintf(path, sizeof path, "%.1000s/%.250s", folder, name);
    if (text_failed(text))
        return error_memory(error, path);
    FILE *file = fopen(path, "w");
    if (!file)
        return error_system(error, path);
    int bad = fwrite(text_of(text), 1, text->length, file) != text->length;
    bad |= fclose(file) != 0;
    return bad ? error_set(error, "%s: can't be written: %s", path, strerror(errno)) : 0;
}

/* A tab or a line end would end the field, and gnuplot takes what begins with a quote for quoted.
 */
static void add_field(struct text *table, struct statement *statement, int column)
{
    if (db_is_null_at(statement, column)) {
        text_add(table, "NaN");
        return;
    }
    for (const char *s = db_text_at(statement, column); *s; s++) {
        if (*s == '"')
            text_add(table, "”");
        else
            text_add_bytes(table, (unsigned char)*s < ' ' ? " " : s, 1);
    }
}

static int name_columns(struct statement *statement, struct data_file *file, struct text *table)
{
    int n = db_columns(statement);
    file->columns = calloc((size_t)n, sizeof *file->columns);
    if (!file->columns)
        return FAILED;
    file->n_columns = n;
    for (int i = 0; i < n; i++) {
        struct data_column *column = &file->columns[i];
        snprintf(column->name, sizeof column->name, "%s", db_column_name(statement, i));
        column->least = column->greatest = column->sum = NAN;
        text_format(table, "%s%c", db_column_name(statement, i), i + 1 < n ? '\t' : '\n');
    }
    return 0;
}

static void count_value(struct statement *statement, int i, struct data_column *column)
{
    db_type type = db_type_at(statement, i);
    if (type != DB_INT && type != DB_REAL)
        return;
    double value = db_real_at(statement, i);
    column->least = fmin(column->least, value);
    column->greatest = fmax(column->greatest, value);
    column->sum = column->n++ ? column->sum + value : value;
}

/* Steps through the rows. */
static int read_rows(struct db *db, struct statement *statement, struct data_file *file,
                     struct text *table, struct text *tiles, data_image *image, void *context)
{
    int rc;
    while ((rc = db_step(db, statement)) == 1) {
        for (int i = 0; i < file->n_columns; i++) {
            if (!strcmp(file->columns[i].name, "image") &&
                image(context, db_int_at(statement, i), tiles, &db->error))
                return FAILED;
            count_value(statement, i, &file->columns[i]);
            add_field(table, statement, i);
            text_add(table, i + 1 < file->n_columns ? "\t" : "\n");
        }
        file->rows++;
    }
    return rc;
}

int data_query(struct db *db, struct statement *statement, const char *folder, const char *name,
               data_image *image, void *context, struct data_files *files)
{
    struct text table = {0}, tiles = {0};
    char path[100];
    int rc = FAILED;
    struct data_file *file = statement ? data_add(files, name, 0) : NULL;
    if (!statement)
        return FAILED;
    if (!file || name_columns(statement, file, &table))
        error_memory(&db->error, name);
    else
        rc = read_rows(db, statement, file, &table, &tiles, image, context);
    snprintf(path, sizeof path, "data/%.60s.tsv", name);
    rc = rc ? rc : data_write(folder, path, &table, &db->error);
    snprintf(path, sizeof path, "data/%.60s.bin", name);
    if (!rc && tiles.length)
        rc = data_write(folder, path, &tiles, &db->error);
    text_free(&table);
    text_free(&tiles);
    return rc;
}

void data_tell(const struct data_file *file, struct text *script)
{
    for (int i = 0; i < file->n_columns; i++) {
        const struct data_column *c = &file->columns[i];
        text_format(script, "n_%s = %zu\n", c->name, c->n);
        if (c->n)
            text_format(script, "min_%s = %.17g\nmax_%s = %.17g\nsum_%s = %.17g\n", c->name,
                        c->least, c->name, c->greatest, c->name, c->sum);
        else
            text_format(script, "min_%s = NaN\nmax_%s = NaN\nsum_%s = 0\n", c->name, c->name,
                        c->name);
    }
    text_add(script, text_of(&file->settings));
}
