/* SPDX-License-Identifier: Apache-2.0
 * Trial store: one test source for both forms of the store. A form makes an empty store with two
 * sessions (two workers), lists kept work and answers what stands in a table. */
#pragma once
#include "check.h"
#include "common/eventlog/unit.h"
#include "trial_service.h"

enum { TRIAL_SHARDS = 4, SESSION_ONE = 0, SESSION_TWO = 1, KEPT_MAX = 64 };

enum kept_what { KEPT_HANDOVERS, KEPT_WAITING, KEPT_PARKED };

struct trial_form {
    const char *name;
    void *(*open)(void);
    void (*close)(void *self);
    struct store (*door)(void *self, int session);
    /* In the arena; parked ones in the order of their parking. */
    size_t (*kept)(void *self, enum kept_what what, struct arena *arena, struct work **works);
    /* Number in `column` of the row whose first key column is `key`; INT64_MIN: no such row. */
    int64_t (*number)(void *self, const char *table, const char *column, const char *key);
    /* The worker's process is killed and starts again: session's memory is gone. */
    void (*restart)(void *self, int session);
};

extern const struct trial_form trial_memory, trial_postgres;
/* NULL: there is no PostgreSQL to test against. */
const char *trial_postgres_database(void);
