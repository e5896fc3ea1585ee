/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/domain/case_change.h"

#include <assert.h>

#include "common/base/text.h"
#include "services/collections/domain/dunning_policy.h"
#include "services/collections/domain/kinds.h"
#include "services/collections/domain/stage.h"

/* ---- policies ---- */

void case_declare_policies(struct declaring *declaring, const char *account_id)
{
    const struct facts_source *source = declaring->source;
    const Collections__CaseState *state = (const Collections__CaseState *)source->state(
        source->self, (struct stream_ref){KIND_CASE, account_id}, NULL);
    /* A case that is born now is not evaluated yet, so nothing follows a policy. */
    if (!state)
        return;
    struct arena *arena = declaring->arena;
    declare_stream(declaring, KIND_DUNNING_POLICY,
                   dunning_policy_id(arena, state->entity_id, state->segment));
    declare_stream(declaring, KIND_DUNNING_POLICY,
                   dunning_policy_id(arena, state->entity_id, SEGMENT_STANDARD));
    declare_stream(declaring, KIND_DUNNING_POLICY, state->policy_id);
}

const Collections__DunningPolicy *case_policy_choose(const struct case_view *view)
{
    const char *segments[] = {view->state ? view->state->segment : "", SEGMENT_STANDARD};
    for (size_t i = 0; i < sizeof segments / sizeof *segments; i++) {
        const char *id = dunning_policy_id(view->deciding->arena, view->entity_id, segments[i]);
        const Collections__DunningPolicy *policy = dunning_policy_on(
            deciding_state(view->deciding, KIND_DUNNING_POLICY, id), view->as_of_days);
        if (policy)
            return policy;
    }
    return NULL;
}

const Collections__DunningPolicy *case_policy_kept(const struct case_view *view)
{
    if (!view->state || !*view->state->policy_id)
        return NULL;
    return dunning_policy_version(
        deciding_state(view->deciding, KIND_DUNNING_POLICY, view->state->policy_id),
        view->state->policy_version);
}

/* ---- events ---- */

static void emit(const struct case_view *view, const ProtobufCMessage *event)
{
    deciding_emit(view->deciding, KIND_CASE, view->account_id, event);
}

static void cure(struct case_view *view)
{
    struct arena *arena = view->deciding->arena;
    Collections__DelinquencyCured *cured =
        arena_new(arena, Collections__DelinquencyCured, COLLECTIONS__DELINQUENCY_CURED__INIT);
    assert(case_stage_allows(view->stage, "DelinquencyCured", STAGE_CURRENT));
    cured->account_id = view->account_id;
    cured->entity_id = view->entity_id;
    cured->episode = view->episode;
    cured->as_of = debt_days_message(arena, view->as_of_days);
    view->stage = STAGE_CURRENT;
    view->level = 0;
    emit(view, &cured->base);
}

static Collections__DelinquencyEntered *entered_new(const struct case_view *view)
{
    struct arena *arena = view->deciding->arena;
    Collections__DelinquencyEntered *entered =
        arena_new(arena, Collections__DelinquencyEntered, COLLECTIONS__DELINQUENCY_ENTERED__INIT);
    entered->account_id = view->account_id;
    entered->entity_id = view->entity_id;
    entered->items = view->late.items;
    entered->n_items = view->late.n_items;
    entered->days_past_due = view->late.days_past_due;
    entered->as_of = debt_days_message(arena, view->as_of_days);
    return entered;
}

static void enter(struct case_view *view)
{
    Collections__DelinquencyEntered *entered = entered_new(view);
    assert(case_stage_allows(view->stage, "DelinquencyEntered", STAGE_GRACE));
    view->policy = case_policy_choose(view);
    view->stage = entered->stage = STAGE_GRACE;
    view->episode = entered->episode = view->episode + 1;
    view->level = 0;
    if (view->policy) {
        entered->policy_id = view->policy->policy_id;
        entered->policy_version = view->policy->version;
    }
    emit(view, &entered->base);
}

/* As if never paid, the item would have been late all along: no cure after its due date would have
 * happened. Returns whether there was one. */
static bool resume(struct case_view *view, int32_t due_days)
{
    const Collections__CaseState *state = view->state;
    Collections__DelinquencyEntered *entered = entered_new(view);
    Collections__Stage stage = view->stage == STAGE_CURRENT ? STAGE_GRACE : view->stage;
    entered->resumed_episodes =
        arena_get(view->deciding->arena, (state->n_ended_episodes + 1) * sizeof(uint32_t));
    entered->policy_id = state->policy_id;
    entered->policy_version = state->policy_version;
    for (size_t i = state->n_ended_episodes; i > 0; i--) {
        const Collections__EndedEpisode *ended = state->ended_episodes[i - 1];
        if (debt_days_of(ended->cured_on) <= due_days)
            break;
        entered->resumed_episodes[entered->n_resumed_episodes++] = ended->episode;
        view->level = ended->level > view->level ? ended->level : view->level;
        stage = ended->stage > stage ? ended->stage : stage;
        if (*ended->policy_id) {
            entered->policy_id = ended->policy_id;
            entered->policy_version = ended->policy_version;
        }
    }
    if (!entered->n_resumed_episodes)
        return false;
    assert(case_stage_allows(view->stage, "DelinquencyEntered", stage));
    entered->resumed = true;
    entered->episode = view->episode;
    entered->level = view->level;
    view->stage = entered->stage = stage;
    emit(view, &entered->base);
    return true;
}

static void change_bucket(struct case_view *view)
{
    Collections__Bucket before = view->state ? view->state->bucket : BUCKET_CURRENT;
    if (before == view->late.bucket)
        return;
    struct arena *arena = view->deciding->arena;
    Collections__BucketChanged *changed =
        arena_new(arena, Collections__BucketChanged, COLLECTIONS__BUCKET_CHANGED__INIT);
    changed->account_id = view->account_id;
    changed->entity_id = view->entity_id;
    changed->from = before;
    changed->to = view->late.bucket;
    changed->days_past_due = view->late.days_past_due;
    changed->as_of = debt_days_message(arena, view->as_of_days);
    emit(view, &changed->base);
}

void case_recompute(struct case_view *view, int32_t reversed_due_days)
{
    view->late =
        delinquency_of(view->deciding->arena, view->items, view->n_items, view->as_of_days);
    bool late = view->late.n_items > 0;
    bool reversed_late = reversed_due_days != NEVER_DAYS && reversed_due_days < view->as_of_days;
    if (!late && view->stage != STAGE_CURRENT)
        cure(view);
    else if (late && !(reversed_late && resume(view, reversed_due_days)) &&
             view->stage == STAGE_CURRENT)
        enter(view);
    change_bucket(view);
}

/* ---- facts ---- */

const Collections__CaseItem *case_item_find(const Collections__CaseState *state,
                                            const char *item_id)
{
    for (size_t i = 0; state && i < state->n_items; i++)
        if (text_equal(state->items[i]->item_id, item_id))
            return state->items[i];
    return NULL;
}

static bool says_something(const Collections__CaseItem *known, const Collections__ItemHeard *heard)
{
    if (!known)
        return true;
    /* raw: of one item, so of one currency */
    bool same_open = (known->open ? known->open->minor : 0) == heard->open->minor;
    return !same_open || debt_days_of(known->due_date) != debt_days_of(heard->due_date);
}

void case_hear(struct deciding *deciding, Collections__ItemHeard *heard)
{
    const Collections__CaseState *state = deciding_state(deciding, KIND_CASE, heard->account_id);
    const Collections__CaseItem *known = case_item_find(state, heard->item_id);
    if (!says_something(known, heard))
        return;
    if (known && !*heard->document_number)
        heard->document_number = known->document_number;
    deciding_emit(deciding, KIND_CASE, heard->account_id, &heard->base);
    struct case_view view = {
        .deciding = deciding,
        .account_id = heard->account_id,
        .entity_id = heard->entity_id,
        .state = state,
        .as_of_days = state ? debt_days_of(state->evaluated_as_of) : NEVER_DAYS,
    };
    if (view.as_of_days == NEVER_DAYS)
        return;
    view.items = case_items_after(deciding->arena, state, heard, &view.n_items);
    view.stage = state->stage;
    view.episode = state->episode;
    view.level = state->level;
    case_recompute(&view, heard->reversal ? debt_days_of(heard->due_date) : NEVER_DAYS);
}
