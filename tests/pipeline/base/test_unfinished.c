/* test_unfinished.c: files that are being written when a process ends, in whatever way. */
#include "tests/unit/unit.h"

#include "pipeline/base/file.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[200];

static int make_folder(void **state)
{
    const char *where = getenv("TMPDIR");
    (void)state;
    snprintf(folder, sizeof folder, "%.100s/pixelmill-unit.XXXXXX", where ? where : "/tmp");
    return mkdtemp(folder) && !setenv("TMPDIR", folder, 1) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    unfinished_remove_tree(folder);
    return 0;
}

static int names(void)
{
    int n = 0;
    DIR *all = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(all));) {
        n += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    }
    closedir(all);
    return n;
}

static const char *place(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* A child that writes half a file, then ends by exit (number 0) or a signal. Returns its status. */
static int half(const char *name, int number)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct file_new file;
        struct error error;
        unfinished_watch();
        if (file_begin(&file, place(name), &error)) {
            _exit(99);
        }
        fputs("half", file.out);
        if (number) {
            raise(number);
        }
        exit(7);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void test_removed_at_the_end(void **state)
{
    (void)state;
    assert_int_equal(half("a.csv", 0), 7);
    assert_int_equal(names(), 0);
    assert_int_equal(half("a.csv", SIGTERM), 128 + SIGTERM);
    assert_int_equal(half("a.csv", SIGINT), 128 + SIGINT);
    assert_int_equal(half("a.csv", SIGHUP), 128 + SIGHUP);
    assert_int_equal(names(), 0);
}

/* SIGHUP is ignored after nohup, and so it stays. */
static void test_ignored_stays_ignored(void **state)
{
    (void)state;
    signal(SIGHUP, SIG_IGN);
    assert_int_equal(half("a.csv", SIGHUP), 7);
    signal(SIGHUP, SIG_DFL);
    assert_int_equal(names(), 0);
}

static void test_killed(void **state)
{
    struct file_new living, next;
    struct error error;
    (void)state;
    assert_int_equal(file_begin(&living, place("b.csv"), &error), 0);
    assert_int_equal(half("a.csv", SIGKILL), 128 + SIGKILL);
    assert_int_equal(names(), 2);
    assert_int_equal(half("other.csv", SIGKILL), 128 + SIGKILL);
    assert_int_equal(names(), 2); /* the one before went, the living one did not */
    /* What is like it but not of this kind stays. */
    fclose(fopen(place(".a.csv.XXXXXX"), "w"));
    fclose(fopen(place("a.csv.XXXXXX.pixelmill"), "w"));
    assert_int_equal(unfinished_left(folder, NULL, NULL), 1);
    assert_int_equal(names(), 3);
    assert_int_equal(half("a.csv", SIGKILL), 128 + SIGKILL);
    assert_int_equal(file_begin(&next, place("a.csv"), &error), 0);
    assert_int_equal(names(), 4);
    fputs("whole", next.out);
    assert_int_equal(file_commit(&next, &error), 0);
    assert_int_equal(access(place("a.csv"), F_OK), 0);
    file_abandon(&living);
    assert_int_equal(names(), 3);
    unlink(place("a.csv"));
    unlink(place(".a.csv.XXXXXX"));
    unlink(place("a.csv.XXXXXX.pixelmill"));
}

static void test_folders(void **state)
{
    struct unfinished one, two;
    struct error error;
    char inside[UNFINISHED_PATH + 8];
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        _exit(unfinished_folder(&one, "unit", &error) ? 99 : 0);
    }
    waitpid(child, NULL, 0);
    assert_int_equal(names(), 1);
    assert_int_equal(unfinished_folder(&one, "unit", &error), 0);
    assert_int_equal(names(), 1);
    snprintf(inside, sizeof inside, "%s/file", one.path);
    fclose(fopen(inside, "w"));
    assert_int_equal(unfinished_folder(&two, "unit", &error), 0);
    assert_int_equal(access(inside, F_OK), 0);
    unfinished_remove(&one);
    unfinished_remove(&two);
    assert_int_equal(names(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_removed_at_the_end),
        cmocka_unit_test(test_ignored_stays_ignored),
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_folders),
    };
    return cmocka_run_group_tests_name("unfinished", tests, make_folder, remove_folder);
}
