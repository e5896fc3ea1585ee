/* SPDX-License-Identifier: Apache-2.0
 * Store: how events and states of collections become rows, and what its job and routes read from
 * them. Decides nothing. */
#pragma once
#include "common/database/statement.h"
#include "common/eventlog/model.h"

/* Own events and LegalEntityRegistered, LegalEntityChanged; leaves every other event alone. */
void collections_project_event(struct projecting *projecting, const struct record *record,
                               const ProtobufCMessage *event);
void collections_project_state(struct projecting *projecting, struct stream_ref stream,
                               int64_t version, const ProtobufCMessage *state);

/* ---- store_read.c ---- */

struct entity_zone {
    struct uuid entity;
    const char *zone; /* IANA name, in the arena */
};
MUST_USE enum error collections_zones_read(struct database *database, struct arena *arena,
                                           struct entity_zone **entities, size_t *count,
                                           struct problem *problem);
/* ERR_NOT_FOUND: the legal entity has not arrived here. */
MUST_USE enum error collections_zone_read(struct database *database, struct arena *arena,
                                          const char *entity_id, const char **zone,
                                          struct problem *problem);

/* An account whose evaluation is due: its case asked for a day up to the given one. */
struct due_account {
    struct uuid account;
    int32_t evaluate_from_days;
};
/* In the order of (evaluate_from, account); the first page has after NULL. */
MUST_USE enum error due_accounts_read(struct database *database, struct arena *arena,
                                      struct uuid entity, int32_t as_of_days,
                                      const struct due_account *after, size_t max,
                                      struct due_account **accounts, size_t *count,
                                      struct problem *problem);
