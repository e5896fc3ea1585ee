/* SPDX-License-Identifier: Apache-2.0
 * What the files of adoption share. The order of its steps is what makes it safe to die at any
 * point: first a tick of the next epoch stands in the topic, so that the service stays closed for
 * writing (gate.h) until the log's epoch is raised, which is the very last step; everything between
 * is found again from log and topic. */
#pragma once
#include "common/bus/publisher.h"
#include "common/eventlog/memory/memory_map.h"
#include "common/eventlog/postgres/postgres_store.h"
#include "common/eventlog/table_row.h"
#include "common/http/router.h"
#include "deploy/billctl/event_scan.h"
#include "deploy/billctl/kafka.h"

enum { ADOPT_SILENCE_MS = 30000, ADOPT_BATCH = 500 };

struct adopt_source {
    int32_t shard;
    bool wanted, torn;
    struct feed_place head;  /* the log's end before */
    struct feed_place place; /* while reading */
    uint32_t epoch_max;      /* of anything in the topic and of the log */
    int64_t end_offset;      /* behind our tick */
    int64_t last_offset;     /* of the record at the place; -1 unknown */
    char torn_at[96];        /* type of the last event of a decision that is not whole */
    bool ahead;              /* the topic shows a record beyond a gap */
    struct reader *reader;
    struct incoming *pending; /* the next to adopt; NULL: none left */
};

struct adopting {
    struct tool *tool;
    const struct known_service *service;
    const struct service_model *model;
    int32_t shards;
    struct postgres_store *store;
    struct store door;
    struct arena arena;
    struct unit *unit;
    struct adopt_source sources[SHARDS_MAX];
    struct memory_map handovers; /* id -> struct adopted_handover: of this adoption */
    int64_t adopted, receipts, cut;
};

/* Routes of a service, for the ids of receipts; 0 if this program does not have it. */
size_t known_routes(const struct known_service *service, const struct route **routes);

/* What the topic holds beyond the log, judged as any consumer does. ERR_FORK: they differ. */
MUST_USE enum error adopt_look(struct adopting *adopting, struct adopt_source *source,
                               struct problem *problem);
/* Publishes the tick of the next epoch and reads it back. */
MUST_USE enum error adopt_tick(struct adopting *adopting, struct adopt_source *source,
                               struct problem *problem);
/* Begins reading for adoption, and fetches the next; pending NULL at the end. */
MUST_USE enum error adopt_source_open(struct adopting *adopting, struct adopt_source *source,
                                      struct problem *problem);
MUST_USE enum error adopt_source_next(struct adopting *adopting, struct adopt_source *source,
                                      struct problem *problem);
void adopt_source_close(struct adopt_source *source);

/* Commits records, as they are, with all that follows from them. They stand in the order of their
 * recording. */
MUST_USE enum error adopt_batch(struct adopting *adopting, struct incoming **batch, size_t n,
                                struct problem *problem);
/* Rows of handover, waiting and parked, and the number series, of one event. */
MUST_USE enum error adopt_house(struct adopting *adopting, const struct record *record,
                                const ProtobufCMessage *message, struct problem *problem);
MUST_USE enum error adopt_series(struct adopting *adopting, const ProtobufCMessage *message,
                                 struct problem *problem);
/* Before the unit is opened: which series must be locked. */
void adopt_series_ask(struct adopting *adopting, const ProtobufCMessage *message);
/* Adds a work with a receipt for the decision behind the record, if a command of a route was its
 * cause. */
void adopt_receipt(struct adopting *adopting, struct work **works, size_t *n,
                   const struct record *record);

/* Moves every inbox place to the highest cause that the log names, projecting what was heard on the
 * way. */
MUST_USE enum error adopt_inbox(struct adopting *adopting, struct problem *problem);
