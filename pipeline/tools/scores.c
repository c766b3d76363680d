/* scores.c: keeps the scores that a competition gave. In: the list that the Kaggle client prints as
 * CSV, a line a submission. Out: public and private score beside the submissions that the lines
 * speak of. */
#include "sql/scores.h"
#include "pipeline/program/stage.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char HELP[] =
    "Usage: scores [--db FILE] FILE\n"
    "\n"
    "Keeps public and private scores from the list that `kaggle competitions submissions -v` "
    "prints;\n"
    "FILE is that list, or - for standard input.\n"
    "\n"
    "Example: kaggle competitions submissions -c digit-recognizer -v | scores -\n"
    "\n"
    "  --db FILE    database (default experiments/runs.db)\n"
    "  --quiet      prints nothing\n"
    "  --help       this text\n"
    "  --version    version\n"
    "\n"
    "A line's submission is the one whose SHA-256 its description names, as make submit PUSH=1\n"
    "writes it, else the one with its file name. Lines without a score are left out.\n"
    "\n"
    "Reads: submission\n"
    "Writes: submission, stage\n";

/* The columns that are wanted, wherever they stand in the list. */
enum column { FILE_NAME, DATE, DESCRIPTION, PUBLIC, PRIVATE, COLUMNS };
static const char *const NAMES[COLUMNS] = {"fileName", "date", "description", "publicScore",
                                           "privateScore"};

enum { MAX_FIELDS = 64 };

struct list {
    const struct stage *stage;
    struct db *db;
    sqlite3_stmt *store;
    const char *path;
    size_t line;              /* of the file, from 1 */
    char *fields[MAX_FIELDS]; /* of the row that is being read */
    int count;                /* of them */
    int place[COLUMNS];       /* which field each column is; -1: there is none */
    int width;                /* fields of the header; 0 until it is found */
    int rows, known, waiting; /* all below the header; of ours; without a score */
    char now[25];
};

static void take_field(void *bytes, size_t size, void *context)
{
    struct list *list = context;
    if (list->count == MAX_FIELDS)
        stage_fail(list->stage, "%s:%zu: more than %d fields", list->path, list->line, MAX_FIELDS);
    char *field = strndup(bytes ? bytes : "", bytes ? size : 0);
    if (!field)
        stage_fail(list->stage, "out of memory");
    list->fields[list->count++] = field;
}

/* The client may print a remark before the header, which is the first row with both names. */
static void look_for_header(struct list *list)
{
    for (int c = 0; c < COLUMNS; c++) {
        list->place[c] = -1;
        for (int i = 0; i < list->count; i++)
            if (strcasecmp(list->fields[i], NAMES[c]) == 0)
                list->place[c] = i;
    }
    if (list->place[FILE_NAME] >= 0 && list->place[PUBLIC] >= 0)
        list->width = list->count;
}

static const char *field(const struct list *list, enum column column)
{
    return list->place[column] < 0 ? "" : list->fields[list->place[column]];
}

static int bind_score(const struct list *list, const char *name, enum column column)
{
    const char *text = field(list, column);
    double score;
    if (!*text || strcasecmp(text, "None") == 0) {
        db_bind_null(list->store, name);
        return 0;
    }
    if (parse_real(text, -1e300, 1e300, &score))
        stage_fail(list->stage, "%s:%zu: %s: '%s' is not a number", list->path, list->line,
                   NAMES[column], text);
    db_bind_real(list->store, name, score);
    return 1;
}

static void store(struct list *list)
{
    list->rows++;
    int scores = bind_score(list, ":public", PUBLIC) + bind_score(list, ":private", PRIVATE);
    if (scores == 0) {
        list->waiting++;
        return;
    }
    db_bind_text(list->store, ":file", field(list, FILE_NAME));
    db_bind_text(list->store, ":description", field(list, DESCRIPTION));
    db_bind_text(list->store, ":date", *field(list, DATE) ? field(list, DATE) : NULL);
    db_bind_text(list->store, ":now", list->now);
    if (db_run(list->db, list->store))
        stage_fail(list->stage, "%s", list->db->error);
    int known = sqlite3_changes(list->db->handle) > 0;
    list->known += known;
    if (!list->stage->quiet)
        printf("%s: public %s, private %s%s\n", field(list, FILE_NAME),
               *field(list, PUBLIC) ? field(list, PUBLIC) : "unknown",
               *field(list, PRIVATE) ? field(list, PRIVATE) : "unknown",
               known ? "" : " (no submission of this database)");
}

static void take_row(int end, void *context)
{
    struct list *list = context;
    (void)end;
    if (list->width && list->count != list->width)
        stage_fail(list->stage, "%s:%zu: expected %d fields as in the header, got %d", list->path,
                   list->line, list->width, list->count);
    if (list->width)
        store(list);
    else
        look_for_header(list);
    while (list->count > 0)
        free(list->fields[--list->count]);
}

/* Fed line by line, so that an error can say in which. */
static void read_list(struct list *list, FILE *file)
{
    struct csv_parser parser;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL))
        stage_fail(list->stage, "out of memory");
    while ((size = getline(&line, &room, file)) > 0) {
        list->line++;
        size_t used = csv_parse(&parser, line, (size_t)size, take_field, take_row, list);
        if (used != (size_t)size)
            stage_fail(list->stage, "%s:%zu: %s", list->path, list->line,
                       csv_strerror(csv_error(&parser)));
    }
    if (ferror(file))
        stage_fail(list->stage, "%s: %s", list->path, strerror(errno));
    if (csv_fini(&parser, take_field, take_row, list))
        stage_fail(list->stage, "%s:%zu: a quoted field has no end", list->path, list->line);
    csv_free(&parser);
    free(line);
    if (!list->width)
        stage_fail(list->stage,
                   "%s: no header with fileName and publicScore; expected what "
                   "`kaggle competitions submissions -v` prints",
                   list->path);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "scores", .help = HELP};
    struct db db;
    char result[120];

    int next = stage_options(&stage, argc, argv, NULL, NULL, NULL);
    if (next + 1 != argc)
        stage_usage(&stage, "expected one file, the competition's list of submissions");
    int standard = strcmp(argv[next], "-") == 0;
    struct list list = {.stage = &stage, .db = &db, .path = standard ? "list" : argv[next]};
    FILE *file = standard ? stdin : fopen(argv[next], "rb");
    if (!file)
        stage_fail(&stage, "%s: %s", argv[next], strerror(errno));
    stage_open(&stage, &db, DB_WRITE);
    db_now(list.now);
    if (db_begin(&db))
        stage_fail(&stage, "%s", db.error);
    list.store = db_prepare(&db, sql_scores_store);
    read_list(&list, file);
    sqlite3_finalize(list.store);
    if (!standard)
        fclose(file);

    snprintf(result, sizeof result, "%d of %d submissions scored, %d without a score", list.known,
             list.rows, list.waiting);
    if (db_log_stage(&db, stage.name, 0, 0, stage.arguments, stage_seconds() - stage.started,
                     result) ||
        db_commit(&db))
        stage_fail(&stage, "%s", db.error);
    if (!stage.quiet)
        printf("%s\n", result);
    if (fflush(stdout) || ferror(stdout))
        stage_fail(&stage, "the scores can't be written to standard output");
    db_close(&db);
    return 0;
}
