/* ingest: reads a competition's CSV files into the database.
 *
 * In: train.csv, at will test.csv and sample_submission.csv (plain, .gz, .xz, .zip, ...). Out: rows
 * in dataset, class, input, source_file and image. All files are read whole first, into a file
 * without a name, so that an error in them never touches the database, and then written in one
 * transaction. Files of which the newest version was made are told by their hashes, and not read
 * again.
 */
#include "pipeline/base/hash.h"
#include "pipeline/base/number.h"
#include "pipeline/db/files.h"
#include "pipeline/ingest/options.h"
#include "pipeline/ingest/store.h"
#include "pipeline/ingest/warn.h"
#include "pipeline/source/input.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---------------------------------------------------------------- is it there already? */

/* The file of an archive that was asked for by name. */
static void add_member(const char *path, struct text *text)
{
    const char *member = NULL;
    free(path ? input_file(path, &member) : NULL);
    if (member)
        text_format(text, "member %s\n", member);
}

/* dataset.hash: what was read and how. Of a kind of which there is no file the SHA-256 is "". The
 * first line gets the next number where the meaning of the same bytes changes. */
static void hash_inputs(const struct stage *stage, const struct options *options,
                        const struct ingested *in, char sha256[TABLE_KINDS][65], char hash[65])
{
    struct text text = {0};
    text_add(&text, "ingest 1\n");
    for (int kind = 0; kind < TABLE_KINDS; kind++)
        text_format(&text, "%s %s\n", store_part(kind), sha256[kind]);
    for (int kind = 0; kind < TABLE_KINDS; kind++)
        add_member(in->table[kind].path, &text);
    options_hash(options, &text);
    if (text_failed(&text))
        stage_fail(stage, "out of memory for the dataset's hash");
    hash_bytes(text.bytes, text.length, hash);
    text_free(&text);
}

/* dataset.hash of the files as they are; "" where that is not known before they are read: what
 * can't be read at all is left to read_table to complain about. */
static void hash_files(const struct stage *stage, struct db *db, const struct ingested *in,
                       const struct options *options, char hash[65])
{
    char sha256[TABLE_KINDS][65] = {{0}};
    int64_t bytes;
    hash[0] = '\0';
    for (int kind = 0; kind < TABLE_KINDS; kind++) {
        const char *path = in->table[kind].path;
        char *file = path ? input_file(path, NULL) : NULL; /* a pipe can be read only once */
        const int failed = path && (!file || files_hash(db, file, sha256[kind], &bytes));
        free(file);
        if (failed)
            return;
    }
    hash_inputs(stage, options, in, sha256, hash);
}

/* Whether the newest version was made of just these files. */
static int is_newest(const struct stage *stage, struct db *db, const char *hash)
{
    struct stored stored = {0};
    if (*hash && store_find(db, stage->dataset, hash, &stored))
        stage_fail(stage, "%s", db->error.text);
    return stored.dataset && stored.is_newest;
}

/* Opens the database. Only one process at a time reads files into a dataset; returns 1 where there
 * is nothing to do, be it that another one has just done it. */
static int is_done(const struct stage *stage, struct db *db, const struct ingested *in,
                   const struct options *options)
{
    char hash[65], work[120];
    snprintf(work, sizeof work, "dataset %s", in->name);
    stage_open(stage, db, DB_CREATE);
    hash_files(stage, db, in, options, hash);
    if (is_newest(stage, db, hash))
        return 1;
    stage_exclusive(stage, db, work);
    return is_newest(stage, db, hash);
}

/* ---------------------------------------------------------------- reading */

struct reading {
    const struct stage *stage;
    const char *path;
    double began, shown, milestone; /* when the last lines were printed */
};

static void tell_progress(void *context, size_t rows, int64_t bytes)
{
    const double refresh = 0.1, line = 10; /* seconds */
    struct reading *reading = context;
    const double now = number_seconds();
    if (now - reading->shown < refresh)
        return;
    const int milestone = now - reading->milestone >= line;
    reading->shown = now;
    if (milestone)
        reading->milestone = now;
    stage_progress(reading->stage, milestone, "reading %s: %zu rows, %.0f MB/s", reading->path,
                   rows, 1e-6 * (double)bytes / (now - reading->began));
}

static void tell_begin(void *context, const char *path)
{
    struct reading *reading = context;
    const double now = number_seconds();
    *reading = (struct reading){reading->stage, path, now, now, now};
    stage_progress(reading->stage, 0, "reading %s", path);
}

/* Reads all files; fails with the place of the first error. */
static void read_files(const struct stage *stage, const struct options *options,
                       struct ingested *in)
{
    struct error error;
    struct reading reading = {.stage = stage};
    const struct collect_options how = {
        .request = {.label = options->label,
                    .id = options->id,
                    .shape = options->shape,
                    .ignore = (const char *const *)options->ignored.items,
                    .n_ignore = (int)options->ignored.count,
                    .header = (enum header_asked)options->header,
                    .channels = (enum channels_asked)options->channels,
                    .table = options->table},
        .transpose = options->transpose,
        .separator = options->separator,
        .begin = tell_begin,
        .progress = tell_progress,
        .context = &reading};
    if (collect(in, &how, &error))
        stage_fail(stage, "%s", error.text);
}

/* ---------------------------------------------------------------- storing */

struct storing {
    const struct stage *stage;
    struct db *db;
    struct ingested *in;
    char hash[65];
    struct stored stored;
    int there; /* 1: another process has been faster */
};

/* What a row is. */
static const char *rows_word(const struct ingested *in)
{
    return in->encoding.inputs ? "rows" : "images";
}

static int store(void *context)
{
    struct storing *s = context;
    struct stored *stored = &s->stored;
    struct ingested *in = s->in;
    char result[240];
    if (store_find(s->db, in->name, s->hash, stored))
        return DB_ERROR;
    const int known = stored->dataset != 0;
    s->there = known && stored->is_newest;
    if (s->there)
        return DB_OK;
    if (known ? store_renew(s->db, in->name, stored) : store_dataset(s->db, in, s->hash, stored))
        return DB_ERROR;
    snprintf(result, sizeof result, "%s version %lld: %zu train, %zu test %s, %zu classes%s",
             in->name, (long long)stored->version, in->table[TABLE_TRAIN].rows,
             in->table[TABLE_TEST].rows, rows_word(in), in->labels.count,
             known ? ", as an earlier version" : "");
    return stage_log(s->stage, s->db, stored->dataset, 0, result);
}

static void print_shape(const struct ingested *in)
{
    const nn_shape shape = in->table[TABLE_TRAIN].layout.shape;
    const struct encoding *encoding = &in->encoding;
    if (encoding->inputs) {
        printf("columns  %d, as %zu numbers\n", shape.c, encoding->count);
        return;
    }
    printf("shape    %dx%dx%d\n", shape.h, shape.w, shape.c);
    if (encoding->floats || encoding->zero != 0 || encoding->one != 255)
        printf("scale    a net sees %g..%g as 0..1\n", encoding->zero, encoding->one);
}

static void print_classes(const struct label_list *labels)
{
    printf("classes  %zu:", labels->count);
    for (size_t i = 0; i < labels->count && i < 30; i++)
        printf(" %s", labels->text[i]);
    printf("%s\n", labels->count > 30 ? " ..." : "");
}

static void report(const struct stage *stage, struct ingested *in, const struct stored *stored)
{
    const struct table *train = &in->table[TABLE_TRAIN], *test = &in->table[TABLE_TEST];
    const double seconds = number_seconds() - stage->started;
    if (warn_all(train, &in->survey[TABLE_TRAIN], test->path ? test : NULL, &in->survey[TABLE_TEST],
                 &in->labels, &in->encoding, &in->warnings) ||
        text_failed(&in->warnings))
        stage_fail(stage, "out of memory for what the files are");
    printf("dataset  %s, version %lld\n", in->name, (long long)stored->version);
    for (int kind = 0; kind < TABLE_KINDS; kind++)
        if (in->table[kind].path)
            printf("%s\n", text_of(&in->reading[kind]));
    printf("%s", text_of(&in->warnings));
    printf("%-8s %zu train, %zu test\n", rows_word(in), train->rows, test->rows);
    print_shape(in);
    print_classes(&in->labels);
    printf("time     %.2f s, %.0f MB/s\n", seconds,
           1e-6 * (double)(train->bytes + test->bytes) / seconds);
}

static void say_idle(const struct stage *stage)
{
    stage_idle(stage, "ingest: %s: same files as before, nothing to do", stage->dataset);
}

/* Everything in one transaction, and then what the files were. */
static void write_all(const struct stage *stage, struct db *db, struct ingested *in,
                      const struct options *options)
{
    char sha256[TABLE_KINDS][65];
    struct storing s = {.stage = stage, .db = db, .in = in};
    for (int kind = 0; kind < TABLE_KINDS; kind++)
        memcpy(sha256[kind], in->table[kind].sha256, sizeof sha256[kind]);
    if (in->table[TABLE_TRAIN].rest)
        *sha256[TABLE_TEST] = '\0'; /* there is no second file */
    hash_inputs(stage, options, in, sha256, s.hash);
    stage_progress(stage, 0, "writing %zu %s",
                   in->table[TABLE_TRAIN].rows + in->table[TABLE_TEST].rows, rows_word(in));
    if (db_transaction(db, store, &s))
        stage_fail(stage, "%s", db->error.text);
    for (int kind = 0; kind < TABLE_KINDS; kind++) {
        const struct table *table = &in->table[kind];
        if (table->path && table->settled)
            files_keep(db, table->path, &table->state, table->sha256);
    }
    stage_progress_end(stage);
    if (s.there)
        say_idle(stage);
    else
        report(stage, in, &s.stored);
}

/* A database that is not there is made only for files that can be read. */
static void run(const struct stage *stage, struct db *db, struct ingested *in,
                const struct options *options)
{
    const int exists = !access(stage->db_path, F_OK);
    if (exists && is_done(stage, db, in, options)) {
        say_idle(stage);
        return;
    }
    read_files(stage, options, in);
    if (!exists)
        stage_open(stage, db, DB_CREATE);
    write_all(stage, db, in, options);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct stage stage;
    struct db db = {.locks = -1};
    stage_begin(&stage, &INGEST, &options, argc, argv);
    options_take(&stage, &options);

    struct ingested *in = calloc(1, sizeof *in);
    if (!in)
        stage_fail(&stage, "out of memory for the files");
    in->name = stage.dataset;
    in->table[TABLE_TRAIN].path = stage.arguments[0];
    in->table[TABLE_TEST].path = stage.n_arguments > 1 ? stage.arguments[1] : NULL;
    in->table[TABLE_SAMPLE].path = options.sample;
    run(&stage, &db, in, &options);
    db_close(&db);
    collect_free(in);
    free(in);
    fields_free(&options.ignored);
    return stage_end(&stage, 0);
}
