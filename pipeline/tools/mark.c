/* mark.c: what people do to recorded runs: notes, tags, archive, delete.
 *
 * In: a run's number and one action. Out: the run's row or its tags changed, or the run gone with
 * all that belongs to it. What hides or destroys is asked twice.
 */
#include "sql/mark.h"
#include "pipeline/base/terminal.h"
#include "pipeline/db/crashed.h"
#include "pipeline/db/lock.h"
#include "pipeline/program/stage.h"

#include <string.h>
#include <unistd.h>

struct options {
    const char *note, *tag, *untag, *confirm; /* NULL: not given */
    int show_note, archive, unarchive, removal, settle;
};

static const struct option_row ROWS[] = {
    {"note", OPTION_TEXT, "TEXT", OPTION_AT(struct options, note),
     .help = "say something of the run; an empty text takes the note away"},
    {"show-note", OPTION_FLAG, NULL, OPTION_AT(struct options, show_note),
     .help = "print the note of the run"},
    {"tag", OPTION_WORD, "WORD", OPTION_AT(struct options, tag), .help = "tag the run"},
    {"untag", OPTION_WORD, "WORD", OPTION_AT(struct options, untag), .help = "take the tag away"},
    {"archive", OPTION_FLAG, NULL, OPTION_AT(struct options, archive),
     .help = "leave the run out of lists and leaderboard"},
    {"unarchive", OPTION_FLAG, NULL, OPTION_AT(struct options, unarchive), .help = "put it back"},
    {"delete", OPTION_FLAG, NULL, OPTION_AT(struct options, removal),
     .help = "delete the run, its epochs, weights, predictions, submissions and folds; never one "
             "that is running or a member of a committee"},
    {"settle", OPTION_FLAG, NULL, OPTION_AT(struct options, settle),
     .help = "a run says that it is running on another host, but you know that this is over: it "
             "counts as crashed from now on, so that it can go on or be deleted"},
    {"confirm", OPTION_TEXT, "WORD", OPTION_AT(struct options, confirm),
     .help = "archive, delete and settle ask twice; where nobody can answer, expect here "
             "yes-archive-N, yes-delete-N or yes-settle-N"},
    {0}};

static const struct program PROGRAM = {
    .name = "mark",
    .usage = "--run N ACTION [OPTION]...",
    .about = "Writes a note or a tag on a run, archives it, or deletes it with all that belongs to "
             "it: one action a call.",
    .example = "build/bin/mark --run 7 --note 'the one with the wide net'",
    .reads = "run, member, epoch, checkpoint, prediction, submission.",
    .writes = "run, tag, stage; delete: all tables that belong to a run.",
    .uses = USES_DB | USES_RUN | USES_QUIET,
    .rows = ROWS};

/* What is done to a run. */
struct action {
    const char *name, *sql; /* the statement has :run */
    const char *parameter;  /* of the statement, for value; NULL: none */
    const char *value, *result;
    int64_t archived;     /* of :archived; -1: it has none */
    const char *question; /* is asked before; NULL: nothing is */
};

static struct action find_action(const struct stage *stage, const struct options *o)
{
    const struct action all[] = {
        {"note", sql_mark_note, ":note", o->note, "noted", -1, NULL},
        {"tag", sql_mark_tag, ":tag", o->tag, "tagged ", -1, NULL},
        {"untag", sql_mark_untag, ":tag", o->untag, "tag taken away", -1, NULL},
        {"archive", sql_mark_archive, NULL, NULL, "archived", 1, "Archive"},
        {"unarchive", sql_mark_archive, NULL, NULL, "back in the lists", 0, NULL},
        {"delete", sql_mark_delete, NULL, NULL, "deleted: ", -1, "Delete"},
        {"settle", sql_mark_settle, NULL, NULL, "counts as crashed", -1, "Give up"}};
    const int given[] = {o->note != NULL, o->tag != NULL, o->untag != NULL, o->archive,
                         o->unarchive,    o->removal,     o->settle};
    int found = -1;
    for (int i = 0; i < 7; i++) {
        if (given[i] && found >= 0)
            stage_usage(stage, "expected one action, got two");
        found = given[i] ? i : found;
    }
    if (!stage->run)
        stage_usage(stage, "expected --run N");
    if (found < 0)
        stage_usage(stage, "expected an action, like --note TEXT");
    return all[found];
}

/* What a run is and holds; ends the program where there is none. */
struct contents {
    struct text text, host, committees; /* committees: numbers with commas between; empty: none */
    struct text elsewhere; /* another host that says it runs there, in plain words; empty: none */
    int running;
};

static void read_contents(const struct stage *stage, struct db *db, struct contents *c)
{
    struct statement *s = db_prepare(db, sql_mark_contents);
    db_bind_int(s, ":run", stage->run);
    int rc = db_step(db, s);
    *c = (struct contents){.running = 0};
    if (rc == 1) {
        c->running = (int)db_int(s, "running");
        terminal_add_plain(&c->text, db_text(s, "text"));
        text_add(&c->host, db_text(s, "host"));
        text_add(&c->committees, db_text(s, "committees"));
    }
    db_finish(s);
    if (rc == 0)
        stage_fail(stage, "%s: no run %lld", db->path, (long long)stage->run);
    stage_check(stage, db, rc < 0);
    struct text elsewhere = {0};
    stage_check(stage, db, crashed_elsewhere(db, stage->run, &elsewhere) < 0);
    terminal_add_plain(&c->elsewhere, text_of(&elsewhere));
    text_free(&elsewhere);
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
static void confirm(const struct stage *stage, const struct options *o, const struct action *action,
                    const struct contents *c)
{
    char word[64], number[32];
    snprintf(word, sizeof word, "yes-%s-%lld", action->name, (long long)stage->run);
    snprintf(number, sizeof number, "%lld", (long long)stage->run);
    if (o->confirm && strcmp(o->confirm, word))
        stage_usage(stage, "--confirm: found '%s', expected %s", o->confirm, word);
    if (o->confirm)
        return;
    if (!isatty(STDIN_FILENO))
        stage_fail(stage, "%s%s%snobody to ask; expected --confirm %s (make: CONFIRM=%s)",
                   c->elsewhere.length ? "the run says that it is running " : "",
                   text_of(&c->elsewhere), c->elsewhere.length ? "; " : "", word, word);
    fprintf(stderr, "Run %s: %s\n", number, text_of(&c->text));
    if (c->elsewhere.length)
        fprintf(stderr, "It says that it is running %s.\n", text_of(&c->elsewhere));
    fprintf(stderr, "%s it? (yes or no) ", action->question);
    if (answered("yes")) {
        fprintf(stderr, "%sType the number of the run to go ahead: ",
                o->removal ? "This can't be undone. " : "");
        if (answered(number))
            return;
    }
    stage_fail(stage, "run %s is left as it was", number);
}

/* Whoever lives on this machine, in another container, say, holds a lock that can be seen here. */
static void check_locks(const struct stage *stage, struct db *db)
{
    int rc;
    struct statement *s = db_prepare(db, sql_mark_living);
    db_bind_int(s, ":run", stage->run);
    while ((rc = db_step(db, s)) == 1) {
        const int64_t run = db_int(s, "id");
        const int held = lock_try(db, LOCK_RUN, run);
        if (!held)
            continue;
        db_finish(s);
        stage_check(stage, db, held < 0);
        stage_fail(stage, "run %lld is alive on this machine: its lock is held", (long long)run);
    }
    db_finish(s);
    stage_check(stage, db, rc);
}

/* What must be true before a run is touched; asks where that is due. */
static void check(const struct stage *stage, struct db *db, const struct options *o,
                  const struct action *action, const struct contents *c)
{
    long long run = (long long)stage->run;
    if (o->removal)
        stage_check(stage, db, crashed_refuse(db, stage->run));
    if (o->removal && c->running)
        stage_fail(stage, "run %lld is running; expected one that has ended", run);
    if (o->removal && c->committees.length)
        stage_fail(stage,
                   "run %lld or a fold of it is a member of committee %s; expected one that no "
                   "committee asks (delete the committee first)",
                   run, text_of(&c->committees));
    if (o->settle && (!c->running || !c->elsewhere.length))
        stage_fail(stage,
                   c->running ? "run %lld is alive on this host"
                              : "run %lld does not say that it is running",
                   run);
    if (o->settle)
        check_locks(stage, db);
    if (action->question)
        confirm(stage, o, action, c);
    if (o->removal && lock_take(db, LOCK_RUN, stage->run))
        stage_fail(stage, "%s", db->error.text);
}

struct acting {
    const struct stage *stage;
    struct db *db;
    const struct action *action;
    const char *result;
};

/* A deleted run can't have a line of its own in the log of stages. */
static int act(void *context)
{
    const struct acting *a = context;
    struct statement *s = db_prepare(a->db, a->action->sql);
    db_bind_int(s, ":run", a->stage->run);
    if (a->action->parameter)
        db_bind_text(s, a->action->parameter, a->action->value);
    if (a->action->archived >= 0)
        db_bind_int(s, ":archived", a->action->archived);
    if (db_run_once(a->db, s))
        return DB_ERROR;
    const int gone = a->action->sql == sql_mark_delete;
    return stage_log(a->stage, a->db, 0, gone ? 0 : a->stage->run, a->result);
}

/* The note as it was written, but for what a terminal would obey. */
static void show_note(const struct stage *stage, struct db *db)
{
    struct text note = {0};
    struct statement *s = db_prepare(db, sql_mark_read_note);
    db_bind_int(s, ":run", stage->run);
    int rc = db_step(db, s);
    if (rc != 1)
        stage_fail(stage, rc ? "%s" : "%s: no such run", rc ? db->error.text : db->path);
    terminal_add_plain(&note, db_text(s, "note"));
    printf("%s\n", text_of(&note));
    text_free(&note);
    db_finish(s);
}

/* One action on the run. */
static void mark(const struct stage *stage, struct db *db, const struct options *options)
{
    const struct action action = find_action(stage, options);
    struct contents contents;
    struct text result = {0};
    read_contents(stage, db, &contents);
    check(stage, db, options, &action, &contents);
    text_format(&result, "run %lld: %s%s", (long long)stage->run, action.result,
                options->removal ? text_of(&contents.text)
                : options->tag   ? options->tag
                                 : "");
    struct acting acting = {stage, db, &action, text_of(&result)};
    stage_check(stage, db, db_transaction(db, act, &acting));
    if (options->settle)
        stage_check(stage, db, crashed_requeue(db, text_of(&contents.host)));
    if (!stage->quiet)
        printf("%s\n", text_of(&result));
    text_free(&result);
    text_free(&contents.text);
    text_free(&contents.host);
    text_free(&contents.committees);
    text_free(&contents.elsewhere);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct stage stage;
    struct db db;

    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    if (!options.show_note)
        find_action(&stage, &options); /* usage errors come before the database */
    else if (!stage.run)
        stage_usage(&stage, "expected --run N");
    stage_open(&stage, &db, options.show_note ? DB_READ : DB_WRITE);
    if (options.show_note)
        show_note(&stage, &db);
    else
        mark(&stage, &db, &options);
    db_close(&db);
    return stage_end(&stage, 0);
}
