/* SPDX-License-Identifier: Apache-2.0
 * The producer and its relay: appends, publishes, reads back, is restored, adopts. */
#include <assert.h>

#include "model.h"

static void put(struct world *world, struct message message)
{
    assert(world->topic.n < TOPIC_MAX);
    world->topic.messages[world->topic.n++] = message;
}

void producer_step(struct world *world)
{
    struct log *log = &world->log;
    if (world->closed || log->n >= RECORDS_MAX - 8)
        return;
    uint32_t count = 1 + roll(&world->random, 4);
    world->now_us += 10;
    for (uint32_t i = 0; i < count; i++) { /* one unit: one instant */
        struct record *record = arena_zero(&world->arena, sizeof *record);
        uint8_t *payload = arena_get(&world->arena, 8);
        uint64_t content = random_next(&world->random);
        memcpy(payload, &content, 8);
        *record = (struct record){.feed_id = "/billing/model",
                                  .epoch = log->epoch,
                                  .position = log->n + 1,
                                  .type = "billing.model.v1.Said",
                                  .stream_kind = "talk",
                                  .version = 1,
                                  .recorded_us = world->now_us,
                                  .actor = "",
                                  .cause_topic = "",
                                  .command_key = "",
                                  .payload = payload,
                                  .payload_size = 8};
        memcpy(record->key, "00000000-0000-8000-8000-000000000000", UUID_TEXT_SIZE);
        struct record_hash previous =
            log->n ? log->records[log->n - 1]->hash : feed_origin(record->feed_id);
        uint8_t *header = arena_get(&world->arena, FEED_HEADER_BYTES_MAX);
        enum error error = record_seal(record, &previous, header);
        assert(error == OK);
        world->arena.used = (size_t)(header + record->header_size - world->arena.base);
        log->records[log->n++] = record;
        world->counts[COUNT_EVENTS]++;
    }
}

static struct feed_tick tick_of(const struct log *log, int64_t now_us)
{
    return (struct feed_tick){.epoch = log->epoch,
                              .position = log->n,
                              .hash = log->n ? log->records[log->n - 1]->hash
                                             : feed_origin("/billing/model"),
                              .time_us = now_us};
}

void producer_tick(struct world *world)
{
    if (world->closed || world->log.cursor_position != world->log.n)
        return; /* only when idle: an event proves more than a tick */
    world->now_us += 10;
    put(world, (struct message){.is_tick = true, .tick = tick_of(&world->log, world->now_us)});
    world->counts[COUNT_TICKS]++;
}

/* A failed primary does not know that it is one. */
void relay_zombie_tick(struct world *world, const struct relay *relay)
{
    if (relay->alive && relay->log == &world->old_log)
        put(world, (struct message){.is_tick = true, .tick = tick_of(relay->log, world->now_us)});
}

void producer_restore(struct world *world)
{
    if (!world->has_backup || world->closed)
        return;
    world->old_log = world->log;
    world->has_old = true;
    int64_t lease = world->log.lease;
    world->log = world->backup;
    world->log.lease = lease;
    world->closed = world->restored = true;
    world->tail_lost_since_restore = false;
    world->counts[COUNT_RESTORES]++;
    /* The old primary's relays go on with the old database. */
    for (int i = 0; i < RELAYS; i++)
        if (world->relays[i].alive)
            world->relays[i].log = &world->old_log;
    /* Nobody restores twice before the first was adopted; a newer backup follows. */
    world->has_backup = false;
}

static bool count_tick(struct feed_place *place, const struct feed_tick *tick, bool *early)
{
    enum tick_verdict verdict = feed_tick_judge(place, tick);
    if (verdict == TICK_COUNTS)
        feed_tick_apply(place, tick);
    *early = verdict == TICK_EARLY;
    return verdict != TICK_FORK;
}

/* Reads the topic from `place` as a consumer would. */
static bool read_topic(const struct world *world, struct feed_place *place,
                       const struct record **records)
{
    struct feed_tick tick = {0};
    bool early = false;
    for (int64_t i = 0; i < world->topic.n; i++) {
        const struct message *message = &world->topic.messages[i];
        if (message->is_tick) {
            tick = message->tick;
            if (!count_tick(place, &tick, &early))
                return false;
            continue;
        }
        enum feed_verdict verdict = feed_judge(place, message->record);
        if (verdict == FEED_FORK)
            return false;
        if (verdict != FEED_NEXT)
            continue;
        records[place->position] = message->record;
        feed_apply(place, message->record, i);
        if (early && !count_tick(place, &tick, &early))
            return false;
    }
    return true;
}

static bool take_back(struct log *log, const struct feed_place *end,
                      const struct record *const *records)
{
    for (int64_t i = 0; i < end->position && i < log->n; i++)
        if (!record_hash_equal(&log->records[i]->hash, &records[i]->hash))
            return false; /* two histories: a person must look */
    if (end->position > log->n) {
        memcpy(log->records, records, (size_t)end->position * sizeof *records);
        log->n = end->position;
    }
    return true;
}

/* `billctl adopt`, also where the topic is not ahead: a failed primary may still hold events that
 * it will publish. What links anywhere in the topic is taken back, since a consumer that reads
 * twice may have applied it; it is published once more in order, then comes the tick of the next
 * epoch, and what slipped in before the tick is taken back as well. */
bool producer_open(struct world *world)
{
    static const struct record *records[RECORDS_MAX];
    struct log *log = &world->log;
    struct feed_place linear = feed_start("/billing/model"), longest;
    if (!read_topic(world, &linear, records) || !take_back(log, &linear, records))
        return false;
    longest = linear;
    longest.position = log->n;
    longest.hash = log->n ? log->records[log->n - 1]->hash : linear.hash;
    memcpy(records, log->records, (size_t)log->n * sizeof *records);
    for (;;) {
        int64_t before = longest.position;
        if (!read_topic(world, &longest, records) || !take_back(log, &longest, records))
            return false;
        if (longest.position == before)
            break;
    }
    for (int64_t at = linear.position; at < log->n; at++)
        put(world, (struct message){.record = log->records[at]});
    int64_t end = world->topic.n;
    for (int i = 0; i < RELAYS; i++)
        if (world->relays[i].log == &world->old_log && chance(&world->random, world->faults))
            relay_step(world, &world->relays[i]);
    world->slipped = world->slipped || world->topic.n > end;
    log->epoch = (longest.epoch > log->epoch ? longest.epoch : log->epoch) + 1;
    world->now_us += 10;
    put(world, (struct message){.is_tick = true, .tick = tick_of(log, world->now_us)});
    linear = feed_start("/billing/model");
    if (!read_topic(world, &linear, records) || !take_back(log, &linear, records))
        return false;
    log->cursor_position = 0;
    log->cursor_offset = -1;
    world->closed = false;
    world->counts[COUNT_ADOPTIONS]++;
    return true;
}

/* ---- the relay ---- */

void relay_start(struct world *world, struct relay *relay, struct log *log)
{
    *relay = (struct relay){.alive = true,
                            .log = log,
                            .lease = ++world->next_lease,
                            .position = log->cursor_position,
                            .offset = log->cursor_offset};
    if (log == &world->log)
        log->lease = relay->lease;
}

/* The message at the cursor must be the cursor's, else the topic is read from its beginning. */
static void find_cursor(const struct world *world, struct relay *relay)
{
    const struct topic *topic = &world->topic;
    bool cut = topic->n < relay->end_seen;
    relay->end_seen = topic->n;
    if (!cut && relay->offset >= 0 && relay->offset < topic->n &&
        relay->position <= relay->log->n) {
        const struct message *at = &topic->messages[relay->offset];
        if (!at->is_tick && at->record->position == relay->position &&
            record_hash_equal(&at->record->hash, &relay->log->records[relay->position - 1]->hash))
            return;
    }
    relay->position = 0;
    relay->offset = -1;
}

static void read_back(const struct world *world, struct relay *relay)
{
    find_cursor(world, relay);
    for (int64_t i = relay->offset + 1; i < world->topic.n; i++) {
        const struct message *message = &world->topic.messages[i];
        if (message->is_tick || message->record->position != relay->position + 1 ||
            relay->position >= relay->log->n)
            continue;
        if (!record_hash_equal(&message->record->hash, &relay->log->records[relay->position]->hash))
            continue;
        relay->position++;
        relay->offset = i;
    }
    relay->end_seen = world->topic.n;
}

/* Publishes one run. What librdkafka does when a message is refused: it goes on with the next. */
static void publish(struct world *world, struct relay *relay)
{
    int64_t to = relay->position + 1 + roll(&world->random, 8);
    for (int64_t at = relay->position; at < relay->log->n && at < to; at++) {
        if (chance(&world->random, world->faults)) {
            world->counts[COUNT_REFUSED]++;
            continue; /* the failure is told later: the producer is then thrown away */
        }
        put(world, (struct message){.record = relay->log->records[at]});
        world->counts[COUNT_PUBLISHED]++;
        if (chance(&world->random, world->faults)) {
            world->counts[COUNT_LOST_ACK]++;
            return;
        }
    }
}

void relay_step(struct world *world, struct relay *relay)
{
    if (!relay->alive || (relay->log == &world->log && world->closed))
        return;
    read_back(world, relay);
    publish(world, relay);
    read_back(world, relay);
    if (relay->log->lease != relay->lease)
        return; /* another has the lease: only its cursor counts */
    relay->log->cursor_position = relay->position;
    relay->log->cursor_offset = relay->offset;
}
