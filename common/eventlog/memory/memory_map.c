/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/memory/memory_map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 64 };

static uint64_t hash_of(const void *key, size_t size)
{
    const uint8_t *at = key;
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 1099511628211u;
    return hash ^ hash >> 29;
}

static struct memory_entry *find(const struct memory_map *map, uint64_t hash, const void *key,
                                 size_t size)
{
    if (!map->slots)
        return NULL;
    for (size_t at = hash & map->mask; map->slots[at]; at = (at + 1) & map->mask) {
        struct memory_entry *entry = map->items[map->slots[at] - 1];
        if (entry->hash == hash && entry->key_size == size && !memcmp(entry->key, key, size))
            return entry;
    }
    return NULL;
}

static void place(struct memory_map *map, size_t index)
{
    size_t at = map->items[index]->hash & map->mask;
    while (map->slots[at])
        at = (at + 1) & map->mask;
    map->slots[at] = (uint32_t)index + 1;
}

/* Forgets the keys that were taken out, then doubles if that did not help. */
static void make_room(struct memory_map *map)
{
    if (map->slots && (map->n + 1) * 2 <= map->mask)
        return;
    size_t live = 0;
    for (size_t i = 0; i < map->n; i++) {
        if (map->items[i]->value)
            map->items[live++] = map->items[i];
        else
            free(map->items[i]);
    }
    map->n = live;
    size_t size = map->slots ? map->mask + 1 : SLOTS_FIRST;
    while ((live + 1) * 4 > size)
        size *= 2;
    free(map->slots);
    map->slots = calloc(size, sizeof *map->slots);
    assert(map->slots);
    map->mask = size - 1;
    for (size_t i = 0; i < map->n; i++)
        place(map, i);
}

void *memory_map_get(const struct memory_map *map, const void *key, size_t size)
{
    const struct memory_entry *entry = find(map, hash_of(key, size), key, size);
    return entry ? entry->value : NULL;
}

void *memory_map_put(struct memory_map *map, const void *key, size_t size, void *value)
{
    assert(value);
    uint64_t hash = hash_of(key, size);
    struct memory_entry *entry = find(map, hash, key, size);
    if (entry) {
        void *before = entry->value;
        entry->value = value;
        map->n_live += !before;
        return before;
    }
    make_room(map);
    if (map->n == map->max) {
        map->max = map->max ? map->max * 2 : SLOTS_FIRST;
        map->items = realloc(map->items, map->max * sizeof *map->items);
        assert(map->items);
    }
    entry = malloc(sizeof *entry + size);
    assert(entry);
    *entry = (struct memory_entry){.hash = hash, .value = value, .key_size = size};
    memcpy(entry->key, key, size);
    map->items[map->n++] = entry;
    map->n_live++;
    place(map, map->n - 1);
    return NULL;
}

void *memory_map_take(struct memory_map *map, const void *key, size_t size)
{
    struct memory_entry *entry = find(map, hash_of(key, size), key, size);
    if (!entry || !entry->value)
        return NULL;
    void *value = entry->value;
    entry->value = NULL;
    map->n_live--;
    return value;
}

void memory_map_fini(struct memory_map *map, void (*value_free)(void *value))
{
    for (size_t i = 0; i < map->n; i++) {
        if (value_free && map->items[i]->value)
            value_free(map->items[i]->value);
        free(map->items[i]);
    }
    free(map->items);
    free(map->slots);
    *map = (struct memory_map){0};
}
