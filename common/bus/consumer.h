/* SPDX-License-Identifier: Apache-2.0
 * Consumer: a member of a service's group, which decides only who reads which partition. Where to
 * start is asked from the caller, whose database knows (architecture.md, section 3); offsets
 * committed to Kafka are advice for lag monitors. One thread polls, always, also while the database
 * is away.
 *
 * Shape forced by librdkafka 2.0.2 (reliability.md, 2.9): eager `range`; assigned once with
 * explicit offsets and never sought; pause and resume outside of callbacks; poll and no batches; a
 * close that may hang is given up after its time, and the process then leaves by _exit, which is
 * safe by design. */
#pragma once
#include "common/bus/broker.h"
#include "common/bus/incoming.h"

struct consumer;

enum {
    CONSUMER_LATER = -1,     /* offset: not known now; consumer_start will tell */
    CONSUMER_BEGINNING = -2, /* the first message that the topic still has */
};

struct consumer_partition {
    const char *topic;
    int32_t partition;
    int64_t offset; /* the next message wanted */
};

struct consumer_options {
    struct broker_settings broker;
    const char *group;
    const char *const *topics;
    size_t topics_count;
    int32_t queue_kbytes;       /* bound of what is fetched ahead; 0: 65536 */
    int32_t max_poll_ms;        /* 0: 300000: longer than ten of the worst batches */
    int32_t session_timeout_ms; /* 0: 45000 */
    void *context;
    /* Called from inside consumer_poll and consumer_close: nothing else of the consumer may be
     * called there. Fills the offsets; those left at CONSUMER_LATER are ours but not read. */
    void (*on_assign)(void *context, struct consumer_partition *partitions, size_t n);
    /* Finish or roll back what is under way for them. `lost`: somebody else may read them already.
     */
    void (*on_revoke)(void *context, const struct consumer_partition *partitions, size_t n,
                      bool lost);
};

/* Subscribes; does not wait. ERR_CONFIG. */
MUST_USE enum error consumer_open(struct consumer **consumer,
                                  const struct consumer_options *options, struct problem *problem);
/* Leaves the group (on_revoke is called) and frees. ERR_TIMEOUT: the client hangs; it is left alone
 * with its memory, and the process should end by _exit. NULL is fine. */
MUST_USE enum error consumer_close(struct consumer *consumer, int32_t timeout_ms,
                                   struct problem *problem);

/* The next incoming; NULL if none came in time. */
struct incoming *consumer_poll(struct consumer *consumer, int32_t timeout_ms);

/* Reads an assigned partition from that offset: the answer that was due when on_assign said LATER,
 * or another place than the one it named; takes effect within about a second, in consumer_poll.
 * ERR_NOT_FOUND: it is not ours (any more). */
MUST_USE enum error consumer_start(struct consumer *consumer, const char *topic, int32_t partition,
                                   int64_t offset, struct problem *problem);
/* Stops and goes on fetching; what was fetched ahead is fetched again. ERR_NOT_FOUND: not ours, or
 * not started. A pause ends with the assignment. */
MUST_USE enum error consumer_pause(struct consumer *consumer, const char *topic, int32_t partition,
                                   struct problem *problem);
MUST_USE enum error consumer_resume(struct consumer *consumer, const char *topic, int32_t partition,
                                    struct problem *problem);
/* The partitions that are ours now; offset: behind the last message polled, or where it starts. The
 * array is the consumer's, good until its next call. */
size_t consumer_assignment(const struct consumer *consumer,
                           const struct consumer_partition **partitions);
/* Advice for lag monitors: offset is the next message wanted. Does not wait; failures do not
 * matter. */
void consumer_commit(struct consumer *consumer, const struct consumer_partition *partitions,
                     size_t n);
