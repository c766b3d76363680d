/* watch.c: shows the trainings that are under way, with their learning curves.
 *
 * In: run and epoch, read anew once a second through a connection that can't write, and that is
 * closed in between: it keeps nobody from shortening the write-ahead log. Out: a page on the
 * terminal that is drawn over, or, where stdout is no terminal, one line a run.
 */
#include "sql/watch.h"
#include "pipeline/base/terminal.h"
#include "pipeline/db/crashed.h"
#include "pipeline/program/stage.h"

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { MAX_RUNS = 64, MAX_EPOCHS = 100000, CURVE_ROWS = 4, SPARK = 24 };

struct options {
    int once;
    double every;
};

static const struct option_row ROWS[] = {
    {"once", OPTION_FLAG, NULL, OPTION_AT(struct options, once),
     .help = "one line a run, then end"},
    {"every", OPTION_REAL, "S", OPTION_AT(struct options, every), 0.05, 3600,
     .help = "seconds between two looks", .fallback = "1"},
    {0}};

static const struct program PROGRAM = {
    .name = "watch",
    .usage = "[OPTION]...",
    .about = "Shows all running trainings, or one run, running or not, and draws their learning "
             "curves in the terminal; q or Ctrl-C leaves. Where the output is not a terminal, "
             "prints one line a run and ends.",
    .example = "build/bin/watch --db experiments/runs.db",
    .reads = "run, epoch.",
    .uses = USES_DB | USES_RUN,
    .rows = ROWS};

/* What is shown of a run. NaN: not there, or not a number. */
struct watched {
    int64_t id;
    char name[160]; /* plain */
    char status[16];
    char rows[8];        /* what it trains on: images or rows */
    char elsewhere[200]; /* plain: another host that says it runs there; "": none */
    int running, epochs, done;
    double train_loss, loss, accuracy, best, rate, epoch_seconds, since;
    double *curve; /* [n], a loss an epoch */
    int n;
};

static double real(struct statement *s, const char *column)
{
    return db_is_null(s, column) ? NAN : db_real(s, column);
}

static int read_curve(struct db *db, struct watched *w)
{
    struct statement *s = db_prepare(db, sql_watch_curve);
    const int room = w->done < MAX_EPOCHS ? w->done : MAX_EPOCHS;
    int rc;
    w->curve = calloc((size_t)room + 1, sizeof *w->curve);
    w->n = 0;
    db_bind_int(s, ":run", w->id);
    while ((rc = db_step(db, s)) == 1)
        if (w->curve && w->n < room)
            w->curve[w->n++] = db_is_null_at(s, 0) ? NAN : db_real_at(s, 0);
    db_finish(s);
    return rc;
}

static int read_elsewhere(struct db *db, struct watched *w)
{
    struct text found = {0}, plain = {0};
    int rc = crashed_elsewhere(db, w->id, &found);
    terminal_add_plain(&plain, text_of(&found));
    snprintf(w->elsewhere, sizeof w->elsewhere, "%s", text_of(&plain));
    text_free(&found);
    text_free(&plain);
    return rc;
}

static int read_run(struct db *db, struct statement *s, struct watched *w)
{
    struct text name = {0};
    terminal_add_plain(&name, db_text(s, "name"));
    *w = (struct watched){.id = db_int(s, "id"),
                          .running = (int)db_int(s, "running"),
                          .epochs = (int)db_int(s, "epochs"),
                          .done = (int)db_int(s, "done"),
                          .train_loss = real(s, "train_loss"),
                          .loss = real(s, "validation_loss"),
                          .accuracy = real(s, "validation_accuracy"),
                          .best = real(s, "best"),
                          .rate = real(s, "images_per_second"),
                          .epoch_seconds = real(s, "epoch_seconds"),
                          .since = real(s, "since")};
    snprintf(w->name, sizeof w->name, "%s", text_of(&name));
    snprintf(w->rows, sizeof w->rows, "%s", db_text(s, "rows"));
    snprintf(w->status, sizeof w->status, "%s", db_text(s, "status"));
    text_free(&name);
    return read_elsewhere(db, w) < 0 ? DB_ERROR : read_curve(db, w);
}

static void forget(struct watched *runs, int n)
{
    for (int i = 0; i < n; i++)
        free(runs[i].curve);
}

/* All runs to be shown. Opening settles what has crashed. Returns their number, or DB_ERROR. */
static int look(const struct stage *stage, struct watched runs[MAX_RUNS], struct error *error)
{
    struct db db;
    int n = 0, rc = db_open(&db, stage->db_path, DB_READ);
    struct statement *s = rc ? NULL : db_prepare(&db, sql_watch_runs);
    if (stage->run)
        db_bind_int(s, ":run", stage->run);
    while (!rc && n < MAX_RUNS && (rc = db_step(&db, s)) == 1)
        rc = read_run(&db, s, &runs[n++]);
    db_finish(s);
    *error = db.error;
    db_close(&db);
    if (!rc)
        return n;
    forget(runs, n);
    return DB_ERROR;
}

/* ---------------------------------------------------------------- drawing */

/* A loss on the logarithmic scale of the curves; NaN where there is none that is a number. */
static double level(double loss)
{
    return isfinite(loss) ? log(fmax(loss, 1e-9)) : NAN;
}

/* Least and greatest level of a curve; 0 where it has none. */
static int bounds(const struct watched *w, double *least, double *greatest)
{
    int found = 0;
    for (int i = 0; i < w->n; i++) {
        const double y = level(w->curve[i]);
        if (isnan(y))
            continue;
        *least = found ? fmin(*least, y) : y;
        *greatest = found ? fmax(*greatest, y) : y;
        found = 1;
    }
    if (found && *greatest - *least < 1e-9)
        *greatest = *least + 1e-9;
    return found;
}

/* The mean level of the points that fall on column x of `columns`; a curve with fewer points than
 * columns keeps each point for several of them. NaN where there is none. */
static double at(const struct watched *w, int x, int columns)
{
    const int first = (int)((int64_t)x * w->n / columns);
    const int last = (int)((int64_t)(x + 1) * w->n / columns);
    double sum = 0;
    int n = 0;
    for (int i = first; i < last || i == first; i++) {
        const double y = level(w->curve[i]);
        sum += isnan(y) ? 0 : y;
        n += !isnan(y);
    }
    return n ? sum / n : NAN;
}

/* One line of eight block heights: "█▆▄▃▂▂▁". */
static void add_spark(struct text *line, const struct watched *w)
{
    static const char *const BLOCKS[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double least, greatest;
    const int columns = w->n < SPARK ? w->n : SPARK;
    if (!bounds(w, &least, &greatest))
        return;
    for (int x = 0; x < columns; x++) {
        const double y = at(w, x, columns);
        text_add(line, isnan(y) ? " " : BLOCKS[(int)(7.999 * (y - least) / (greatest - least))]);
    }
}

/* The curve in Braille dots, two columns and four rows of them a character. The width is that of
 * all epochs asked for, so that one sees how far the training is. */
static void add_curve(struct text *page, const struct watched *w, int width)
{
    static const int DOTS[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    double least, greatest;
    if (!bounds(w, &least, &greatest))
        return;
    const int whole = w->epochs > w->n ? w->epochs : w->n;
    const int columns = (int)fmax(1, 2.0 * width * w->n / whole);
    for (int row = 0; row < CURVE_ROWS; row++) {
        text_format(page, "  %8.4f ", exp(greatest - (greatest - least) * row / (CURVE_ROWS - 1)));
        for (int x = 0; 2 * x < columns; x++) {
            int dots = 0;
            for (int half = 0; half < 2 && 2 * x + half < columns; half++) {
                const double y = at(w, 2 * x + half, columns);
                if (isnan(y))
                    continue;
                int dot = (int)((4 * CURVE_ROWS - 1) * (greatest - y) / (greatest - least) + 0.5);
                if (dot / 4 == row)
                    dots |= DOTS[dot % 4][half];
            }
            const int code = 0x2800 + dots; /* U+2800 as UTF-8 */
            text_format(page, "%c%c%c", 0xe0 | code >> 12, 0x80 | (code >> 6 & 0x3f),
                        0x80 | (code & 0x3f));
        }
        text_add(page, "\033[K\n");
    }
}

static void add_left(struct text *line, const struct watched *w)
{
    const double seconds = w->epoch_seconds * (w->epochs - w->done) - w->since;
    if (!w->running)
        text_add(line, w->status);
    else if (w->elsewhere[0])
        text_format(line, "%s; where that is over: make settle RUN=%lld", w->elsewhere,
                    (long long)w->id);
    else if (isnan(seconds))
        text_add(line, "first epoch");
    else if (seconds < 0)
        text_add(line, "ETA soon");
    else
        text_format(line, "ETA %ld:%02ld", lround(seconds) / 60, lround(seconds) % 60);
}

/* A line about a run, as wide as the terminal (0: any). */
static void add_line(struct text *page, const struct watched *w, int spark, int width)
{
    const struct {
        const char *name;
        double value;
    } losses[] = {{"loss", w->train_loss},
                  {"val_loss", w->loss},
                  {"val_accuracy", w->accuracy},
                  {"best", w->best}};
    const size_t begin = page->length;
    text_format(page, "run %lld  %s  epoch %d/%d", (long long)w->id, w->name, w->done, w->epochs);
    for (int i = 0; i < 4; i++)
        if (!isnan(losses[i].value))
            text_format(page, "  %s %.4f", losses[i].name, losses[i].value);
    if (!isnan(w->rate))
        text_format(page, "  %.0f %s/s", w->rate, w->rows);
    text_add(page, "  ");
    add_left(page, w);
    if (spark) {
        text_add(page, "  ");
        add_spark(page, w);
    }
    terminal_cut(page, begin, width);
}

static void draw(struct text *page, const struct watched *runs, int n, int one)
{
    const int width = terminal_width(0), columns = width > 20 ? width : 80;
    const int height = terminal_height(), fit = (height > 4 ? height - 2 : 22) / (CURVE_ROWS + 2);
    text_cut(page, 0);
    text_add(page, "\033[H");
    if (n == 0)
        text_add(page, one ? "No such run.\033[K\n" : "No training is running.\033[K\n");
    for (int i = 0; i < n; i++) {
        add_line(page, &runs[i], n > fit, width);
        text_add(page, "\033[K\n");
        if (n <= fit) {
            add_curve(page, &runs[i], columns - 14);
            text_add(page, "\033[K\n");
        }
    }
    text_add(page, "\033[Jq leaves");
    fputs(text_of(page), stdout);
    fflush(stdout);
}

/* ---------------------------------------------------------------- terminal */

static volatile sig_atomic_t leave; /* the one place where a signal handler can leave word */

static void note_signal(int number)
{
    (void)number;
    leave = 1;
}

/* Draws anew until somebody leaves, or the database fails. */
static int follow(const struct stage *stage, const struct options *o, int keyboard,
                  struct error *error)
{
    struct watched runs[MAX_RUNS];
    struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
    struct text page = {0};
    char key = 0;
    int n = 0;
    while (!leave && key != 'q' && (n = look(stage, runs, error)) >= 0) {
        draw(&page, runs, n, stage->run != 0);
        forget(runs, n);
        if (poll(&keys, keyboard ? 1 : 0, (int)(1000 * o->every)) > 0 &&
            read(STDIN_FILENO, &key, 1) <= 0)
            break;
    }
    text_free(&page);
    return n < 0 ? FAILED : 0;
}

/* The page has a screen of its own, so that what stood on the terminal is there again afterwards;
 * lines are not wrapped. */
static void watch(const struct stage *stage, const struct options *o)
{
    struct termios before, raw;
    struct sigaction action = {.sa_handler = note_signal};
    struct error error;
    const int keyboard = !tcgetattr(STDIN_FILENO, &before);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (keyboard) {
        raw = before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    fputs("\033[?1049h\033[?25l\033[?7l", stdout);
    int rc = follow(stage, o, keyboard, &error);
    fputs("\033[?7h\033[?25h\033[?1049l", stdout);
    fflush(stdout);
    if (keyboard)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    if (rc)
        stage_fail(stage, "%s", error.text);
}

static void print_once(const struct stage *stage)
{
    struct watched runs[MAX_RUNS];
    struct error error;
    struct text lines = {0};
    int n = look(stage, runs, &error);
    if (n < 0)
        stage_fail(stage, "%s", error.text);
    if (n == 0 && stage->run)
        stage_fail(stage, "%s: no run %lld", stage->db_path, (long long)stage->run);
    if (n == 0)
        text_add(&lines, "no training is running\n");
    for (int i = 0; i < n; i++) {
        add_line(&lines, &runs[i], 1, terminal_width(0));
        text_add(&lines, "\n");
    }
    fputs(text_of(&lines), stdout);
    text_free(&lines);
    forget(runs, n);
}

int main(int argc, char **argv)
{
    struct options options = {.every = 1};
    struct stage stage;
    stage_begin(&stage, &PROGRAM, &options, argc, argv);
    if (options.once || !isatty(STDOUT_FILENO))
        print_once(&stage);
    else
        watch(&stage, &options);
    return stage_end(&stage, 0);
}
