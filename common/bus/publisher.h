/* SPDX-License-Identifier: Apache-2.0
 * Publisher: puts committed records into their topic, in order, with the partition set explicitly
 * (architecture.md, section 3). Idempotent, acks=all, no time-out of its own: a message stays
 * queued until the brokers have it or refuse it. One thread.
 *
 * A refusal is no small thing: librdkafka was seen to go on with 4, 5, 6 after a refused 3. So
 * after the first failure every call answers ERR_BROKER_AWAY; the caller calls publisher_discard,
 * makes a new one and starts again from the cursor. Delivery reports are no proof either: the
 * cursor moves only over what a reader has read back. */
#pragma once
#include <stddef.h>

#include "common/bus/broker.h"
#include "common/eventlog/feed.h"

struct publisher;

struct publisher_options {
    struct broker_settings broker;
    const char *topic;
    int32_t queue_messages; /* bound of the queue; 0: 50000 */
    int32_t queue_kbytes;   /* 0: 65536 */
};

/* Does not wait for a connection. ERR_CONFIG. */
MUST_USE enum error publisher_open(struct publisher **publisher,
                                   const struct publisher_options *options,
                                   struct problem *problem);
/* Throws away what is queued or in flight and frees, without waiting for brokers. NULL is fine. */
void publisher_discard(struct publisher *publisher);
/* Waits until all is delivered, at most that long, then frees; ERR_TIMEOUT or ERR_BROKER_AWAY if
 * something was not delivered: the cursor knows where to go on. */
MUST_USE enum error publisher_close(struct publisher *publisher, int32_t timeout_ms,
                                    struct problem *problem);
static inline void publisher_discard_at_end(struct publisher **publisher)
{
    publisher_discard(*publisher);
}
#define PUBLISHER_AUTO __attribute__((cleanup(publisher_discard_at_end)))

/* Queues one contiguous run of records of one shard (asserted), copying them. *taken: how many;
 * fewer than n if the queue is full: poll and call again with the rest. Headers: ce_specversion,
 * ce_id, ce_source, ce_type, duebook-feed, and traceparent where `traceparents` (may be NULL) has
 * one. */
MUST_USE enum error publisher_run(struct publisher *publisher, const struct record *records,
                                  const char *const *traceparents, size_t n, size_t *taken,
                                  struct problem *problem);
/* Queues a tick of the feed, unnumbered, into the partition of its shard. ERR_BUSY: queue full. */
MUST_USE enum error publisher_tick(struct publisher *publisher, const char *feed_id,
                                   const struct feed_tick *tick, struct problem *problem);
/* Serves delivery reports, waiting at most that long for one. ERR_BROKER_AWAY after a failure. */
MUST_USE enum error publisher_poll(struct publisher *publisher, int32_t timeout_ms,
                                   struct problem *problem);
/* Waits until all is delivered. ERR_TIMEOUT: not yet. */
MUST_USE enum error publisher_flush(struct publisher *publisher, int32_t timeout_ms,
                                    struct problem *problem);

struct publisher_counts {
    int64_t queued, delivered, failed; /* since it was opened */
    bool brokers_away;                 /* the last news was that no broker answers */
};
struct publisher_counts publisher_count(const struct publisher *publisher);
