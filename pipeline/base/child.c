/* child.c: see child.h. */
#include "pipeline/base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The one place where a signal handler can leave word, and the child it passes the signal to. */
static volatile sig_atomic_t interrupted, child;

static void note_signal(int number)
{
    interrupted = number;
    if (child > 0)
        kill((pid_t)child, number);
}

/* SIGHUP is ignored where somebody said nohup. */
static void catch_signals(int flags)
{
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = flags}, before;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (!sigaction(SIGHUP, NULL, &before) && before.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
}

void child_catch_signals(void)
{
    catch_signals(0);
}

void child_catch_first_signal(void)
{
    catch_signals(SA_RESTART | SA_RESETHAND);
}

int child_interrupted(void)
{
    return interrupted;
}

int child_path(const char *name, char *path, size_t size, struct error *error)
{
    char self[1024];
    ssize_t got = readlink("/proc/self/exe", self, sizeof self - 1);
    if (got < 0)
        return error_system(error, "/proc/self/exe");
    self[got] = '\0';
    char *slash = strrchr(self, '/');
    snprintf(path, size, "%.*s/%s", slash ? (int)(slash - self) : 0, self, name);
    return 0;
}

/* In the child, between fork and exec. */
_Noreturn static void become(const char *path, char *const argv[],
                             const struct child_options *options, FILE *errors)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (options->keep >= 0)
        fcntl(options->keep, F_SETFD, 0);
    int nothing = options->silent ? open("/dev/null", O_RDWR) : -1;
    if (!options->silent ||
        (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(nothing, STDOUT_FILENO) >= 0 &&
         dup2(fileno(errors), STDERR_FILENO) >= 0))
        execv(path, argv);
    _exit(127);
}

static int wait_for(pid_t pid)
{
    int status = 0;
    child = pid;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    child = 0;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void read_line(FILE *errors, const char *name, int status, struct error *error)
{
    rewind(errors);
    if (!fgets(error->text, sizeof error->text, errors))
        error_set(error, "%s: ended with status %d", name, status);
    error->text[strcspn(error->text, "\n")] = '\0';
}

int child_run(char *const argv[], const struct child_options *options, struct error *error)
{
    char path[1200];
    pid_t parent = getpid();
    FILE *errors = options->silent ? tmpfile() : NULL;
    if (options->silent && !errors)
        return error_system(error, "a temporary file");
    int missing = child_path(argv[0], path, sizeof path, error);
    pid_t pid = missing ? -1 : fork();
    if (pid == 0) {
        if (getppid() != parent)
            _exit(127);
        become(path, argv, options, errors);
    }
    int status = pid > 0 ? wait_for(pid) : FAILED;
    if (pid < 0 && !missing)
        error_system(error, argv[0]);
    if (status > 0 && errors)
        read_line(errors, argv[0], status, error);
    else if (status > 0)
        error_set(error, "%s: ended with status %d", argv[0], status);
    if (errors)
        fclose(errors);
    return status;
}
