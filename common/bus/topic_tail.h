/* SPDX-License-Identifier: Apache-2.0
 * Topic tail: how far a partition has come, to be compared with the log before a service writes to
 * the shard (architecture.md, section 3: a restored database must not fork). */
#pragma once
#include "common/bus/reader.h"

/* A place that some message of the topic showed. */
struct topic_mark {
    uint32_t epoch;
    int64_t position;
    struct record_hash hash;
    int64_t offset;
};

struct topic_tail {
    int64_t low, high; /* watermarks when it was looked at */
    int64_t from;      /* the marks below are what stands in [from, high) */
    bool has_record, has_tick;
    /* The last record as it stands, and the one of highest (epoch, position): a relay that started
     * again from its cursor may be in the middle of repeating older ones. */
    struct topic_mark last, highest;
    struct feed_tick tick; /* of the highest epoch, the last one of these */
    int64_t tick_offset;
    int64_t malformed; /* messages that claim to be ours and cannot be read */
};

/* A relay goes at most 10,000 events beyond its cursor, and a zombie as much again; so the highest
 * position ever published stands in the last 20,000 records. */
enum { TOPIC_TAIL_RECORDS = 20000 };

/* `from` >= 0: looks at everything from there on, say from the relay's cursor, which was read back;
 * an offset beyond the end is ERR_NOT_FOUND (the topic lost its tail, or is another one). `from`
 * -1: goes back from the end in growing windows until it has seen TOPIC_TAIL_RECORDS records, or
 * all. */
MUST_USE enum error topic_tail_find(struct reader *reader, const char *topic, int32_t partition,
                                    int64_t from, struct topic_tail *tail, int32_t timeout_ms,
                                    struct problem *problem);
