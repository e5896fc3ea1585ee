/* SPDX-License-Identifier: Apache-2.0
 * Feed: what a consumer must check before it believes a message (architecture.md, section 3). Pure, so that the same
 * judgement serves the worker, the relay's read-back, `billctl prove`, the simulator and the property test. */
#pragma once
#include "common/eventlog/record.h"

/* How far one partition has been applied; stored in the same transaction as the effects. */
struct feed_place {
    uint32_t epoch;
    int64_t position;
    struct record_hash hash; /* of the record at `position`; feed_origin at position 0 */
    int64_t offset;          /* a hint: Kafka offset of that record; -1 unknown */
    int64_t complete_us;     /* the feed is known complete up to here (ticks, recorded_at of the last event) */
};

#define FEED_VERDICTS(X)                                                                           \
    X(FEED_NEXT, "links to the place: apply it")                                                   \
    X(FEED_DUPLICATE, "not above the place: drop it, the relay repeats")                           \
    X(FEED_AHEAD, "above the next: do not apply, read on, the relay repeats the missing one")      \
    X(FEED_OLD_EPOCH, "of an epoch that a later tick closed: drop it")                             \
    X(FEED_FORK, "the next position with a link that does not fit, or ours with another hash: stop and page")

enum feed_verdict {
#define X(name, why) name,
    FEED_VERDICTS(X)
#undef X
};

const char *feed_verdict_name(enum feed_verdict verdict);

struct feed_place feed_start(const char *feed_id);
enum feed_verdict feed_judge(const struct feed_place *place, const struct record *record);
/* Moves the place over a record judged FEED_NEXT. */
void feed_apply(struct feed_place *place, const struct record *record, int64_t offset);

/* Says, per shard, how far a feed had come at a time: makes an idle feed's end and its loss visible. */
struct feed_tick {
    uint32_t epoch;
    int32_t shard;
    int64_t position;
    struct record_hash hash;
    int64_t time_us;
};

enum tick_verdict {
    TICK_COUNTS,    /* its position is applied: the feed is complete up to its time */
    TICK_EARLY,     /* its position is not applied yet: keep it until it is */
    TICK_OLD_EPOCH, /* of a closed epoch */
    TICK_FORK,      /* our position with another hash, or a feed that ended before our place at a later time */
};
enum tick_verdict feed_tick_judge(const struct feed_place *place, const struct feed_tick *tick);
/* Applies a tick judged TICK_COUNTS: complete_us, and the epoch if it is a higher one. */
void feed_tick_apply(struct feed_place *place, const struct feed_tick *tick);
