/* deal: makes a competition's files out of the public MNIST, or of a set in the same format.
 *
 * In: four uncompressed IDX files (training and test images of 28 x 28 bytes with their labels) in
 * one folder. Out, in another folder: train.csv (rows `label,pixel0,...`), test.csv (rows
 * `pixel0,...`), sample_submission.csv (`ImageId,Label`, all 0) and answers.csv, the labels of
 * test.csv.
 *
 * The deal, for MNIST's 60,000 and 10,000 images: in the order of the files, training images first,
 * the 70,000 are shuffled by Fisher and Yates; the first 42,000 become train.csv, the rest
 * test.csv, as many as the competition has. The numbers come from splitmix64 with the seed below,
 * written out here, so that the deal stays the same for ever, whatever becomes of the library's
 * generator. With
 * --keep there is no deal: the training images become train.csv and the test images test.csv, in
 * their order, however many they are; figures published for such a set are for just this division.
 */
#include "pipeline/program/stage.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIDE = 28,
    PIXELS = SIDE * SIDE,
    TRAIN_FILE = 60000, /* MNIST's images in its two files */
    TEST_FILE = 10000,
    TRAIN_DEALT = 42000, /* of the 70,000 */
    OPTION_KEEP = 256
};

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
    "  --keep      no deal: training images become train.csv, test images test.csv, in their "
    "order\n"
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

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The images of one file and their labels. */
struct part {
    uint8_t *pixels; /* [n][SIDE][SIDE] */
    uint8_t *labels; /* [n] */
    uint32_t n;
};

/* An IDX file is a big-endian magic number (0x0803: bytes in three dimensions, 0x0801: in one), the
 * size of each dimension, and the bytes. Returns its items, `size` bytes each; *count is how many
 * they must be, or 0, and then it is set. The caller frees them. */
static uint8_t *read_idx(const struct stage *stage, const char *folder, const char *name,
                         size_t size, uint32_t *count)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        stage_fail(stage, "%s: %s", path, strerror(errno));
    const char *items = size == 1 ? "labels" : "images of 28 x 28 bytes";
    const size_t dimensions = size == 1 ? 1 : 3;
    uint8_t header[16] = {0};
    if (fread(header, 4, dimensions + 1, file) != dimensions + 1)
        stage_fail(stage, "%s: too short for an IDX file", path);
    const uint32_t found = big_endian(header + 4);
    const int shaped =
        dimensions == 1 || (big_endian(header + 8) == SIDE && big_endian(header + 12) == SIDE);
    if (big_endian(header) != 0x0800u + dimensions || !shaped || found < 1)
        stage_fail(stage, "%s: not an IDX file of %s", path, items);
    if (*count > 0 && found != *count)
        stage_fail(stage, "%s: not an IDX file of %u %s, but of %u", path, *count, items, found);

    uint8_t *bytes = malloc(found * size);
    if (!bytes)
        stage_fail(stage, "out of memory for the %u %s of %s", found, items, path);
    if (fread(bytes, size, found, file) != found || fgetc(file) != EOF)
        stage_fail(stage, "%s: its length is not that of %u items", path, found);
    fclose(file);
    *count = found;
    return bytes;
}

/* Reads NAME-images-idx3-ubyte and NAME-labels-idx1-ubyte; count as for read_idx(). */
static struct part read_part(const struct stage *stage, const char *folder, const char *name,
                             uint32_t count)
{
    char images[64], labels[64];
    snprintf(images, sizeof images, "%s-images-idx3-ubyte", name);
    snprintf(labels, sizeof labels, "%s-labels-idx1-ubyte", name);
    struct part part = {.n = count};
    part.pixels = read_idx(stage, folder, images, PIXELS, &part.n);
    part.labels = read_idx(stage, folder, labels, 1, &part.n);
    return part;
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

/* Image i of the two parts one after the other, and its label. */
static const uint8_t *image_at(const struct part part[2], uint32_t i)
{
    const int of = i >= part[0].n;
    return part[of].pixels + (size_t)(i - (of ? part[0].n : 0)) * PIXELS;
}

static int label_at(const struct part part[2], uint32_t i)
{
    return i < part[0].n ? part[0].labels[i] : part[1].labels[i - part[0].n];
}

/* Writes the images order[0..n), with a leading label where `labelled`. */
static void write_images(const struct stage *stage, const char *folder, const char *name,
                         const struct part part[2], const uint32_t *order, size_t n, int labelled)
{
    FILE *file = create(stage, folder, name);
    if (labelled)
        fputs("label,", file);
    for (int i = 0; i < PIXELS; i++)
        fprintf(file, i ? ",pixel%d" : "pixel%d", i);
    fputc('\n', file);

    char text[256][12];
    for (int i = 0; i < 256; i++)
        snprintf(text[i], sizeof text[i], "%d", i);
    for (size_t row = 0; row < n; row++) {
        const uint8_t *image = image_at(part, order[row]);
        if (labelled) {
            fputs(text[label_at(part, order[row])], file);
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

/* Writes a submission of n rows: the labels of order[0..n), or 0 where `part` is NULL. */
static void write_answers(const struct stage *stage, const char *folder, const char *name,
                          const struct part part[2], const uint32_t *order, size_t n)
{
    FILE *file = create(stage, folder, name);
    fputs("ImageId,Label\n", file);
    for (size_t row = 0; row < n; row++)
        fprintf(file, "%zu,%d\n", row + 1, part ? label_at(part, order[row]) : 0);
    finish(stage, file, folder, name);
}

static void shuffle(uint32_t *order, uint32_t n)
{
    uint64_t state = DEAL_SEED;
    for (uint32_t i = n - 1; i > 0; i--) {
        const uint32_t j = (uint32_t)draw_below(&state, (uint64_t)i + 1);
        const uint32_t kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

static int take(int option, const char *argument, void *context, char error[200])
{
    (void)option, (void)argument, (void)error;
    *(int *)context = 1;
    return 0;
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "deal", .help = HELP};
    const struct option own[] = {{"keep", no_argument, NULL, OPTION_KEEP}, {0}};
    int keep = 0;
    const int first = stage_options(&stage, argc, argv, own, take, &keep);
    if (argc - first != 2)
        stage_usage(&stage, "expected two folders, got %d arguments", argc - first);
    const char *in = argv[first], *out = argv[first + 1];

    const struct part part[2] = {read_part(&stage, in, "train", keep ? 0 : TRAIN_FILE),
                                 read_part(&stage, in, "t10k", keep ? 0 : TEST_FILE)};
    const uint32_t n = part[0].n + part[1].n;
    uint32_t *order = malloc((size_t)n * sizeof *order);
    if (!order)
        stage_fail(&stage, "out of memory");
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    if (!keep)
        shuffle(order, n);

    const uint32_t n_train = keep ? part[0].n : TRAIN_DEALT, n_test = n - n_train;
    const uint32_t *test = order + n_train;
    write_images(&stage, out, "train.csv", part, order, n_train, 1);
    write_images(&stage, out, "test.csv", part, test, n_test, 0);
    write_answers(&stage, out, "answers.csv", part, test, n_test);
    write_answers(&stage, out, "sample_submission.csv", NULL, test, n_test);
    for (int i = 0; i < 2; i++) {
        free(part[i].pixels);
        free(part[i].labels);
    }
    free(order);
    return 0;
}
