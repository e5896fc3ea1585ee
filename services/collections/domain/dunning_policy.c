/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/domain/dunning_policy.h"

#include "common/base/text.h"
#include "common/identity/uuid.h"
#include "services/collections/domain/delinquency.h"
#include "services/collections/domain/kinds.h"
#include "services/collections/domain/refusals.h"

enum { DATE_1900_DAYS = -25567, DATE_2999_DAYS = 376199 };

const char *dunning_policy_id(struct arena *arena, const char *entity_id, const char *segment)
{
    char id[UUID_TEXT_SIZE];
    const char *named = *segment ? segment : SEGMENT_STANDARD;
    uuid_format(id, uuid_derive_text("dunning_policy", entity_id, named, NULL));
    return arena_copy_text(arena, id);
}

const Collections__DunningPolicy *dunning_policy_on(const Collections__DunningPolicyState *state,
                                                    int32_t days)
{
    for (size_t i = state ? state->n_versions : 0; i > 0; i--)
        if (debt_days_of(state->versions[i - 1]->effective_date) <= days)
            return state->versions[i - 1];
    return NULL;
}

const Collections__DunningPolicy *
dunning_policy_version(const Collections__DunningPolicyState *state, uint32_t version)
{
    for (size_t i = 0; state && i < state->n_versions; i++)
        if (state->versions[i]->version == version)
            return state->versions[i];
    return NULL;
}

/* ---- checking what people set ---- */

struct complaint {
    const struct refusal *refusal; /* NULL: none */
    const char *field;
};

static struct complaint complaint(const struct refusal *refusal, const char *field)
{
    return (struct complaint){refusal, field};
}

static bool segment_is_well_formed(const char *segment)
{
    size_t size = strlen(segment);
    bool good = size >= 1 && size <= SEGMENT_BYTES_MAX;
    for (size_t i = 0; good && i < size; i++)
        good = character_is_digit(segment[i]) || (segment[i] >= 'A' && segment[i] <= 'Z') ||
               segment[i] == '-' || segment[i] == '_' || segment[i] == '.';
    return good;
}

static bool text_is_well_formed(const char *text)
{
    struct bytes bytes = bytes_of_text(text);
    return bytes.size <= POLICY_TEXT_BYTES_MAX && utf8_valid(bytes, TEXT_NO_CONTROL);
}

static struct complaint step_check(struct arena *arena, const Collections__DunningPolicy *policy,
                                   size_t i)
{
    const Collections__DunningStep *step = policy->steps[i];
    uint32_t days = step->trigger_days_past_due;
    const char *path = arena_text(arena, "policy.steps[%zu]", i);
#define FIELD(name) arena_text(arena, "%s.%s", path, name)
    if (step->step != i + 1 || (i && days <= policy->steps[i - 1]->trigger_days_past_due))
        return complaint(&COLLECTIONS_POLICY_STEPS_OUT_OF_ORDER, path);
    if (days < 1 || days > POLICY_TRIGGER_DAYS_MAX)
        return complaint(&COLLECTIONS_POLICY_DAYS_OUT_OF_RANGE, FIELD("trigger_days_past_due"));
    if (days < policy->grace_days)
        return complaint(&COLLECTIONS_POLICY_STEP_IN_GRACE, FIELD("trigger_days_past_due"));
    if (!*step->channel || !text_is_well_formed(step->channel))
        return complaint(&COLLECTIONS_POLICY_TEXT_MALFORMED, FIELD("channel"));
    if (!text_is_well_formed(step->template_))
        return complaint(&COLLECTIONS_POLICY_TEXT_MALFORMED, FIELD("template"));
    if (step->amount_min_minor < 0)
        return complaint(&COLLECTIONS_POLICY_MINIMUM_NEGATIVE, FIELD("amount_min_minor"));
    if (step->final_notice && i + 1 != policy->n_steps)
        return complaint(&COLLECTIONS_POLICY_FINAL_NOT_LAST, FIELD("final_notice"));
#undef FIELD
    return complaint(NULL, NULL);
}

static struct complaint policy_check(struct arena *arena, const Collections__DunningPolicy *policy)
{
    struct uuid entity;
    if (uuid_parse(&entity, policy->entity_id, NULL) != OK)
        return complaint(&COLLECTIONS_ID_MALFORMED, "policy.entity_id");
    if (!segment_is_well_formed(policy->segment))
        return complaint(&COLLECTIONS_SEGMENT_MALFORMED, "policy.segment");
    if (*policy->policy_id &&
        !text_equal(policy->policy_id,
                    dunning_policy_id(arena, policy->entity_id, policy->segment)))
        return complaint(&COLLECTIONS_POLICY_ID_DIFFERS, "policy.policy_id");
    if (policy->grace_days > POLICY_SHORT_DAYS_MAX)
        return complaint(&COLLECTIONS_POLICY_DAYS_OUT_OF_RANGE, "policy.grace_days");
    if (policy->gap_days_min > POLICY_SHORT_DAYS_MAX)
        return complaint(&COLLECTIONS_POLICY_DAYS_OUT_OF_RANGE, "policy.gap_days_min");
    if (policy->n_steps < 1 || policy->n_steps > POLICY_STEPS_MAX)
        return complaint(&COLLECTIONS_POLICY_TOO_MANY_STEPS, "policy.steps");
    if (policy->effective_date && (policy->effective_date->days < DATE_1900_DAYS ||
                                   policy->effective_date->days > DATE_2999_DAYS))
        return complaint(&COLLECTIONS_POLICY_DATE_OUT_OF_RANGE, "policy.effective_date");
    for (size_t i = 0; i < policy->n_steps; i++) {
        struct complaint found = step_check(arena, policy, i);
        if (found.refusal)
            return found;
    }
    return complaint(NULL, NULL);
}

/* ---- the decision ---- */

void dunning_policy_set_declare(struct declaring *declaring,
                                const Collections__SetDunningPolicy *command)
{
    const char *id =
        dunning_policy_id(declaring->arena, command->policy->entity_id, command->policy->segment);
    declare_key(declaring, id);
    declare_stream(declaring, KIND_DUNNING_POLICY, id);
}

static Collections__DunningPolicy *version_make(struct arena *arena,
                                                const Collections__DunningPolicy *policy,
                                                const char *id, uint32_t version)
{
    Collections__DunningPolicy *made =
        arena_new(arena, Collections__DunningPolicy, COLLECTIONS__DUNNING_POLICY__INIT);
    made->policy_id = id;
    made->entity_id = policy->entity_id;
    made->segment = policy->segment;
    made->version = version;
    made->grace_days = policy->grace_days;
    made->gap_days_min = policy->gap_days_min;
    made->n_steps = policy->n_steps;
    made->steps = policy->steps;
    made->effective_date = policy->effective_date;
    return made;
}

void dunning_policy_set_decide(struct deciding *deciding,
                               const Collections__SetDunningPolicy *command)
{
    const Collections__DunningPolicy *policy = command->policy;
    struct complaint wrong = policy_check(deciding->arena, policy);
    if (wrong.refusal) {
        deciding_refuse(deciding, wrong.refusal, wrong.field, NULL);
        return;
    }
    const char *id = dunning_policy_id(deciding->arena, policy->entity_id, policy->segment);
    const Collections__DunningPolicyState *state =
        deciding_state(deciding, KIND_DUNNING_POLICY, id);
    uint32_t version = state ? (uint32_t)state->n_versions + 1 : 1;
    if (policy->version && policy->version != version) {
        deciding_refuse(deciding, &COLLECTIONS_POLICY_VERSION_DIFFERS, "policy.version",
                        "the next version is %u", version);
        return;
    }
    if (version > POLICY_VERSIONS_MAX) {
        deciding_refuse(deciding, &COLLECTIONS_POLICY_TOO_MANY_VERSIONS, "policy", NULL);
        return;
    }
    Collections__DunningPolicySet *set = arena_new(deciding->arena, Collections__DunningPolicySet,
                                                   COLLECTIONS__DUNNING_POLICY_SET__INIT);
    set->policy = version_make(deciding->arena, policy, id, version);
    deciding_books(deciding, policy->entity_id,
                   deciding_local_days(deciding, "UTC", deciding->now_us), 0);
    deciding_emit(deciding, KIND_DUNNING_POLICY, id, &set->base);
}

void dunning_policy_evolve_set(struct arena *arena, Collections__DunningPolicyState *state,
                               const Collections__DunningPolicySet *event)
{
    state->policy_id = event->policy->policy_id;
    state->entity_id = event->policy->entity_id;
    state->segment = event->policy->segment;
    arena_append(arena, state->n_versions, state->versions, event->policy);
}
