/* restore.c: puts a backup in the place of the database.
 *
 * In: a file that `backup` has made. Out: the database is a copy of it; the old one is kept beside.
 */
#include "pipeline/db/restore.h"
#include "pipeline/base/child.h"
#include "pipeline/program/stage.h"

#include <string.h>
#include <unistd.h>

struct options {
    const char *confirm; /* NULL: not given */
};

static const struct option_row ROWS[] = {
    {"confirm", OPTION_TEXT, "WORD", OPTION_AT(struct options, confirm),
     .help = "where nobody can answer, expect here yes-restore"},
    {0}};

static const struct program PROGRAM = {
    .name = "restore",
    .usage = "[OPTION]... FILE",
    .about = "Puts a checked copy of FILE, which `backup` has made, in the place of the database, "
             "and keeps the old one as DATABASE.before-restore-N: at every moment the one or the "
             "other stands there, whole. Asks first; refuses while any program has the database "
             "open.",
    .example = "build/bin/restore --db experiments/runs.db /mnt/usb/runs.db",
    .writes = "the database as a whole.",
    .uses = USES_DB | USES_QUIET,
    .rows = ROWS,
    .most = 1};

static const char WORD[] = "yes-restore";

static void confirm(const struct stage *stage, const struct options *o, const char *from)
{
    char line[64];
    if (o->confirm && strcmp(o->confirm, WORD) != 0)
        stage_usage(stage, "--confirm: found '%s', expected %s", o->confirm, WORD);
    if (o->confirm || access(stage->db_path, F_OK))
        return;
    if (!isatty(STDIN_FILENO))
        stage_fail(stage, "nobody to ask; expected --confirm %s (make: CONFIRM=%s)", WORD, WORD);
    fprintf(stderr, "Put %s in the place of %s, which is kept? (yes or no) ", from, stage->db_path);
    if (!fgets(line, sizeof line, stdin) || strcmp(line, "yes\n") != 0)
        stage_fail(stage, "%s is left as it was", stage->db_path);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct stage stage;
    struct error error;
    char kept[RESTORE_PATH], counted[COPY_LINE];

    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    if (!stage.n_arguments)
        stage_usage(&stage, "expected one file, got 0");
    const char *from = stage.arguments[0];
    confirm(&stage, &options, from);
    child_catch_signals();
    if (restore_database(stage.db_path, from, kept, counted, &error)) {
        if (child_interrupted())
            stage_interrupted(&stage, "%s", error.text);
        stage_fail(&stage, "%s", error.text);
    }
    if (!stage.quiet && kept[0])
        printf("the old one is kept: %s\n", kept);
    printf("%s: %s\n", stage.db_path, counted);
    return stage_end(&stage, 0);
}
