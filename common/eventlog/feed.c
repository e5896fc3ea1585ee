/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/feed.h"

#include <assert.h>

const char *feed_verdict_name(enum feed_verdict verdict)
{
    static const char *const names[] = {
#define X(name, why) #name,
        FEED_VERDICTS(X)
#undef X
    };
    return names[verdict];
}

struct feed_place feed_start(const char *feed_id)
{
    return (struct feed_place){.hash = feed_origin(feed_id), .offset = -1};
}

enum feed_verdict feed_judge(const struct feed_place *place, const struct record *record)
{
    if (record->epoch < place->epoch)
        return FEED_OLD_EPOCH;
    if (record->position < place->position)
        return FEED_DUPLICATE;
    if (record->position == place->position)
        return record_hash_equal(&record->hash, &place->hash) ? FEED_DUPLICATE : FEED_FORK;
    if (record->position > place->position + 1)
        return FEED_AHEAD;
    struct record_hash link = record_link(record, &place->hash);
    return record_hash_equal(&link, &record->hash) ? FEED_NEXT : FEED_FORK;
}

void feed_apply(struct feed_place *place, const struct record *record, int64_t offset)
{
    assert(record->position == place->position + 1);
    place->position = record->position;
    place->hash = record->hash;
    place->offset = offset;
    if (record->epoch > place->epoch)
        place->epoch = record->epoch;
    /* Everything recorded before this event stands before it in the feed: it proves the feed complete so far. */
    if (record->recorded_us - 1 > place->complete_us)
        place->complete_us = record->recorded_us - 1;
}

enum tick_verdict feed_tick_judge(const struct feed_place *place, const struct feed_tick *tick)
{
    if (tick->epoch < place->epoch)
        return TICK_OLD_EPOCH;
    if (tick->position > place->position)
        return TICK_EARLY;
    if (tick->position == place->position && !record_hash_equal(&tick->hash, &place->hash))
        return TICK_FORK;
    /* At a time after our last event the feed ended before it: what we applied is no longer part of it. The first tick
     * of an epoch may have been overtaken by what it closes out. */
    if (tick->position < place->position && tick->epoch == place->epoch && tick->time_us > place->complete_us + 1)
        return TICK_FORK;
    return TICK_COUNTS;
}

void feed_tick_apply(struct feed_place *place, const struct feed_tick *tick)
{
    if (tick->epoch > place->epoch)
        place->epoch = tick->epoch;
    if (tick->time_us > place->complete_us)
        place->complete_us = tick->time_us;
}
