/* random.c: xoshiro256** (Blackman and Vigna 2018) and what is drawn from it. */
#include "nn/base/random.h"

#include <math.h>

static const uint64_t golden = 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio, odd */

uint64_t nn_random_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t nn_random_key(uint64_t seed, uint64_t step, int layer, int image)
{
    uint64_t key = nn_random_mix(seed + golden);
    key = nn_random_mix((key ^ step) + golden);
    return nn_random_mix((key ^ ((uint64_t)layer << 32 | (uint64_t)image)) + golden);
}

nn_random nn_random_new(uint64_t seed, uint64_t stream)
{
    /* The state is four outputs of splitmix64, started at a place that mixes seed and stream. */
    uint64_t place = nn_random_mix(nn_random_mix(seed + golden) ^ stream);
    nn_random random;
    for (int i = 0; i < 4; i++) {
        place += golden;
        random.s[i] = nn_random_mix(place);
    }
    return random;
}

static uint64_t rotate_left(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

uint64_t nn_random_next(nn_random *random)
{
    uint64_t *s = random->s;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

float nn_random_uniform(nn_random *random)
{
    return (float)(nn_random_next(random) >> 40) * 0x1p-24f;
}

float nn_random_normal(nn_random *random)
{
    /* Box and Muller 1958. The first number is in (0, 1], so its logarithm is finite. Only one of
     * the pair is used: a generator without memory can be copied and saved as it is. */
    const double two_pi = 6.283185307179586477;
    double radius = (double)((nn_random_next(random) >> 11) + 1) * 0x1p-53;
    double angle = (double)(nn_random_next(random) >> 11) * 0x1p-53;
    return (float)(sqrt(-2.0 * log(radius)) * cos(two_pi * angle));
}

uint32_t nn_random_below(nn_random *random, uint32_t limit)
{
    /* Lemire 2019: the high half of a product is uniform once the few low halves that would make
     * some results likelier have been rejected. */
    if (limit == 0) {
        return 0;
    }
    uint64_t product = (nn_random_next(random) >> 32) * limit;
    if ((uint32_t)product < limit) {
        uint32_t threshold = -limit % limit;
        while ((uint32_t)product < threshold) {
            product = (nn_random_next(random) >> 32) * limit;
        }
    }
    return (uint32_t)(product >> 32);
}

void nn_shuffle(nn_random *random, uint32_t *items, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = nn_random_below(random, (uint32_t)i);
        uint32_t item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}
