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
#include "pipeline/base/file.h"
#include "pipeline/program/stage.h"

#include <stdlib.h>
#include <string.h>

enum {
    SIDE = 28,
    PIXELS = SIDE * SIDE,
    TRAIN_FILE = 60000, /* MNIST's images in its two files */
    TEST_FILE = 10000,
    TRAIN_DEALT = 42000 /* of the 70,000 */
};

static const uint64_t DEAL_SEED = 42;

struct options {
    int keep;
};

static const struct option_row ROWS[] = {
    {"keep", OPTION_FLAG, NULL, OPTION_AT(struct options, keep),
     .help = "no deal: training images become train.csv, test images test.csv, in their order"},
    {0}};

static const struct program PROGRAM = {
    .name = "deal",
    .usage = "[OPTION]... IDX-FOLDER OUT-FOLDER",
    .about = "Deals the public MNIST's 70,000 images into the files of a competition: train.csv "
             "(42,000 labelled images), test.csv (28,000), sample_submission.csv and answers.csv. "
             "The deal is always the same.",
    .example = "build/bin/deal /tmp/mnist data",
    .reads = "no tables; train-images-idx3-ubyte, train-labels-idx1-ubyte, "
             "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte in IDX-FOLDER.",
    .writes = "no tables; the four files in OUT-FOLDER.",
    .rows = ROWS,
    .most = -1};

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

/* ---------------------------------------------------------------- reading */

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* An IDX file: a big-endian magic number (0x0803: bytes in three dimensions, 0x0801: in one), the
 * size of each dimension, and the bytes. */
struct idx {
    struct text file;
    const uint8_t *items; /* [n], in the file */
    uint32_t n;
};

/* The images of one file and their labels. */
struct part {
    struct idx pixels; /* [n][SIDE][SIDE] */
    struct idx labels; /* [n] */
    uint32_t n;
};

/* Reads FOLDER/NAME-images-idx3-ubyte, or -labels-idx1-ubyte. count: how many items there must be;
 * 0: any number. */
static struct idx read_idx(const struct stage *stage, const char *folder, const char *name,
                           int images, uint32_t count)
{
    const char *items = images ? "images of 28 x 28 bytes" : "labels";
    const size_t dimensions = images ? 3 : 1, header = 4 + 4 * dimensions;
    struct idx idx = {0};
    struct text path = {0};
    struct error error;
    text_format(&path, "%s/%s-%s-ubyte", folder, name, images ? "images-idx3" : "labels-idx1");
    if (text_failed(&path))
        stage_fail(stage, "out of memory for the path of %s", name);
    if (file_read(path.bytes, SIZE_MAX, &idx.file, &error))
        stage_fail(stage, "%s", error.text);
    const uint8_t *bytes = (const uint8_t *)idx.file.bytes;
    if (idx.file.length < header)
        stage_fail(stage, "%s: too short for an IDX file", path.bytes);
    idx.n = big_endian(bytes + 4);
    idx.items = bytes + header;
    const int shaped = !images || (big_endian(bytes + 8) == SIDE && big_endian(bytes + 12) == SIDE);
    if (big_endian(bytes) != 0x0800u + dimensions || !shaped || idx.n < 1)
        stage_fail(stage, "%s: not an IDX file of %s", path.bytes, items);
    if (count > 0 && idx.n != count)
        stage_fail(stage, "%s: not an IDX file of %u %s, but of %u", path.bytes, count, items,
                   idx.n);
    if (idx.file.length - header != (size_t)idx.n * (images ? PIXELS : 1))
        stage_fail(stage, "%s: its length is not that of %u items", path.bytes, idx.n);
    text_free(&path);
    return idx;
}

static struct part read_part(const struct stage *stage, const char *folder, const char *name,
                             uint32_t count)
{
    struct part part = {.pixels = read_idx(stage, folder, name, 1, count)};
    part.n = part.pixels.n;
    part.labels = read_idx(stage, folder, name, 0, part.n);
    return part;
}

/* ---------------------------------------------------------------- writing */

static struct file_new create(const struct stage *stage, const char *folder, const char *name)
{
    struct file_new file;
    struct error error;
    struct text path = {0};
    text_format(&path, "%s/%s", folder, name);
    if (text_failed(&path))
        stage_fail(stage, "out of memory for the path of %s", name);
    if (file_begin(&file, path.bytes, &error))
        stage_fail(stage, "%s", error.text);
    text_free(&path);
    return file;
}

static void finish(const struct stage *stage, struct file_new *file)
{
    struct error error;
    if (file_commit(file, &error))
        stage_fail(stage, "%s", error.text);
}

/* Image i of the two parts one after the other, and its label. */
static const uint8_t *image_at(const struct part part[2], uint32_t i)
{
    const int of = i >= part[0].n;
    return part[of].pixels.items + (size_t)(i - (of ? part[0].n : 0)) * PIXELS;
}

static int label_at(const struct part part[2], uint32_t i)
{
    return i < part[0].n ? part[0].labels.items[i] : part[1].labels.items[i - part[0].n];
}

/* Writes the images order[0..n), with a leading label where `labelled`. */
static void write_images(const struct stage *stage, const char *folder, const char *name,
                         const struct part part[2], const uint32_t *order, size_t n, int labelled)
{
    struct file_new file = create(stage, folder, name);
    if (labelled)
        fputs("label,", file.out);
    for (int i = 0; i < PIXELS; i++)
        fprintf(file.out, i ? ",pixel%d" : "pixel%d", i);
    fputc('\n', file.out);

    char text[256][12];
    for (int i = 0; i < 256; i++)
        snprintf(text[i], sizeof text[i], "%d", i);
    for (size_t row = 0; row < n; row++) {
        const uint8_t *image = image_at(part, order[row]);
        if (labelled) {
            fputs(text[label_at(part, order[row])], file.out);
            fputc(',', file.out);
        }
        for (int i = 0; i < PIXELS; i++) {
            if (i)
                fputc(',', file.out);
            fputs(text[image[i]], file.out);
        }
        fputc('\n', file.out);
    }
    finish(stage, &file);
}

/* Writes a submission of n rows: the labels of order[0..n), or 0 where `part` is NULL. */
static void write_answers(const struct stage *stage, const char *folder, const char *name,
                          const struct part part[2], const uint32_t *order, size_t n)
{
    struct file_new file = create(stage, folder, name);
    fputs("ImageId,Label\n", file.out);
    for (size_t row = 0; row < n; row++)
        fprintf(file.out, "%zu,%d\n", row + 1, part ? label_at(part, order[row]) : 0);
    finish(stage, &file);
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

int main(int argc, char **argv)
{
    struct options options = {0};
    struct stage stage;
    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    if (stage.n_arguments != 2)
        stage_usage(&stage, "expected two folders, got %d arguments", stage.n_arguments);
    const char *in = stage.arguments[0], *out = stage.arguments[1];
    const int keep = options.keep;

    struct part part[2] = {read_part(&stage, in, "train", keep ? 0 : TRAIN_FILE),
                           read_part(&stage, in, "t10k", keep ? 0 : TEST_FILE)};
    const uint32_t n = part[0].n + part[1].n;
    uint32_t *order = malloc((size_t)n * sizeof *order);
    if (!order)
        stage_fail(&stage, "out of memory for the order of %u images", n);
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
        text_free(&part[i].pixels.file);
        text_free(&part[i].labels.file);
    }
    free(order);
    return stage_end(&stage, 0);
}
