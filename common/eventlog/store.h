/* SPDX-License-Identifier: Apache-2.0
 * Store: the unit of work's door to where things are kept. Two forms: PostgreSQL, and memory for simulation and
 * stories; both pass the same tests. A store belongs to one worker thread. */
#pragma once
#include "common/eventlog/feed.h"
#include "common/eventlog/model.h"

struct unit;

struct store {
    void *self;
    /* Begins, locks what the unit names (heads, places, series; heads that others hold are left out unless
     * unit->blocking), then in later statements reads the time, receipts and holds. ERR_AGAIN: nothing is locked. */
    enum error (*open)(void *self, struct unit *unit, struct problem *problem);
    /* Fills the streams and look-ups of the unit that are not loaded yet. */
    enum error (*load)(void *self, struct unit *unit, struct problem *problem);
    /* All or nothing. ERR_COMMIT_UNKNOWN is resolved inside: the answer is OK or an error after which nothing stands. */
    enum error (*commit)(void *self, struct unit *unit, struct problem *problem);
    /* Rolls back and forgets what it kept in memory for the shards of the unit. */
    void (*abandon)(void *self, struct unit *unit);
    /* Records of a shard above `after`, at most `max` and about 4 MiB, in order, in the arena. */
    enum error (*feed)(void *self, struct arena *arena, int32_t shard, int64_t after, size_t max,
                       struct record **records, size_t *n, struct problem *problem);
};
