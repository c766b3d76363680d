/* data.h: the data files that charts read: data/NAME.tsv, a line of column names and one a row, and
 * data/NAME.bin, images one after the other, a byte a value. */
#ifndef DATA_H
#define DATA_H

#include "pipeline/base/text.h"
#include "pipeline/db/db.h"

/* What a script must know of a column before it draws. */
struct data_column {
    char name[64];
    size_t n; /* numbers in it; 0: the others are NaN */
    double least, greatest, sum;
};

struct data_file {
    char name[64];
    size_t rows;
    int n_columns; /* 0 where no query wrote it */
    struct data_column *columns;
    struct text settings; /* lines of gnuplot that hold for the charts that are made of it */
};

struct data_files {
    struct data_file **items; /* [n] */
    int n;
};

/* The file of that name, NULL where there is none; how many rows it has then: 0. */
struct data_file *data_find(const struct data_files *files, const char *name);
size_t data_rows(const struct data_files *files, const char *name);

/* Remembers a file that the caller writes; NULL: out of memory. data_free forgets all. */
struct data_file *data_add(struct data_files *files, const char *name, size_t rows);
void data_free(struct data_files *files);

/* Writes a text, or bytes, to a file of a folder. 0 or FAILED. */
int data_write(const char *folder, const char *name, const struct text *text, struct error *error);

/* Appends the pixels of the image of that number. 0 or FAILED. */
typedef int data_image(void *context, int64_t image, struct text *pixels, struct error *error);

/* Writes the rows of a statement to FOLDER/data/NAME.tsv and remembers what is in them; the pixels
 * of the images that a column `image` names go to NAME.bin. 0, or FAILED with a line in
 * db->error. */
int data_query(struct db *db, struct statement *statement, const char *folder, const char *name,
               data_image *image, void *context, struct data_files *files);

/* What a script is told of a file: n_COLUMN, min_COLUMN, max_COLUMN, sum_COLUMN, its settings. */
void data_tell(const struct data_file *file, struct text *script);

#endif
