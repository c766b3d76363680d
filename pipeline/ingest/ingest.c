/* ingest: reads a competition's CSV files into the database.
 *
 * In: train.csv and test.csv (plain, .gz, .xz, .zip, ...), at will sample_submission.csv. Out: rows
 * in dataset, class, source_file and image. Both files are parsed into memory first, so that an
 * error in them never touches the database, and then written in one transaction.
 */
#include "pipeline/ingest/ids.h"
#include "pipeline/ingest/store.h"
#include "pipeline/ingest/table.h"
#include "pipeline/program/stage.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char HELP[] =
    "Usage: ingest [OPTION]... TRAIN.csv TEST.csv\n"
    "\n"
    "Read a competition's images from CSV files into the database: a row an image, a column a\n"
    "pixel from 0 to 255, row by row (channels of a pixel side by side). Files may be plain, .gz,\n"
    ".xz, .bz2, .zst or .zip, with or without a header. All is stored or nothing; the same files\n"
    "again change nothing, other files under the same name make a new version of the dataset.\n"
    "\n"
    "Example:\n"
    "  build/bin/ingest --dataset digits data/train.csv data/test.csv\n"
    "\n"
    "Options:\n"
    "  --db FILE         the database (default experiments/runs.db; made where there is none)\n"
    "  --dataset NAME    name of the dataset (default digits)\n"
    "  --label NAME      label column (default: named label, class, target, y or digit; the first\n"
    "                    one where the file has no header)\n"
    "  --id NAME         id column (default: named id, ImageId or image_id; else the first one\n"
    "                    where the file is one column wider than the image)\n"
    "  --shape HxWxC     shape of the images (default: a square of one channel, else of three)\n"
    "  --sample FILE     sample_submission.csv, for the ids of the test images (default: the id\n"
    "                    column of TEST.csv, else 1, 2, 3, ...)\n"
    "  --transpose       the files hold each image column by column, as EMNIST does\n"
    "  --quiet           no progress\n"
    "  --help, --version\n"
    "\n"
    "Writes the tables dataset, class, source_file, image and stage.\n";

/* A part of dataset.hash: the next number where the meaning of the same bytes changes. */
static const char HASH_FORMAT[] = "ingest 1";

enum { OPTION_LABEL = 256, OPTION_ID, OPTION_SHAPE, OPTION_SAMPLE, OPTION_TRANSPOSE };

enum { MAX_SIDE = 16384, MAX_PIXELS = 1 << 24 };

struct options {
    const char *label, *id, *sample;
    nn_shape shape; /* h 0: not given */
    int transpose;
};

/* HxW or HxWxC, digits only. */
static int parse_shape(const char *text, nn_shape *shape)
{
    int *const side[3] = {&shape->h, &shape->w, &shape->c};
    shape->c = 1;
    int n = 0;
    do {
        char *end;
        const long value = *text >= '1' && *text <= '9' ? strtol(text, &end, 10) : 0;
        if (n == 3 || value < 1 || value > MAX_SIDE)
            return -1;
        *side[n++] = (int)value;
        text = end;
    } while (*text++ == 'x');
    const size_t pixels = (size_t)shape->h * (size_t)shape->w * (size_t)shape->c;
    return n < 2 || text[-1] || pixels > MAX_PIXELS ? -1 : 0;
}

static int take(int option, const char *argument, void *context, char error[200])
{
    struct options *options = context;
    switch (option) {
    case OPTION_LABEL:
        options->label = argument;
        return 0;
    case OPTION_ID:
        options->id = argument;
        return 0;
    case OPTION_SAMPLE:
        options->sample = argument;
        return 0;
    case OPTION_TRANSPOSE:
        options->transpose = 1;
        return 0;
    default:
        if (!parse_shape(argument, &options->shape))
            return 0;
        snprintf(error, 200, "--shape: '%.40s' is no shape; expected one like 28x28 or 32x32x3",
                 argument);
        return -1;
    }
}

/* The name becomes part of the names of files. */
static int is_name(const char *text)
{
    const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const size_t length = strspn(text, allowed);
    return length > 0 && length <= 100 && !text[length] && *text != '.' && *text != '-';
}

/* dataset.hash: what was read and how. sample is NULL where there is none. */
static void hash_inputs(const struct options *options, const char *train, const char *test,
                        const char *sample, char hash[65])
{
    char text[1024];
    const int length =
        snprintf(text, sizeof text,
                 "%s\ntrain %s\ntest %s\nsample %s\nshape %dx%dx%d\ntranspose %d\nlabel %.200s\n"
                 "id %.200s\n",
                 HASH_FORMAT, train, test, sample ? sample : "", options->shape.h, options->shape.w,
                 options->shape.c, options->transpose, options->label ? options->label : "",
                 options->id ? options->id : "");
    hash_bytes(text, (size_t)length, hash);
}

static void report_nothing(const struct ingested *in)
{
    printf("ingest: %s: same files as before, nothing to do\n", in->name);
}

/* The quick way out: files that are known already need not be parsed. 1 where that is so. Files
 * that cannot be read are left to table_read to complain about. */
static int is_known(const struct stage *stage, struct db *db, const struct ingested *in,
                    const struct options *options)
{
    char train[65], test[65], sample[65], hash[65];
    struct stored stored;
    if (hash_file(in->train_path, train, NULL) || hash_file(in->test_path, test, NULL) ||
        (in->sample_path && hash_file(in->sample_path, sample, NULL)))
        return 0;
    hash_inputs(options, train, test, in->sample_path ? sample : NULL, hash);
    if (store_find(db, in->name, hash, &stored))
        stage_fail(stage, "%s", db->error);
    return stored.dataset && stored.is_newest;
}

/* Parses all files; fails with the place of the first error. */
static void read_files(const struct stage *stage, const struct options *options,
                       struct ingested *in)
{
    char error[512];
    struct table_options reading = {
        .request = {.kind = TABLE_TRAIN,
                    .label = options->label,
                    .id = options->id,
                    .shape = options->shape},
        .transpose = options->transpose,
        .labels = &in->labels,
    };
    stage_progress(stage, 0, "reading %s", in->train_path);
    if (table_read(in->train_path, &reading, &in->train, error) ||
        ids_check_unique(in->train_path, &in->train, error))
        stage_fail(stage, "%s", error);

    reading.request.kind = TABLE_TEST;
    reading.request.shape = in->train.layout.shape;
    reading.request.train_header = in->train.layout.header;
    stage_progress(stage, 0, "reading %s", in->test_path);
    if (table_read(in->test_path, &reading, &in->test, error) ||
        ids_check_unique(in->test_path, &in->test, error))
        stage_fail(stage, "%s", error);

    if (!in->sample_path)
        return;
    reading.request.kind = TABLE_SAMPLE;
    if (table_read(in->sample_path, &reading, &in->sample, error) ||
        ids_check_unique(in->sample_path, &in->sample, error) ||
        ids_take_sample(in->test_path, &in->test, in->sample_path, &in->sample, error))
        stage_fail(stage, "%s", error);
}

/* Everything in one transaction. Another process may have stored the same files meanwhile. Returns
 * 1 where there was nothing to do. */
static int write_all(const struct stage *stage, struct db *db, const struct ingested *in,
                     const struct options *options, struct stored *stored)
{
    char hash[65], result[200];
    hash_inputs(options, in->train.sha256, in->test.sha256,
                in->sample_path ? in->sample.sha256 : NULL, hash);
    stage_progress(stage, 0, "writing %zu images", in->train.rows + in->test.rows);
    if (db_begin(db) || store_find(db, in->name, hash, stored))
        goto fail;
    if (stored->dataset && stored->is_newest) {
        db_rollback(db);
        return 1;
    }
    const int known = stored->dataset != 0;
    if (known ? store_renew(db, in->name, stored) : store_dataset(db, in, hash, stored))
        goto fail;
    snprintf(result, sizeof result, "%s version %lld: %zu train, %zu test images, %zu classes%s",
             in->name, (long long)stored->version, in->train.rows, in->test.rows, in->labels.count,
             known ? ", as an earlier version" : "");
    if (db_log_stage(db, "ingest", stored->dataset, 0, stage->arguments,
                     stage_seconds() - stage->started, result) ||
        db_commit(db))
        goto fail;
    return 0;
fail:
    db_rollback(db);
    stage_fail(stage, "%s", db->error);
}

static void report(const struct stage *stage, const struct ingested *in,
                   const struct stored *stored)
{
    const nn_shape shape = in->train.layout.shape;
    const double seconds = stage_seconds() - stage->started;
    const double megabytes = 1e-6 * (double)(in->train.bytes + in->test.bytes);
    printf("dataset  %s, version %lld\n", in->name, (long long)stored->version);
    printf("images   %zu train, %zu test\n", in->train.rows, in->test.rows);
    printf("shape    %dx%dx%d\n", shape.h, shape.w, shape.c);
    printf("classes  %zu:", in->labels.count);
    for (size_t i = 0; i < in->labels.count && i < 30; i++)
        printf(" %s", in->labels.text[i]);
    printf("%s\n", in->labels.count > 30 ? " ..." : "");
    printf("time     %.2f s, %.0f MB/s\n", seconds, megabytes / seconds);
}

int main(int argc, char **argv)
{
    static const struct option own[] = {{"label", required_argument, NULL, OPTION_LABEL},
                                        {"id", required_argument, NULL, OPTION_ID},
                                        {"shape", required_argument, NULL, OPTION_SHAPE},
                                        {"sample", required_argument, NULL, OPTION_SAMPLE},
                                        {"transpose", no_argument, NULL, OPTION_TRANSPOSE},
                                        {0}};
    struct stage stage = {.name = "ingest", .help = HELP};
    struct options options = {0};
    const int first = stage_options(&stage, argc, argv, own, take, &options);
    if (argc - first != 2)
        stage_usage(&stage, "expected two files, TRAIN.csv and TEST.csv, got %d", argc - first);
    if (!is_name(stage.dataset))
        stage_usage(&stage,
                    "--dataset: '%.100s' is no name; expected up to 100 letters, digits, "
                    "dots, dashes and underscores",
                    stage.dataset);
    if (options.label && options.id && !strcmp(options.label, options.id))
        stage_usage(&stage, "--label and --id name the same column '%.100s'", options.label);

    struct ingested *in = calloc(1, sizeof *in);
    if (!in)
        stage_fail(&stage, "out of memory");
    in->name = stage.dataset;
    in->train_path = argv[first];
    in->test_path = argv[first + 1];
    in->sample_path = options.sample;

    struct db db = {0};
    struct stored stored;
    const int exists = !access(stage.db_path, F_OK);
    if (exists)
        stage_open(&stage, &db, DB_CREATE);
    if (exists && is_known(&stage, &db, in, &options)) {
        report_nothing(in);
    } else {
        read_files(&stage, &options, in);
        if (!exists)
            stage_open(&stage, &db, DB_CREATE);
        const int nothing = write_all(&stage, &db, in, &options, &stored);
        stage_progress_end(&stage);
        if (nothing)
            report_nothing(in);
        else
            report(&stage, in, &stored);
    }
    db_close(&db);
    table_free(&in->train);
    table_free(&in->test);
    table_free(&in->sample);
    free(in);
    return fflush(stdout) ? 1 : 0;
}
