/* SPDX-License-Identifier: Apache-2.0
 * Feeds: how far this service has heard the others, and how far its own events are published. What
 * is asked for a time later than `provisional_after` of a topic may still change (architecture.md,
 * section 3). */
#include "common/base/time.h"
#include "common/service/standard_routes_inside.h"

static const struct statement heard_read = {
    .name = "feeds_heard",
    .sql = "SELECT topic, partition, epoch, position, kafka_offset, complete_at, applied_at "
           "FROM inbox ORDER BY topic, partition"};
static const struct statement own_read = {
    .name = "feeds_own",
    .sql = "SELECT h.shard, h.epoch, h.position, coalesce(r.position, 0), h.recorded_at, "
           "       coalesce(r.moved_at, '-infinity'), h.parked "
           "FROM shard_head h LEFT JOIN relay r USING (shard) ORDER BY h.shard"};
static const struct statement counts_read = {
    .name = "feeds_counts",
    .sql = "SELECT (SELECT count(*) FROM handover)::int8, (SELECT count(*) FROM waiting)::int8, "
           "       (SELECT count(*) FROM parked)::int8"};

static Operate__HeardTopic *topic_of(struct arena *arena, Operate__Feeds *feeds, const char *topic)
{
    for (size_t i = 0; i < feeds->n_topics; i++)
        if (!strcmp(feeds->topics[i]->topic, topic))
            return feeds->topics[i];
    Operate__HeardTopic *made = arena_new(arena, Operate__HeardTopic, OPERATE__HEARD_TOPIC__INIT);
    made->topic = topic;
    arena_append(arena, feeds->n_topics, feeds->topics, made);
    return made;
}

static void heard_add(struct api_call *call, Operate__Feeds *feeds, const struct rows *rows,
                      int32_t row)
{
    struct arena *arena = call->arena;
    Operate__HeardPartition *heard =
        arena_new(arena, Operate__HeardPartition, OPERATE__HEARD_PARTITION__INIT);
    int64_t complete_us = rows_timestamp(rows, row, 5);
    heard->topic = rows_text_copy(rows, row, 0, arena);
    heard->partition = rows_int16(rows, row, 1);
    heard->epoch = rows_int32(rows, row, 2);
    heard->position = rows_int64(rows, row, 3);
    heard->kafka_offset = rows_int64(rows, row, 4);
    heard->complete_until = timestamp_message(arena, complete_us);
    heard->applied_at = timestamp_message(arena, rows_timestamp(rows, row, 6));
    if (heard->complete_until && call->now_us > complete_us)
        heard->lag_ms = (call->now_us - complete_us) / 1000;
    Operate__HeardTopic *topic = topic_of(arena, feeds, heard->topic);
    topic->partitions++;
    topic->events += heard->position;
    arena_append(arena, feeds->n_heard, feeds->heard, heard);
}

/* A partition that is missing or was never heard makes everything provisional. */
static void topics_complete(struct api_call *call, Operate__Feeds *feeds, const struct rows *rows)
{
    for (size_t i = 0; i < feeds->n_topics; i++) {
        int64_t least_us = INT64_MAX;
        for (int32_t row = 0; row < rows_count(rows); row++)
            if (!strcmp(rows_text(rows, row, 0), feeds->topics[i]->topic) &&
                rows_timestamp(rows, row, 5) < least_us)
                least_us = rows_timestamp(rows, row, 5);
        if (feeds->topics[i]->partitions >= call->shards)
            feeds->topics[i]->provisional_after = timestamp_message(call->arena, least_us);
    }
}

static void own_add(struct api_call *call, Operate__Feeds *feeds, const struct rows *rows,
                    int32_t row)
{
    struct arena *arena = call->arena;
    Operate__OwnShard *own = arena_new(arena, Operate__OwnShard, OPERATE__OWN_SHARD__INIT);
    own->shard = rows_int16(rows, row, 0);
    own->epoch = rows_int32(rows, row, 1);
    own->position = rows_int64(rows, row, 2);
    own->published_position = rows_int64(rows, row, 3);
    own->unpublished = own->position - own->published_position;
    own->recorded_at = timestamp_message(arena, rows_timestamp(rows, row, 4));
    own->relay_moved_at = timestamp_message(arena, rows_timestamp(rows, row, 5));
    own->parked = rows_int32(rows, row, 6);
    arena_append(arena, feeds->n_own, feeds->own, own);
}

enum error feeds_run(struct api_call *call)
{
    Operate__Feeds feeds = OPERATE__FEEDS__INIT;
    ROWS_AUTO struct rows heard = {0}, own = {0}, counts = {0};
    enum error error = database_query(call->database, &heard_read, NULL, &heard, &call->problem);
    if (!error)
        error = database_query(call->database, &own_read, NULL, &own, &call->problem);
    if (!error)
        error = database_query(call->database, &counts_read, NULL, &counts, &call->problem);
    if (error)
        return error;
    feeds.now = timestamp_message(call->arena, call->now_us);
    for (int32_t row = 0; row < rows_count(&heard); row++)
        heard_add(call, &feeds, &heard, row);
    topics_complete(call, &feeds, &heard);
    for (int32_t row = 0; row < rows_count(&own); row++)
        own_add(call, &feeds, &own, row);
    feeds.handovers_under_way = rows_int64(&counts, 0, 0);
    feeds.waiting = rows_int64(&counts, 0, 1);
    feeds.parked = rows_int64(&counts, 0, 2);
    api_answer_message(call, 200, &feeds.base);
    return OK;
}
