/* machine.h: what a run must remember of the machine and the program that made it. */
#ifndef MACHINE_H
#define MACHINE_H

#include "nn/nn.h"

struct machine {
    char host[256];        /* as lock_host gives it */
    char cpu[128];         /* model name */
    char blas[96];         /* library, version, kernel */
    char program_hash[65]; /* SHA-256 of the executable */
    char git_commit[65];   /* "" outside a checkout */
    char git_diff[65];     /* SHA-256 of `git diff HEAD`, "" where there is none */
    const char *compiler;  /* and flags */
};

void machine_describe(struct machine *machine);

/* The instruction set that the environment variable NN_ISA names, the best one where it is not set.
 * Returns -1 where it names none that this CPU has; *name is its value then. */
int machine_isa(nn_isa *isa, const char **name);

/* Starts the program anew with OPENBLAS_CORETYPE set where OpenBLAS did not recognise the CPU
 * (nn_blas_wish): on a Zen 5 its products run at half speed otherwise. Call it first in main. */
void machine_restart_for_blas(char **argv);

#endif
