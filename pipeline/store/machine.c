/* machine.c: CPU, BLAS, executable and git checkout of this process. See machine.h. */
#include "pipeline/store/machine.h"

#include "pipeline/base/hash.h"
#include "pipeline/db/lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PIXELMILL_COMPILER
#error "define PIXELMILL_COMPILER: compiler version and flags, as the Makefile does"
#endif

int machine_isa(nn_isa *isa, const char **name)
{
    *isa = NN_ISA_BEST;
    *name = getenv("NN_ISA");
    return *name && **name && nn_isa_parse(*name, isa) ? -1 : 0;
}

void machine_restart_for_blas(char **argv)
{
    nn_isa isa;
    const char *name;
    if (getenv("OPENBLAS_CORETYPE") || machine_isa(&isa, &name))
        return;
    const char *wish = nn_blas_wish(isa);
    if (wish && !setenv("OPENBLAS_CORETYPE", wish, 1))
        execv("/proc/self/exe", argv); /* where that fails, things go on at OpenBLAS's own speed */
}

static void read_cpu(char *text, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(text, size, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');
        if (colon && !strncmp(line, "model name", 10)) {
            colon[strcspn(colon, "\n")] = '\0';
            snprintf(text, size, "%s", colon + 2);
            break;
        }
    }
    if (file)
        fclose(file);
}

/* The first `size` bytes of what git says of the checkout in which this program stands, wherever it
 * is called; 0 where that is none. */
static size_t ask_git(const char *arguments, char *bytes, size_t size)
{
    char self[1024], command[1400], rest[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = '\0';
    char *slash = strrchr(self, '/');
    if (!slash || strchr(self, '\''))
        return 0;
    *slash = '\0';
    snprintf(command, sizeof command, "{ cd '%s' && %s; } 2>/dev/null", self, arguments);
    FILE *pipe = popen(command, "r");
    if (!pipe)
        return 0;
    size_t got = fread(bytes, 1, size, pipe);
    while (fread(rest, 1, sizeof rest, pipe) > 0)
        ;
    return pclose(pipe) ? 0 : got;
}

static void read_git(struct machine *machine)
{
    char text[128] = "";
    size_t got = ask_git("git rev-parse HEAD", text, sizeof text - 1);
    text[got] = '\0';
    text[strcspn(text, "\n")] = '\0';
    snprintf(machine->git_commit, sizeof machine->git_commit, "%.64s", text);
    got =
        ask_git("d=$(git diff HEAD) && [ -n \"$d\" ] && printf '%s' \"$d\" | sha256sum", text, 64);
    snprintf(machine->git_diff, sizeof machine->git_diff, "%.*s", (int)(got == 64 ? 64 : 0), text);
}

void machine_describe(struct machine *machine)
{
    memset(machine, 0, sizeof *machine);
    lock_host(machine->host, sizeof machine->host);
    read_cpu(machine->cpu, sizeof machine->cpu);
    nn_blas_name(machine->blas, sizeof machine->blas);
    struct error ignored;
    if (hash_file("/proc/self/exe", machine->program_hash, NULL, &ignored))
        memset(machine->program_hash, '0', 64);
    read_git(machine);
    machine->compiler = PIXELMILL_COMPILER;
}
