/* report_data.c: queries into the data files that the charts read. In: a query of sql/charts. Out:
 * data/NAME.tsv with a line of column names, and the pixels of the images that it names. */
#include "pipeline/report/report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

FILE *report_open(struct report *report, const char *name)
{
    char path[REPORT_PATH];
    snprintf(path, sizeof path, "%s/%.150s", report->folder, name);
    FILE *file = fopen(path, "w");
    if (!file)
        snprintf(report->error, sizeof report->error, "%s: %s", path, strerror(errno));
    return file;
}

int report_close(struct report *report, FILE *file, const char *name)
{
    int failed = ferror(file);
    if (fclose(file) || failed) {
        snprintf(report->error, sizeof report->error, "%s/%.150s: can't be written: %s",
                 report->folder, name, strerror(errno));
        return -1;
    }
    return 0;
}

sqlite3_stmt *report_prepare(struct report *report, const char *sql)
{
    sqlite3_stmt *statement = db_prepare(report->db, sql);
    const struct {
        const char *name;
        int64_t value;
    } known[] = {{":run", report->run.id}, {":a", report->a}, {":b", report->b}};
    for (size_t i = 0; statement && i < sizeof known / sizeof *known; i++)
        if (known[i].value && sqlite3_bind_parameter_index(statement, known[i].name))
            db_bind_int(statement, known[i].name, known[i].value);
    if (statement && sqlite3_bind_parameter_index(statement, ":root"))
        db_bind_text(statement, ":root", report->root);
    if (!statement)
        snprintf(report->error, sizeof report->error, "%s", report->db->error);
    return statement;
}

int data_note(struct report *report, const char *name, size_t rows)
{
    if (report->n_files == REPORT_MAX_DATA) {
        snprintf(report->error, sizeof report->error, "more than %d data files", REPORT_MAX_DATA);
        return -1;
    }
    struct data_file *file = &report->files[report->n_files++];
    memset(file, 0, sizeof *file);
    snprintf(file->name, sizeof file->name, "%s", name);
    file->rows = rows;
    return 0;
}

const struct data_file *data_find(const struct report *report, const char *name)
{
    for (int i = 0; i < report->n_files; i++)
        if (strcmp(report->files[i].name, name) == 0)
            return &report->files[i];
    return NULL;
}

size_t data_rows(const struct report *report, const char *name)
{
    const struct data_file *file = data_find(report, name);
    return file ? file->rows : 0;
}

static const uint8_t *find_pixels(const struct image_set *set, int64_t image)
{
    const nn_shape shape = set->images.shape;
    size_t size = (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
    size_t low = 0, high = set->images.count;
    while (low < high) { /* rows are numbered in the order of their file */
        size_t middle = low + (high - low) / 2;
        if (set->ids[middle] < image)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->images.count && set->ids[low] == image ? set->pixels + low * size : NULL;
}

const uint8_t *report_pixels(const struct report *report, int64_t image)
{
    const uint8_t *pixels = find_pixels(&report->train, image);
    return pixels ? pixels : find_pixels(&report->test, image);
}

int tile_channels(const struct report *report)
{
    return report->dataset.shape.c == 3 ? 3 : 1;
}

size_t report_tile(const struct report *report, const uint8_t *pixels, uint8_t *tile)
{
    const nn_shape shape = report->dataset.shape;
    size_t points = (size_t)shape.h * (size_t)shape.w, kept = (size_t)tile_channels(report);
    for (size_t i = 0; i < points; i++)
        for (size_t c = 0; c < kept; c++)
            tile[i * kept + c] = pixels ? pixels[i * (size_t)shape.c + c] : 0;
    return points * kept;
}

/* A tab or a line end would end the field, and gnuplot takes what begins with a quote for quoted.
 */
static void write_field(FILE *out, sqlite3_stmt *statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
        fputs("NaN", out);
        return;
    }
    for (const char *s = (const char *)sqlite3_column_text(statement, column); *s; s++) {
        if (*s == '"')
            fputs("”", out);
        else
            putc((unsigned char)*s < ' ' ? ' ' : *s, out);
    }
}

static int column_named(sqlite3_stmt *statement, const char *name)
{
    for (int i = 0; i < sqlite3_column_count(statement); i++)
        if (strcmp(sqlite3_column_name(statement, i), name) == 0)
            return i;
    return -1;
}

static void name_columns(sqlite3_stmt *statement, struct data_file *file)
{
    file->columns = sqlite3_column_count(statement);
    for (int i = 0; i < file->columns && i < REPORT_MAX_COLUMNS; i++) {
        struct data_column *column = &file->column[i];
        snprintf(column->name, sizeof column->name, "%s", sqlite3_column_name(statement, i));
        column->least = column->greatest = column->sum = NAN;
    }
}

static void count_value(sqlite3_stmt *statement, int i, struct data_file *file)
{
    int type = sqlite3_column_type(statement, i);
    struct data_column *column = &file->column[i];
    if (i >= REPORT_MAX_COLUMNS || (type != SQLITE_INTEGER && type != SQLITE_FLOAT))
        return;
    double value = sqlite3_column_double(statement, i);
    column->least = fmin(column->least, value);
    column->greatest = fmax(column->greatest, value);
    column->sum = column->n++ ? column->sum + value : value;
}

static int write_rows(struct report *report, sqlite3_stmt *statement, FILE *table, FILE *tiles,
                      uint8_t *tile, struct data_file *file)
{
    int columns = sqlite3_column_count(statement), image = column_named(statement, "image"), rc;
    name_columns(statement, file);
    for (int i = 0; i < columns; i++)
        fprintf(table, "%s%c", sqlite3_column_name(statement, i), i + 1 < columns ? '\t' : '\n');
    while ((rc = db_step(report->db, statement)) == 1) {
        for (int i = 0; i < columns; i++) {
            count_value(statement, i, file);
            write_field(table, statement, i);
            putc(i + 1 < columns ? '\t' : '\n', table);
        }
        if (tiles) {
            const uint8_t *pixels = report_pixels(report, sqlite3_column_int64(statement, image));
            fwrite(tile, 1, report_tile(report, pixels, tile), tiles);
        }
        file->rows++;
    }
    if (rc)
        snprintf(report->error, sizeof report->error, "%s", report->db->error);
    return rc;
}

int data_query(struct report *report, const char *name, const char *sql)
{
    char table_name[64], tiles_name[64];
    snprintf(table_name, sizeof table_name, "data/%.40s.tsv", name);
    snprintf(tiles_name, sizeof tiles_name, "data/%.40s.bin", name);
    const nn_shape shape = report->dataset.shape;
    int rc = -1;
    FILE *table = NULL, *tiles = NULL;
    uint8_t *tile = malloc((size_t)shape.h * (size_t)shape.w * (size_t)shape.c);
    sqlite3_stmt *statement = report_prepare(report, sql);
    if (!tile)
        snprintf(report->error, sizeof report->error, "out of memory");
    if (!statement || !tile || !(table = report_open(report, table_name)))
        goto done;
    if (column_named(statement, "image") >= 0 && !(tiles = report_open(report, tiles_name)))
        goto done;
    if (!data_note(report, name, 0))
        rc = write_rows(report, statement, table, tiles, tile, &report->files[report->n_files - 1]);
done:
    if (table && report_close(report, table, table_name))
        rc = -1;
    if (tiles && report_close(report, tiles, tiles_name))
        rc = -1;
    sqlite3_finalize(statement);
    free(tile);
    return rc;
}
