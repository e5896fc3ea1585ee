/* SPDX-License-Identifier: Apache-2.0
 * Reading states outside a unit, for answers to people: as last committed, snapshot and later events folded. */
#pragma once
#include "common/database/connection.h"
#include "common/eventlog/model.h"

/* ERR_NOT_FOUND: the stream is not born. version may be NULL. */
MUST_USE enum error postgres_state(struct database *database, const struct service_model *model, struct arena *arena,
                                   int kind, const char *id, ProtobufCMessage **state, int64_t *version,
                                   struct problem *problem);
/* Ids under an index key, oldest first, at most `max`. */
MUST_USE enum error postgres_look_up(struct database *database, const struct service_model *model,
                                     struct arena *arena, int index, const char *key, struct stream_ref *refs,
                                     size_t max, size_t *n, struct problem *problem);
