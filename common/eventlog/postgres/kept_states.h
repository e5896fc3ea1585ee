/* SPDX-License-Identifier: Apache-2.0
 * Kept states: folded states of streams between units, packed, by kind and id. Each shard has a generation; forgetting
 * a shard is one increment. Bounded: when full, everything is forgotten. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/identity/uuid.h"

struct kept_state {
    struct uuid stream;
    int kind;
    int32_t shard;
    uint32_t generation;
    int64_t version, snapshot_version;
    uint8_t *bytes; /* NULL: an empty place */
    size_t size;
};

struct kept_states {
    struct kept_state *slots;
    size_t n, mask, bytes, bytes_max;
    uint32_t generations[64];
};

void kept_states_init(struct kept_states *kept, size_t bytes_max);
void kept_states_fini(struct kept_states *kept);
void kept_states_forget(struct kept_states *kept, int32_t shard);
/* NULL: not kept, or forgotten since. */
const struct kept_state *kept_states_find(const struct kept_states *kept, int kind, struct uuid stream);
/* Copies the bytes. */
void kept_states_put(struct kept_states *kept, int kind, struct uuid stream, int32_t shard, int64_t version,
                     int64_t snapshot_version, const uint8_t *bytes, size_t size);
