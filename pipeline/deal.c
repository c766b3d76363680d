/* deal: makes a competition's files out of the public MNIST.
 *
 * In: the four uncompressed IDX files (60,000 training and 10,000 test images of 28 x 28 bytes with
 * their labels) in one folder. Out, in another folder: train.csv (42,000 rows `label,pixel0,...`),
 * test.csv (28,000 rows `pixel0,...`), sample_submission.csv (`ImageId,Label`, all 0) and
 * answers.csv, the labels of the 28,000.
 *
 * The deal: the 70,000 images in the order of the files, training images first, are shuffled by
 * Fisher and Yates; the first 42,000 become train.csv, the rest test.csv. The numbers come from
 * splitmix64 with the seed below, written out here, so that the deal stays the same for ever,
 * whatever becomes of the library's generator.
 */
#include "stage.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, IMAGES = 70000, TRAIN_IMAGES = 42000 };

static const uint64_t DEAL_SEED = 42;

static const char HELP[] =
    "Usage: deal [OPTION]... IDX-FOLDER OUT-FOLDER\n"
    "\n"
    "Deal the public MNIST's 70,000 images into the files of a competition: train.csv (42,000\n"
    "labelled images), test.csv (28,000), sample_submission.csv and answers.csv.\n"
    "\n"
    "Example:\n"
    "  build/bin/deal /tmp/mnist data\n"
    "\n"
    "Options:\n"
    "  --help      this text\n"
    "  --version   the version\n"
    "\n"
    "Reads train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and\n"
    "t10k-labels-idx1-ubyte. The deal is always the same. Reads and writes no tables.\n";

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* [0, limit) without bias: draws above the last whole multiple of limit are thrown away. */
static uint64_t draw_below(uint64_t *state, uint64_t limit)
{
    const uint64_t end = UINT64_MAX - UINT64_MAX % limit;
    uint64_t draw = splitmix64(state);
    while (draw >= end)
        draw = splitmix64(state);
    return draw % limit;
}

/* An IDX file is a big-endian magic number (0x0803: bytes in three dimensions, 0x0801: in one),
 * the size of each dimension, and the bytes. Appends `count` items of `size` bytes to `out`. */
static void read_idx(const struct stage *stage, const char *folder, const char *name,
                     uint32_t count, size_t size, uint8_t *out)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        stage_fail(stage, "%s: %s", path, strerror(errno));
    const int dimensions = size == 1 ? 1 : 3;
    uint8_t header[16];
    uint32_t value[4] = {0};
    if (fread(header, 4, (size_t)dimensions + 1, file) != (size_t)dimensions + 1)
        stage_fail(stage, "%s: too short for an IDX file", path);
    for (int i = 0; i <= dimensions; i++)
        value[i] = (uint32_t)header[4 * i] << 24 | (uint32_t)header[4 * i + 1] << 16 |
                   (uint32_t)header[4 * i + 2] << 8 | header[4 * i + 3];
    if (value[0] != 0x0800u + (uint32_t)dimensions || value[1] != count ||
        (dimensions == 3 && (value[2] != SIDE || value[3] != SIDE)))
        stage_fail(stage, "%s: not an IDX file of %u %s", path, count,
                   dimensions == 3 ? "images of 28 x 28 bytes" : "labels");
    if (fread(out, size, count, file) != count || fgetc(file) != EOF)
        stage_fail(stage, "%s: its length is not that of %u items", path, count);
    fclose(file);
}

static FILE *create(const struct stage *stage, const char *folder, const char *name)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file)
        stage_fail(stage, "%s: %s", path, strerror(errno));
    return file;
}

static void finish(const struct stage *stage, FILE *file, const char *folder, const char *name)
{
    const int failed = ferror(file);
    if (fclose(file) || failed)
        stage_fail(stage, "%s/%s: cannot write: %s", folder, name, strerror(errno));
}

/* Writes the images order[0..n), with a leading label where labels is not NULL. */
static void write_images(const struct stage *stage, const char *folder, const char *name,
                         const uint8_t *pixels, const uint8_t *labels, const uint32_t *order,
                         size_t n)
{
    FILE *file = create(stage, folder, name);
    if (labels)
        fputs("label,", file);
    for (int i = 0; i < PIXELS; i++)
        fprintf(file, i ? ",pixel%d" : "pixel%d", i);
    fputc('\n', file);

    char text[256][12];
    for (int i = 0; i < 256; i++)
        snprintf(text[i], sizeof text[i], "%d", i);
    for (size_t row = 0; row < n; row++) {
        const uint8_t *image = pixels + (size_t)order[row] * PIXELS;
        if (labels) {
            fputs(text[labels[order[row]]], file);
            fputc(',', file);
        }
        for (int i = 0; i < PIXELS; i++) {
            if (i)
                fputc(',', file);
            fputs(text[image[i]], file);
        }
        fputc('\n', file);
    }
    finish(stage, file, folder, name);
}

/* Writes a submission of n rows: the labels of order[0..n), or 0 where labels is NULL. */
static void write_answers(const struct stage *stage, const char *folder, const char *name,
                          const uint8_t *labels, const uint32_t *order, size_t n)
{
    FILE *file = create(stage, folder, name);
    fputs("ImageId,Label\n", file);
    for (size_t row = 0; row < n; row++)
        fprintf(file, "%zu,%d\n", row + 1, labels ? labels[order[row]] : 0);
    finish(stage, file, folder, name);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "deal", .help = HELP};
    const struct option none[] = {{0}};
    const int first = stage_options(&stage, argc, argv, none, NULL, NULL);
    if (argc - first != 2)
        stage_usage(&stage, "expected two folders, got %d arguments", argc - first);
    const char *in = argv[first], *out = argv[first + 1];

    uint8_t *pixels = malloc((size_t)IMAGES * PIXELS); /* [IMAGES][SIDE][SIDE] */
    uint8_t *labels = malloc(IMAGES);
    uint32_t *order = malloc(IMAGES * sizeof *order);
    if (!pixels || !labels || !order)
        stage_fail(&stage, "out of memory");
    read_idx(&stage, in, "train-images-idx3-ubyte", 60000, PIXELS, pixels);
    read_idx(&stage, in, "t10k-images-idx3-ubyte", 10000, PIXELS, pixels + (size_t)60000 * PIXELS);
    read_idx(&stage, in, "train-labels-idx1-ubyte", 60000, 1, labels);
    read_idx(&stage, in, "t10k-labels-idx1-ubyte", 10000, 1, labels + 60000);

    uint64_t state = DEAL_SEED;
    for (uint32_t i = 0; i < IMAGES; i++)
        order[i] = i;
    for (uint32_t i = IMAGES - 1; i > 0; i--) {
        const uint32_t j = (uint32_t)draw_below(&state, (uint64_t)i + 1);
        const uint32_t kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }

    const uint32_t *test = order + TRAIN_IMAGES;
    const size_t n_test = IMAGES - TRAIN_IMAGES;
    write_images(&stage, out, "train.csv", pixels, labels, order, TRAIN_IMAGES);
    write_images(&stage, out, "test.csv", pixels, NULL, test, n_test);
    write_answers(&stage, out, "answers.csv", labels, test, n_test);
    write_answers(&stage, out, "sample_submission.csv", NULL, test, n_test);
    free(pixels);
    free(labels);
    free(order);
    return 0;
}
