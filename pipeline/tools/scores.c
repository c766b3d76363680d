/* scores.c: keeps the scores that a competition gave. In: the list that the Kaggle client prints as
 * CSV, a line a submission. Out: public and private score beside the submissions that the lines
 * speak of. */
#include "sql/scores.h"
#include "pipeline/base/csv.h"
#include "pipeline/base/number.h"
#include "pipeline/program/stage.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static const struct program PROGRAM = {
    .name = "scores",
    .usage = "[OPTION]... FILE",
    .about = "Keeps public and private scores from the list that `kaggle competitions submissions "
             "-v` prints; FILE is that list, or - for standard input. A line's submission is the "
             "one whose SHA-256 its description names, as make submit PUSH=1 writes it, else the "
             "one with its file name. Lines without a score are left out.",
    .example = "kaggle competitions submissions -c digit-recognizer -v | build/bin/scores -",
    .reads = "submission.",
    .writes = "submission, stage.",
    .uses = USES_DB | USES_QUIET,
    .most = -1};

/* The columns that are wanted, wherever they stand in the list. */
enum column { FILE_NAME, DATE, DESCRIPTION, PUBLIC, PRIVATE, COLUMNS };
static const char *const NAMES[COLUMNS] = {"fileName", "date", "description", "publicScore",
                                           "privateScore"};

struct list {
    const struct stage *stage;
    struct db *db;
    struct statement *store;
    const char *path;
    size_t line;              /* of the file, from 1 */
    char *const *fields;      /* of the row that is being read */
    int count;                /* of them */
    int place[COLUMNS];       /* which field each column is; -1: there is none */
    int width;                /* fields of the header; 0 until it is found */
    int rows, known, waiting; /* all below the header; of ours; without a score */
    char now[25];
};

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
    if (number_real(text, -1e300, 1e300, &score))
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
        stage_fail(list->stage, "%s", list->db->error.text);
    int known = db_changes(list->db) > 0;
    list->known += known;
    if (!list->stage->quiet)
        printf("%s: public %s, private %s%s\n", field(list, FILE_NAME),
               *field(list, PUBLIC) ? field(list, PUBLIC) : "unknown",
               *field(list, PRIVATE) ? field(list, PRIVATE) : "unknown",
               known ? "" : " (no submission of this database)");
}

static int take_row(char *const *fields, int n, size_t line, void *context)
{
    struct list *list = context;
    list->fields = fields;
    list->count = n;
    list->line = line;
    if (list->width && n != list->width)
        stage_fail(list->stage, "%s:%zu: expected %d fields as in the header, got %d", list->path,
                   line, list->width, n);
    if (list->width)
        store(list);
    else
        look_for_header(list);
    return 0;
}

/* All of the list in one transaction: an error in it leaves the scores as they were. */
static int keep(void *context)
{
    struct list *list = context;
    struct error error;
    char result[100];
    int standard = strcmp(list->path, "-") == 0;
    FILE *file = standard ? stdin : fopen(list->path, "r");
    if (!file)
        stage_fail(list->stage, "%s: %s", list->path, strerror(errno));
    if (standard)
        list->path = "standard input";
    if (csv_read_rows(file, list->path, take_row, list, &error))
        stage_fail(list->stage, "%s", error.text);
    if (!standard)
        fclose(file);
    if (!list->width)
        stage_fail(list->stage,
                   "%s: no header with fileName and publicScore; expected what "
                   "`kaggle competitions submissions -v` prints",
                   list->path);
    snprintf(result, sizeof result, "%d of %d submissions scored, %d without a score", list->known,
             list->rows, list->waiting);
    if (!list->stage->quiet)
        printf("%s\n", result);
    return stage_log(list->stage, list->db, 0, 0, result);
}

int main(int argc, char **argv)
{
    struct stage stage;
    struct db db;
    stage_begin(&stage, &PROGRAM, NULL, argc, argv);
    if (stage.n_arguments != 1)
        stage_usage(&stage, "expected one file, or - for standard input");
    stage_open(&stage, &db, DB_WRITE);
    struct list list = {.stage = &stage, .db = &db, .path = stage.arguments[0]};
    db_now(list.now);
    list.store = db_prepare(&db, sql_scores_store);
    stage_check(&stage, &db, db_transaction(&db, keep, &list));
    db_finish(list.store);
    db_close(&db);
    return stage_end(&stage, 0);
}
