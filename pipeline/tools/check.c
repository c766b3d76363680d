/* check.c: looks for what is wrong with a database and the files beside it.
 *
 * In: the database, the submissions and reports that it names, and what killed programs have left
 * in their folders. Out: a line for each finding that says what to do.
 */
#include "sql/check.h"
#include "pipeline/base/file.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/terminal.h"
#include "pipeline/db/crashed.h"
#include "pipeline/db/lock.h"
#include "pipeline/program/stage.h"

#include <dirent.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

struct options {
    const char *reports;
};

static const struct option_row ROWS[] = {
    {"reports", OPTION_TEXT, "FOLDER", OPTION_AT(struct options, reports),
     .help = "where the reports are", .fallback = "experiments/reports"},
    {0}};

static const struct program PROGRAM = {
    .name = "check",
    .usage = "[OPTION]...",
    .about =
        "Looks for what is wrong: damage, rows that name what is not there, weights whose SHA-256 "
        "is another, submissions and reports that are gone or were changed, runs that say they "
        "run, files that killed programs have left. Prints a line for each, with what to do; exit "
        "status 1 where there is one.",
    .example = "build/bin/check --db experiments/runs.db",
    .reads = "all tables; the files of submissions and reports.",
    .uses = USES_DB | USES_QUIET,
    .rows = ROWS};

struct check {
    const struct stage *stage;
    struct db *db;
    const char *reports;
    int findings;
};

__attribute__((format(printf, 2, 3))) static void find(struct check *c, const char *format, ...)
{
    struct text line = {0}, plain = {0};
    char buffer[3000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    text_add(&line, buffer);
    terminal_add_plain(&plain, text_of(&line));
    puts(text_of(&plain));
    text_free(&line);
    text_free(&plain);
    c->findings++;
}

/* Calls `one` for each row of a statement; that it cannot be read is a finding, too. */
static void each(struct check *c, const char *sql, void (*one)(struct check *, struct statement *))
{
    struct statement *s = db_prepare(c->db, sql);
    int rc;
    while ((rc = db_step(c->db, s)) == 1)
        one(c, s);
    db_finish(s);
    if (rc)
        find(c, "%s; make restore FROM=backup", c->db->error.text);
}

static void take_finding(struct check *c, struct statement *s)
{
    find(c, "%s", db_text(s, "finding"));
}

static void check_weights(struct check *c, struct statement *s)
{
    char hash[65];
    size_t size;
    const void *weights = db_blob(s, "weights", &size);
    hash_bytes(weights, size, hash);
    if (strcmp(hash, db_text(s, "sha256")) != 0)
        find(c,
             "run %lld: its weights '%s' were changed: their SHA-256 is another; make verify "
             "RUN=%lld trains them again, make restore FROM=backup brings them back",
             (long long)db_int(s, "run"), db_text(s, "kind"), (long long)db_int(s, "run"));
}

/* Opening has settled those of this host; of another one nobody can tell but by its lock. */
static void check_running(struct check *c, struct statement *s)
{
    const int64_t run = db_int(s, "run");
    struct text host = {0};
    int rc = crashed_elsewhere(c->db, run, &host);
    if (rc == 1 && (rc = lock_try(c->db, LOCK_RUN, run)) == 0) {
        lock_release(c->db, LOCK_RUN, run);
        find(c, "run %lld: says that it is running %s; where that is over, make settle RUN=%lld",
             (long long)run, text_of(&host), (long long)run);
    }
    text_free(&host);
    stage_check(c->stage, c->db, rc < 0);
}

static void check_submission(struct check *c, struct statement *s)
{
    struct error error;
    char hash[65];
    const char *file = db_text(s, "file");
    const long long run = db_int(s, "run");
    if (access(file, F_OK))
        find(c, "%s: the submission is gone; make submit RUN=%lld writes it again", file, run);
    else if (hash_file(file, hash, NULL, &error))
        find(c, "%s", error.text);
    else if (strcmp(hash, db_text(s, "sha256")) != 0)
        find(c, "%s: the submission was changed; make submit RUN=%lld writes it again", file, run);
}

static void check_report(struct check *c, struct statement *s)
{
    if (access(db_text(s, "path"), F_OK))
        find(c, "%s: the report is gone; make report RUN=%lld makes it again", db_text(s, "path"),
             (long long)db_int(s, "run"));
}

/* ---------------------------------------------------------------- what was left */

static void tell_left(void *context, const char *path)
{
    find(context, "%s: was left by a killed program; rm %s", path, path);
}

static void check_folder_of(struct check *c, const char *path)
{
    char folder[1100];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + (slash == path) : 1,
             slash ? path : ".");
    unfinished_left(folder, tell_left, c);
}

/* run-N.new: a report that nobody has finished. */
static void check_reports(struct check *c)
{
    const struct dirent *entry;
    DIR *folder = opendir(c->reports);
    while (folder && (entry = readdir(folder))) {
        const char *end = strrchr(entry->d_name, '.');
        if (end && !strcmp(end, ".new") && !strncmp(entry->d_name, "run-", 4))
            find(c, "%s/%s: was left by a killed program; make report RUN=%.*s", c->reports,
                 entry->d_name, (int)(end - entry->d_name - 4), entry->d_name + 4);
    }
    if (folder)
        closedir(folder);
    unfinished_left(c->reports, tell_left, c);
}

int main(int argc, char **argv)
{
    struct options options = {.reports = "experiments/reports"};
    struct stage stage;
    struct db db;
    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    stage_open(&stage, &db, DB_READ);
    struct check c = {.stage = &stage, .db = &db, .reports = options.reports};
    each(&c, sql_check_findings, take_finding);
    each(&c, sql_check_checkpoints, check_weights);
    each(&c, sql_check_running, check_running);
    each(&c, sql_check_submissions, check_submission);
    each(&c, sql_check_reports, check_report);
    check_folder_of(&c, stage.db_path);
    unfinished_left("submissions", tell_left, &c);
    check_reports(&c);
    db_close(&db);
    if (c.findings)
        stage_fail(&stage, "%s: found %d thing%s to be put right", stage.db_path, c.findings,
                   c.findings == 1 ? "" : "s");
    if (!stage.quiet)
        puts("all is well");
    return stage_end(&stage, 0);
}
