/* SPDX-License-Identifier: Apache-2.0
 * What the files of the PostgreSQL store share; nobody else includes it. */
#pragma once
#include "common/database/statement.h"
#include "common/eventlog/postgres/kept_states.h"
#include "common/eventlog/postgres/postgres_store.h"
#include "common/eventlog/postgres/type_codes.h"
#include "common/eventlog/table_row.h"

enum { SENDS_MAX = 64 };

/* Upsert and delete of one table of the model; made from its columns once. */
struct table_statements {
    struct statement upsert, drop;
};

struct postgres_store {
    const struct service_model *model;
    struct database *database;
    int32_t shards;
    const atomic_bool *stop;
    struct type_codes types;
    struct kept_states kept;
    int64_t seen[SHARDS_MAX]; /* position of the head when the kept states of the shard were true; -1 never */
    struct table_statements *tables; /* one per table of the model */
    struct parameters parameters[SENDS_MAX];
    struct rows rows[SENDS_MAX];
    size_t n_sent;
    struct postgres_store_counters counters;
};

struct parameters *next_parameters(struct postgres_store *store);
/* Sends the next statement of the pipeline with the parameters that next_parameters gave. */
void send_next(struct postgres_store *store, const struct statement *statement);
enum error finish(struct postgres_store *store, struct problem *problem);
void clear_rows(struct postgres_store *store);

void table_statements_init(struct table_statements *statements, const struct table *table);
void table_statements_fini(struct table_statements *statements);
void send_rows(struct postgres_store *store, struct unit *unit);
void send_kept(struct postgres_store *store, const struct unit *unit);

enum error postgres_open(void *self, struct unit *unit, struct problem *problem);
enum error postgres_load(void *self, struct unit *unit, struct problem *problem);
enum error postgres_commit(void *self, struct unit *unit, struct problem *problem);
/* After a COMMIT whose fate is unknown. OK: it stands. ERR_AGAIN: it does not. */
enum error postgres_resolve(struct postgres_store *store, struct unit *unit, struct problem *problem);
void remember_states(struct postgres_store *store, struct unit *unit);
