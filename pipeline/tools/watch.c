/* watch.c: shows the trainings that are under way, with their learning curves.
 *
 * In: run and epoch, read anew once a second through a connection that can't write. Out: a page on
 * the terminal that is drawn over, or, where stdout is no terminal, one line a run.
 */
#include "sql/watch.h"
#include "pipeline/program/stage.h"

#include <locale.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const char HELP[] =
    "Usage: watch [OPTIONS]\n"
    "\n"
    "Shows all running trainings, or one run, and draws their learning curves in the terminal; q "
    "or\n"
    "Ctrl-C leaves. Where the output is not a terminal, prints one line a run and ends.\n"
    "\n"
    "Example: watch --db experiments/runs.db\n"
    "\n"
    "  --run N         this run, running or not\n"
    "  --once          one line a run, then end\n"
    "  --every S       seconds between two looks (default 1)\n"
    "  --db PATH       database (default experiments/runs.db)\n"
    "  --help, --version\n"
    "\n"
    "Reads: run, epoch.\n"
    "Writes: nothing.\n";

enum { ONCE = 256, EVERY, MAX_RUNS = 64, MAX_EPOCHS = 100000, CURVE_ROWS = 4, SPARK = 24 };

static const struct option OWN[] = {
    {"once", no_argument, NULL, ONCE}, {"every", required_argument, NULL, EVERY}, {0}};

struct options {
    int once;
    double every;
};

static int take(int option, const char *argument, void *context, char error[200])
{
    struct options *o = context;
    if (option == ONCE) {
        o->once = 1;
        return 0;
    }
    snprintf(error, 200, "--every: '%.60s' is not a number from 0.05 to 3600", argument);
    return parse_real(argument, 0.05, 3600, &o->every);
}

/* What is shown of a run. NaN: not there, or not a number. */
struct watched {
    int64_t id;
    char name[160], status[16], note[120];
    int epochs, done;
    double train_loss, loss, accuracy, best, rate, epoch_seconds, since;
    double *curve; /* [n], a loss an epoch */
    int n;
};

static double real(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL ? NAN : sqlite3_column_double(s, column);
}

static int read_curve(struct db *db, struct watched *w)
{
    sqlite3_stmt *s = db_prepare(db, sql_watch_curve);
    int rc, room = w->done < MAX_EPOCHS ? w->done : MAX_EPOCHS;
    w->curve = calloc((size_t)room + 1, sizeof *w->curve);
    w->n = 0;
    db_bind_int(s, ":run", w->id);
    while ((rc = db_step(db, s)) == 1)
        if (w->curve && w->n < room)
            w->curve[w->n++] = real(s, 0);
    sqlite3_finalize(s);
    return rc;
}

/* All runs to be shown. Opening settles what has crashed, and keeps no connection in between. */
static int look(const struct stage *stage, struct watched runs[MAX_RUNS])
{
    struct db db;
    int n = 0, rc;
    stage_open(stage, &db, DB_READ);
    sqlite3_stmt *s = db_prepare(&db, sql_watch_runs);
    if (stage->run)
        db_bind_int(s, ":run", stage->run);
    while ((rc = db_step(&db, s)) == 1 && n < MAX_RUNS) {
        struct watched *w = &runs[n++];
        const char *note = (const char *)sqlite3_column_text(s, 12);
        w->id = sqlite3_column_int64(s, 0);
        snprintf(w->name, sizeof w->name, "%s", (const char *)sqlite3_column_text(s, 1));
        snprintf(w->status, sizeof w->status, "%s", (const char *)sqlite3_column_text(s, 2));
        w->epochs = sqlite3_column_int(s, 3);
        w->done = sqlite3_column_int(s, 4);
        double *const fields[] = {&w->train_loss, &w->loss,          &w->accuracy, &w->best,
                                  &w->rate,       &w->epoch_seconds, &w->since};
        for (int i = 0; i < 7; i++)
            *fields[i] = real(s, 5 + i);
        snprintf(w->note, sizeof w->note, "%s", note ? note : "");
        if (read_curve(&db, w) < 0)
            rc = DB_ERROR;
        if (rc < 0)
            break;
    }
    sqlite3_finalize(s);
    if (rc < 0)
        stage_fail(stage, "%s", db.error);
    db_close(&db);
    return n;
}

static void forget(struct watched *runs, int n)
{
    for (int i = 0; i < n; i++)
        free(runs[i].curve);
}

/* ---------------------------------------------------------------- drawing */

/* Least and greatest number of a curve on a logarithmic scale; 0 where it has no number. */
static int bounds(const struct watched *w, double *least, double *greatest)
{
    int found = 0;
    for (int i = 0; i < w->n; i++) {
        double y = log(fmax(w->curve[i], 1e-9));
        if (isnan(w->curve[i]))
            continue;
        *least = found ? fmin(*least, y) : y;
        *greatest = found ? fmax(*greatest, y) : y;
        found = 1;
    }
    if (found && *greatest - *least < 1e-9)
        *greatest = *least + 1e-9;
    return found;
}

/* The mean of the curve's points that fall on column x of `columns`; NaN where there is none. */
static double at(const struct watched *w, int x, int columns)
{
    int span = w->n > columns ? w->n : columns;
    int first = (int)((int64_t)x * span / columns), last = (int)((int64_t)(x + 1) * span / columns);
    double sum = 0;
    int n = 0;
    for (int i = first; i < last && i < w->n; i++, n++)
        sum += log(fmax(w->curve[i], 1e-9));
    return n ? sum / n : NAN;
}

/* One line of eight block heights: "█▆▄▃▂▂▁". */
static void print_spark(const struct watched *w)
{
    static const char *const BLOCKS[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double least, greatest;
    int columns = w->n < SPARK ? w->n : SPARK;
    if (!bounds(w, &least, &greatest))
        return;
    for (int x = 0; x < columns; x++) {
        double y = at(w, x, columns);
        int height = isnan(y) ? -1 : (int)(7.999 * (y - least) / (greatest - least));
        fputs(height < 0 ? " " : BLOCKS[height], stdout);
    }
}

/* The curve in Braille dots, two columns and four rows of them a character. The width is that of
 * all epochs asked for, so that one sees how far the training is. */
static void print_curve(const struct watched *w, int width)
{
    static const int DOTS[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    double least, greatest;
    if (!bounds(w, &least, &greatest))
        return;
    int whole = w->epochs > w->n ? w->epochs : w->n;
    int columns = (int)fmax(1, 2.0 * width * w->n / whole);
    for (int row = 0; row < CURVE_ROWS; row++) {
        printf("  %8.4f ", exp(greatest - (greatest - least) * row / (CURVE_ROWS - 1)));
        for (int x = 0; 2 * x < columns; x++) {
            int dots = 0;
            for (int half = 0; half < 2 && 2 * x + half < columns; half++) {
                /* a curve with fewer points than columns keeps each point for several of them */
                int i = (int)((int64_t)(2 * x + half) * w->n / columns);
                double y =
                    w->n > columns ? at(w, 2 * x + half, columns) : log(fmax(w->curve[i], 1e-9));
                int dot = (int)((4 * CURVE_ROWS - 1) * (greatest - y) / (greatest - least) + 0.5);
                if (!isnan(y) && dot / 4 == row)
                    dots |= DOTS[dot % 4][half];
            }
            int code = 0x2800 + dots; /* U+2800 as UTF-8 */
            printf("%c%c%c", 0xe0 | code >> 12, 0x80 | (code >> 6 & 0x3f), 0x80 | (code & 0x3f));
        }
        fputs("\033[K\n", stdout);
    }
}

static const char *left(const struct watched *w, char text[32])
{
    double seconds = w->epoch_seconds * (w->epochs - w->done) - w->since;
    if (strcmp(w->status, "running") || isnan(seconds))
        snprintf(text, 32, "%s", strcmp(w->status, "running") ? w->status : "first epoch");
    else if (seconds < 0)
        snprintf(text, 32, "ETA soon");
    else
        snprintf(text, 32, "ETA %ld:%02ld", lround(seconds) / 60, lround(seconds) % 60);
    return text;
}

static void print_number(const char *before, const char *format, double number)
{
    if (isnan(number))
        return;
    printf("%s", before);
    printf(format, number);
}

static void print_line(const struct watched *w)
{
    char text[32];
    printf("run %lld  %s  epoch %d/%d", (long long)w->id, w->name, w->done, w->epochs);
    print_number("  loss ", "%.4f", w->train_loss);
    print_number("  val_loss ", "%.4f", w->loss);
    print_number("  val_accuracy ", "%.4f", w->accuracy);
    print_number("  best ", "%.4f", w->best);
    print_number("  ", "%.0f images/s", w->rate);
    printf("  %s  ", left(w, text));
}

static void draw(const struct watched *runs, int n, int one)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    int columns = size.ws_col > 20 ? size.ws_col : 80;
    int fit = (size.ws_row > 4 ? size.ws_row - 2 : 22) / (CURVE_ROWS + 2);
    fputs("\033[H", stdout);
    if (n == 0)
        fputs(one ? "No such run.\033[K\n" : "No training is running.\033[K\n", stdout);
    for (int i = 0; i < n; i++) {
        print_line(&runs[i]);
        if (n > fit)
            print_spark(&runs[i]);
        fputs("\033[K\n", stdout);
        if (n <= fit) {
            print_curve(&runs[i], columns - 14);
            fputs("\033[K\n", stdout);
        }
    }
    fputs("\033[Jq leaves", stdout);
    fflush(stdout);
}

/* ---------------------------------------------------------------- terminal */

static volatile sig_atomic_t leave; /* the one place where a signal handler can leave word */

static void note_signal(int number)
{
    (void)number;
    leave = 1;
}

/* The page has a screen of its own, so that what stood on the terminal is there again afterwards;
 * lines are not wrapped. */
static void watch(const struct stage *stage, const struct options *o)
{
    struct watched runs[MAX_RUNS];
    struct termios before, raw;
    struct sigaction action = {.sa_handler = note_signal};
    struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
    char key = 0;
    int terminal = !tcgetattr(STDIN_FILENO, &before);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (terminal) {
        raw = before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    fputs("\033[?1049h\033[?25l\033[?7l", stdout);
    while (!leave && key != 'q') {
        int n = look(stage, runs);
        draw(runs, n, stage->run != 0);
        forget(runs, n);
        if (poll(&keys, terminal ? 1 : 0, (int)(1000 * o->every)) > 0 &&
            read(STDIN_FILENO, &key, 1) <= 0)
            break;
    }
    fputs("\033[?7h\033[?25h\033[?1049l", stdout);
    fflush(stdout);
    if (terminal)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

static void print_once(const struct stage *stage)
{
    struct watched runs[MAX_RUNS];
    int n = look(stage, runs);
    if (n == 0 && stage->run)
        stage_fail(stage, "%s: no run %lld", stage->db_path, (long long)stage->run);
    if (n == 0)
        puts("no training is running");
    for (int i = 0; i < n; i++) {
        print_line(&runs[i]);
        print_spark(&runs[i]);
        putchar('\n');
    }
    forget(runs, n);
}

int main(int argc, char **argv)
{
    struct stage stage = {.name = "watch", .help = HELP};
    struct options o = {.every = 1};
    setlocale(LC_CTYPE, "C.UTF-8");
    int first = stage_options(&stage, argc, argv, OWN, take, &o);
    if (first < argc)
        stage_usage(&stage, "found '%s'; expected options only", argv[first]);
    if (o.once || !isatty(STDOUT_FILENO))
        print_once(&stage);
    else
        watch(&stage, &o);
    return fflush(stdout) ? 1 : 0;
}
