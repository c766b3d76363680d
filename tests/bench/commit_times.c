/* commit_times.c: how long a training's writes take, from before BEGIN to after COMMIT.
 *
 * A library for LD_PRELOAD: it stands in front of sqlite3_exec, through which all programs begin
 * and end their writes, and prints the times in milliseconds on stderr at the end of the process,
 * those of transactions that write an epoch's figures apart from the others. Used by
 * tests/bench/commits.sh. A transaction counts as an epoch's where its first statement after BEGIN
 * inserts one.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int exec_function(void *, const char *, int (*)(void *, int, char **, char **), void *,
                          char **);

typedef int prepare_function(void *, const char *, int, void **, const char **);

enum { MAX = 1 << 16, EPOCHS = 0, OTHERS = 1 };
static const char *const NAMES[] = {"epochs' figures", "all other writes"};
static double took[2][MAX], began;
static int n[2], first, kind;

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

int sqlite3_prepare_v2(void *db, const char *sql, int size, void **statement, const char **tail)
{
    prepare_function *real = (prepare_function *)dlsym(RTLD_NEXT, "sqlite3_prepare_v2");
    if (first)
        kind = strstr(sql, "INSERT INTO epoch") ? EPOCHS : OTHERS;
    first = 0;
    return real(db, sql, size, statement, tail);
}

int sqlite3_exec(void *db, const char *sql, int (*callback)(void *, int, char **, char **),
                 void *context, char **error)
{
    exec_function *real = (exec_function *)dlsym(RTLD_NEXT, "sqlite3_exec");
    if (strstr(sql, "BEGIN IMMEDIATE")) {
        began = milliseconds();
        kind = OTHERS;
        int rc = real(db, sql, callback, context, error);
        first = 1;
        return rc;
    }
    int rc = real(db, sql, callback, context, error);
    if (strstr(sql, "COMMIT;") && n[kind] < MAX)
        took[kind][n[kind]++] = milliseconds() - began;
    return rc;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

__attribute__((destructor)) static void print(void)
{
    for (int k = EPOCHS; k <= OTHERS; k++) {
        if (n[k] == 0)
            continue;
        qsort(took[k], (size_t)n[k], sizeof(double), ascending);
        fprintf(stderr, "%s: %d, median %.2f ms, p95 %.2f ms, greatest %.2f ms\n", NAMES[k], n[k],
                took[k][n[k] / 2], took[k][(size_t)n[k] * 95 / 100], took[k][n[k] - 1]);
    }
}
