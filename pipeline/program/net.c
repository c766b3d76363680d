/* net.c: see net.h. */
#include "pipeline/program/net.h"

#include "pipeline/store/machine.h"

void net_restart(char **argv)
{
    machine_restart_for_blas(argv);
}

nn_isa net_isa(const struct stage *stage)
{
    nn_isa isa;
    const char *name;
    if (machine_isa(&isa, &name))
        stage_usage(stage,
                    "NN_ISA: '%s' is not an instruction set of this CPU (plain, avx2, avx512)",
                    name);
    return isa;
}
