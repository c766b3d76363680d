/* net.h: what a program that runs a net does first. */
#ifndef NET_H
#define NET_H

#include "nn/nn.h"
#include "pipeline/program/stage.h"

/* Starts the program anew with OpenBLAS told which CPU this is, where it does not know (machine.h).
 * Call it first in main, before stage_begin. */
void net_restart(char **argv);

/* The instruction set that NN_ISA names, NN_ISA_BEST where it is not set; ends the program where
 * this CPU has it not. */
nn_isa net_isa(const struct stage *stage);

#endif
