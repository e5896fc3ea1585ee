/* SPDX-License-Identifier: Apache-2.0
 * What the files of the relay share; nobody else includes it. */
#pragma once
#include "common/bus/publisher.h"
#include "common/bus/reader.h"
#include "common/database/statement.h"
#include "common/service/gate.h"
#include "common/service/lease.h"
#include "common/service/runtime.h"

enum { EXPECTED_MAX = 10240 };

struct relay_shard {
    int32_t shard;
    int64_t looked_at_us;
    bool looked; /* log and topic were compared since the last connection */
    struct lease lease;
    struct gate_head head;
    int64_t position, saved_position; /* the cursor: read back up to here */
    int64_t offset;                   /* Kafka offset of that record; -1 none */
    int64_t sent;                     /* published up to here by this producer */
    struct record_hash *expected;     /* ring of the hashes of position+1 … sent */
    size_t expected_first, expected_n;
    int64_t moved_at_us;
    int64_t tick_at_us, tick_wait_us; /* monotonic: the next tick, and the pause after it */
};

struct relay {
    struct runtime *runtime;
    const char *topic;
    pthread_t thread;
    bool running;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool woken, tick_at_once;
    struct postgres_store *store;
    struct publisher *publisher;
    struct reader *reader;
    struct reader *gate_reader; /* only while shards are looked at */
    struct arena arena;
    struct relay_shard shards[SHARDS_MAX];
    int64_t heads_at_us, leased_at_us, saved_at_us;
};

enum error relay_read_heads(struct relay *relay, struct problem *problem);
/* Ticks of the shards that are due: 1, 2, 4, 8, 16, then every 30 s after the last event. */
enum error relay_send_ticks(struct relay *relay, struct problem *problem);
