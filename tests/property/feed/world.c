/* SPDX-License-Identifier: Apache-2.0
 * The world: who acts next, what goes wrong, and what must hold whatever went wrong. */
#include <assert.h>

#include "model.h"

uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint32_t roll(struct random *random, uint32_t below)
{
    return (uint32_t)(random_next(random) % below);
}

bool chance(struct random *random, uint32_t percent)
{
    return roll(random, 100) < percent;
}

void world_init(struct world *world, uint64_t seed, bool trusting)
{
    struct arena arena = world->arena;
    memset(world, 0, sizeof *world);
    world->arena = arena;
    arena_reset(&world->arena);
    world->random.state = seed;
    world->trusting = trusting;
    world->now_us = 1000000;
    world->faults = 3 + roll(&world->random, 25);
    world->log.cursor_offset = world->backup.cursor_offset = -1;
    relay_start(world, &world->relays[0], &world->log);
    for (int i = 0; i < CONSUMERS; i++)
        world->consumers[i].place = feed_start("/billing/model");
}

/* ---- consumers ---- */

static void apply_tick(struct world *world, struct consumer *consumer)
{
    if (!consumer->has_tick)
        return;
    switch (feed_tick_judge(&consumer->place, &consumer->tick)) {
    case TICK_EARLY:
        return;
    case TICK_COUNTS:
        feed_tick_apply(&consumer->place, &consumer->tick);
        break;
    case TICK_OLD_EPOCH:
        break;
    case TICK_FORK:
        consumer->forked = true;
        world->counts[COUNT_FORKS]++;
        break;
    }
    consumer->has_tick = false;
}

static void hear_tick(struct world *world, struct consumer *consumer, const struct feed_tick *tick)
{
    if (!consumer->has_tick || tick->epoch > consumer->tick.epoch ||
        (tick->epoch == consumer->tick.epoch && tick->time_us >= consumer->tick.time_us)) {
        consumer->tick = *tick;
        consumer->has_tick = true;
    }
    apply_tick(world, consumer);
}

static void hear_record(struct world *world, struct consumer *consumer, const struct record *record,
                        int64_t offset)
{
    enum feed_verdict verdict = feed_judge(&consumer->place, record);
    if (world->trusting && record->position > consumer->place.position &&
        consumer->place.position < RECORDS_MAX - 1) {
        consumer->applied[consumer->place.position++] = record;
        consumer->place.hash = record->hash;
        return;
    }
    switch (verdict) {
    case FEED_NEXT:
        consumer->saved[consumer->place.position] = consumer->place;
        consumer->applied[consumer->place.position] = record;
        feed_apply(&consumer->place, record, offset);
        apply_tick(world, consumer);
        return;
    case FEED_DUPLICATE:
        world->counts[COUNT_DUPLICATES]++;
        return;
    case FEED_AHEAD:
        world->counts[COUNT_AHEAD]++;
        return;
    case FEED_OLD_EPOCH:
        world->counts[COUNT_OLD_EPOCH]++;
        return;
    case FEED_FORK:
        consumer->forked = true;
        world->counts[COUNT_FORKS]++;
        return;
    }
}

/* Both processes write through the same stored place: that is the fence against the zombie. */
void consumer_step(struct world *world, struct consumer *consumer, int process)
{
    int64_t to = consumer->offsets[process] + 1 + roll(&world->random, 12);
    for (; consumer->offsets[process] < to && consumer->offsets[process] < world->topic.n &&
           !consumer->forked;
         consumer->offsets[process]++) {
        const struct message *message = &world->topic.messages[consumer->offsets[process]];
        if (message->is_tick)
            hear_tick(world, consumer, &message->tick);
        else
            hear_record(world, consumer, message->record, consumer->offsets[process]);
    }
}

/* The stored offset is a hint: what stands there must be what the place says. */
void consumer_restart(struct world *world, struct consumer *consumer, int process)
{
    int64_t hint = consumer->place.offset;
    consumer->offsets[process] = 0;
    consumer->has_tick = false;
    if (hint < 0 || hint >= world->topic.n)
        return;
    const struct message *at = &world->topic.messages[hint];
    if (!at->is_tick && at->record->position == consumer->place.position &&
        record_hash_equal(&at->record->hash, &consumer->place.hash))
        consumer->offsets[process] = hint + 1;
}

static void consumer_restore(struct world *world, struct consumer *consumer)
{
    if (!consumer->place.position || world->trusting)
        return;
    int64_t to = roll(&world->random, (uint32_t)consumer->place.position);
    consumer->place = consumer->saved[to];
    consumer_restart(world, consumer, 0);
    consumer_restart(world, consumer, 1);
}

/* ---- faults ---- */

/* An unclean election: what was acknowledged is gone. Readers beyond the new end start anew. */
static void lose_tail(struct world *world)
{
    struct topic *topic = &world->topic;
    if (!topic->n)
        return;
    int64_t lost = 1 + roll(&world->random, 20);
    topic->n = lost < topic->n ? topic->n - lost : 0;
    world->lost_tail = true;
    world->tail_lost_since_restore = true;
    world->counts[COUNT_TAILS]++;
    for (int i = 0; i < CONSUMERS; i++)
        for (int process = 0; process < 2; process++)
            if (world->consumers[i].offsets[process] > topic->n)
                consumer_restart(world, &world->consumers[i], process);
}

static void republish(struct world *world)
{
    world->log.cursor_position = 0;
    world->log.cursor_offset = -1;
    struct relay *relay = &world->relays[roll(&world->random, RELAYS)];
    if (relay->alive && relay->log == &world->log) {
        relay->position = 0;
        relay->offset = -1;
    }
}

static void go_wrong(struct world *world)
{
    struct consumer *consumer = &world->consumers[roll(&world->random, CONSUMERS)];
    switch (roll(&world->random, 12)) {
    case 0:
        lose_tail(world);
        break;
    case 1: /* the lease moves; the old relay goes on as a zombie */
        relay_start(world, &world->relays[roll(&world->random, RELAYS)], &world->log);
        break;
    case 2:
        world->relays[roll(&world->random, RELAYS)].alive = false;
        relay_start(world, &world->relays[0], &world->log);
        break;
    case 3:
        republish(world);
        break;
    case 4:
        if (!world->closed) {
            world->backup = world->log;
            world->has_backup = true;
        }
        break;
    case 5:
        if (chance(&world->random, 30))
            producer_restore(world);
        break;
    case 6:
    case 7:
        consumer_restart(world, consumer, (int)roll(&world->random, 2));
        break;
    case 8: /* a zombie far behind */
        consumer->offsets[1] = roll(&world->random, (uint32_t)consumer->offsets[1] + 1);
        break;
    case 9:
        if (chance(&world->random, 30))
            consumer_restore(world, consumer);
        break;
    case 10:
    case 11:
        for (int i = 0; i < RELAYS; i++)
            relay_zombie_tick(world, &world->relays[i]);
        break;
    }
}

static void open_again(struct world *world)
{
    if (producer_open(world))
        relay_start(world, &world->relays[0], &world->log);
}

void world_step(struct world *world)
{
    if (world->topic.n > TOPIC_MAX - 512)
        return;
    if (chance(&world->random, world->faults / 2))
        go_wrong(world);
    switch (roll(&world->random, 10)) {
    case 0:
    case 1:
    case 2:
        producer_step(world);
        break;
    case 3:
    case 4:
        relay_step(world, &world->relays[roll(&world->random, RELAYS)]);
        break;
    case 5:
        producer_tick(world);
        break;
    case 6:
        if (world->closed && chance(&world->random, 20))
            open_again(world);
        break;
    default:
        consumer_step(world, &world->consumers[roll(&world->random, CONSUMERS)],
                      (int)roll(&world->random, 2));
        break;
    }
}

static bool publish_all(struct world *world)
{
    for (int round = 0; round < 2000 && world->log.cursor_position < world->log.n; round++) {
        if (world->topic.n > TOPIC_MAX - 64)
            return false;
        relay_step(world, &world->relays[0]);
    }
    producer_tick(world);
    producer_tick(world); /* the first of an epoch says less than the next */
    return world->log.cursor_position == world->log.n;
}

/* True: one of them pages, since only what lies ahead of a gap comes to it. */
static bool read_all(struct world *world)
{
    bool gap = false;
    for (int i = 0; i < CONSUMERS; i++) {
        struct consumer *consumer = &world->consumers[i];
        for (int process = 0; process < 2; process++)
            while (consumer->offsets[process] < world->topic.n && !consumer->forked)
                consumer_step(world, consumer, process);
        gap = gap || (consumer->has_tick && !consumer->forked);
    }
    return gap;
}

bool world_rest(struct world *world)
{
    world->faults = 0;
    for (int i = 0; i < RELAYS; i++)
        if (world->relays[i].log == &world->old_log)
            world->relays[i].alive = false;
    if (world->closed)
        open_again(world);
    if (world->closed)
        return true; /* a person must look: nothing is written, nothing is lost silently */
    relay_start(world, &world->relays[0], &world->log);
    relay_step(world, &world->relays[0]);
    if (!publish_all(world))
        return false;
    if (!read_all(world) || !world->lost_tail)
        return true;
    world->counts[COUNT_GAPS]++;
    relay_start(world, &world->relays[0], &world->log);
    world->relays[0].position = world->log.cursor_position = 0;
    world->relays[0].offset = world->log.cursor_offset = -1;
    for (int64_t at = 0; at < world->log.n && world->topic.n < TOPIC_MAX - 64; at++)
        world->topic.messages[world->topic.n++] =
            (struct message){.record = world->log.records[at]};
    bool published = publish_all(world);
    (void)read_all(world);
    return published;
}

/* ---- promises ---- */

static bool same_record(const struct record *left, const struct record *right)
{
    return record_hash_equal(&left->hash, &right->hash);
}

static const char *check_consumer(const struct world *world, const struct consumer *consumer,
                                  bool at_rest)
{
    const struct log *log = &world->log;
    const struct feed_place *place = &consumer->place;
    if (consumer->forked) /* told: but only where two histories were really written */
        return world->restored && (world->lost_tail || world->slipped)
                   ? NULL
                   : "a fork was seen where there was only one history";
    if (world->closed)
        return NULL;
    for (int64_t i = 0; at_rest && i < place->position; i++)
        if (i >= log->n || !same_record(consumer->applied[i], log->records[i]))
            return "what was applied is not a prefix of the log, and nobody said so";
    if (at_rest && place->position != log->n)
        return "an event never arrived";
    if (world->tail_lost_since_restore && world->restored && !at_rest)
        return NULL; /* two histories may be about; told at rest */
    if (place->position < log->n &&
        place->complete_us >= log->records[place->position]->recorded_us)
        return "the feed was called complete beyond an event that was not applied";
    if (at_rest && place->complete_us != world->now_us)
        return "the last tick did not count";
    return NULL;
}

const char *world_check(const struct world *world, bool at_rest)
{
    for (int i = 0; i < CONSUMERS; i++) {
        const char *broken = check_consumer(world, &world->consumers[i], at_rest);
        if (broken)
            return broken;
    }
    return NULL;
}
