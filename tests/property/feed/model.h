/* SPDX-License-Identifier: Apache-2.0
 * Model of one shard's feed: a producer with a log and a relay with a read-back cursor, a topic
 * that may lose its acknowledged tail, consumers with a stored place. Only the judgement is the
 * real one: common/eventlog/feed.h and record.h. Everything else is as small as it can be and still
 * go wrong in each way that architecture.md, section 3, names. */
#pragma once
#include "common/base/arena.h"
#include "common/eventlog/feed.h"

enum { RECORDS_MAX = 1024, TOPIC_MAX = 16384, CONSUMERS = 3, RELAYS = 3 };

struct random {
    uint64_t state;
};
uint64_t random_next(struct random *random);
/* 0 … below - 1. */
uint32_t roll(struct random *random, uint32_t below);
bool chance(struct random *random, uint32_t percent);

/* ---- the producer's database ---- */

struct log {
    const struct record *records[RECORDS_MAX];
    int64_t n;
    uint32_t epoch;
    int64_t cursor_position, cursor_offset; /* how far published and read back */
    int64_t lease;                          /* whose relay may move the cursor */
};

/* ---- the topic ---- */

struct message {
    bool is_tick;
    const struct record *record;
    struct feed_tick tick;
};

struct topic {
    struct message messages[TOPIC_MAX];
    int64_t n;
};

/* One process's relay. A zombie has an old log, an old lease and does not know it. */
struct relay {
    bool alive;
    struct log *log;                           /* the database that it is connected to */
    int64_t lease, position, offset, end_seen; /* end of the topic when it last looked */
};

struct consumer {
    /* its database */
    struct feed_place place;
    const struct record *applied[RECORDS_MAX];
    struct feed_place saved[RECORDS_MAX]; /* places as they were, for a restored database */
    /* its processes: two, one of which may be a zombie */
    int64_t offsets[2];
    bool has_tick;
    struct feed_tick tick; /* early: kept until its position is applied */
    bool forked;
};

struct world {
    struct random random;
    struct arena arena;
    int64_t now_us;
    struct log log, backup, old_log;  /* old_log: what a failed primary still holds */
    bool has_backup, has_old, closed; /* closed for writing until adopted */
    bool lost_tail, restored, tail_lost_since_restore;
    bool slipped; /* a zombie published between the reading of adopt and its tick */
    struct topic topic;
    struct relay relays[RELAYS];
    struct consumer consumers[CONSUMERS];
    bool trusting;   /* consumers believe what comes: the test must then fail */
    uint32_t faults; /* percent of steps; 0 while the world comes to rest */
    int64_t next_lease;
    uint64_t counts[16];
};

enum counted {
    COUNT_EVENTS,
    COUNT_PUBLISHED,
    COUNT_REFUSED,
    COUNT_LOST_ACK,
    COUNT_TAILS,
    COUNT_RESTORES,
    COUNT_ADOPTIONS,
    COUNT_DUPLICATES,
    COUNT_AHEAD,
    COUNT_OLD_EPOCH,
    COUNT_FORKS,
    COUNT_TICKS,
    COUNT_GAPS,
    COUNTED
};

void world_init(struct world *world, uint64_t seed, bool trusting);
/* One step of one actor, and now and then a fault. */
void world_step(struct world *world);
/* Without faults until everything is published and read. A consumer that hears only what lies ahead
 * pages; the operator then republishes. False: it never rests. */
bool world_rest(struct world *world);
/* NULL: every promise holds; else which is broken. `at_rest`: everything must have arrived. */
const char *world_check(const struct world *world, bool at_rest);

/* parts, each in its own file */
void producer_step(struct world *world);
void producer_restore(struct world *world);
void producer_tick(struct world *world);
bool producer_open(
    struct world *world); /* compares with the topic's end; adopts; false: it cannot */
void relay_start(struct world *world, struct relay *relay, struct log *log);
void relay_step(struct world *world, struct relay *relay);
void relay_zombie_tick(struct world *world, const struct relay *relay);
void consumer_step(struct world *world, struct consumer *consumer, int process);
void consumer_restart(struct world *world, struct consumer *consumer, int process);
