/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/store.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/base/text.h"
#include "common/eventlog/table_row.h"
#include "services/invoicing/domain/account.h"
#include "services/invoicing/domain/bill.h"
#include "services/invoicing/domain/document_terms.h"
#include "services/invoicing/domain/invoice.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/tables.h"

/* ---- indexes ---- */

void invoicing_index(const struct indexing *indexing, struct stream_ref stream,
                     const ProtobufCMessage *event, const ProtobufCMessage *state)
{
    (void)state;
    if (event->descriptor == &invoicing__account_opened__descriptor) {
        const Invoicing__AccountOpened *opened = (const Invoicing__AccountOpened *)event;
        char key[ACCOUNT_NUMBER_KEY_SIZE];
        account_number_key(key, opened->entity_id, opened->account_number);
        indexing->put(indexing->self, INDEX_ACCOUNT_NUMBER, key, stream);
        indexing->put(indexing->self, INDEX_CUSTOMER_ACCOUNTS, opened->customer_id, stream);
    }
    if (event->descriptor == &invoicing__invoice_issued__descriptor) {
        const Invoicing__InvoiceIssued *issued = (const Invoicing__InvoiceIssued *)event;
        char key[INVOICE_SOURCE_KEY_SIZE];
        invoice_source_key(key, issued->account_id, issued->source_reference);
        if (*key)
            indexing->put(indexing->self, INDEX_SOURCE_REFERENCE, key, stream);
    }
}

/* ---- rows that follow from single events ---- */

static int64_t minor_of(const Common__Money *money)
{
    return money ? money->minor : 0; /* raw: stored beside its currency */
}

static void account_billing_row(struct projecting *projecting, const struct record *record,
                                const char *account_id, const char *customer_id,
                                const char *cycle_code, const Invoicing__Terms *terms)
{
    char text[DOCUMENT_TERMS_TEXT_SIZE];
    document_terms_text(text, terms);
    row_begin(projecting, &account_billing_table);
    row_uuid(projecting, account_id);
    row_uuid_bytes(projecting, &record->entity_id);
    row_uuid(projecting, customer_id);
    row_int(projecting, record->shard);
    row_text(projecting, cycle_code);
    row_text(projecting, text);
    row_put(projecting);
}

static void project_account_opened(struct projecting *projecting, const struct record *record,
                                   const ProtobufCMessage *event)
{
    const Invoicing__AccountOpened *opened = (const Invoicing__AccountOpened *)event;
    row_begin(projecting, &account_table);
    row_uuid(projecting, opened->account_id);
    row_uuid(projecting, opened->entity_id);
    row_uuid(projecting, opened->customer_id);
    row_text(projecting, opened->account_number);
    row_text(projecting, opened->currency);
    row_text(projecting, opened->segment);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
    account_billing_row(projecting, record, opened->account_id, opened->customer_id,
                        opened->cycle_code, opened->terms);
}

static void project_terms_changed(struct projecting *projecting, const struct record *record,
                                  const ProtobufCMessage *event)
{
    const Invoicing__AccountTermsChanged *changed = (const Invoicing__AccountTermsChanged *)event;
    account_billing_row(projecting, record, changed->account_id, changed->customer_id,
                        changed->cycle_code, changed->terms);
}

static void count_row(struct projecting *projecting, const struct record *record,
                      const char *bill_run_id, int billed, int skipped, int exceptions)
{
    row_begin(projecting, &bill_run_count_table);
    row_uuid(projecting, bill_run_id);
    row_int(projecting, record->shard);
    row_int(projecting, billed);
    row_int(projecting, skipped);
    row_int(projecting, exceptions);
    row_put(projecting);
}

static void project_account_billed(struct projecting *projecting, const struct record *record,
                                   const ProtobufCMessage *event)
{
    const Invoicing__AccountBilled *billed = (const Invoicing__AccountBilled *)event;
    count_row(projecting, record, billed->bill_run_id, 1, 0, 0);
}

static void project_account_skipped(struct projecting *projecting, const struct record *record,
                                    const ProtobufCMessage *event)
{
    const Invoicing__AccountSkipped *skipped = (const Invoicing__AccountSkipped *)event;
    bool exception = bill_reason_is_exception(skipped->reason);
    count_row(projecting, record, skipped->bill_run_id, 0, !exception, exception);
    row_begin(projecting, &bill_run_skip_table);
    row_uuid(projecting, skipped->bill_run_id);
    row_uuid(projecting, skipped->account_id);
    row_text(projecting, skipped->reason);
    row_int(projecting, exception);
    row_put(projecting);
}

static void project_credit_note_issued(struct projecting *projecting, const struct record *record,
                                       const ProtobufCMessage *event)
{
    const Invoicing__CreditNoteIssued *issued = (const Invoicing__CreditNoteIssued *)event;
    (void)record;
    row_begin(projecting, &credit_note_table);
    row_uuid(projecting, issued->credit_note_id);
    row_uuid(projecting, issued->entity_id);
    row_uuid(projecting, issued->account_id);
    row_uuid(projecting, issued->invoice_id);
    row_text(projecting, issued->account_number);
    row_text(projecting, issued->number);
    row_text(projecting, issued->preceding_number);
    row_date(projecting, issued->issue_date->days);
    row_text(projecting, issued->currency);
    row_int(projecting, minor_of(issued->totals->net));
    row_int(projecting, minor_of(issued->totals->tax));
    row_int(projecting, minor_of(issued->totals->gross));
    row_text(projecting, issued->reason);
    row_put(projecting);
}

static void project_run_started(struct projecting *projecting, const struct record *record,
                                const ProtobufCMessage *event)
{
    const Invoicing__BillRunStarted *started = (const Invoicing__BillRunStarted *)event;
    row_begin(projecting, &bill_run_table);
    row_uuid(projecting, started->bill_run_id);
    row_uuid(projecting, started->entity_id);
    row_text(projecting, started->cycle_code);
    row_text(projecting, started->cycle_key);
    row_date(projecting, started->period_start->days);
    row_date(projecting, started->period_end->days);
    row_date(projecting, started->issue_date->days);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

static void project_run_proved(struct projecting *projecting, const struct record *record,
                               const ProtobufCMessage *event)
{
    const Invoicing__BillRunProved *proved = (const Invoicing__BillRunProved *)event;
    row_begin(projecting, &bill_run_outcome_table);
    row_uuid(projecting, proved->bill_run_id);
    row_int(projecting, BILL_RUN_STATUS_PROVED);
    row_int(projecting, proved->accounts);
    row_int(projecting, proved->billed);
    row_int(projecting, proved->skipped);
    row_int(projecting, proved->exceptions);
    row_text(projecting, "");
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

static void project_run_blocked(struct projecting *projecting, const struct record *record,
                                const ProtobufCMessage *event)
{
    const Invoicing__BillRunBlocked *blocked = (const Invoicing__BillRunBlocked *)event;
    row_begin(projecting, &bill_run_outcome_table);
    row_uuid(projecting, blocked->bill_run_id);
    row_int(projecting, BILL_RUN_STATUS_BLOCKED);
    for (int count = 0; count < 4; count++)
        row_int(projecting, 0);
    row_text(projecting, blocked->reason);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

static const struct {
    const ProtobufCMessageDescriptor *event;
    void (*project)(struct projecting *projecting, const struct record *record,
                    const ProtobufCMessage *event);
} projections[] = {
    {&invoicing__account_billed__descriptor, project_account_billed},
    {&invoicing__account_skipped__descriptor, project_account_skipped},
    {&invoicing__credit_note_issued__descriptor, project_credit_note_issued},
    {&invoicing__account_opened__descriptor, project_account_opened},
    {&invoicing__account_terms_changed__descriptor, project_terms_changed},
    {&invoicing__bill_run_started__descriptor, project_run_started},
    {&invoicing__bill_run_proved__descriptor, project_run_proved},
    {&invoicing__bill_run_blocked__descriptor, project_run_blocked},
};

void invoicing_project_event(struct projecting *projecting, const struct record *record,
                             const ProtobufCMessage *event)
{
    for (size_t i = 0; i < sizeof projections / sizeof *projections; i++)
        if (projections[i].event == event->descriptor) {
            projections[i].project(projecting, record, event);
            return;
        }
}

/* ---- rows that show a state ---- */

static void entity_row(struct projecting *projecting, const Invoicing__LegalEntity *entity)
{
    row_begin(projecting, &legal_entity_table);
    row_uuid(projecting, entity->entity_id);
    row_text(projecting, entity->name);
    row_text(projecting, entity->country);
    row_text(projecting, entity->vat_id);
    row_text(projecting, entity->currency);
    row_text(projecting, entity->zone);
    row_text(projecting, entity->number_prefix);
    row_put(projecting);
}

static void customer_row(struct projecting *projecting, const Invoicing__CustomerState *customer)
{
    size_t size = 0;
    const uint8_t *name =
        customer->name ? arena_pack(projecting->arena, &customer->name->base, &size) : NULL;
    row_begin(projecting, &customer_table);
    row_uuid(projecting, customer->customer_id);
    row_int(projecting, customer->kind);
    row_bytes(projecting, name ? name : (const uint8_t *)"", size);
    row_text(projecting, customer->country);
    row_text(projecting, customer->vat_id);
    row_text(projecting, customer->language);
    row_put(projecting);
}

static void invoice_row(struct projecting *projecting, const Invoicing__InvoiceState *invoice)
{
    const Invoicing__InvoiceIssued *document = invoice->document;
    row_begin(projecting, &invoice_table);
    row_uuid(projecting, document->invoice_id);
    row_uuid(projecting, document->entity_id);
    row_uuid(projecting, document->account_id);
    row_uuid(projecting, document->customer_id);
    row_text(projecting, document->account_number);
    row_text(projecting, document->number);
    row_date(projecting, document->issue_date->days);
    row_date(projecting, document->due_date->days);
    row_text(projecting, document->currency);
    row_int(projecting, minor_of(document->totals->net));
    row_int(projecting, minor_of(document->totals->tax));
    row_int(projecting, minor_of(document->totals->gross));
    row_int(projecting, minor_of(document->totals->payable));
    row_int(projecting, minor_of(invoice->credited_total));
    row_int(projecting, invoice->status);
    row_text(projecting, document->source_reference);
    row_uuid(projecting, document->bill_run_id);
    row_put(projecting);
}

void invoicing_project_state(struct projecting *projecting, struct stream_ref stream,
                             int64_t version, const ProtobufCMessage *state)
{
    (void)version;
    if (stream.kind == KIND_INVOICE)
        invoice_row(projecting, (const Invoicing__InvoiceState *)state);
    else if (stream.kind == KIND_CUSTOMER)
        customer_row(projecting, (const Invoicing__CustomerState *)state);
    else if (stream.kind == KIND_LEGAL_ENTITY)
        entity_row(projecting, ((const Invoicing__LegalEntityState *)state)->entity);
}
