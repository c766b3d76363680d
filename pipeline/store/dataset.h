/* dataset.h: reading datasets, classes, images and splits out of the database. */
#ifndef DATASET_H
#define DATASET_H

#include "nn/nn.h"
#include "pipeline/conf/conf.h"
#include "pipeline/db/db.h"

struct dataset {
    int64_t id;
    char name[128];
    int version;
    nn_shape shape;
    int is_table;     /* a row is 1 x 1 x C numbers, and no image */
    int floats;       /* numbers are stored as floats, else as bytes */
    double zero, one; /* what a net sees as 0 and 1 */
    char hash[65];
    int classes;
    char **labels; /* [classes], as they stand in the source file */
};

/* The newest version of the dataset of that name, or (dataset_load_id) a certain one.
 * dataset_free accepts one that was zeroed or failed to load. */
int dataset_load(struct db *db, const char *name, struct dataset *dataset);
int dataset_load_id(struct db *db, int64_t id, struct dataset *dataset);
void dataset_free(struct dataset *dataset);

/* Rows of one part in the order of the file, with their numbers in the database. Images that are
 * stored as bytes are bytes from 0 to 255; others have values, from 0 to 1 as far as training goes,
 * and the same as bytes for whoever shows them. The rows of a table have values as they are, a gap
 * being NaN, and no bytes. */
struct image_set {
    nn_images images; /* labels NULL unless all rows have one; see input_prepare */
    int64_t *ids;     /* [count], image.id */
    uint8_t *pixels;  /* [count][H][W][C]; NULL for a table */
    float *values;    /* [count][H][W][C]; NULL for bytes */
    uint16_t *labels; /* [count], UINT16_MAX where there is none */
};

/* What an experiment's net depends on. */
static inline struct conf_data dataset_data(const struct dataset *dataset)
{
    return (struct conf_data){dataset->classes, dataset->is_table};
}

/* What people read of its rows: "images", or of a table "rows"; and of one of them. */
const char *dataset_rows_word(const struct dataset *dataset);
const char *dataset_row_word(const struct dataset *dataset);

/* A row as it is stored, image.pixels of so many bytes, to where the rows of a set have it; what
 * the set has not may be NULL. FAILED with a line where it is of another size. */
int dataset_row(const struct dataset *dataset, const void *stored, size_t bytes, uint8_t *pixels,
                float *values, struct error *error);

enum { IMAGES_TRAIN, IMAGES_TEST };
int image_set_load(struct db *db, const struct dataset *dataset, int part, struct image_set *set);
void image_set_free(struct image_set *set);

#endif
