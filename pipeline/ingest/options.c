/* options.c: see options.h. */
#include "pipeline/ingest/options.h"

#include "pipeline/source/form.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SIDE = 16384, MAX_PIXELS = 1 << 24 };

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
            return FAILED;
        *side[n++] = (int)value;
        text = end;
    } while (*text++ == 'x');
    return n < 2 || text[-1] || nn_shape_size(*shape) > MAX_PIXELS ? FAILED : 0;
}

static int take_shape(const char *text, void *field, struct error *error)
{
    if (!parse_shape(text, field))
        return 0;
    return error_set(error, "'%.40s' is no shape; expected one like 28x28 or 32x32x3", text);
}

static void tell_shape(const void *field, struct text *text)
{
    const nn_shape *shape = field;
    text_format(text, "%dx%dx%d", shape->h, shape->w, shape->c);
}

static int take_separator(const char *text, void *field, struct error *error)
{
    const char *known = ",;|\t";
    char *separator = field;
    *separator = !strcmp(text, "tab") ? '\t' : *text;
    if (*separator && strchr(known, *separator) && (!strcmp(text, "tab") || !text[1]))
        return 0;
    return error_set(error, "'%.40s' is no separator; expected ',', ';', '|' or tab", text);
}

/* The rows that are of the data stand in the order in which dataset.hash has them. */
static const struct option_row ROWS[] = {
    {"shape", OPTION_OWN, "HxWxC", OPTION_AT(struct options, shape), .of_data = 1,
     .take = take_shape, .tell = tell_shape, .help = "shape of the images",
     .fallback = "a square of one channel, else of three, where the columns look like pixels"},
    {"transpose", OPTION_FLAG, NULL, OPTION_AT(struct options, transpose), .of_data = 1,
     .help = "the files hold each image column by column, as EMNIST does"},
    {"label", OPTION_TEXT, "NAME", OPTION_AT(struct options, label), .of_data = 1,
     .help = "label column",
     .fallback = "the one that TEST.csv lacks, else named label, class, target, y, digit, letter, "
                 "emotion, diagnosis, species or category; without a header the only one of "
                 "texts, else the first one"},
    {"id", OPTION_TEXT, "NAME", OPTION_AT(struct options, id), .of_data = 1, .help = "id column",
     .fallback = "named as the sample's first one, or id, ImageId, image_id, or a first one whose "
                 "name ends in id; else the first one where the file is one column wider than the "
                 "image"},
    {"ignore", OPTION_LIST, "NAME[,NAME]...", OPTION_AT(struct options, ignore),
     .help = "columns that are left out; --label, --id and --ignore take the number of a column, "
             "from 1, as well as its name"},
    {"header", OPTION_CHOICE, "found|yes|no", OPTION_AT(struct options, header),
     .choices = "found|yes|no", .help = "whether the first row of both files is a header",
     .fallback = "found out"},
    {"channels", OPTION_CHOICE, "found|last|first", OPTION_AT(struct options, channels),
     .choices = "found|last|first",
     .help = "order of the numbers of an image of several channels: channels of a pixel side by "
             "side (last), or all of one channel and then those of the next (first)",
     .fallback = "the one in which neighbouring pixels are more alike"},
    {"table", OPTION_FLAG, NULL, OPTION_AT(struct options, table),
     .help = "a row is no image, even where its columns would make a square"},
    {"separator", OPTION_OWN, "',|;|tab'", OPTION_AT(struct options, separator),
     .take = take_separator,
     .help = "what parts the fields of the train and test file, one of "
             "',', ';', '|' and tab",
     .fallback = "found out from the first lines"},
    {"sample", OPTION_TEXT, "FILE", OPTION_AT(struct options, sample),
     .help = "sample_submission.csv, for the ids of the test images",
     .fallback = "the id column of TEST.csv, else 1, 2, 3, ..."},
    {0}};

const struct program INGEST = {
    .name = "ingest",
    .usage = "[OPTION]... TRAIN.csv [TEST.csv]",
    .about = "Reads a competition's CSV files into the database: a row an image, a column a pixel, "
             "or a row of a table, a column a number or one of a few texts. How a file is read is "
             "found out, told in a line and kept; options overrule it. Files may be plain, .gz, "
             ".xz, .bz2, .zst or .zip, with or without a header. All is stored or nothing; the "
             "same files again change nothing, other files under the same name make a new version "
             "of the dataset. The database is made where there is none.",
    .example = "build/bin/ingest --dataset digits data/train.csv data/test.csv",
    .reads = "dataset, file.",
    .writes = "dataset, class, input, submission_column, source_file, image, file, stage.",
    .uses = USES_DB | USES_DATASET | USES_IF_NEEDED | USES_QUIET,
    .rows = ROWS,
    .most = -1};

/* The name becomes part of the names of files. */
static int is_name(const char *text)
{
    const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const size_t length = strspn(text, allowed);
    return length > 0 && length <= 100 && !text[length] && *text != '.' && *text != '-';
}

/* The lists of --ignore, one by one. */
static void split_ignored(const struct stage *stage, struct options *options)
{
    for (int i = 0; i < options->ignore.n; i++)
        for (const char *at = options->ignore.items[i]; at;) {
            const char *comma = strchr(at, ',');
            if (fields_add(&options->ignored, at, comma ? (size_t)(comma - at) : strlen(at)))
                stage_fail(stage, "out of memory for the columns of --ignore");
            at = comma ? comma + 1 : NULL;
        }
}

static void check(const struct stage *stage, const struct options *options)
{
    if (stage->n_arguments < 1 || stage->n_arguments > 2)
        stage_usage(stage, "expected one or two files, TRAIN.csv and TEST.csv, got %d",
                    stage->n_arguments);
    if (options->table && options->shape.h)
        stage_usage(stage, "--table and --shape exclude each other; expected one of them");
    if (options->sample && stage->n_arguments == 1)
        stage_usage(stage, "--sample is for a test file; expected TRAIN.csv and TEST.csv");
    if (!is_name(stage->dataset))
        stage_usage(stage,
                    "--dataset: '%.100s' is no name; expected up to 100 letters, digits, "
                    "dots, dashes and underscores",
                    stage->dataset);
    if (options->label && options->id && !strcmp(options->label, options->id))
        stage_usage(stage, "--label and --id name the same column '%.100s'", options->label);
}

void options_take(const struct stage *stage, struct options *options)
{
    check(stage, options);
    split_ignored(stage, options);
}

void options_hash(const struct options *options, struct text *text)
{
    options_identity(ROWS, options, text);
    for (size_t i = 0; i < options->ignored.count; i++)
        text_format(text, "ignore %s\n", options->ignored.items[i]);
    if (options->separator)
        text_format(text, "separator %s\n", form_separator_name(options->separator));
    if (options->header)
        text_format(text, "header %s\n", options->header == HEADER_YES ? "yes" : "no");
    if (options->channels)
        text_format(text, "channels %s\n", options->channels == CHANNELS_FIRST ? "first" : "last");
    if (options->table)
        text_add(text, "table\n");
}
