/* ingest/collect.c: see collect.h. First the beginnings of all files are looked at, for what one is
 * called tells what the others are; then each is read whole. */
#include "pipeline/ingest/collect.h"

#include "pipeline/ingest/tell.h"
#include "pipeline/ingest/warn.h"
#include "pipeline/source/source.h"
#include "pipeline/table/decide.h"
#include "pipeline/table/ids.h"

#include <stdlib.h>
#include <string.h>

/* Looks at the file first: what is read afterwards is of that state or of a later one. */
static void note_state(struct table *table)
{
    struct error error;
    char *file = input_file(table->path, NULL);
    table->settled =
        file && !file_look(file, &table->state, &error) && file_is_settled(&table->state);
    free(file);
}

static int read_head(struct table *table, enum table_kind kind, char separator, struct error *error)
{
    note_state(table);
    table->input = input_open(table->path, error);
    struct source *source = table->input ? source_open(table->input, kind, error) : NULL;
    if (!source)
        return FAILED;
    const char *member = source_member(source);
    int rc = head_read(&table->head, table->path, source, separator, error);
    if (rc)
        source_blame(source, error);
    else if (member && !(table->member = strdup(member)))
        rc = error_memory(error, table->path);
    source_free(source);
    return rc;
}

static int read_heads(struct ingested *in, const struct collect_options *options,
                      struct layout_request *request, struct error *error)
{
    for (int kind = 0; kind < TABLE_KINDS; kind++) {
        struct table *table = &in->table[kind];
        if (!table->path)
            continue;
        const char separator = kind == TABLE_SAMPLE ? 0 : options->separator;
        if (read_head(table, (enum table_kind)kind, separator, error))
            return FAILED;
        request->heads[kind] = &table->head;
    }
    return 0;
}

static int decide_all(struct ingested *in, const struct layout_request *request,
                      struct error *error)
{
    const struct layout *train = NULL;
    for (int kind = 0; kind < TABLE_KINDS; kind++) {
        struct table *table = &in->table[kind];
        if (!table->path)
            continue;
        if (layout_decide(request, (enum table_kind)kind, train, &table->layout, error))
            return FAILED;
        if (kind == TABLE_TRAIN)
            train = &table->layout;
    }
    return 0;
}

/* Texts of a table's columns, which training and test file share. */
static int make_texts(struct ingested *in, struct error *error)
{
    const struct layout *layout = &in->table[TABLE_TRAIN].layout;
    if (!layout->is_table)
        return 0;
    in->texts_count = nn_shape_size(layout->shape);
    in->texts = calloc(in->texts_count + 1, sizeof *in->texts);
    if (!in->texts)
        return error_memory(error, in->table[TABLE_TRAIN].path);
    for (int kind = 0; kind < TABLE_SAMPLE; kind++)
        in->table[kind].texts = in->texts;
    return 0;
}

/* Without a test file a column Usage parts the rows of one file. */
static int prepare_rest(struct ingested *in, struct error *error)
{
    struct table *train = &in->table[TABLE_TRAIN], *test = &in->table[TABLE_TEST];
    if (test->path || train->layout.usage == NO_COLUMN)
        return 0;
    test->layout = train->layout;
    test->layout.left_out = NULL;
    test->head.separator = train->head.separator;
    test->spool.values = nn_shape_size(train->layout.shape);
    test->spool.floats = train->layout.is_table;
    test->layout.left_out = calloc(train->layout.columns + 1, 1);
    train->rest = test;
    return test->layout.left_out ? 0 : error_memory(error, train->path);
}

/* The rest of the training file is as if it had a file of its own. */
static int finish_rest(struct ingested *in, struct error *error)
{
    struct table *train = &in->table[TABLE_TRAIN], *test = &in->table[TABLE_TEST];
    if (!train->rest || !test->rows)
        return 0;
    test->path = train->path;
    test->is_rest = 1;
    memcpy(test->sha256, train->sha256, sizeof test->sha256);
    test->bytes = train->bytes;
    for (size_t i = 0; i < train->names.count; i++)
        if (fields_add(&test->names, train->names.items[i], strlen(train->names.items[i])))
            return error_memory(error, train->path);
    return ids_check_unique(test, error);
}

static int read_all(struct ingested *in, const struct collect_options *options, struct error *error)
{
    struct table *train = &in->table[TABLE_TRAIN];
    struct read_options how = {
        .rows = {.transpose = options->transpose, .train = train, .labels = &in->labels},
        .progress = options->progress,
        .context = options->context};
    for (int kind = 0; kind < TABLE_KINDS; kind++) {
        struct table *table = &in->table[kind];
        if (!table->path || (kind == TABLE_TEST && train->rest))
            continue;
        options->begin(options->context, table->path);
        how.rows.kind = (enum table_kind)kind;
        if (read_table(table, &how, error) || ids_check_unique(table, error))
            return FAILED;
        if (kind == TABLE_TRAIN && finish_rest(in, error))
            return FAILED;
    }
    return 0;
}

static int take_sample(struct ingested *in, struct error *error)
{
    struct table *test = &in->table[TABLE_TEST], *sample = &in->table[TABLE_SAMPLE];
    if (!sample->path)
        return 0;
    if (!test->path)
        return error_set(error, "%s: a sample submission, but there is no test file", sample->path);
    return ids_take_sample(test, sample, error);
}

/* Both parts are stored in one form. */
static int make_alike(struct ingested *in, struct error *error)
{
    struct spool *train = &in->table[TABLE_TRAIN].spool, *test = &in->table[TABLE_TEST].spool;
    if (!in->table[TABLE_TEST].path || train->floats == test->floats)
        return 0;
    return spool_widen(train->floats ? test : train, error);
}

static int understand(struct ingested *in, struct error *error)
{
    struct table *train = &in->table[TABLE_TRAIN];
    for (int kind = 0; kind < TABLE_SAMPLE; kind++)
        if (in->table[kind].path && survey_rows(&in->table[kind], &in->survey[kind], error))
            return FAILED;
    if (encoding_find(train, &in->survey[TABLE_TRAIN], &in->encoding, error))
        return FAILED;
    for (int kind = 0; kind < TABLE_KINDS; kind++)
        if (in->table[kind].path)
            tell_table(&in->table[kind], kind < TABLE_SAMPLE ? &in->survey[kind] : NULL,
                       &in->reading[kind]);
    return 0;
}

/* The name of a column; NULL where there is none. */
static const char *name_of(const struct table *table, size_t column)
{
    return column < table->names.count ? table->names.items[column] : NULL;
}

static int decide_columns(struct ingested *in, struct error *error)
{
    const struct table *train = &in->table[TABLE_TRAIN], *test = &in->table[TABLE_TEST];
    const struct table *sample = &in->table[TABLE_SAMPLE];
    const char *labels[NN_MAX_CLASSES];
    for (size_t i = 0; i < in->labels.count; i++)
        labels[i] = in->labels.text[i];
    const struct columns_request request = {
        .path = sample->path,
        .names = sample->names.count ? (const char *const *)sample->names.items : NULL,
        .n = sample->layout.columns,
        .fractions = column_is_fractions(&sample->values),
        .labels = labels,
        .classes = (int)in->labels.count,
        .id = name_of(test, test->layout.id),
        .label = name_of(train, train->layout.label)};
    if (!test->path)
        return 0;
    in->columns = calloc(request.n + 2, sizeof *in->columns);
    if (!in->columns)
        return error_memory(error, train->path);
    in->columns_count = columns_decide(&request, in->columns, error);
    return in->columns_count < 0 ? FAILED : 0;
}

int collect(struct ingested *in, const struct collect_options *options, struct error *error)
{
    struct layout_request request = options->request;
    if (read_heads(in, options, &request, error) || decide_all(in, &request, error) ||
        make_texts(in, error) || prepare_rest(in, error) || read_all(in, options, error) ||
        take_sample(in, error) || decide_columns(in, error) || make_alike(in, error))
        return FAILED;
    return understand(in, error);
}

void collect_free(struct ingested *in)
{
    for (int kind = 0; kind < TABLE_KINDS; kind++) {
        table_free(&in->table[kind]);
        text_free(&in->reading[kind]);
    }
    for (int kind = 0; kind < TABLE_SAMPLE; kind++)
        survey_free(&in->survey[kind]);
    for (size_t i = 0; i < in->texts_count; i++)
        fields_free(&in->texts[i].list);
    free(in->texts);
    encoding_free(&in->encoding);
    free(in->columns);
    text_free(&in->warnings);
}
