/* SPDX-License-Identifier: Apache-2.0 */
#include "common/identity/murmur2.h"

#include <assert.h>

/* MurmurHash2 by Austin Appleby (public domain), with the seed that Kafka's producers use. */
uint32_t murmur2(struct bytes bytes)
{
    const uint32_t multiplier = 0x5bd1e995, seed = 0x9747b28c;
    uint32_t hash = seed ^ (uint32_t)bytes.size;
    const uint8_t *at = bytes.data;
    size_t left = bytes.size;
    for (; left >= 4; left -= 4, at += 4) {
        uint32_t word =
            (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
        word *= multiplier;
        word ^= word >> 24;
        word *= multiplier;
        hash *= multiplier;
        hash ^= word;
    }
    if (left > 0) {
        hash ^= left > 2 ? (uint32_t)at[2] << 16 : 0;
        hash ^= left > 1 ? (uint32_t)at[1] << 8 : 0;
        hash ^= at[0];
        hash *= multiplier;
    }
    hash ^= hash >> 13;
    hash *= multiplier;
    hash ^= hash >> 15;
    return hash;
}

int32_t murmur2_partition(const char *key, int32_t partitions)
{
    assert(partitions > 0);
    return (int32_t)(murmur2(bytes_of_text(key)) & 0x7fffffff) % partitions;
}
