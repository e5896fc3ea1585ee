/* SPDX-License-Identifier: Apache-2.0
 * Dunning: which step of a policy falls due for an account, and which ones never will (COL-3).
 *
 * Each step happens at most once per episode and item. All items past their first trigger stand in
 * one notice, at the highest level that any of them has reached or that the account had before:
 * levels never decrease in an episode. After downtime only the highest due step is taken; the lower
 * ones are recorded as skipped. A step for which too little is overdue is skipped, and the next
 * lower one is looked at. Within the minimum gap after a step nothing happens; what is due then
 * waits for its end. */
#pragma once
#include "services/collections/domain/delinquency.h"

struct dunning_skip {
    uint32_t step;
    const char *reason; /* HIGHER_STEP_DUE, BELOW_MINIMUM */
    const char **item_ids;
    size_t n_item_ids;
};

struct dunning {
    const Collections__DunningStep *step; /* NULL: none is taken */
    Collections__LateItem **items;
    size_t n_items;
    struct dunning_skip *skips; /* by step, ascending */
    size_t n_skips;
};

struct dunning_facts {
    const Collections__DunningPolicy *policy; /* NULL: nothing is dunned */
    Collections__StepRecord *const *records;
    size_t n_records;
    uint32_t episode, level;
    int32_t last_step_days; /* NEVER_DAYS: none yet */
    int32_t as_of_days;
    const struct delinquency *delinquency;
};

/* ERR_RANGE, ERR_MALFORMED: the amounts cannot be summed. */
MUST_USE enum error dunning_due(struct arena *arena, const struct dunning_facts *facts,
                                struct dunning *dunning);
