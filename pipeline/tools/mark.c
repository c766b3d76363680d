/* mark.c: what people do to recorded runs: notes, tags, archive, delete.
 *
 * In: a run's number and one action. Out: the run's row or its tags changed, or the run gone with
 * all that belongs to it. What hides or destroys is asked twice.
 */
#include "pipeline/store/lock.h"
#include "sql/mark.h"
#include "pipeline/program/stage.h"

#include <string.h>
#include <unistd.h>

static const char HELP[] =
    "Usage: mark --run N ACTION\n"
    "\n"
    "Writes a note or a tag on a run, archives it, or deletes it with all that belongs to it.\n"
    "\n"
    "Example: mark --run 7 --note 'the one with the wide net'\n"
    "\n"
    "  --note TEXT     say something of the run; an empty text takes the note away\n"
    "  --tag WORD      tag the run\n"
    "  --untag WORD    take the tag away\n"
    "  --archive       leave the run out of lists and leaderboard\n"
    "  --unarchive     put it back\n"
    "  --delete        delete the run, its epochs, weights, predictions, submissions and folds; "
    "never\n"
    "                  one that is running or a member of a committee\n"
    "  --crashed       a run of another host says that it is running, but you know that it is "
    "dead\n"
    "  --confirm WORD  archive, delete and crashed ask twice; where nobody can answer, expect "
    "here\n"
    "                  yes-archive-N, yes-delete-N or yes-crashed-N\n"
    "  --db PATH       database (default experiments/runs.db)\n"
    "  --quiet         say nothing but what is asked\n"
    "  --help, --version\n"
    "\n"
    "Reads: run, member, epoch, checkpoint, prediction, submission.\n"
    "Writes: run, tag, stage; delete: all tables that belong to a run.\n";

enum { NOTE = 256, TAG, UNTAG, ARCHIVE, UNARCHIVE, REMOVE, CRASHED, CONFIRM };

static const struct option OWN[] = {{"note", required_argument, NULL, NOTE},
                                    {"tag", required_argument, NULL, TAG},
                                    {"untag", required_argument, NULL, UNTAG},
                                    {"archive", no_argument, NULL, ARCHIVE},
                                    {"unarchive", no_argument, NULL, UNARCHIVE},
                                    {"delete", no_argument, NULL, REMOVE},
                                    {"crashed", no_argument, NULL, CRASHED},
                                    {"confirm", required_argument, NULL, CONFIRM},
                                    {0}};

struct options {
    int action; /* 0: none yet */
    const char *value, *confirm;
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct options *o = context;
    if (option == CONFIRM) {
        o->confirm = argument;
        return 0;
    }
    snprintf(error, 200, "expected one action, got two");
    if (o->action)
        return -1;
    snprintf(error, 200, "'%.60s' is not a tag: expected one word without blanks", argument);
    if ((option == TAG || option == UNTAG) && (!*argument || strpbrk(argument, " \t\n")))
        return -1;
    o->action = option;
    o->value = argument;
    return 0;
}

/* What a run is and holds; ends the program where there is none. */
struct contents {
    char text[512], host[256];
    char committees[128]; /* numbers with commas between; "": none */
    int running, archived;
};

static void read_contents(const struct stage *stage, struct db *db, struct contents *c)
{
    sqlite3_stmt *s = db_prepare(db, sql_mark_contents);
    db_bind_int(s, ":run", stage->run);
    int rc = db_step(db, s);
    if (rc == 0)
        stage_fail(stage, "%s: no run %lld", db->path, (long long)stage->run);
    if (rc < 0)
        stage_fail(stage, "%s", db->error);
    snprintf(c->text, sizeof c->text, "%s", (const char *)sqlite3_column_text(s, 0));
    c->running = sqlite3_column_int(s, 1);
    snprintf(c->host, sizeof c->host, "%s", (const char *)sqlite3_column_text(s, 2));
    c->archived = sqlite3_column_int(s, 3);
    const char *committees = (const char *)sqlite3_column_text(s, 4);
    snprintf(c->committees, sizeof c->committees, "%s", committees ? committees : "");
    sqlite3_finalize(s);
}

static int answered(const char *expected)
{
    char line[64];
    fflush(stderr);
    if (!fgets(line, sizeof line, stdin))
        return 0;
    line[strcspn(line, "\r\n")] = '\0';
    return !strcmp(line, expected);
}

/* Asks twice, in different words, so that the second answer is not given by habit. */
static void confirm(const struct stage *stage, const struct options *o, const char *verb,
                    const struct contents *c)
{
    char word[64], number[32];
    snprintf(word, sizeof word, "yes-%s-%lld", verb, (long long)stage->run);
    snprintf(number, sizeof number, "%lld", (long long)stage->run);
    if (o->confirm && strcmp(o->confirm, word))
        stage_usage(stage, "--confirm: found '%s', expected %s", o->confirm, word);
    if (o->confirm)
        return;
    if (!isatty(STDIN_FILENO))
        stage_fail(stage, "nobody to ask; expected --confirm %s (make: CONFIRM=%s)", word, word);
    fprintf(stderr, "Run %s: %s\n%s it? (yes or no) ", number, c->text,
            o->action == REMOVE    ? "Delete"
            : o->action == ARCHIVE ? "Archive"
                                   : "Give up");
    if (answered("yes")) {
        fprintf(stderr, "%sType the number of the run to go ahead: ",
                o->action == REMOVE ? "This can't be undone. " : "");
        if (answered(number))
            return;
    }
    stage_fail(stage, "run %s is left as it was", number);
}

/* The statement of an action, with its values. */
static sqlite3_stmt *prepare(struct db *db, const struct stage *stage, const struct options *o)
{
    static const char *const SQL[] = {
        [NOTE - NOTE] = sql_mark_note,         [TAG - NOTE] = sql_mark_tag,
        [UNTAG - NOTE] = sql_mark_untag,       [ARCHIVE - NOTE] = sql_mark_archive,
        [UNARCHIVE - NOTE] = sql_mark_archive, [REMOVE - NOTE] = sql_mark_delete,
        [CRASHED - NOTE] = sql_mark_crashed};
    sqlite3_stmt *s = db_prepare(db, SQL[o->action - NOTE]);
    db_bind_int(s, ":run", stage->run);
    if (o->action == NOTE)
        db_bind_text(s, ":note", o->value);
    if (o->action == TAG || o->action == UNTAG)
        db_bind_text(s, ":tag", o->value);
    if (o->action == ARCHIVE || o->action == UNARCHIVE)
        db_bind_int(s, ":archived", o->action == ARCHIVE);
    return s;
}

/* One transaction. A deleted run can't have a line of its own in the log of stages. */
static void act(const struct stage *stage, struct db *db, const struct options *o,
                const char *result)
{
    sqlite3_stmt *s = prepare(db, stage, o);
    if (db_begin(db))
        stage_fail(stage, "%s", db->error);
    if (db_run(db, s) || db_log_stage(db, stage->name, 0, o->action == REMOVE ? 0 : stage->run,
                                      stage->arguments, stage_seconds() - stage->started, result)) {
        db_rollback(db);
        stage_fail(stage, "%s", db->error);
    }
    sqlite3_finalize(s);
    if (db_commit(db))
        stage_fail(stage, "%s", db->error);
}

/* What must be true before a run is touched; asks where that is due. */
static void check(const struct stage *stage, struct db *db, const struct options *o,
                  const struct contents *c)
{
    char host[256];
    lock_host(host, sizeof host);
    long long run = (long long)stage->run;
    if (o->action == REMOVE && c->running)
        stage_fail(stage, "run %lld is running; expected one that has ended", run);
    if (o->action == REMOVE && *c->committees)
        stage_fail(stage,
                   "run %lld or a fold of it is a member of committee %s; expected one that no "
                   "committee asks (delete the committee first)",
                   run, c->committees);
    if (o->action == CRASHED && (!c->running || !strcmp(host, c->host)))
        stage_fail(stage,
                   c->running ? "run %lld is alive on this host"
                              : "run %lld does not say that it is running",
                   run);
    if (o->action == REMOVE)
        confirm(stage, o, "delete", c);
    else if (o->action == ARCHIVE)
        confirm(stage, o, "archive", c);
    else if (o->action == CRASHED)
        confirm(stage, o, "crashed", c);
    if (o->action == REMOVE && lock_take(db, stage->run))
        stage_fail(stage, "%s", db->error);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "mark", .help = HELP};
    struct options o = {0};
    struct contents c;
    struct db db;
    char result[700];

    int first = stage_options(&stage, argc, argv, OWN, take, &o);
    if (first < argc)
        stage_usage(&stage, "found '%s'; expected options only", argv[first]);
    if (!stage.run || !o.action)
        stage_usage(&stage,
                    stage.run ? "expected an action, like --note TEXT" : "expected --run N");
    stage_open(&stage, &db, DB_WRITE);
    read_contents(&stage, &db, &c);
    check(&stage, &db, &o, &c);
    snprintf(result, sizeof result, "run %lld: %s%s%s", (long long)stage.run,
             (const char *const[]){"noted", "tagged", "tag taken away", "archived",
                                   "back in the lists",
                                   "deleted: ", "counts as crashed"}[o.action - NOTE],
             o.action == TAG ? " " : "",
             o.action == REMOVE ? c.text
             : o.action == TAG  ? o.value
                                : "");
    act(&stage, &db, &o, result);
    if (!stage.quiet)
        printf("%s\n", result);
    db_close(&db);
    return fflush(stdout) ? 1 : 0;
}
