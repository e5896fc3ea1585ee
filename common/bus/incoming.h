/* SPDX-License-Identifier: Apache-2.0
 * Incoming: one thing that a topic or the client told us: a record, a tick, a message that is
 * neither, or news about the partition. Consumer and reader give the same, so one switch judges
 * both. */
#pragma once
#include "common/base/bytes.h"
#include "common/eventlog/feed.h"

#define INCOMING_KINDS(X)                                                                          \
    X(INCOMING_RECORD, "a numbered event; `record` is whole, its links are not checked yet")       \
    X(INCOMING_TICK, "a FeedTick")                                                                 \
    X(INCOMING_FOREIGN, "neither: read by offset, say usage of a foreign topic")                   \
    X(INCOMING_MALFORMED, "claims to be ours and cannot be read; `why` says what is wrong")        \
    X(INCOMING_END, "the end of the partition for now; `offset` is the next message's")            \
    X(INCOMING_OUT_OF_RANGE, "the wanted offset is not in the topic: cut, recreated or restored")  \
    X(INCOMING_TROUBLE, "a broker or topic does not answer; the client tries again by itself")     \
    X(INCOMING_POLLED_LATE, "polled too rarely: the group has given our partitions away")          \
    X(INCOMING_FATAL, "the client cannot go on: free it and make a new one")

enum incoming_kind {
#define X(name, why) name,
    INCOMING_KINDS(X)
#undef X
};
const char *incoming_kind_name(enum incoming_kind kind);

/* Freed by whoever polled it, before the consumer or reader that gave it. All texts and bytes live
 * as long as it does. */
struct incoming {
    enum incoming_kind kind;
    const char *topic; /* "" if the news concerns no partition; partition and offset are then -1 */
    int32_t partition;
    int64_t offset;
    struct record record;  /* INCOMING_RECORD; ce_source, ce_id, ce_type, key and value included */
    struct feed_tick tick; /* INCOMING_TICK */
    const char *feed_id;   /* ce_source of record or tick; NULL if absent */
    const char *traceparent; /* NULL if absent */
    const char *why;         /* NULL for records, ticks, foreign messages and ends */
    struct bytes key, value; /* as they came, of any message */
    void *raw;               /* the client's own; NULL for news */
    char texts[RECORD_TEXTS_BYTES];
};

void incoming_free(struct incoming *incoming); /* NULL is fine */
static inline void incoming_free_at_end(struct incoming **incoming)
{
    incoming_free(*incoming);
}
#define INCOMING_AUTO __attribute__((cleanup(incoming_free_at_end)))

/* The last header of that name; false if there is none. */
bool incoming_header(const struct incoming *incoming, const char *name, struct bytes *value);
