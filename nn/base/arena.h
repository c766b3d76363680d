/* arena.h: memory in one block, and taken from it piece by piece; inside nn/ only.
 *
 * With base NULL nothing but `used` is counted. So one function that takes its pieces in order is
 * run twice: once to learn the size, and again, after nn_arena_allocate, to get them.
 */
#ifndef NN_ARENA_H
#define NN_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct nn_arena {
    char *base;
    size_t used;
} nn_arena;

/* Each piece begins at a cache line. */
float *nn_arena_floats(nn_arena *arena, size_t count);
double *nn_arena_doubles(nn_arena *arena, size_t count);
uint8_t *nn_arena_bytes(nn_arena *arena, size_t count);

/* Allocates what has been counted, filled with zeros, and starts from its beginning. The owner
 * frees base. Returns 0 or NN_ERROR_MEMORY. */
int nn_arena_allocate(nn_arena *arena);

/* Zeros at a cache line, or where there are many at a huge page; freed by free. NULL: no memory. */
void *nn_memory_new(size_t bytes);

#endif
