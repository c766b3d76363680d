/* vec.h: vectors of floats as wide as the instruction set of this build has them; inside nn/ only.
 *
 * Kernel files are compiled once for each instruction set (isa.h). They use the compilers' vector
 * types, so that one source serves them all; only loads and stores of a part of a vector have a
 * faster spelling for AVX-512.
 */
#ifndef NN_VEC_H
#define NN_VEC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined __AVX512F__
#include <immintrin.h>
#define VEC 16 /* floats in a vector */
#elif defined __AVX__
#define VEC 8
#else
#define VEC 4
#endif

typedef float vec __attribute__((vector_size(VEC * 4)));
typedef int32_t veci __attribute__((vector_size(VEC * 4)));
typedef uint8_t vecb __attribute__((vector_size(VEC)));
typedef float vec_anywhere __attribute__((vector_size(VEC * 4), aligned(4)));

#define INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

INLINE vec vec_load(const float *p) { return *(const vec_anywhere *)p; }
INLINE void vec_store(float *p, vec v) { *(vec_anywhere *)p = v; }

/* The first `count` floats (1 to VEC); the others read as 0 and are not touched in memory. */
INLINE vec vec_load_part(const float *p, int count)
{
#if defined __AVX512F__
    return (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
#else
    vec v = {0};
    if (count == VEC) {
        return vec_load(p);
    }
    for (int i = 0; i < count; i++) {
        v[i] = p[i];
    }
    return v;
#endif
}

INLINE void vec_store_part(float *p, vec v, int count)
{
#if defined __AVX512F__
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
#else
    if (count == VEC) {
        vec_store(p, v);
        return;
    }
    for (int i = 0; i < count; i++) {
        p[i] = v[i];
    }
#endif
}

/* Hides from the compiler where a pointer comes from. Otherwise gcc keeps a register for each sum of
 * a base and a distance in a loop, more than there are, in place of one for the pointer. */
#define HIDE(pointer) __asm__("" : "+r"(pointer))

/* where (mask, all bits or none in each lane) ? a : b */
INLINE vec vec_select(veci where, vec a, vec b)
{
    return (vec)((where & (veci)a) | (~where & (veci)b));
}

/* max(v, 0); a NaN stays one, so that the run notices it. */
INLINE vec vec_relu(vec v) { return (vec)(~(v < 0) & (veci)v); }

/* Floats of a row that is padded to whole vectors. */
static inline size_t vec_round(size_t n) { return (n + VEC - 1) / VEC * VEC; }

#endif
