/* SPDX-License-Identifier: Apache-2.0
 * How events change a case. */
#include "common/base/text.h"
#include "services/collections/domain/debt_case.h"
#include "services/collections/domain/delinquency.h"

/* ---- items ---- */

static Collections__CaseItem *item_after(struct arena *arena, const Collections__CaseItem *before,
                                         const Collections__ItemHeard *event)
{
    Collections__CaseItem *item =
        arena_new(arena, Collections__CaseItem, COLLECTIONS__CASE_ITEM__INIT);
    item->item_id = event->item_id;
    item->document_number = event->document_number;
    if (!*item->document_number && before)
        item->document_number = before->document_number;
    item->open = event->open;
    item->due_date = event->due_date;
    return item;
}

Collections__CaseItem **case_items_after(struct arena *arena, const Collections__CaseState *state,
                                         const Collections__ItemHeard *event, size_t *n)
{
    size_t before = state ? state->n_items : 0, settled = 0;
    Collections__CaseItem **items = arena_get(arena, (before + 1) * sizeof *items);
    const Collections__CaseItem *known = NULL;
    *n = 0;
    for (size_t i = 0; i < before; i++) {
        Collections__CaseItem *item = state->items[i];
        if (text_equal(item->item_id, event->item_id)) {
            known = item;
            /* An open item keeps its place; a settled one goes to the end. */
            if (debt_is_zero(event->open))
                continue;
            item = item_after(arena, known, event);
        }
        settled += debt_is_zero(item->open);
        items[(*n)++] = item;
    }
    if (!known || debt_is_zero(event->open)) {
        items[(*n)++] = item_after(arena, known, event);
        settled += debt_is_zero(event->open);
    }
    if (settled <= SETTLED_ITEMS_KEPT)
        return items;
    /* One more than are kept: the one that was settled first is forgotten. */
    size_t first = 0;
    while (!debt_is_zero(items[first]->open))
        first++;
    memmove(&items[first], &items[first + 1], (*n - first - 1) * sizeof *items);
    --*n;
    return items;
}

static void age(struct arena *arena, Collections__CaseState *state)
{
    struct arena_mark mark = arena_mark(arena);
    state->days_past_due =
        delinquency_of(arena, state->items, state->n_items, debt_days_of(state->evaluated_as_of))
            .days_past_due;
    arena_rewind(arena, mark);
}

void debt_case_evolve_heard(struct arena *arena, Collections__CaseState *state,
                            const Collections__ItemHeard *event)
{
    size_t n;
    state->items = case_items_after(arena, state, event, &n);
    state->n_items = n;
    state->account_id = event->account_id;
    state->entity_id = event->entity_id;
    if (*event->customer_id)
        state->customer_id = event->customer_id;
    if (*event->account_number)
        state->account_number = event->account_number;
    if (*event->segment)
        state->segment = event->segment;
    if (state->stage == STAGE_UNSPECIFIED) {
        state->stage = STAGE_CURRENT;
        state->bucket = BUCKET_CURRENT;
    }
    age(arena, state);
}

void debt_case_evolve_evaluated(struct arena *arena, Collections__CaseState *state,
                                const Collections__AccountEvaluated *event)
{
    state->evaluated_as_of = event->as_of;
    age(arena, state);
}

void debt_case_evolve_bucket(struct arena *arena, Collections__CaseState *state,
                             const Collections__BucketChanged *event)
{
    (void)arena;
    state->bucket = event->to;
}

/* ---- episodes ---- */

static bool names(const uint32_t *episodes, size_t n, uint32_t episode)
{
    for (size_t i = 0; i < n; i++)
        if (episodes[i] == episode)
            return true;
    return false;
}

/* The records of the resumed episodes belong to the one that goes on, so that no step is taken
 * twice. */
static void records_join(struct arena *arena, Collections__CaseState *state,
                         const Collections__DelinquencyEntered *event)
{
    Collections__StepRecord **steps = arena_get(arena, (state->n_steps + 1) * sizeof *steps);
    for (size_t i = 0; i < state->n_steps; i++) {
        steps[i] = state->steps[i];
        if (!names(event->resumed_episodes, event->n_resumed_episodes, steps[i]->episode))
            continue;
        steps[i] = arena_copy(arena, steps[i], sizeof *steps[i]);
        steps[i]->episode = event->episode;
    }
    state->steps = steps;
}

static void ended_remove(struct arena *arena, Collections__CaseState *state,
                         const Collections__DelinquencyEntered *event)
{
    Collections__EndedEpisode **ended =
        arena_get(arena, (state->n_ended_episodes + 1) * sizeof *ended);
    size_t n = 0;
    for (size_t i = 0; i < state->n_ended_episodes; i++)
        if (!names(event->resumed_episodes, event->n_resumed_episodes,
                   state->ended_episodes[i]->episode))
            ended[n++] = state->ended_episodes[i];
    state->ended_episodes = ended;
    state->n_ended_episodes = n;
}

void debt_case_evolve_entered(struct arena *arena, Collections__CaseState *state,
                              const Collections__DelinquencyEntered *event)
{
    records_join(arena, state, event);
    ended_remove(arena, state, event);
    state->episode = event->episode;
    state->level = event->level;
    state->stage = event->stage;
    state->policy_id = event->policy_id;
    state->policy_version = event->policy_version;
}

static bool is_kept(const Collections__CaseState *state, uint32_t episode)
{
    bool kept = episode == state->episode;
    for (size_t i = 0; i < state->n_ended_episodes; i++)
        kept = kept || state->ended_episodes[i]->episode == episode;
    return kept;
}

static void records_prune(struct arena *arena, Collections__CaseState *state)
{
    Collections__StepRecord **steps = arena_get(arena, (state->n_steps + 1) * sizeof *steps);
    size_t n = 0;
    for (size_t i = 0; i < state->n_steps; i++)
        if (is_kept(state, state->steps[i]->episode))
            steps[n++] = state->steps[i];
    state->steps = steps;
    state->n_steps = n;
}

void debt_case_evolve_cured(struct arena *arena, Collections__CaseState *state,
                            const Collections__DelinquencyCured *event)
{
    Collections__EndedEpisode *ended =
        arena_new(arena, Collections__EndedEpisode, COLLECTIONS__ENDED_EPISODE__INIT);
    ended->episode = event->episode;
    ended->level = state->level;
    ended->stage = state->stage;
    ended->cured_on = event->as_of;
    ended->policy_id = state->policy_id;
    ended->policy_version = state->policy_version;
    arena_append(arena, state->n_ended_episodes, state->ended_episodes, ended);
    if (state->n_ended_episodes > ENDED_EPISODES_KEPT) {
        state->ended_episodes++;
        state->n_ended_episodes--;
    }
    records_prune(arena, state);
    state->stage = STAGE_CURRENT;
    state->level = 0;
    state->policy_id = "";
    state->policy_version = 0;
}

/* ---- steps ---- */

static void record_add(struct arena *arena, Collections__CaseState *state,
                       const Collections__StepRecord *made, const char *policy_id,
                       uint32_t policy_version)
{
    Collections__StepRecord *record = arena_copy(arena, made, sizeof *made);
    arena_append(arena, state->n_steps, state->steps, record);
    /* An episode that began without a policy takes the first one that acts in it. */
    if (*state->policy_id)
        return;
    state->policy_id = policy_id;
    state->policy_version = policy_version;
}

void debt_case_evolve_taken(struct arena *arena, Collections__CaseState *state,
                            const Collections__DunningStepTaken *event)
{
    Collections__StepRecord record = COLLECTIONS__STEP_RECORD__INIT;
    record.episode = event->episode;
    record.step = event->step;
    record.on = event->as_of;
    record.item_ids = arena_get(arena, (event->n_items + 1) * sizeof *record.item_ids);
    for (size_t i = 0; i < event->n_items; i++)
        record.item_ids[record.n_item_ids++] = event->items[i]->item_id;
    record_add(arena, state, &record, event->policy_id, event->policy_version);
    if (event->step > state->level)
        state->level = event->step;
    state->stage = event->final_notice ? STAGE_FINAL_NOTICE : STAGE_DUNNING;
    state->last_step_on = event->as_of;
}

void debt_case_evolve_skipped(struct arena *arena, Collections__CaseState *state,
                              const Collections__DunningStepSkipped *event)
{
    Collections__StepRecord record = COLLECTIONS__STEP_RECORD__INIT;
    record.episode = event->episode;
    record.step = event->step;
    record.on = event->as_of;
    record.skipped = true;
    record.n_item_ids = event->n_item_ids;
    record.item_ids = event->item_ids;
    record_add(arena, state, &record, event->policy_id, event->policy_version);
}
