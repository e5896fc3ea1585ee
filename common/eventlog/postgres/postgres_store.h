/* SPDX-License-Identifier: Apache-2.0
 * PostgreSQL store: one per worker thread, with a connection of its own. Reads in one round trip, writes in one round
 * trip with COMMIT; keeps folded states in memory between units as packed bytes and believes them only while the head
 * of their shard is where this store left it. */
#pragma once
#include <stdatomic.h>

#include "common/database/connection.h"
#include "common/eventlog/store.h"

struct postgres_store;

struct postgres_store_options {
    const struct service_model *model;
    struct database_options database; /* schema: the service's */
    int32_t shards;
    size_t kept_bytes_max;     /* of states in memory; 0: 32 MiB */
    const atomic_bool *stop;   /* set: give up waiting for the database; may be NULL */
};

/* Connects, and writes the rows that must exist: heads, relay, inbox places, event types. */
MUST_USE enum error postgres_store_new(struct postgres_store **store, const struct postgres_store_options *options,
                                       struct problem *problem);
void postgres_store_free(struct postgres_store *store);
struct store postgres_store_door(struct postgres_store *store);
/* For what a loop reads outside units: kept works, relay rows. Belongs to the store's thread. */
struct database *postgres_store_database(struct postgres_store *store);
MUST_USE enum error postgres_store_reopen(struct postgres_store *store, struct problem *problem);

struct postgres_store_counters {
    uint64_t states_kept, states_read, units, events;
};
struct postgres_store_counters postgres_store_counters(const struct postgres_store *store);
