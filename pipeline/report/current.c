/* current.c: whether a page need be made again: the table report says of what it was made. */
#include "pipeline/base/file.h"
#include "pipeline/base/hash.h"
#include "pipeline/report/report.h"
#include "sql/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int current_inputs(struct report *report, const char *facts, const char *more, char inputs[65])
{
    char program[65];
    int64_t bytes;
    int rc;
    /* A changed query, style sheet or writer makes another program. */
    if (hash_file("/proc/self/exe", program, &bytes, &report->error))
        return FAILED;
    hash_text(program, inputs);
    hash_chain(inputs, report->charts.hash);
    hash_chain(inputs, more);
    struct statement *statement = report_prepare(report, facts);
    if (!statement)
        return FAILED;
    while ((rc = db_step(report->db, statement)) == 1)
        hash_chain(inputs, db_text(statement, "fact"));
    db_finish(statement);
    return rc ? report_db_error(report) : 0;
}

/* The files beside the page. */
static int are_there(const char *path)
{
    static const char *const names[] = {"final_report.json", "training_summary.json",
                                        "training_history.csv", "data"};
    int length = (int)(strrchr(path, '/') - path);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char beside[1300];
        snprintf(beside, sizeof beside, "%.*s/%s", length, path, names[i]);
        if (access(beside, F_OK))
            return 0;
    }
    return 1;
}

int current_page(struct report *report, const char *path, const char inputs[65])
{
    struct statement *statement = report_prepare(report, sql_report_made);
    char sha256[65];
    int64_t bytes;
    if (!statement)
        return FAILED;
    db_bind_text(statement, ":path", path);
    db_bind_text(statement, ":inputs", inputs);
    int rc = db_step(report->db, statement);
    if (rc == 1) {
        struct file_state state;
        int gone = file_look(path, &state, &report->db->error);
        if (!gone)
            gone = hash_file(path, sha256, &bytes, &report->db->error);
        rc = gone < 0 ? gone
                      : !gone && !strcmp(sha256, db_text(statement, "sha256")) && are_there(path);
    }
    db_finish(statement);
    return rc < 0 ? report_db_error(report) : rc;
}

struct recording {
    struct report *report;
    const char *path, *inputs, *sha256;
};

static int record(void *context)
{
    const struct recording *r = context;
    struct report *report = r->report;
    if (r->inputs) {
        struct statement *insert = db_prepare(report->db, sql_report_record);
        char now[25];
        db_now(now);
        db_bind_int(insert, ":run", report->run.id);
        db_bind_text(insert, ":path", r->path);
        db_bind_text(insert, ":inputs", r->inputs);
        db_bind_text(insert, ":sha256", r->sha256);
        db_bind_text(insert, ":made_at", now);
        if (db_run_once(report->db, insert))
            return DB_ERROR;
    }
    return stage_log(report->stage, report->db, report->dataset.id, report->run.id, r->path);
}

int current_record(struct report *report, const char *path, const char *inputs, const char *sha256)
{
    struct recording recording = {report, path, inputs, sha256};
    return db_transaction(report->db, record, &recording) ? report_db_error(report) : 0;
}
