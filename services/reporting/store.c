/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/store.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/eventlog/table_row.h"
#include "services/reporting/tables.h"

/* ---- of invoicing ---- */

static void entity_row(struct projecting *projecting, const Invoicing__LegalEntity *entity)
{
    if (!entity)
        return;
    row_begin(projecting, &reporting_legal_entity_table);
    row_uuid(projecting, entity->entity_id);
    row_text(projecting, entity->name);
    row_text(projecting, entity->zone);
    row_put(projecting);
}

static void project_registered(struct projecting *projecting, const struct record *record,
                               const ProtobufCMessage *event)
{
    (void)record;
    entity_row(projecting, ((const Invoicing__LegalEntityRegistered *)event)->entity);
}

static void project_changed(struct projecting *projecting, const struct record *record,
                            const ProtobufCMessage *event)
{
    (void)record;
    entity_row(projecting, ((const Invoicing__LegalEntityChanged *)event)->entity);
}

static void project_account(struct projecting *projecting, const struct record *record,
                            const ProtobufCMessage *event)
{
    const Invoicing__AccountOpened *opened = (const Invoicing__AccountOpened *)event;
    row_begin(projecting, &reporting_account_table);
    row_uuid(projecting, opened->account_id);
    row_uuid(projecting, opened->entity_id);
    row_uuid(projecting, opened->customer_id);
    row_text(projecting, opened->account_number);
    row_text(projecting, opened->currency);
    row_text(projecting, opened->segment);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

/* ---- of reconciliation ---- */

/* What moved, in whose books: posting date and time are the record's. */
struct moved {
    const char *item_id, *account_id, *entity_id;
    const Common__Money *amount;
    int sign; /* of the change of what is owed */
};

static void movement_row(struct projecting *projecting, const struct record *record,
                         struct moved moved)
{
    if (!moved.amount || moved.amount->minor == 0) /* raw: nothing moved */
        return;
    row_begin(projecting, &reporting_movement_table);
    row_int(projecting, record->shard);
    row_int(projecting, record->position);
    row_uuid(projecting, moved.item_id);
    row_uuid(projecting, moved.account_id);
    row_uuid(projecting, moved.entity_id);
    row_date(projecting, record->posting_days);
    row_time(projecting, record->recorded_us);
    /* A sign that cannot be turned would be an amount that no contract allows; it stays as it came.
     */
    int64_t minor = moved.amount->minor; /* raw: stored beside its item's currency */
    row_int(projecting, moved.sign < 0 && minor != INT64_MIN ? -minor : minor);
    row_put(projecting);
}

struct described {
    int kind;
    const char *document_number;
    const Common__Date *issue_date, *due_date;
};

static void item_row(struct projecting *projecting, const struct record *record, struct moved moved,
                     struct described described)
{
    if (!moved.amount)
        return;
    row_begin(projecting, &reporting_item_table);
    row_uuid(projecting, moved.item_id);
    row_uuid(projecting, moved.account_id);
    row_uuid(projecting, moved.entity_id);
    row_int(projecting, described.kind);
    row_text(projecting, moved.amount->currency);
    row_text(projecting, described.document_number);
    row_date(projecting, described.issue_date ? described.issue_date->days : record->posting_days);
    if (described.due_date)
        row_date(projecting, described.due_date->days);
    else
        row_null(projecting);
    row_int(projecting, moved.amount->minor); /* raw: stored beside its currency */
    row_put(projecting);
    movement_row(projecting, record, moved);
}

static void project_opened(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event)
{
    const Reconciliation__ItemOpened *opened = (const Reconciliation__ItemOpened *)event;
    item_row(
        projecting, record,
        (struct moved){opened->item_id, opened->account_id, opened->entity_id, opened->amount, 1},
        (struct described){opened->kind, opened->document_number, opened->issue_date,
                           opened->due_date});
}

static void project_applied(struct projecting *projecting, const struct record *record,
                            const ProtobufCMessage *event)
{
    const Reconciliation__PaymentApplied *applied = (const Reconciliation__PaymentApplied *)event;
    movement_row(projecting, record,
                 (struct moved){applied->item_id, applied->account_id, applied->entity_id,
                                applied->amount, -1});
}

static void project_credited(struct projecting *projecting, const struct record *record,
                             const ProtobufCMessage *event)
{
    const Reconciliation__CreditApplied *applied = (const Reconciliation__CreditApplied *)event;
    movement_row(projecting, record,
                 (struct moved){applied->item_id, applied->account_id, applied->entity_id,
                                applied->amount, -1});
}

static void project_reversed(struct projecting *projecting, const struct record *record,
                             const ProtobufCMessage *event)
{
    const Reconciliation__ApplicationReversed *reversed =
        (const Reconciliation__ApplicationReversed *)event;
    movement_row(projecting, record,
                 (struct moved){reversed->item_id, reversed->account_id, reversed->entity_id,
                                reversed->amount, 1});
}

/* Money on account reduces what is owed, in a column of its own; using it for an item takes it out
 * of there. */
static void project_placed(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event)
{
    const Reconciliation__MoneyOnAccount *placed = (const Reconciliation__MoneyOnAccount *)event;
    item_row(
        projecting, record,
        (struct moved){placed->money_id, placed->account_id, placed->entity_id, placed->amount, -1},
        (struct described){placed->credit ? REPORTED_CREDIT : REPORTED_PAYMENT, "",
                           placed->value_date, NULL});
}

static void project_used(struct projecting *projecting, const struct record *record,
                         const ProtobufCMessage *event)
{
    const Reconciliation__MoneyUsed *used = (const Reconciliation__MoneyUsed *)event;
    movement_row(
        projecting, record,
        (struct moved){used->money_id, used->account_id, used->entity_id, used->amount, 1});
}

static void project_returned(struct projecting *projecting, const struct record *record,
                             const ProtobufCMessage *event)
{
    const Reconciliation__MoneyReturned *returned = (const Reconciliation__MoneyReturned *)event;
    movement_row(projecting, record,
                 (struct moved){returned->money_id, returned->account_id, returned->entity_id,
                                returned->amount, 1});
}

static const struct {
    const ProtobufCMessageDescriptor *event;
    void (*project)(struct projecting *projecting, const struct record *record,
                    const ProtobufCMessage *event);
} projections[] = {
    {&reconciliation__item_opened__descriptor, project_opened},
    {&reconciliation__payment_applied__descriptor, project_applied},
    {&reconciliation__money_used__descriptor, project_used},
    {&reconciliation__money_on_account__descriptor, project_placed},
    {&reconciliation__credit_applied__descriptor, project_credited},
    {&reconciliation__application_reversed__descriptor, project_reversed},
    {&reconciliation__money_returned__descriptor, project_returned},
    {&invoicing__account_opened__descriptor, project_account},
    {&invoicing__legal_entity_registered__descriptor, project_registered},
    {&invoicing__legal_entity_changed__descriptor, project_changed},
};

void reporting_project_event(struct projecting *projecting, const struct record *record,
                             const ProtobufCMessage *event)
{
    for (size_t i = 0; i < sizeof projections / sizeof *projections; i++)
        if (projections[i].event == event->descriptor) {
            projections[i].project(projecting, record, event);
            return;
        }
}
