/* backup.c: copies the database while others write to it.
 *
 * In: the database. Out: a file with what was committed at the moment in which the copy began;
 * written whole or not at all.
 */
#include "pipeline/base/child.h"
#include "pipeline/base/number.h"
#include "pipeline/db/copy.h"
#include "pipeline/program/stage.h"

#include <time.h>

static const struct program PROGRAM = {
    .name = "backup",
    .usage = "[OPTION]... [FILE]",
    .about =
        "Copies the database with SQLite's online backup, whoever writes to it meanwhile, into "
        "FILE, which must not exist (default: DATABASE-backup-YYYYMMDD-HHMMSS), and checks the "
        "copy: its integrity, its foreign keys, and that it has as much as the original. Put one "
        "back by `restore` (make restore FROM=file), never by copying over the database: what "
        "stands in the write-ahead log beside it would be read into the copy.",
    .example = "build/bin/backup --db experiments/runs.db /mnt/usb/runs.db",
    .reads = "all tables.",
    .uses = USES_DB | USES_QUIET,
    .most = 1};

static void default_path(const struct stage *stage, struct text *path)
{
    char moment[32];
    struct tm local;
    time_t now = time(NULL);
    localtime_r(&now, &local);
    strftime(moment, sizeof moment, "%Y%m%d-%H%M%S", &local);
    text_format(path, "%s-backup-%s", stage->db_path, moment);
}

int main(int argc, char **argv)
{
    struct stage stage;
    struct db db;
    struct text path = {0};
    struct error error;
    char counted[COPY_LINE];

    stage_begin(&stage, &PROGRAM, NULL, argc, argv);
    if (stage.n_arguments)
        text_add(&path, stage.arguments[0]);
    else
        default_path(&stage, &path);
    stage_open(&stage, &db, DB_READ);
    child_catch_signals();
    if (copy_backup(&db, text_of(&path), counted, &error)) {
        if (child_interrupted())
            stage_interrupted(&stage, "%s", error.text);
        stage_fail(&stage, "%s", error.text);
    }
    db_close(&db);
    if (!stage.quiet)
        fprintf(stderr, "Copied %s in %.2f s.\n", counted, number_seconds() - stage.started);
    printf("%s\n", text_of(&path));
    text_free(&path);
    return stage_end(&stage, 0);
}
