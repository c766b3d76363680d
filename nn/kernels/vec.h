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

#if defined __AVX2__
#include <immintrin.h>
#endif

#if defined __AVX512F__
#define VEC 16 /* floats in a vector */
#elif defined __AVX2__
#define VEC 8
#else
#define VEC 4
#endif

typedef float vec __attribute__((vector_size(VEC * 4)));
typedef int32_t veci __attribute__((vector_size(VEC * 4)));
typedef float vec_anywhere __attribute__((vector_size(VEC * 4), aligned(4)));

#define INLINE static inline __attribute__((always_inline))
/* Before a loop over vectors that are to stay in registers. Its count becomes known when the
 * function around it is inlined; clang's plain "unroll" looks too early for that. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

INLINE vec vec_load(const float *p)
{
    return *(const vec_anywhere *)p;
}
INLINE void vec_store(float *p, vec v)
{
    *(vec_anywhere *)p = v;
}

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

/* Hides from the compiler where a pointer comes from. Otherwise gcc keeps a register for each sum
 * of a base and a distance in a loop, more than there are, in place of one for the pointer. */
#define HIDE(pointer) __asm__("" : "+r"(pointer))

/* Bytes to numbers and back, of `count` lanes. Written out for gcc, which converts vectors of bytes
 * one lane at a time. */
INLINE veci vec_bytes_load(const uint8_t *p, int count)
{
    uint8_t bytes[VEC] = {0};
    if (count < VEC) {
        memcpy(bytes, p, (size_t)count);
        p = bytes;
    }
#if defined __AVX512F__
    return (veci)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p));
#elif defined __AVX2__
    return (veci)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p));
#else
    return (veci){p[0], p[1], p[2], p[3]};
#endif
}

INLINE void vec_bytes_store(uint8_t *p, veci v, int count)
{
    uint8_t bytes[VEC];
#if defined __AVX512F__
    _mm_storeu_si128((__m128i *)bytes, _mm512_cvtepi32_epi8((__m512i)v));
#elif defined __AVX2__
    __m128i low = _mm256_castsi256_si128((__m256i)v),
            high = _mm256_extracti128_si256((__m256i)v, 1);
    __m128i words = _mm_packus_epi32(low, high);
    _mm_storel_epi64((__m128i *)bytes, _mm_packus_epi16(words, words));
#else
    for (int i = 0; i < VEC; i++) {
        bytes[i] = (uint8_t)v[i];
    }
#endif
    if (count == VEC) {
        memcpy(p, bytes, VEC);
    } else {
        memcpy(p, bytes, (size_t)count);
    }
}

/* where (mask, all bits or none in each lane) ? a : b */
INLINE vec vec_select(veci where, vec a, vec b)
{
    return (vec)((where & (veci)a) | (~where & (veci)b));
}

/* max(v, 0); a NaN stays one, so that the run notices it. */
INLINE vec vec_relu(vec v)
{
    return (vec)(~(v < 0) & (veci)v);
}

/* Floats of a row that is padded to whole vectors. */
static inline size_t vec_round(size_t n)
{
    return (n + VEC - 1) / VEC * VEC;
}

#endif
