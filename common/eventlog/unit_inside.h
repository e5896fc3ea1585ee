/* SPDX-License-Identifier: Apache-2.0
 * What the files of the unit of work share; nobody else includes it. */
#pragma once
#include <setjmp.h>

#include "common/eventlog/house.h"
#include "common/eventlog/table_row.h"

/* Grows a vector in the arena; the arena jumps when it is exhausted. */
#define UNIT_GROW(unit, field)                                                                     \
    unit_grow((unit)->arena, (void **)&(unit)->field, (unit)->n_##field, &(unit)->field##_max,     \
              sizeof *(unit)->field)
void unit_grow(struct arena *arena, void **items, size_t count, size_t *max, size_t size);

/* Unpacks and declares; sets handler, message, key, or the problem for which the work will be parked or failed. */
void unit_prepare(struct unit *unit, struct work *work);
void unit_prepare_more(struct unit *unit, struct work *work);
/* Decides one work and applies the answer; sets its result. */
enum error unit_decide(struct unit *unit, struct work *work, struct problem *problem);
/* Puts a work aside with an event, a row and, for a message, its place moved on. */
enum error unit_put_aside(struct unit *unit, struct work *work, bool follower, struct problem *problem);
enum error unit_keep_waiting(struct unit *unit, struct work *work, struct stream_ref awaited, struct problem *problem);
/* Says that a kept work is done: handover taken, waiting resumed, parked redriven or discarded. */
enum error unit_release_kept(struct unit *unit, struct work *work, const char *outcome, const char *code,
                             struct problem *problem);

/* Where an event's origin is told. */
struct appending {
    struct work *work;
    uint16_t index, count;
};
enum error unit_append(struct unit *unit, struct appending *appending, const struct emission *emission,
                       struct problem *problem);
/* An event of the house about `work`, in the shard of its key. */
enum error unit_append_house(struct unit *unit, struct work *work, int kind, const char *id,
                             const ProtobufCMessage *event, uint16_t index, uint16_t count, struct problem *problem);
struct facts_source unit_facts(struct unit *unit);
struct series_fact unit_series_fact(struct unit *unit, const char *entity_id, const char *document_class,
                                    int32_t year, struct unit_series **series);
void unit_index_put(struct unit *unit, int32_t shard, int index, const char *key, struct stream_ref ref, bool drop);
struct projecting unit_projecting(struct unit *unit);
void unit_hold(struct unit *unit, const struct uuid *key);
