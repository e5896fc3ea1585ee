/* SPDX-License-Identifier: Apache-2.0
 * Memory map: keys of bytes to values, in the order in which the keys first came, so that a walk
 * over it is the same in every run (a simulation must repeat itself). Keys are copied; values are
 * the caller's. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct memory_entry {
    uint64_t hash;
    void *value; /* NULL: was taken out */
    size_t key_size;
    uint8_t key[];
};

/* Zero before first use. */
struct memory_map {
    struct memory_entry **items; /* walk with memory_map_each */
    size_t n, n_live, max;
    uint32_t *slots; /* index + 1 into items */
    size_t mask;
};

#define memory_map_each(map, i)                                                                    \
    for (size_t i = 0; i < (map)->n; i++)                                                          \
        if ((map)->items[i]->value)

void *memory_map_get(const struct memory_map *map, const void *key, size_t size);
/* `value` is not NULL; returns what stood there before, or NULL. */
void *memory_map_put(struct memory_map *map, const void *key, size_t size, void *value);
/* Takes the value out and returns it; NULL if there is none. */
void *memory_map_take(struct memory_map *map, const void *key, size_t size);
/* Frees each value with `value_free` (NULL: not) and the map's own memory. */
void memory_map_fini(struct memory_map *map, void (*value_free)(void *value));
