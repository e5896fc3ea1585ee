/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/store.h"

#include "billing/payments/v1/payment.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/base/text.h"
#include "services/reconciliation/domain/amount.h"
#include "services/reconciliation/domain/credit_note.h"
#include "services/reconciliation/domain/kinds.h"
#include "services/reconciliation/domain/match_states.h"
#include "services/reconciliation/domain/reference.h"
#include "services/reconciliation/store_tie_out.h"
#include "services/reconciliation/tables.h"

#define IS(message, type) ((message)->descriptor == &reconciliation__##type##__descriptor)
#define AS(Type, message) ((const Type *)(const void *)(message))

enum { JOINED_BYTES_MAX = 8192 };

static int64_t minor_of(const Common__Money *money)
{
    return money ? money->minor : 0; /* raw: stored beside its currency */
}

static void row_date_of(struct projecting *projecting, const Common__Date *date)
{
    if (date)
        row_date(projecting, date->days);
    else
        row_null(projecting);
}

/* ---- indexes ---- */

static void index_reference(const struct indexing *indexing, int index, const char *entity_id,
                            const char *reference, struct stream_ref stream)
{
    char key[REFERENCE_KEY_SIZE];
    reference_key(key, entity_id, reference);
    indexing->put(indexing->self, index, key, stream);
}

/* A creditor reference is made from the number, so mostly one key serves both. */
static void index_item(const struct indexing *indexing, struct stream_ref stream,
                       const Reconciliation__ItemOpened *opened)
{
    char number[REFERENCE_SIZE], reference[REFERENCE_SIZE];
    struct creditor_reference whole;
    bool numbered = reference_normalise(number, opened->document_number);
    if (numbered)
        index_reference(indexing, INDEX_REFERENCE, opened->entity_id, number, stream);
    if (reference_of_creditor(reference, &whole, opened->creditor_reference) &&
        !(numbered && !strcmp(number, reference)))
        index_reference(indexing, INDEX_REFERENCE, opened->entity_id, reference, stream);
    if (minor_of(opened->amount))
        indexing->put(indexing->self, INDEX_OPEN_ITEMS, opened->account_id, stream);
}

static void index_money_used(const struct indexing *indexing, struct stream_ref stream,
                             const Reconciliation__MoneyUsed *used)
{
    if (!minor_of(used->left_after))
        indexing->drop(indexing->self, INDEX_OPEN_MONEY, used->account_id, stream);
    else if (minor_of(used->amount) < 0)
        indexing->put(indexing->self, INDEX_OPEN_MONEY, used->account_id, stream);
}

void reconciliation_index(const struct indexing *indexing, struct stream_ref stream,
                          const ProtobufCMessage *event, const ProtobufCMessage *state)
{
    (void)state;
    if (IS(event, item_opened)) {
        index_item(indexing, stream, AS(Reconciliation__ItemOpened, event));
    } else if (IS(event, item_settled)) {
        const Reconciliation__ItemSettled *settled = AS(Reconciliation__ItemSettled, event);
        indexing->drop(indexing->self, INDEX_OPEN_ITEMS, settled->account_id, stream);
    } else if (IS(event, application_reversed)) {
        const Reconciliation__ApplicationReversed *reversed =
            AS(Reconciliation__ApplicationReversed, event);
        indexing->put(indexing->self, INDEX_OPEN_ITEMS, reversed->account_id, stream);
    } else if (IS(event, money_on_account)) {
        const Reconciliation__MoneyOnAccount *placed = AS(Reconciliation__MoneyOnAccount, event);
        indexing->put(indexing->self, INDEX_OPEN_MONEY, placed->account_id, stream);
    } else if (IS(event, money_used)) {
        index_money_used(indexing, stream, AS(Reconciliation__MoneyUsed, event));
    } else if (IS(event, money_returned)) {
        const Reconciliation__MoneyReturned *returned = AS(Reconciliation__MoneyReturned, event);
        if (!minor_of(returned->left_after))
            indexing->drop(indexing->self, INDEX_OPEN_MONEY, returned->account_id, stream);
    } else if (IS(event, account_recognised)) {
        const Reconciliation__AccountRecognised *account =
            AS(Reconciliation__AccountRecognised, event);
        char number[REFERENCE_SIZE];
        if (reference_normalise(number, account->account_number))
            index_reference(indexing, INDEX_ACCOUNT_NUMBER, account->entity_id, number, stream);
    }
}

/* ---- rows that follow from single events ---- */

static const char *rule_name(Reconciliation__MatchRule rule)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&reconciliation__match_rule__descriptor, (int)rule);
    return value ? value->name : "";
}

struct application_row {
    const char *application_id, *money_id, *item_id, *account_id, *rule, *reason;
    const Common__Money *amount, *open_after;
    bool credit, back, from_money;
};

static void project_application(struct projecting *projecting, const struct record *record,
                                const struct application_row *row)
{
    row_begin(projecting, &reconciliation_application_table);
    row_int(projecting, record->shard);
    row_int(projecting, record->position);
    row_uuid(projecting, row->application_id);
    row_uuid(projecting, row->money_id);
    row_uuid(projecting, row->item_id);
    row_uuid(projecting, row->account_id);
    row_uuid_bytes(projecting, &record->entity_id);
    row_text(projecting, row->amount->currency);
    row_int(projecting, row->back ? -minor_of(row->amount) : minor_of(row->amount));
    row_int(projecting, minor_of(row->open_after));
    row_int(projecting, row->credit);
    row_int(projecting, row->from_money);
    row_text(projecting, row->rule);
    row_text(projecting, row->reason);
    row_date(projecting, record->posting_days);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

static void project_applied(struct projecting *projecting, const struct record *record,
                            const Reconciliation__PaymentApplied *event)
{
    project_application(projecting, record,
                        &(struct application_row){.application_id = event->application_id,
                                                  .money_id = event->payment_id,
                                                  .item_id = event->item_id,
                                                  .account_id = event->account_id,
                                                  .rule = rule_name(event->rule),
                                                  .reason = "",
                                                  .amount = event->amount,
                                                  .open_after = event->open_after,
                                                  .from_money = true});
}

static void project_credited(struct projecting *projecting, const struct record *record,
                             const Reconciliation__CreditApplied *event)
{
    project_application(projecting, record,
                        &(struct application_row){.application_id = event->application_id,
                                                  .money_id = event->credit_note_id,
                                                  .item_id = event->item_id,
                                                  .account_id = event->account_id,
                                                  .rule = "",
                                                  .reason = "",
                                                  .amount = event->amount,
                                                  .open_after = event->open_after,
                                                  .credit = true,
                                                  .from_money = !credit_note_applied(event)});
}

static void project_reversed(struct projecting *projecting, const struct record *record,
                             const Reconciliation__ApplicationReversed *event)
{
    project_application(projecting, record,
                        &(struct application_row){.application_id = event->application_id,
                                                  .money_id = event->payment_id,
                                                  .item_id = event->item_id,
                                                  .account_id = event->account_id,
                                                  .rule = "",
                                                  .reason = event->reason,
                                                  .amount = event->amount,
                                                  .open_after = event->open_after,
                                                  .back = true,
                                                  .from_money = true});
}

/* Keyed by the event's own place: rows and index entries are appended, never scattered. */
static void project_journal(struct projecting *projecting, const struct record *record,
                            const Reconciliation__JournalPosted *event)
{
    row_begin(projecting, &reconciliation_journal_table);
    row_int(projecting, record->shard);
    row_int(projecting, record->position);
    row_uuid(projecting, event->journal_id);
    row_uuid(projecting, event->entity_id);
    row_text(projecting, event->currency);
    row_date(projecting, record->posting_days);
    row_text(projecting, event->template_);
    row_uuid(projecting, event->document_id);
    row_uuid(projecting, event->account_id);
    row_int(projecting, event->reversal);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
    for (size_t i = 0; i < event->n_lines; i++) {
        const Reconciliation__JournalLine *line = event->lines[i];
        bool debit = line->side_case == RECONCILIATION__JOURNAL_LINE__SIDE_DEBIT_MINOR;
        row_begin(projecting, &reconciliation_journal_line_table);
        row_int(projecting, record->shard);
        row_int(projecting, record->position);
        row_int(projecting, (int64_t)i + 1);
        row_int(projecting, line->ledger_account);
        row_int(projecting, debit ? line->debit_minor : 0);
        row_int(projecting, debit ? 0 : line->credit_minor);
        row_put(projecting);
    }
}

static void project_account(struct projecting *projecting,
                            const Reconciliation__AccountRecognised *event)
{
    row_begin(projecting, &reconciliation_account_table);
    row_uuid(projecting, event->account_id);
    row_uuid(projecting, event->customer_id);
    row_uuid(projecting, event->entity_id);
    row_text(projecting, event->account_number);
    row_text(projecting, event->currency);
    row_text(projecting, event->segment);
    row_put(projecting);
}

/* ---- statements: what the bank says ---- */

static void project_statement(struct projecting *projecting, const struct record *record,
                              const Payments__Statement *statement, bool accepted)
{
    if (!statement)
        return;
    row_begin(projecting, &reconciliation_statement_table);
    row_uuid(projecting, statement->statement_id);
    row_uuid(projecting, statement->bank_account_id);
    row_uuid(projecting, statement->entity_id);
    row_text(projecting, statement->currency);
    row_int(projecting, minor_of(statement->opening));
    row_int(projecting, minor_of(statement->closing));
    row_int(projecting, statement->opening_known && statement->opening);
    row_int(projecting, statement->closing_known && statement->closing);
    row_date_of(projecting, statement->opening_date);
    row_date_of(projecting, statement->closing_date);
    row_int(projecting, statement->sequence_number);
    row_int(projecting, minor_of(statement->credits));
    row_int(projecting, minor_of(statement->debits));
    row_int(projecting, accepted);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

static void project_posted(struct projecting *projecting, const Payments__StatementPosted *event)
{
    row_begin(projecting, &reconciliation_statement_posted_table);
    row_uuid(projecting, event->statement_id);
    row_int(projecting, (int64_t)event->payments + event->returns + event->movements);
    row_put(projecting);
}

/* ---- tie-outs ---- */

/* One line each; what does not fit is left out, since the event has it all. */
static void row_joined(struct projecting *projecting, size_t n, const char *const *texts)
{
    char memory[JOINED_BYTES_MAX];
    struct text_buffer joined = text_buffer_on(memory, sizeof memory);
    for (size_t i = 0; i < n; i++) {
        text_buffer_add(&joined, i ? "\n" : "");
        text_buffer_add(&joined, texts[i]);
    }
    row_text(projecting, memory);
}

static void project_tie_out(struct projecting *projecting, const struct record *record,
                            const char *tie_out_id, Reconciliation__TieOut *const *results,
                            size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const Reconciliation__TieOut *result = results[i];
        row_begin(projecting, &reconciliation_tie_out_table);
        row_uuid(projecting, tie_out_id);
        row_uuid(projecting, result->entity_id);
        row_text(projecting, result->currency);
        row_int(projecting, result->n_breaks > 0);
        row_int(projecting, result->incoming_minor);
        row_int(projecting, result->items_minor);
        row_int(projecting, result->journal_minor);
        row_int(projecting, result->under_way_items_minor);
        row_int(projecting, result->under_way_journal_minor);
        row_int(projecting, result->bank_minor);
        row_int(projecting, result->bank_journal_minor);
        row_int(projecting, result->bank_accounts);
        row_int(projecting, result->bank_accounts_pending);
        row_joined(projecting, result->n_breaks, (const char *const *)result->breaks);
        row_joined(projecting, result->n_documents, (const char *const *)result->documents);
        row_time(projecting, record->recorded_us);
        row_put(projecting);
    }
}

/* ---- events ---- */

static void project_own(struct projecting *projecting, const struct record *record,
                        const ProtobufCMessage *event)
{
    if (IS(event, payment_applied)) {
        project_applied(projecting, record, AS(Reconciliation__PaymentApplied, event));
    } else if (IS(event, credit_applied)) {
        project_credited(projecting, record, AS(Reconciliation__CreditApplied, event));
    } else if (IS(event, application_reversed)) {
        project_reversed(projecting, record, AS(Reconciliation__ApplicationReversed, event));
    } else if (IS(event, journal_posted)) {
        project_journal(projecting, record, AS(Reconciliation__JournalPosted, event));
    } else if (IS(event, account_recognised)) {
        project_account(projecting, AS(Reconciliation__AccountRecognised, event));
    } else if (IS(event, tie_out_proved)) {
        const Reconciliation__TieOutProved *proved = AS(Reconciliation__TieOutProved, event);
        project_tie_out(projecting, record, proved->tie_out_id, proved->results, proved->n_results);
    } else if (IS(event, tie_out_broken)) {
        const Reconciliation__TieOutBroken *broken = AS(Reconciliation__TieOutBroken, event);
        project_tie_out(projecting, record, broken->tie_out_id, broken->results, broken->n_results);
    }
}

void reconciliation_project_event(struct projecting *projecting, const struct record *record,
                                  const ProtobufCMessage *event)
{
    if (event->descriptor == &payments__statement_ingested__descriptor)
        project_statement(projecting, record, AS(Payments__StatementIngested, event)->statement,
                          false);
    else if (event->descriptor == &payments__statement_accepted__descriptor)
        project_statement(projecting, record, AS(Payments__StatementAccepted, event)->statement,
                          true);
    else if (event->descriptor == &payments__statement_posted__descriptor)
        project_posted(projecting, AS(Payments__StatementPosted, event));
    else
        project_own(projecting, record, event);
    tie_out_project_event(projecting, record, event);
}

/* ---- states ---- */

static void project_item(struct projecting *projecting, const Reconciliation__ItemState *state)
{
    const Reconciliation__ItemOpened *item = state->item;
    if (!item)
        return;
    row_begin(projecting, &reconciliation_item_table);
    row_uuid(projecting, item->item_id);
    row_uuid(projecting, item->account_id);
    row_uuid(projecting, item->customer_id);
    row_uuid(projecting, item->entity_id);
    row_int(projecting, item->kind);
    row_text(projecting, item->document_number);
    row_text(projecting, item->amount->currency);
    row_int(projecting, minor_of(item->amount));
    row_int(projecting, minor_of(state->open));
    row_int(projecting, minor_of(state->disputed));
    row_date_of(projecting, item->issue_date);
    row_date_of(projecting, item->due_date);
    row_text(projecting, item->creditor_reference);
    row_text(projecting, item->account_number);
    row_text(projecting, item->segment);
    row_put(projecting);
}

static void project_money(struct projecting *projecting, const Reconciliation__MoneyState *state)
{
    const Reconciliation__MoneyOnAccount *money = state->money;
    if (!money)
        return;
    row_begin(projecting, &reconciliation_money_table);
    row_uuid(projecting, money->money_id);
    row_uuid(projecting, money->account_id);
    row_uuid(projecting, money->customer_id);
    row_uuid(projecting, money->entity_id);
    row_text(projecting, money->amount->currency);
    row_int(projecting, minor_of(money->amount));
    row_int(projecting, minor_of(state->left));
    row_int(projecting, minor_of(state->returned));
    row_date_of(projecting, money->value_date);
    row_int(projecting, money->credit);
    if (money->at_risk_until_us)
        row_time(projecting, money->at_risk_until_us);
    else
        row_null(projecting);
    row_put(projecting);
}

static void project_match(struct projecting *projecting, const Reconciliation__MatchState *state)
{
    row_begin(projecting, &reconciliation_match_table);
    row_uuid(projecting, state->payment_id);
    row_text(projecting, match_status_name(state->status));
    row_uuid(projecting, state->entity_id);
    row_uuid(projecting, state->account_id);
    row_text(projecting, state->amount->currency);
    row_int(projecting, minor_of(state->amount));
    row_int(projecting, minor_of(state->suspended));
    row_date_of(projecting, state->opened);
    row_date_of(projecting, state->value_date);
    row_int(projecting, (int64_t)state->n_candidates);
    row_put(projecting);
}

void reconciliation_project_state(struct projecting *projecting, struct stream_ref stream,
                                  int64_t version, const ProtobufCMessage *state)
{
    (void)version;
    switch ((enum reconciliation_kind)stream.kind) {
    case KIND_ITEM:
        project_item(projecting, AS(Reconciliation__ItemState, state));
        break;
    case KIND_MONEY:
        project_money(projecting, AS(Reconciliation__MoneyState, state));
        break;
    case KIND_MATCH:
        project_match(projecting, AS(Reconciliation__MatchState, state));
        break;
    case KIND_ACCOUNT:
    case KIND_JOURNAL:
    case KIND_TIE_OUT:
        break;
    }
}
