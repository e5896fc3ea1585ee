/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/store.h"

#include "billing/collections/v1/collections.pb-c.h"
#include "billing/invoicing/v1/customer.pb-c.h"
#include "common/base/text.h"
#include "common/eventlog/table_row.h"
#include "services/collections/domain/delinquency.h"
#include "services/collections/domain/kinds.h"
#include "services/collections/tables.h"

/* ---- rows that follow from single events ---- */

static void row_date_or_null(struct projecting *projecting, const Common__Date *date)
{
    if (date)
        row_date(projecting, date->days);
    else
        row_null(projecting);
}

static void project_entity(struct projecting *projecting, const Invoicing__LegalEntity *entity)
{
    if (!entity)
        return;
    row_begin(projecting, &collections_legal_entity_table);
    row_uuid(projecting, entity->entity_id);
    row_text(projecting, entity->name);
    row_text(projecting, entity->zone);
    row_put(projecting);
}

static void project_registered(struct projecting *projecting, const struct record *record,
                               const ProtobufCMessage *event)
{
    (void)record;
    project_entity(projecting, ((const Invoicing__LegalEntityRegistered *)event)->entity);
}

static void project_changed(struct projecting *projecting, const struct record *record,
                            const ProtobufCMessage *event)
{
    (void)record;
    project_entity(projecting, ((const Invoicing__LegalEntityChanged *)event)->entity);
}

static void project_heard(struct projecting *projecting, const struct record *record,
                          const ProtobufCMessage *event)
{
    const Collections__ItemHeard *heard = (const Collections__ItemHeard *)event;
    (void)record;
    row_begin(projecting, &collections_case_item_table);
    row_uuid(projecting, heard->item_id);
    if (debt_is_zero(heard->open)) {
        row_drop(projecting);
        return;
    }
    row_uuid(projecting, heard->account_id);
    row_uuid(projecting, heard->entity_id);
    row_text(projecting, heard->document_number);
    row_text(projecting, heard->open->currency);
    row_int(projecting, heard->open->minor); /* raw: stored beside its currency */
    row_date(projecting, heard->due_date->days);
    row_put(projecting);
}

static void evaluation_row(struct projecting *projecting, const struct record *record,
                           const Common__Date *as_of, int accounts, int taken, int skipped)
{
    row_begin(projecting, &collections_evaluation_table);
    row_uuid_bytes(projecting, &record->entity_id);
    row_date(projecting, as_of->days);
    row_int(projecting, record->shard);
    row_int(projecting, accounts);
    row_int(projecting, taken);
    row_int(projecting, skipped);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

static void project_evaluated(struct projecting *projecting, const struct record *record,
                              const ProtobufCMessage *event)
{
    evaluation_row(projecting, record, ((const Collections__AccountEvaluated *)event)->as_of, 1, 0,
                   0);
}

static void step_row(struct projecting *projecting, const struct record *record,
                     const Collections__DunningStepTaken *taken, const Common__Money *amount)
{
    row_begin(projecting, &collections_dunning_step_table);
    row_uuid_bytes(projecting, &record->event_id);
    row_text(projecting, amount->currency);
    row_uuid(projecting, taken->account_id);
    row_uuid(projecting, taken->entity_id);
    row_int(projecting, taken->episode);
    row_int(projecting, taken->step);
    row_date(projecting, taken->as_of->days);
    row_int(projecting, false);
    row_text(projecting, "");
    row_text(projecting, taken->channel);
    row_text(projecting, taken->template_);
    row_int(projecting, taken->final_notice);
    row_int(projecting, (int64_t)taken->n_items);
    row_int(projecting, amount->minor); /* raw: stored beside its currency */
    row_uuid(projecting, taken->policy_id);
    row_int(projecting, taken->policy_version);
    row_put(projecting);
}

static void project_taken(struct projecting *projecting, const struct record *record,
                          const ProtobufCMessage *event)
{
    const Collections__DunningStepTaken *taken = (const Collections__DunningStepTaken *)event;
    for (size_t i = 0; i < taken->n_amounts; i++)
        step_row(projecting, record, taken, taken->amounts[i]);
    evaluation_row(projecting, record, taken->as_of, 0, 1, 0);
}

static void project_skipped(struct projecting *projecting, const struct record *record,
                            const ProtobufCMessage *event)
{
    const Collections__DunningStepSkipped *skipped = (const Collections__DunningStepSkipped *)event;
    row_begin(projecting, &collections_dunning_step_table);
    row_uuid_bytes(projecting, &record->event_id);
    row_text(projecting, "");
    row_uuid(projecting, skipped->account_id);
    row_uuid(projecting, skipped->entity_id);
    row_int(projecting, skipped->episode);
    row_int(projecting, skipped->step);
    row_date(projecting, skipped->as_of->days);
    row_int(projecting, true);
    row_text(projecting, skipped->reason);
    row_text(projecting, "");
    row_text(projecting, "");
    row_int(projecting, false);
    row_int(projecting, (int64_t)skipped->n_item_ids);
    row_null(projecting);
    row_uuid(projecting, skipped->policy_id);
    row_int(projecting, skipped->policy_version);
    row_put(projecting);
    evaluation_row(projecting, record, skipped->as_of, 0, 0, 1);
}

static void project_policy(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event)
{
    const Collections__DunningPolicy *policy =
        ((const Collections__DunningPolicySet *)event)->policy;
    row_begin(projecting, &collections_dunning_policy_table);
    row_uuid(projecting, policy->policy_id);
    row_int(projecting, policy->version);
    row_uuid(projecting, policy->entity_id);
    row_text(projecting, policy->segment);
    row_int(projecting, policy->grace_days);
    row_int(projecting, policy->gap_days_min);
    row_int(projecting, (int64_t)policy->n_steps);
    row_date_or_null(projecting, policy->effective_date);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

static const struct {
    const ProtobufCMessageDescriptor *event;
    void (*project)(struct projecting *projecting, const struct record *record,
                    const ProtobufCMessage *event);
} projections[] = {
    {&collections__item_heard__descriptor, project_heard},
    {&collections__account_evaluated__descriptor, project_evaluated},
    {&collections__dunning_step_taken__descriptor, project_taken},
    {&collections__dunning_step_skipped__descriptor, project_skipped},
    {&collections__dunning_policy_set__descriptor, project_policy},
    {&invoicing__legal_entity_registered__descriptor, project_registered},
    {&invoicing__legal_entity_changed__descriptor, project_changed},
};

void collections_project_event(struct projecting *projecting, const struct record *record,
                               const ProtobufCMessage *event)
{
    for (size_t i = 0; i < sizeof projections / sizeof *projections; i++)
        if (projections[i].event == event->descriptor) {
            projections[i].project(projecting, record, event);
            return;
        }
}

/* ---- rows that show a state ---- */

/* The earliest due date among open items; NULL: none is open. */
static const Common__Date *oldest_due(const Collections__CaseState *state)
{
    const Common__Date *oldest = NULL;
    for (size_t i = 0; i < state->n_items; i++) {
        const Collections__CaseItem *item = state->items[i];
        if (!debt_is_zero(item->open) && (!oldest || item->due_date->days < oldest->days))
            oldest = item->due_date;
    }
    return oldest;
}

static void case_row(struct projecting *projecting, const Collections__CaseState *state)
{
    const Common__Date *oldest = oldest_due(state), *evaluated = state->evaluated_as_of;
    row_begin(projecting, &collections_case_table);
    row_uuid(projecting, state->account_id);
    row_uuid(projecting, state->entity_id);
    row_uuid(projecting, state->customer_id);
    row_text(projecting, state->account_number);
    row_text(projecting, state->segment);
    row_int(projecting, state->stage);
    row_int(projecting, state->bucket);
    row_int(projecting, state->days_past_due);
    row_int(projecting, state->level);
    row_int(projecting, state->episode);
    row_uuid(projecting, state->policy_id);
    row_int(projecting, state->policy_version);
    row_date_or_null(projecting, evaluated);
    row_date_or_null(projecting, state->last_step_on);
    row_date_or_null(projecting, oldest);
    if (oldest)
        row_date(projecting,
                 (debt_days_of(evaluated) > oldest->days ? evaluated->days : oldest->days) + 1);
    else
        row_null(projecting);
    row_put(projecting);
}

static void overdue_row(struct projecting *projecting, const Collections__CaseState *state,
                        const char *currency)
{
    int64_t overdue_minor = 0, open_minor = 0;
    for (size_t i = 0; i < state->n_items; i++) {
        const Collections__CaseItem *item = state->items[i];
        if (!item->open || !text_equal(item->open->currency, currency))
            continue;
        bool late = debt_days_late(item->due_date->days, debt_days_of(state->evaluated_as_of)) > 0;
        /* raw: of one currency; reconciliation has checked the same sums, a list must not fail */
        int64_t minor = item->open->minor;
        open_minor = (int64_t)((uint64_t)open_minor + (uint64_t)minor);
        overdue_minor = (int64_t)((uint64_t)overdue_minor + (uint64_t)(late ? minor : 0));
    }
    row_begin(projecting, &collections_case_overdue_table);
    row_uuid(projecting, state->account_id);
    row_text(projecting, currency);
    row_uuid(projecting, state->entity_id);
    row_int(projecting, overdue_minor);
    row_int(projecting, open_minor);
    row_put(projecting);
}

/* A row for each currency; accounts have one, so the search stays short. */
static void overdue_rows(struct projecting *projecting, const Collections__CaseState *state)
{
    for (size_t i = 0; i < state->n_items; i++) {
        const char *currency = state->items[i]->open ? state->items[i]->open->currency : "";
        bool seen = !*currency;
        for (size_t j = 0; j < i && !seen; j++)
            seen = state->items[j]->open && text_equal(state->items[j]->open->currency, currency);
        if (!seen)
            overdue_row(projecting, state, currency);
    }
}

void collections_project_state(struct projecting *projecting, struct stream_ref stream,
                               int64_t version, const ProtobufCMessage *state)
{
    (void)version;
    if (stream.kind != KIND_CASE)
        return;
    case_row(projecting, (const Collections__CaseState *)state);
    overdue_rows(projecting, (const Collections__CaseState *)state);
}
