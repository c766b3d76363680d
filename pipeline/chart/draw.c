/* draw.c: scripts for gnuplot, and running it. See draw.h. */
#include "pipeline/chart/draw.h"

#include "pipeline/base/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void draw_text(struct text *script, const char *name, const char *value)
{
    text_format(script, "%s = '", name);
    for (; *value; value++) {
        if (*value == '\'')
            text_add(script, "'");
        text_add_bytes(script, (unsigned char)*value < ' ' ? " " : value, 1);
    }
    text_add(script, "'\n");
}

void draw_begin(struct drawing *drawing)
{
    struct text path = {0};
    text_free(&drawing->script);
    text_format(&path, "%s/data/", drawing->folder);
    draw_text(&drawing->script, "data", text_of(&path));
    text_cut(&path, 0);
    text_format(&path, "%s/", drawing->scripts);
    draw_text(&drawing->script, "scripts", text_of(&path));
    draw_text(&drawing->script, "format", drawing->png ? "png" : "svg");
    drawing->script.failed |= text_failed(&path);
    text_free(&path);
}

static int ends_with(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);
    return a >= b && strcmp(text + a - b, end) == 0;
}

int draw_possible(const struct chart *chart, const struct data_files *files)
{
    const struct data_file *file = data_find(files, chart->data);
    if (chart->too_many)
        return 0;
    if (!file || !file->rows || !*chart->needs)
        return file && file->rows;
    for (int i = 0; i < file->n_columns; i++)
        if (ends_with(file->columns[i].name, chart->needs) && file->columns[i].n)
            return 1;
    return 0;
}

void draw_chart(struct drawing *drawing, const struct chart *chart, const struct data_files *files)
{
    struct text *script = &drawing->script, path = {0};
    char name[64];
    text_format(script, "\nrows = %zu\n", data_rows(files, chart->data));
    draw_text(script, "chart", chart->name);
    draw_text(script, "title", chart->title);
    draw_text(script, "width", chart->width);
    draw_text(script, "height", chart->height);
    text_add(script, "TH = image_height\nTW = image_width\nTC = image_channels\n");
    for (int i = 0; chart_also(chart, i, name); i++)
        text_format(script, "rows_%s = %zu\n", name, data_rows(files, name));
    data_tell(data_find(files, chart->data), script);
    text_format(&path, "%s/%s.%s", drawing->folder, chart->name, drawing->png ? "png" : "svg");
    draw_text(script, "out", text_of(&path));
    script->failed |= text_failed(&path);
    text_format(script, "load scripts.'style.gp'\nload scripts.'%s.gp'\nset output\n", chart->name);
    text_free(&path);
}

/* What gnuplot said, its first line that is more than a mark below another. */
static void first_complaint(FILE *said, char line[300])
{
    char text[300];
    rewind(said);
    line[0] = '\0';
    while (!line[0] && fgets(text, sizeof text, said))
        if (text[strspn(text, " \t^\n")]) {
            text[strcspn(text, "\n")] = '\0';
            snprintf(line, 300, "%s", text + strspn(text, " \t"));
        }
}

/* Runs gnuplot on an open file, what it says into another, in a locale that knows UTF-8 and a point
 * before decimals, without the settings that a person may have. Returns its exit status, 127 where
 * it can't be started. */
static int run_gnuplot(FILE *script, FILE *said)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        setenv("LC_ALL", "C.UTF-8", 1);
        if (dup2(fileno(script), STDIN_FILENO) >= 0 && dup2(fileno(said), STDERR_FILENO) >= 0 &&
            dup2(fileno(said), STDOUT_FILENO) >= 0)
            execlp("gnuplot", "gnuplot", "-d", (char *)NULL);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return 127;
        if (child_interrupted())
            kill(child, SIGTERM);
    }
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : child > 0 ? 1 : 127;
}

static int run(const struct text *text, char warning[300], struct error *error)
{
    FILE *script = tmpfile(), *said = tmpfile();
    int rc = FAILED;
    if (!script || !said || fwrite(text_of(text), 1, text->length, script) != text->length ||
        fflush(script) || lseek(fileno(script), 0, SEEK_SET)) {
        error_system(error, "the script for gnuplot");
    } else {
        int status = run_gnuplot(script, said);
        first_complaint(said, warning);
        if (status == 127)
            error_set(error, "gnuplot can't be started (Debian package gnuplot-nox)");
        else if (status)
            error_set(error, "gnuplot: %s", warning[0] ? warning : "failed");
        else
            rc = 0;
    }
    if (script)
        fclose(script);
    if (said)
        fclose(said);
    return rc;
}

int draw_end(struct drawing *drawing, char warning[300], struct error *error)
{
    warning[0] = '\0';
    int rc = text_failed(&drawing->script) ? error_memory(error, "the script for gnuplot")
                                           : run(&drawing->script, warning, error);
    text_free(&drawing->script);
    return rc;
}
