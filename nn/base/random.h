/* random.h: random numbers as a function of a place; inside nn/ only. */
#ifndef NN_RANDOM_H
#define NN_RANDOM_H

#include "nn/nn.h"

/* The finaliser of splitmix64 (Steele, Lea and Flood 2014): a bijection whose every output bit
 * depends on every input bit. */
uint64_t nn_random_mix(uint64_t x);

/* One key for each image of each step in each layer. What is drawn from it depends neither on the
 * number of threads nor on what was drawn before, so that a resumed run draws the same. */
uint64_t nn_random_key(uint64_t seed, uint64_t step, int layer, int image);

#endif
