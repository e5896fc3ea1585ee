/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/domain/dunning.h"

#include "common/base/text.h"

/* An overdue item and where it stands. Steps are numbered from 1; 0 is 'none'. */
struct candidate {
    Collections__LateItem *item;
    uint32_t reached; /* highest step whose day has come */
    uint32_t handled; /* highest step that was taken or skipped for it in this episode */
};

struct choosing {
    struct arena *arena;
    const struct dunning_facts *facts;
    struct candidate *candidates; /* past their first trigger */
    size_t n_candidates;
    Common__Money **totals;
    size_t n_totals;
};

static uint32_t step_reached(const Collections__DunningPolicy *policy, uint32_t days)
{
    uint32_t reached = 0;
    for (size_t i = 0; i < policy->n_steps; i++)
        if (days >= policy->steps[i]->trigger_days_past_due)
            reached = (uint32_t)i + 1;
    return reached;
}

static uint32_t step_handled(const struct dunning_facts *facts, const char *item_id)
{
    uint32_t handled = 0;
    for (size_t i = 0; i < facts->n_records; i++) {
        const Collections__StepRecord *record = facts->records[i];
        for (size_t j = 0; record->episode == facts->episode && j < record->n_item_ids; j++)
            if (record->step > handled && text_equal(record->item_ids[j], item_id))
                handled = record->step;
    }
    return handled;
}

static enum error candidates_find(struct choosing *choosing)
{
    const struct dunning_facts *facts = choosing->facts;
    const struct delinquency *late = facts->delinquency;
    struct arena *arena = choosing->arena;
    choosing->candidates = arena_get(arena, (late->n_items + 1) * sizeof *choosing->candidates);
    Collections__LateItem **items = arena_get(arena, (late->n_items + 1) * sizeof *items);
    for (size_t i = 0; i < late->n_items; i++) {
        uint32_t reached = step_reached(facts->policy, late->items[i]->days_past_due);
        if (!reached)
            continue;
        items[choosing->n_candidates] = late->items[i];
        choosing->candidates[choosing->n_candidates++] = (struct candidate){
            late->items[i], reached, step_handled(facts, late->items[i]->item_id)};
    }
    return debt_late_totals(arena, items, choosing->n_candidates, &choosing->totals,
                            &choosing->n_totals);
}

/* The highest step that some item has newly reached, never below the account's level; 0: none. */
static uint32_t highest_due(const struct choosing *choosing)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < choosing->n_candidates; i++) {
        const struct candidate *candidate = &choosing->candidates[i];
        if (candidate->reached > candidate->handled && candidate->reached > highest)
            highest = candidate->reached;
    }
    if (!highest)
        return 0;
    if (choosing->facts->level > highest)
        highest = choosing->facts->level;
    /* The level may stem from a policy with more steps: an episode that was resumed. */
    size_t steps = choosing->facts->policy->n_steps;
    return highest > steps ? (uint32_t)steps : highest;
}

static bool minimum_met(const struct choosing *choosing, const Collections__DunningStep *step)
{
    for (size_t i = 0; i < choosing->n_totals; i++)
        /* raw: the minimum is in each currency's own minor units */
        if (choosing->totals[i]->minor >= step->amount_min_minor)
            return true;
    return false;
}

static size_t without(const struct choosing *choosing, uint32_t step)
{
    size_t n = 0;
    for (size_t i = 0; i < choosing->n_candidates; i++)
        n += choosing->candidates[i].handled < step;
    return n;
}

static void skip(const struct choosing *choosing, struct dunning *dunning, uint32_t step,
                 const char *reason)
{
    size_t count = without(choosing, step);
    if (!count)
        return;
    struct dunning_skip *skipped = &dunning->skips[dunning->n_skips++];
    *skipped = (struct dunning_skip){.step = step, .reason = reason};
    skipped->item_ids = arena_get(choosing->arena, count * sizeof *skipped->item_ids);
    for (size_t i = 0; i < choosing->n_candidates; i++)
        if (choosing->candidates[i].handled < step)
            skipped->item_ids[skipped->n_item_ids++] = choosing->candidates[i].item->item_id;
}

static void take(const struct choosing *choosing, struct dunning *dunning, uint32_t step)
{
    dunning->step = choosing->facts->policy->steps[step - 1];
    dunning->items = arena_get(choosing->arena, choosing->n_candidates * sizeof *dunning->items);
    for (size_t i = 0; i < choosing->n_candidates; i++)
        if (choosing->candidates[i].handled < step)
            dunning->items[dunning->n_items++] = choosing->candidates[i].item;
}

enum error dunning_due(struct arena *arena, const struct dunning_facts *facts,
                       struct dunning *dunning)
{
    *dunning = (struct dunning){0};
    const Collections__DunningPolicy *policy = facts->policy;
    if (!policy || !facts->delinquency->n_items)
        return OK;
    if (facts->last_step_days != NEVER_DAYS &&
        (int64_t)facts->as_of_days - facts->last_step_days < (int64_t)policy->gap_days_min)
        return OK;
    struct choosing choosing = {.arena = arena, .facts = facts};
    enum error error = candidates_find(&choosing);
    uint32_t highest = error ? 0 : highest_due(&choosing);
    if (!highest)
        return error;
    uint32_t lowest = facts->level > 1 ? facts->level : 1, taken = 0;
    lowest = lowest < highest ? lowest : highest;
    for (uint32_t step = highest; step >= lowest && !taken && without(&choosing, step); step--)
        if (minimum_met(&choosing, policy->steps[step - 1]))
            taken = step;
    dunning->skips = arena_get(arena, (highest + 1) * sizeof *dunning->skips);
    for (uint32_t step = 1; step < taken; step++)
        skip(&choosing, dunning, step, "HIGHER_STEP_DUE");
    for (uint32_t step = taken ? taken + 1 : lowest; step <= highest; step++)
        skip(&choosing, dunning, step, "BELOW_MINIMUM");
    if (taken)
        take(&choosing, dunning, taken);
    return OK;
}
