/* SPDX-License-Identifier: Apache-2.0
 * Adoption, reading: what stands in the topic beyond the log of a shard, up to the tick that closes
 * the old epoch. */
#include <string.h>
#include <time.h>

#include "deploy/billctl/adopt_inside.h"

static bool look(void *context, const struct incoming *incoming)
{
    struct adopt_source *source = context;
    struct feed_place *place = &source->place;
    if (incoming->kind == INCOMING_TICK) {
        if (incoming->tick.epoch > source->epoch_max)
            source->epoch_max = incoming->tick.epoch;
        if (feed_tick_judge(place, &incoming->tick) == TICK_COUNTS)
            feed_tick_apply(place, &incoming->tick);
    }
    if (incoming->kind != INCOMING_RECORD)
        return true;
    const struct record *record = &incoming->record;
    if (record->epoch > source->epoch_max)
        source->epoch_max = record->epoch;
    switch (feed_judge(place, record)) {
    case FEED_NEXT:
        feed_apply(place, record, incoming->offset);
        source->last_offset = incoming->offset;
        source->ahead = false;
        return true;
    case FEED_DUPLICATE:
        if (record->position == place->position)
            source->last_offset = incoming->offset;
        return true;
    case FEED_OLD_EPOCH:
        return true;
    case FEED_AHEAD:
        source->ahead = true;
        return true;
    case FEED_FORK:
        source->end_offset = incoming->offset;
        return false;
    }
    return true;
}

enum error adopt_look(struct adopting *adopting, struct adopt_source *source,
                      struct problem *problem)
{
    READER_AUTO struct reader *reader = NULL;
    const char *topic = adopting->service->topic;
    source->place = source->head;
    source->epoch_max = source->head.epoch;
    source->last_offset = -1;
    source->end_offset = -1;
    enum error error = kafka_reader(adopting->tool, &reader, problem);
    if (error == OK)
        error = reader_scan(reader, topic, source->shard, OFFSET_BEGINNING, -1, ADOPT_SILENCE_MS,
                            look, source, problem);
    if (error != OK)
        return error;
    if (source->end_offset >= 0)
        return problem_set(problem, ERR_FORK, "", "",
                           "%s/%d offset %lld does not follow position %lld of the log: two "
                           "histories, a person must "
                           "look (billctl decode)",
                           topic, source->shard, (long long)source->end_offset,
                           (long long)source->place.position);
    if (source->ahead)
        return problem_set(
            problem, ERR_CORRUPT, "", "",
            "%s/%d shows records above position %lld and not the next one: events are missing",
            topic, source->shard, (long long)source->place.position);
    return OK;
}

struct sought {
    struct feed_tick tick;
    int64_t offset; /* -1: not seen yet */
};

static bool seek(void *context, const struct incoming *incoming)
{
    struct sought *sought = context;
    const struct feed_tick *tick = &incoming->tick;
    if (incoming->kind == INCOMING_TICK && tick->epoch == sought->tick.epoch &&
        tick->position == sought->tick.position &&
        record_hash_equal(&tick->hash, &sought->tick.hash))
        sought->offset = incoming->offset;
    return sought->offset < 0;
}

enum error adopt_tick(struct adopting *adopting, struct adopt_source *source,
                      struct problem *problem)
{
    struct publisher_options options = {.topic = adopting->service->topic};
    struct publisher *publisher = NULL;
    READER_AUTO struct reader *reader = NULL;
    struct sought sought = {.offset = -1,
                            .tick = {.epoch = source->epoch_max + 1,
                                     .shard = source->shard,
                                     .position = source->place.position,
                                     .hash = source->place.hash,
                                     .time_us = source->place.complete_us}};
    int64_t low, high = 0;
    enum error error = kafka_settings(adopting->tool, &options.broker, problem);
    if (error == OK)
        error = kafka_reader(adopting->tool, &reader, problem);
    if (error == OK)
        error = reader_watermarks(reader, options.topic, source->shard, &low, &high,
                                  ADOPT_SILENCE_MS, problem);
    if (error == OK)
        error = publisher_open(&publisher, &options, problem);
    if (error == OK)
        error = publisher_tick(publisher, adopting->service->feed_id, &sought.tick, problem);
    enum error closed = publisher_close(publisher, ADOPT_SILENCE_MS, error == OK ? problem : NULL);
    error = error == OK ? closed : error;
    if (error == OK)
        error = reader_scan(reader, options.topic, source->shard, high, -1, ADOPT_SILENCE_MS, seek,
                            &sought, problem);
    if (error == OK && sought.offset < 0)
        error = problem_set(problem, ERR_TIMEOUT, "", "",
                            "%s/%d: the tick was published and is not read back", options.topic,
                            source->shard);
    source->end_offset = sought.offset + 1;
    return error;
}

enum error adopt_source_open(struct adopting *adopting, struct adopt_source *source,
                             struct problem *problem)
{
    source->place = source->head;
    enum error error = kafka_reader(adopting->tool, &source->reader, problem);
    if (error == OK)
        error = reader_assign(source->reader, adopting->service->topic, source->shard,
                              OFFSET_BEGINNING, problem);
    return error == OK ? adopt_source_next(adopting, source, problem) : error;
}

/* True: it is the next to adopt. */
static bool take(struct adopt_source *source, const struct incoming *incoming)
{
    if (incoming->kind == INCOMING_TICK &&
        feed_tick_judge(&source->place, &incoming->tick) == TICK_COUNTS)
        feed_tick_apply(&source->place, &incoming->tick);
    if (incoming->kind != INCOMING_RECORD ||
        feed_judge(&source->place, &incoming->record) != FEED_NEXT)
        return false;
    feed_apply(&source->place, &incoming->record, incoming->offset);
    source->last_offset = incoming->offset;
    return true;
}

enum error adopt_source_next(struct adopting *adopting, struct adopt_source *source,
                             struct problem *problem)
{
    time_t until = time(NULL) + ADOPT_SILENCE_MS / 1000;
    source->pending = NULL;
    for (;;) {
        struct incoming *incoming = reader_poll(source->reader, 1000);
        int64_t offset = incoming ? incoming->offset : -1;
        bool news =
            incoming && (incoming->kind == INCOMING_TROUBLE || incoming->kind == INCOMING_FATAL ||
                         incoming->kind == INCOMING_OUT_OF_RANGE);
        if (incoming && !news && offset < source->end_offset && take(source, incoming)) {
            source->pending = incoming;
            return OK;
        }
        bool over = incoming && !news && offset + 1 >= source->end_offset;
        incoming_free(incoming);
        if (over)
            return OK;
        if (offset >= 0 && !news)
            until = time(NULL) + ADOPT_SILENCE_MS / 1000;
        if (time(NULL) > until)
            return problem_set(problem, ERR_BROKER_AWAY, "kafka", "", "%s/%d does not answer",
                               adopting->service->topic, source->shard);
    }
}

void adopt_source_close(struct adopt_source *source)
{
    incoming_free(source->pending);
    source->pending = NULL;
    reader_close(source->reader);
    source->reader = NULL;
}
