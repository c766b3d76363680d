/* dataset.h: reading datasets, classes, images and splits out of the database. */
#ifndef DATASET_H
#define DATASET_H

#include "nn/nn.h"
#include "pipeline/db/db.h"

struct dataset {
    int64_t id;
    char name[128];
    int version;
    nn_shape shape;
    char hash[65];
    int classes;
    char **labels; /* [classes], as they stand in the source file */
};

/* The newest version of the dataset of that name, or (dataset_load_id) a certain one.
 * dataset_free accepts one that was zeroed or failed to load. */
int dataset_load(struct db *db, const char *name, struct dataset *dataset);
int dataset_load_id(struct db *db, int64_t id, struct dataset *dataset);
void dataset_free(struct dataset *dataset);

/* Images of one part in the order of their rows, as bytes, with their numbers in the database. */
struct image_set {
    nn_images images; /* labels NULL unless all images have one; scale 1/255, offset 0 */
    int64_t *ids;     /* [count], image.id */
    uint8_t *pixels;
    uint16_t *labels; /* [count], UINT16_MAX where there is none */
};

enum { IMAGES_TRAIN, IMAGES_TEST };
int image_set_load(struct db *db, const struct dataset *dataset, int part, struct image_set *set);
void image_set_free(struct image_set *set);

#endif
