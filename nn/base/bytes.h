/* bytes.h: numbers as little-endian bytes, on any machine; inside nn/ only. */
#ifndef NN_BYTES_H
#define NN_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* Each writes or reads at *at and moves it on. */
void nn_bytes_put(uint8_t **at, uint64_t number);
uint64_t nn_bytes_get(const uint8_t **at);
void nn_bytes_put_floats(uint8_t **at, const float *values, size_t count);
void nn_bytes_get_floats(const uint8_t **at, float *values, size_t count);

#endif
