/* SPDX-License-Identifier: Apache-2.0
 * An account is evaluated as of a date: its delinquency, and the one step of its policy that falls
 * due (COL-2, COL-3). */
#include <assert.h>

#include "services/collections/domain/case_change.h"
#include "services/collections/domain/dunning.h"
#include "services/collections/domain/kinds.h"
#include "services/collections/domain/refusals.h"
#include "services/collections/domain/stage.h"

/* No zone is further ahead of UTC, so no legal entity's today is later. */
static const int64_t zone_most_ahead_us = INT64_C(14) * 3600 * 1000000;

void debt_case_evaluate_declare(struct declaring *declaring,
                                const Collections__EvaluateAccount *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_CASE, command->account_id);
}

void debt_case_evaluate_declare_more(struct declaring *declaring,
                                     const Collections__EvaluateAccount *command)
{
    case_declare_policies(declaring, command->account_id);
}

static void emit_evaluated(struct case_view *view)
{
    struct arena *arena = view->deciding->arena;
    Collections__AccountEvaluated *evaluated =
        arena_new(arena, Collections__AccountEvaluated, COLLECTIONS__ACCOUNT_EVALUATED__INIT);
    evaluated->account_id = view->account_id;
    evaluated->entity_id = view->entity_id;
    evaluated->as_of = debt_days_message(arena, view->as_of_days);
    evaluated->days_past_due =
        delinquency_of(arena, view->items, view->n_items, view->as_of_days).days_past_due;
    deciding_emit(view->deciding, KIND_CASE, view->account_id, &evaluated->base);
}

static void emit_skipped(const struct case_view *view, const struct dunning_skip *skip)
{
    struct arena *arena = view->deciding->arena;
    Collections__DunningStepSkipped *skipped =
        arena_new(arena, Collections__DunningStepSkipped, COLLECTIONS__DUNNING_STEP_SKIPPED__INIT);
    skipped->account_id = view->account_id;
    skipped->entity_id = view->entity_id;
    skipped->episode = view->episode;
    skipped->step = skip->step;
    skipped->reason = skip->reason;
    skipped->policy_id = view->policy->policy_id;
    skipped->policy_version = view->policy->version;
    skipped->as_of = debt_days_message(arena, view->as_of_days);
    skipped->item_ids = skip->item_ids;
    skipped->n_item_ids = skip->n_item_ids;
    deciding_emit(view->deciding, KIND_CASE, view->account_id, &skipped->base);
}

static enum error emit_taken(const struct case_view *view, const struct dunning *dunning)
{
    struct arena *arena = view->deciding->arena;
    Collections__DunningStepTaken *taken =
        arena_new(arena, Collections__DunningStepTaken, COLLECTIONS__DUNNING_STEP_TAKEN__INIT);
    taken->account_id = view->account_id;
    taken->entity_id = view->entity_id;
    taken->episode = view->episode;
    taken->step = dunning->step->step;
    taken->items = dunning->items;
    taken->n_items = dunning->n_items;
    taken->policy_id = view->policy->policy_id;
    taken->policy_version = view->policy->version;
    taken->as_of = debt_days_message(arena, view->as_of_days);
    taken->channel = dunning->step->channel;
    taken->template_ = dunning->step->template_;
    taken->final_notice = dunning->step->final_notice;
    taken->requires_approval = dunning->step->requires_approval;
    assert(case_stage_allows(view->stage, "DunningStepTaken",
                             taken->final_notice ? STAGE_FINAL_NOTICE : STAGE_DUNNING));
    enum error error =
        debt_late_totals(arena, taken->items, taken->n_items, &taken->amounts, &taken->n_amounts);
    deciding_emit(view->deciding, KIND_CASE, view->account_id, &taken->base);
    return error;
}

static enum error dun(struct case_view *view)
{
    struct dunning dunning;
    const Collections__CaseState *state = view->state;
    struct dunning_facts facts = {
        .policy = view->policy,
        .records = state->steps,
        .n_records = state->n_steps,
        .episode = view->episode,
        .level = view->level,
        .last_step_days = debt_days_of(state->last_step_on),
        .as_of_days = view->as_of_days,
        .delinquency = &view->late,
    };
    enum error error = dunning_due(view->deciding->arena, &facts, &dunning);
    if (error)
        return error;
    for (size_t i = 0; i < dunning.n_skips; i++)
        emit_skipped(view, &dunning.skips[i]);
    return dunning.step ? emit_taken(view, &dunning) : OK;
}

static bool may_evaluate(struct deciding *deciding, const Collections__CaseState *state,
                         const Common__Date *as_of)
{
    const struct refusal *refusal = NULL;
    if (!state) {
        deciding_refuse(deciding, &COLLECTIONS_CASE_NOT_FOUND, "account_id", NULL);
        return false;
    }
    if (!as_of)
        refusal = &COLLECTIONS_EVALUATION_DATE_REQUIRED;
    else if (as_of->days >
             deciding_local_days(deciding, "UTC", deciding->now_us + zone_most_ahead_us))
        refusal = &COLLECTIONS_EVALUATION_DATE_IN_FUTURE;
    else if (as_of->days < debt_days_of(state->evaluated_as_of))
        refusal = &COLLECTIONS_EVALUATED_LATER;
    if (refusal)
        deciding_refuse(deciding, refusal, "as_of", NULL);
    return !refusal;
}

void debt_case_evaluate_decide(struct deciding *deciding,
                               const Collections__EvaluateAccount *command)
{
    const Collections__CaseState *state = deciding_state(deciding, KIND_CASE, command->account_id);
    if (!may_evaluate(deciding, state, command->as_of))
        return;
    struct case_view view = {
        .deciding = deciding,
        .account_id = command->account_id,
        .entity_id = state->entity_id,
        .state = state,
        .items = state->items,
        .n_items = state->n_items,
        .as_of_days = command->as_of->days,
        .stage = state->stage,
        .episode = state->episode,
        .level = state->level,
    };
    deciding_books(deciding, view.entity_id, view.as_of_days, 0);
    deciding_answer(deciding, KIND_CASE, view.account_id);
    if (view.as_of_days > debt_days_of(state->evaluated_as_of))
        emit_evaluated(&view);
    view.policy = case_policy_kept(&view);
    case_recompute(&view, NEVER_DAYS);
    if (view.stage != STAGE_CURRENT && !view.policy)
        view.policy = case_policy_choose(&view);
    if (view.stage != STAGE_CURRENT && dun(&view) != OK)
        deciding_refuse(deciding, &COLLECTIONS_AMOUNT_OUT_OF_RANGE, "account_id", NULL);
}
