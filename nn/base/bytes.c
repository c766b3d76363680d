/* bytes.c: numbers as little-endian bytes, whatever the machine's own order is. */
#include "nn/base/bytes.h"

#include <string.h>

void nn_bytes_put(uint8_t **at, uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        *(*at)++ = (uint8_t)(number >> (8 * i));
    }
}

uint64_t nn_bytes_get(const uint8_t **at)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) {
        number |= (uint64_t) * (*at)++ << (8 * i);
    }
    return number;
}

void nn_bytes_put_floats(uint8_t **at, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++, *at += 4) {
        uint32_t bits;
        memcpy(&bits, &values[i], 4);
        for (int j = 0; j < 4; j++) {
            (*at)[j] = (uint8_t)(bits >> (8 * j));
        }
    }
}

void nn_bytes_get_floats(const uint8_t **at, float *values, size_t count)
{
    for (size_t i = 0; i < count; i++, *at += 4) {
        uint32_t bits = 0;
        for (int j = 0; j < 4; j++) {
            bits |= (uint32_t)(*at)[j] << (8 * j);
        }
        memcpy(&values[i], &bits, 4);
    }
}
