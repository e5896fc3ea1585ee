/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/store.h"

#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/text.h"
#include "common/eventlog/table_row.h"
#include "services/payments/domain/entry.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/tables.h"

enum { REFERENCES_TEXT_SIZE = 4096 };

/* ---- indexes ---- */

void payments_index(const struct indexing *indexing, struct stream_ref stream,
                    const ProtobufCMessage *event, const ProtobufCMessage *state)
{
    (void)state;
    if (event->descriptor != &payments__payment_received__descriptor)
        return;
    const Payments__PaymentReceived *received = (const Payments__PaymentReceived *)event;
    const char *end_to_end = received->remittance ? received->remittance->end_to_end_id : "";
    const char *references[] = {end_to_end, received->bank_reference};
    if (text_equal(references[0], references[1]))
        references[1] = "";
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        char key[ENTRY_REFERENCE_KEY_SIZE];
        if (entry_reference_key(key, received->entity_id, references[i]))
            indexing->put(indexing->self, INDEX_PAYMENT_REFERENCE, key, stream);
    }
}

/* ---- cells ---- */

static void row_minor(struct projecting *projecting, const Common__Money *money)
{
    row_int(projecting, money ? money->minor : 0); /* raw: stored beside its currency */
}

static void row_minor_or_null(struct projecting *projecting, bool known, const Common__Money *money)
{
    if (known && money)
        row_minor(projecting, money);
    else
        row_null(projecting);
}

static void row_day(struct projecting *projecting, const Common__Date *date)
{
    if (date)
        row_date(projecting, date->days);
    else
        row_null(projecting);
}

static void row_sealed(struct projecting *projecting, const Common__Sealed *sealed)
{
    size_t size = 0;
    const uint8_t *bytes = sealed ? arena_pack(projecting->arena, &sealed->base, &size) : NULL;
    if (bytes)
        row_bytes(projecting, bytes, size);
    else
        row_null(projecting);
}

static void row_references(struct projecting *projecting, const Payments__Remittance *remittance)
{
    char text[REFERENCES_TEXT_SIZE];
    struct text_buffer buffer = text_buffer_on(text, sizeof text);
    const struct {
        size_t n;
        const char *const *texts;
    } lists[] = {
        {remittance ? remittance->n_creditor_references : 0,
         remittance ? (const char *const *)remittance->creditor_references : NULL},
        {remittance ? remittance->n_document_numbers : 0,
         remittance ? (const char *const *)remittance->document_numbers : NULL},
        {remittance ? remittance->n_references_in_text : 0,
         remittance ? (const char *const *)remittance->references_in_text : NULL},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i].n; k++) {
            if (buffer.length)
                text_buffer_add_character(&buffer, ' ');
            text_buffer_add(&buffer, lists[i].texts[k]);
        }
    row_text(projecting, text);
}

/* ---- rows that follow from single events ---- */

static void project_returned(struct projecting *projecting, const Payments__PaymentReturned *event)
{
    row_begin(projecting, &payment_return_table);
    row_uuid(projecting, event->payment_id);
    row_text(projecting, event->natural_key);
    row_uuid(projecting, event->entity_id);
    row_text(projecting, event->amount->currency);
    row_minor(projecting, event->amount);
    row_text(projecting, event->reason_code);
    row_text(projecting, event->return_reference);
    row_day(projecting, event->value_date);
    row_uuid(projecting, event->statement_id);
    row_uuid(projecting, event->bank_account_id);
    row_put(projecting);
}

static void project_import(struct projecting *projecting, const struct record *record,
                           const Payments__ImportRecorded *event)
{
    row_begin(projecting, &import_table);
    row_uuid(projecting, event->import_id);
    row_bytes(projecting, event->sha256.data, event->sha256.len);
    row_int(projecting, event->size);
    row_text(projecting, event->format);
    row_int(projecting, event->verdict);
    row_text(projecting, event->code);
    row_text(projecting, event->path);
    row_int(projecting, (int64_t)event->line);
    row_text(projecting, event->detail);
    row_int(projecting, event->statements);
    row_int(projecting, (int64_t)event->entries);
    row_text(projecting, event->imported_by);
    row_uuid(projecting, event->request_id);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

static void project_advanced(struct projecting *projecting,
                             const Payments__BankAccountAdvanced *event)
{
    row_begin(projecting, &bank_balance_table);
    row_uuid(projecting, event->bank_account_id);
    row_text(projecting, event->closing->currency);
    row_uuid(projecting, event->entity_id);
    row_uuid(projecting, event->statement_id);
    row_minor(projecting, event->closing);
    row_day(projecting, event->closing_date);
    row_int(projecting, event->sequence_number);
    row_minor_or_null(projecting, true, event->first_opening);
    row_put(projecting);
}

/* Tokens are projected by the service's model (inbound.c), which knows who may call. */
void payments_project_event(struct projecting *projecting, const struct record *record,
                            const ProtobufCMessage *event)
{
    if (event->descriptor == &payments__payment_returned__descriptor)
        project_returned(projecting, (const Payments__PaymentReturned *)event);
    else if (event->descriptor == &payments__import_recorded__descriptor)
        project_import(projecting, record, (const Payments__ImportRecorded *)event);
    else if (event->descriptor == &payments__bank_account_advanced__descriptor)
        project_advanced(projecting, (const Payments__BankAccountAdvanced *)event);
}

/* ---- rows that show a state ---- */

static void payment_row(struct projecting *projecting, const Payments__PaymentState *state)
{
    const Payments__PaymentReceived *payment = state->payment;
    const Payments__Remittance *remittance = payment->remittance;
    row_begin(projecting, &payment_table);
    row_uuid(projecting, payment->payment_id);
    row_uuid(projecting, payment->entity_id);
    row_uuid(projecting, payment->account_id);
    row_int(projecting, state->status);
    row_int(projecting, payment->method);
    row_text(projecting, payment->amount->currency);
    row_minor(projecting, payment->amount);
    row_minor(projecting, state->returned);
    row_day(projecting, payment->value_date);
    row_day(projecting, payment->booking_date);
    row_uuid(projecting, payment->statement_id);
    row_uuid(projecting, payment->bank_account_id);
    row_text(projecting, payment->bank_reference);
    row_text(projecting, remittance ? remittance->end_to_end_id : "");
    row_text(projecting, remittance ? remittance->mandate_id : "");
    row_references(projecting, remittance);
    row_text(projecting, payment->natural_key);
    row_sealed(projecting, payment->payer_name);
    row_sealed(projecting, payment->payer_account);
    row_sealed(projecting, remittance ? remittance->text : NULL);
    if (payment->at_risk_until_us)
        row_time(projecting, payment->at_risk_until_us);
    else
        row_null(projecting);
    row_put(projecting);
}

static void reason_rows(struct projecting *projecting, const Payments__StatementState *state)
{
    for (size_t i = 0; i < state->n_reasons; i++) {
        const Payments__HoldReason *reason = state->reasons[i];
        row_begin(projecting, &statement_reason_table);
        row_uuid(projecting, state->statement->statement_id);
        row_int(projecting, (int64_t)i + 1);
        row_uuid(projecting, state->entity_id);
        row_text(projecting, reason->code);
        row_text(projecting, reason->detail);
        row_text(projecting,
                 reason->difference ? reason->difference->currency : state->statement->currency);
        row_minor_or_null(projecting, true, reason->difference);
        row_put(projecting);
    }
}

static void statement_rows(struct projecting *projecting, const Payments__StatementState *state)
{
    const Payments__Statement *statement = state->statement;
    row_begin(projecting, &statement_table);
    row_uuid(projecting, statement->statement_id);
    row_uuid(projecting, statement->import_id);
    row_int(projecting, statement->ordinal);
    row_uuid(projecting, state->entity_id);
    row_uuid(projecting, statement->bank_account_id);
    row_text(projecting, statement->account_number);
    row_text(projecting, statement->bank_statement_reference);
    row_int(projecting, statement->sequence_number);
    row_int(projecting, statement->page_number);
    row_text(projecting, statement->format);
    row_text(projecting, statement->currency);
    row_minor_or_null(projecting, statement->opening_known, statement->opening);
    row_minor_or_null(projecting, statement->closing_known, statement->closing);
    row_day(projecting, statement->opening_date);
    row_day(projecting, statement->closing_date);
    row_int(projecting, state->status);
    row_int(projecting, statement->booked_entries);
    row_int(projecting, statement->pending_entries);
    row_minor(projecting, statement->credits);
    row_minor(projecting, statement->debits);
    row_int(projecting, statement->rows);
    row_int(projecting, statement->return_rows);
    row_int(projecting, state->payments);
    row_int(projecting, state->returns);
    row_int(projecting, state->movements);
    row_int(projecting, state->duplicates);
    row_text(projecting, state->ingested_by);
    row_put(projecting);
    reason_rows(projecting, state);
}

static void bank_account_row(struct projecting *projecting, const Payments__BankAccountState *state)
{
    if (!*state->account_number)
        return;
    row_begin(projecting, &bank_account_table);
    row_uuid(projecting, state->bank_account_id);
    row_uuid(projecting, state->entity_id);
    row_text(projecting, state->account_number);
    row_text(projecting, state->currency);
    row_put(projecting);
}

static void movement_row(struct projecting *projecting, const Payments__BankMovementState *state)
{
    const Payments__BankMovementRecorded *movement = state->movement;
    row_begin(projecting, &bank_movement_table);
    row_uuid(projecting, movement->movement_id);
    row_uuid(projecting, movement->entity_id);
    row_uuid(projecting, movement->bank_account_id);
    row_uuid(projecting, movement->statement_id);
    row_text(projecting, movement->amount->currency);
    row_minor(projecting, movement->amount);
    row_day(projecting, movement->booking_date);
    row_text(projecting, movement->transaction_code);
    row_text(projecting, movement->bank_reference);
    row_text(projecting, movement->unmatched_return_reference);
    row_text(projecting, movement->return_reason_code);
    row_text(projecting, movement->natural_key);
    row_put(projecting);
}

void payments_project_state(struct projecting *projecting, struct stream_ref stream,
                            int64_t version, const ProtobufCMessage *state)
{
    (void)version;
    if (stream.kind == KIND_PAYMENT)
        payment_row(projecting, (const Payments__PaymentState *)state);
    else if (stream.kind == KIND_BANK_MOVEMENT)
        movement_row(projecting, (const Payments__BankMovementState *)state);
    else if (stream.kind == KIND_STATEMENT)
        statement_rows(projecting, (const Payments__StatementState *)state);
    else if (stream.kind == KIND_BANK_ACCOUNT)
        bank_account_row(projecting, (const Payments__BankAccountState *)state);
}
