/* SPDX-License-Identifier: Apache-2.0
 * Gate: a shard is written to only after its log was compared with the end of its topic, so that a restored or
 * failed-over database cannot fork its feed (architecture.md, section 3). */
#pragma once
#include "common/bus/topic_tail.h"
#include "common/eventlog/postgres/postgres_store.h"

enum gate_verdict {
    GATE_OPEN,      /* the topic ends inside our log */
    GATE_AHEAD,     /* the topic knows more than we do: billctl adopt */
    GATE_DIFFERENT, /* the topic knows something else: billctl adopt, after a person looked */
};
const char *gate_verdict_text(enum gate_verdict verdict);

struct gate_head {
    int64_t position;
    struct record_hash hash;
    uint32_t epoch;
};

/* `hash_at` is our log's hash at the tail's highest position (and at the tick's), if it has them. Pure. */
enum gate_verdict gate_judge(const struct gate_head *head, const struct topic_tail *tail,
                             const struct record_hash *at_highest, const struct record_hash *at_tick);

/* What the topic shows of one shard. `cursor_offset` -1: none. */
MUST_USE enum error gate_tail(struct reader *reader, const char *topic, int32_t shard, int64_t cursor_offset,
                              struct topic_tail *tail, struct problem *problem);
/* Compares it with our log, whose head must have been read after the tail: what was committed and published in between
 * would look like a loss. Uses the store's feed for our own hashes. */
MUST_USE enum error gate_compare(const struct store *store, struct arena *arena, const char *topic, int32_t shard,
                                 const struct gate_head *head, const struct topic_tail *tail,
                                 enum gate_verdict *verdict, struct problem *problem);
