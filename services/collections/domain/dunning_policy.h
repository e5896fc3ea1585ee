/* SPDX-License-Identifier: Apache-2.0
 * Dunning policy: what is done about late debt, as data, one per legal entity and segment, in
 * versions that are never changed (COL-3). */
#pragma once
#include "billing/collections/v1/collections.pb-c.h"
#include "common/base/decision.h"

enum {
    POLICY_STEPS_MAX = 20,
    POLICY_VERSIONS_MAX = 200,
    POLICY_SHORT_DAYS_MAX = 365,
    POLICY_TRIGGER_DAYS_MAX = 3650,
    POLICY_TEXT_BYTES_MAX = 64,
    SEGMENT_BYTES_MAX = 32,
};

/* The id that follows from legal entity and segment; an empty segment is STANDARD. In the arena. */
const char *dunning_policy_id(struct arena *arena, const char *entity_id, const char *segment);

/* The latest version that holds on a day; NULL: none yet. `state` may be NULL. */
const Collections__DunningPolicy *dunning_policy_on(const Collections__DunningPolicyState *state,
                                                    int32_t days);
/* NULL: there is no such version. `state` may be NULL. */
const Collections__DunningPolicy *
dunning_policy_version(const Collections__DunningPolicyState *state, uint32_t version);

void dunning_policy_set_declare(struct declaring *declaring,
                                const Collections__SetDunningPolicy *command);
void dunning_policy_set_decide(struct deciding *deciding,
                               const Collections__SetDunningPolicy *command);
void dunning_policy_evolve_set(struct arena *arena, Collections__DunningPolicyState *state,
                               const Collections__DunningPolicySet *event);
