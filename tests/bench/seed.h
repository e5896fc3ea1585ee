/* SPDX-License-Identifier: Apache-2.0
 * Seed: a legal entity, a customer and many accounts with three charges each, made by the real decisions in large
 * units; and the loop that runs works through a PostgreSQL store. */
#pragma once
#include "common/eventlog/postgres/postgres_store.h"
#include "common/eventlog/unit.h"

#define SEED_ENTITY "0b0b0b0b-0000-7000-8000-000000000001"
#define SEED_CUSTOMER "0b0b0b0b-0000-7000-8000-000000000002"
#define SEED_RUN "0b0b0b0b-0000-7000-8000-000000000003"

struct seed_loop {
    const struct service_model *model;
    struct postgres_store *store;
    struct store door;
    struct arena arena;
    struct unit *unit;
    int32_t shards;
    int64_t events;
};

void seed_loop_init(struct seed_loop *loop, const char *conninfo, const struct service_model *model, int32_t shards);
void seed_loop_fini(struct seed_loop *loop);
/* One command as a work; the message is packed into malloc'ed memory that lives until the process ends. */
struct work *seed_command(const ProtobufCMessage *message, const char *decision);
/* Runs them `per_unit` at a time; each must be applied, or the program ends. Returns seconds. */
double seed_run(struct seed_loop *loop, struct work **works, size_t n, size_t per_unit);
void seed_account_id(char id[UUID_TEXT_SIZE], size_t number);
/* Entity, customer and accounts [first, first + n). */
void seed_accounts(struct seed_loop *loop, size_t first, size_t n, bool with_entity);
/* BillAccount of the account for a cycle of 2026: month 1 to 12. */
struct work *seed_bill(size_t account, int month);
