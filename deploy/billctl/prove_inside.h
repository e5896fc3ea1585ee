/* SPDX-License-Identifier: Apache-2.0
 * What the files of the proof share: one service while it is proved. Everything is read in one
 * snapshot, so the services may go on working; what another service's tables are asked for is
 * bounded by places of that snapshot. */
#pragma once
#include "common/eventlog/feed.h"
#include "common/eventlog/house.h"
#include "common/eventlog/table_row.h"
#include "deploy/billctl/event_scan.h"
#include "deploy/billctl/prove_report.h"
#include "deploy/billctl/row_store.h"

enum { SNAPSHOT_SIZE = 64 };

struct proved_head {
    int64_t position, cursor; /* cursor: of the relay */
    struct record_hash hash;
    uint32_t epoch;
    int32_t parked;
    bool there;
};

struct proved_place {
    const struct known_service *producer;
    int32_t partition;
    struct feed_place place;
};

struct kept_ids;
struct books;

struct proving {
    struct tool *tool;
    const struct known_service *service;
    const struct service_model *model;
    int32_t shards;
    struct database *database; /* holds the snapshot */
    char snapshot[SNAPSHOT_SIZE];
    struct type_codes types;
    struct arena *arena; /* reset for each event */
    struct unit *unit;   /* holds the rows that one event wants */
    struct proved_head heads[SHARDS_MAX];
    struct proved_place places[PLACES_MAX];
    size_t n_places;
    int64_t events; /* of all heads */
    struct row_store rows;
    struct kept_ids *kept;
    struct books *books;
    bool broken; /* some proof */
};

/* Another connection of the same snapshot. */
MUST_USE enum error proving_connect(struct proving *proving, struct database **database,
                                    struct problem *problem);

/* What an event or a state wants in the tables goes into the row store. */
void project_event(struct proving *proving, const struct record *record,
                   const ProtobufCMessage *message);
void project_state(struct proving *proving, const struct record *record, struct stream_ref stream,
                   int64_t version, const ProtobufCMessage *state);

/* Proof 1, and the reading of the log for the others: rows, books and kept works see each event.
 * `rows_only`: nothing is proved and nobody but the row store sees them (a further pass). */
MUST_USE enum error prove_log(struct proving *proving, bool rows_only, struct problem *problem);
/* Proofs 2, 3 and 9: streams, snapshots, indexes; states go to the row store. */
MUST_USE enum error prove_streams(struct proving *proving, bool rows_only, struct problem *problem);
/* Events of other services that were applied go to the row store. */
MUST_USE enum error replay_heard(struct proving *proving, int64_t *events, struct problem *problem);

/* Number series, cycles, journals. */
struct books *books_new(void);
void books_free(struct books *books);
void books_see(struct books *books, const struct record *record, const ProtobufCMessage *message);
MUST_USE enum error prove_books(struct proving *proving, struct problem *problem);

/* Handovers, waiting and parked works. */
struct kept_ids *kept_ids_new(void);
void kept_ids_free(struct kept_ids *kept);
void kept_ids_see(struct kept_ids *kept, const struct record *record,
                  const ProtobufCMessage *message);
/* A message that is parked now, or was discarded: it was not projected. */
bool kept_ids_parked(const struct kept_ids *kept, const char *topic, int32_t partition,
                     int64_t position);
MUST_USE enum error prove_kept(struct proving *proving, struct problem *problem);

/* Inbox places, relay cursors, and the topics where Kafka is set. */
MUST_USE enum error prove_places(struct proving *proving, struct problem *problem);
MUST_USE enum error prove_topic(struct proving *proving, struct problem *problem);
