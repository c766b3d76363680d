/* arena.c: one allocation for all arrays of a trainer or predictor. */
#include "arena.h"

#include "nn.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 64 };

static void *take(nn_arena *arena, size_t count, size_t size)
{
    void *piece = arena->base ? arena->base + arena->used : NULL;
    arena->used += (count * size + LINE - 1) / LINE * LINE;
    return piece;
}

float *nn_arena_floats(nn_arena *arena, size_t count)
{
    return take(arena, count, sizeof(float));
}

double *nn_arena_doubles(nn_arena *arena, size_t count)
{
    return take(arena, count, sizeof(double));
}

uint8_t *nn_arena_bytes(nn_arena *arena, size_t count) { return take(arena, count, 1); }

int nn_arena_allocate(nn_arena *arena)
{
    size_t bytes = arena->used;
    char *base = aligned_alloc(LINE, bytes);
    if (!base) {
        return NN_ERROR_MEMORY;
    }
    memset(base, 0, bytes);
    *arena = (nn_arena){.base = base};
    return NN_OK;
}
