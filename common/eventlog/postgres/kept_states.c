/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/postgres/kept_states.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 1024 };

void kept_states_init(struct kept_states *kept, size_t bytes_max)
{
    *kept = (struct kept_states){.bytes_max = bytes_max, .mask = SLOTS_FIRST - 1};
    kept->slots = calloc(SLOTS_FIRST, sizeof *kept->slots);
    assert(kept->slots);
}

static void clear(struct kept_states *kept)
{
    for (size_t i = 0; kept->slots && i <= kept->mask; i++)
        free(kept->slots[i].bytes);
    free(kept->slots);
    kept->slots = NULL;
}

void kept_states_fini(struct kept_states *kept)
{
    clear(kept);
    *kept = (struct kept_states){0};
}

void kept_states_forget(struct kept_states *kept, int32_t shard)
{
    kept->generations[shard]++;
}

/* Ids are derived by SHA-256 or random in their last bytes: those are the hash. */
static size_t place_of(const struct kept_states *kept, int kind, struct uuid stream)
{
    uint64_t low;
    memcpy(&low, stream.b + 8, sizeof low);
    low ^= (uint64_t)kind * 0x9e3779b97f4a7c15u;
    size_t at = (size_t)(low ^ low >> 32) & kept->mask;
    while (kept->slots[at].bytes && (kept->slots[at].kind != kind || !uuid_equal(kept->slots[at].stream, stream)))
        at = (at + 1) & kept->mask;
    return at;
}

const struct kept_state *kept_states_find(const struct kept_states *kept, int kind, struct uuid stream)
{
    const struct kept_state *found = &kept->slots[place_of(kept, kind, stream)];
    return found->bytes && found->generation == kept->generations[found->shard] ? found : NULL;
}

static void grow(struct kept_states *kept)
{
    struct kept_states bigger = *kept;
    bigger.mask = kept->mask * 2 + 1;
    bigger.slots = calloc(bigger.mask + 1, sizeof *bigger.slots);
    assert(bigger.slots);
    for (size_t i = 0; i <= kept->mask; i++)
        if (kept->slots[i].bytes)
            bigger.slots[place_of(&bigger, kept->slots[i].kind, kept->slots[i].stream)] = kept->slots[i];
    free(kept->slots);
    *kept = bigger;
}

static void make_room(struct kept_states *kept, size_t size)
{
    if (kept->bytes + size > kept->bytes_max) {
        clear(kept);
        struct kept_states fresh;
        kept_states_init(&fresh, kept->bytes_max);
        memcpy(fresh.generations, kept->generations, sizeof fresh.generations);
        *kept = fresh;
    }
    if (kept->n * 2 > kept->mask)
        grow(kept);
}

void kept_states_put(struct kept_states *kept, int kind, struct uuid stream, int32_t shard, int64_t version,
                     int64_t snapshot_version, const uint8_t *bytes, size_t size)
{
    if (size > kept->bytes_max / 8)
        return;
    make_room(kept, size);
    struct kept_state *slot = &kept->slots[place_of(kept, kind, stream)];
    if (slot->bytes) {
        kept->bytes -= slot->size;
        if (slot->size < size) {
            free(slot->bytes);
            slot->bytes = NULL;
        }
    } else {
        kept->n++;
    }
    if (!slot->bytes)
        slot->bytes = malloc(size ? size : 1);
    assert(slot->bytes);
    if (size)
        memcpy(slot->bytes, bytes, size);
    *slot = (struct kept_state){.stream = stream,
                                .kind = kind,
                                .shard = shard,
                                .generation = kept->generations[shard],
                                .version = version,
                                .snapshot_version = snapshot_version,
                                .bytes = slot->bytes,
                                .size = size};
    kept->bytes += size;
}
