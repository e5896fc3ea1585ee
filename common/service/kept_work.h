/* SPDX-License-Identifier: Apache-2.0
 * Kept work: what stands in the tables handover and waiting and is due now, read back as works. */
#pragma once
#include "common/database/connection.h"
#include "common/eventlog/unit.h"

/* Handovers to these shards, in order per source shard. */
MUST_USE enum error kept_handovers(struct database *database, struct arena *arena, const bool *shards, int32_t n_shards,
                                   int32_t max, struct work **works, size_t *n, struct problem *problem);
/* Waiting work whose awaited stream is born. */
MUST_USE enum error kept_waiting(struct database *database, struct arena *arena, const bool *shards, int32_t n_shards,
                                 int32_t max, struct work **works, size_t *n, struct problem *problem);
/* One parked message, to be redriven. ERR_NOT_FOUND. */
MUST_USE enum error kept_parked(struct database *database, struct arena *arena, const struct uuid *id,
                                struct work **work, struct problem *problem);
