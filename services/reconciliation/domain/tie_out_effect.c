/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/tie_out_effect.h"

#include "services/reconciliation/domain/kinds.h"

#define IS(message, area, type) ((message)->descriptor == &area##__##type##__descriptor)
#define AS(Type, message) ((const Type *)(const void *)(message))

static bool effect_set(struct tie_out_effect *effect, const char *document_id,
                       const char *entity_id, const Common__Money *amount, bool negative)
{
    struct money money;
    if (!amount_read(&money, amount) || (negative && money_negate(&money, money, NULL) != OK))
        return false;
    *effect = (struct tie_out_effect){.document_id = document_id,
                                      .entity_id = entity_id,
                                      .amount = money,
                                      .bank = money_zero(money.currency),
                                      .bank_account_id = "",
                                      .statement_id = ""};
    return true;
}

/* ---- the first path: what came in ---- */

/* What stands on a statement moved the bank the other way. */
static bool on_statement(struct tie_out_effect *effect, const char *statement_id,
                         const char *bank_account_id)
{
    if (!*statement_id)
        return true;
    effect->statement_id = statement_id;
    effect->bank_account_id = bank_account_id;
    return money_negate(&effect->bank, effect->amount, NULL) == OK;
}

bool tie_out_effect_incoming(struct tie_out_effect *effect, const ProtobufCMessage *event)
{
    if (IS(event, invoicing, invoice_issued)) {
        const Invoicing__InvoiceIssued *issued = AS(Invoicing__InvoiceIssued, event);
        return issued->totals && effect_set(effect, issued->invoice_id, issued->entity_id,
                                            issued->totals->payable, false);
    }
    if (IS(event, invoicing, credit_note_issued)) {
        const Invoicing__CreditNoteIssued *issued = AS(Invoicing__CreditNoteIssued, event);
        return issued->totals && effect_set(effect, issued->credit_note_id, issued->entity_id,
                                            issued->totals->gross, true);
    }
    if (IS(event, payments, payment_received)) {
        const Payments__PaymentReceived *received = AS(Payments__PaymentReceived, event);
        return effect_set(effect, received->payment_id, received->entity_id, received->amount,
                          true) &&
               on_statement(effect, received->statement_id, received->bank_account_id);
    }
    if (IS(event, payments, payment_returned)) {
        const Payments__PaymentReturned *returned = AS(Payments__PaymentReturned, event);
        return effect_set(effect, returned->payment_id, returned->entity_id, returned->amount,
                          false) &&
               on_statement(effect, returned->statement_id, returned->bank_account_id);
    }
    if (IS(event, payments, bank_movement_recorded)) {
        const Payments__BankMovementRecorded *moved = AS(Payments__BankMovementRecorded, event);
        return effect_set(effect, moved->movement_id, moved->entity_id, moved->amount, true) &&
               on_statement(effect, moved->statement_id, moved->bank_account_id);
    }
    return false;
}

/* ---- the second path: items, money and suspense ---- */

static bool items_effect(struct tie_out_effect *effect, const ProtobufCMessage *event)
{
    if (IS(event, reconciliation, item_opened)) {
        const Reconciliation__ItemOpened *opened = AS(Reconciliation__ItemOpened, event);
        return effect_set(effect, opened->item_id, opened->entity_id, opened->amount, false);
    }
    if (IS(event, reconciliation, payment_applied)) {
        const Reconciliation__PaymentApplied *applied = AS(Reconciliation__PaymentApplied, event);
        return effect_set(effect, applied->payment_id, applied->entity_id, applied->amount, true);
    }
    if (IS(event, reconciliation, credit_applied)) {
        const Reconciliation__CreditApplied *applied = AS(Reconciliation__CreditApplied, event);
        return effect_set(effect, applied->credit_note_id, applied->entity_id, applied->amount,
                          true);
    }
    if (IS(event, reconciliation, application_reversed)) {
        const Reconciliation__ApplicationReversed *reversed =
            AS(Reconciliation__ApplicationReversed, event);
        return effect_set(effect, reversed->payment_id, reversed->entity_id, reversed->amount,
                          false);
    }
    return false;
}

static bool money_effect(struct tie_out_effect *effect, const ProtobufCMessage *event)
{
    if (IS(event, reconciliation, money_on_account)) {
        const Reconciliation__MoneyOnAccount *placed = AS(Reconciliation__MoneyOnAccount, event);
        return effect_set(effect, placed->money_id, placed->entity_id, placed->amount, true);
    }
    if (IS(event, reconciliation, money_used)) {
        const Reconciliation__MoneyUsed *used = AS(Reconciliation__MoneyUsed, event);
        return effect_set(effect, used->money_id, used->entity_id, used->amount, false);
    }
    if (IS(event, reconciliation, money_returned)) {
        const Reconciliation__MoneyReturned *returned = AS(Reconciliation__MoneyReturned, event);
        return effect_set(effect, returned->money_id, returned->entity_id, returned->amount, false);
    }
    return false;
}

static bool suspense_effect(struct tie_out_effect *effect, const ProtobufCMessage *event)
{
    if (IS(event, reconciliation, sent_to_suspense)) {
        const Reconciliation__SentToSuspense *sent = AS(Reconciliation__SentToSuspense, event);
        return effect_set(effect, sent->payment_id, sent->entity_id, sent->amount, true);
    }
    if (IS(event, reconciliation, payer_identified)) {
        const Reconciliation__PayerIdentified *identified =
            AS(Reconciliation__PayerIdentified, event);
        return identified->from_suspense &&
               effect_set(effect, identified->payment_id, identified->entity_id, identified->amount,
                          false);
    }
    if (IS(event, reconciliation, suspense_returned)) {
        const Reconciliation__SuspenseReturned *returned =
            AS(Reconciliation__SuspenseReturned, event);
        return effect_set(effect, returned->payment_id, returned->entity_id, returned->amount,
                          false);
    }
    if (IS(event, reconciliation, movement_suspended)) {
        const Reconciliation__MovementSuspended *moved =
            AS(Reconciliation__MovementSuspended, event);
        return effect_set(effect, moved->movement_id, moved->entity_id, moved->amount, true);
    }
    return false;
}

bool tie_out_effect_items(struct tie_out_effect *effect, const ProtobufCMessage *event)
{
    return items_effect(effect, event) || money_effect(effect, event) ||
           suspense_effect(effect, event);
}

/* ---- the third path: the journal ---- */

static bool line_add(struct money *sum, const Reconciliation__JournalLine *line)
{
    struct money amount = money_of(line->debit_minor, sum->currency);
    if (line->side_case == RECONCILIATION__JOURNAL_LINE__SIDE_DEBIT_MINOR)
        return money_add(sum, *sum, amount, NULL) == OK;
    amount = money_of(line->credit_minor, sum->currency);
    return money_sub(sum, *sum, amount, NULL) == OK;
}

bool tie_out_effect_journal(struct tie_out_effect *effect,
                            const Reconciliation__JournalPosted *event)
{
    struct currency currency;
    if (currency_parse(&currency, event->currency, NULL) != OK)
        return false;
    *effect = (struct tie_out_effect){.document_id = event->document_id,
                                      .entity_id = event->entity_id,
                                      .amount = money_zero(currency),
                                      .bank = money_zero(currency),
                                      .bank_account_id = event->bank_account_id,
                                      .statement_id = ""};
    for (size_t i = 0; i < event->n_lines; i++) {
        const Reconciliation__JournalLine *line = event->lines[i];
        bool family =
            line->ledger_account == LEDGER_RECEIVABLE || line->ledger_account == LEDGER_DEDUCTION ||
            line->ledger_account == LEDGER_UNAPPLIED || line->ledger_account == LEDGER_UNIDENTIFIED;
        if (family && !line_add(&effect->amount, line))
            return false;
        if (line->ledger_account == LEDGER_BANK && !line_add(&effect->bank, line))
            return false;
    }
    return true;
}

/* ---- under way ---- */

static struct tie_out_under_way under_way_of(const char *document_id, const char *entity_id,
                                             const char *bank_account_id, struct money amount)
{
    struct money zero = money_zero(amount.currency);
    return (struct tie_out_under_way){document_id, entity_id, bank_account_id, amount, amount,
                                      zero,        zero};
}

static bool receipt_under_way(struct tie_out_under_way *under_way,
                              const Reconciliation__PlaceReceipt *command)
{
    struct money amount, negative;
    if (!amount_read(&amount, command->amount) || money_negate(&negative, amount, NULL) != OK)
        return false;
    *under_way =
        under_way_of(command->payment_id, command->entity_id, command->bank_account_id, negative);
    if (command->from_suspense) {
        under_way->journal = money_zero(amount.currency);
        under_way->suspense = amount;
    } else if (command->from_statement) {
        under_way->bank = amount;
    }
    return true;
}

static bool return_under_way(struct tie_out_under_way *under_way,
                             const Reconciliation__ReturnReceipt *command)
{
    struct money amount;
    if (!amount_read(&amount, command->amount))
        return false;
    *under_way =
        under_way_of(command->payment_id, command->entity_id, command->bank_account_id, amount);
    return !command->from_statement || money_negate(&under_way->bank, amount, NULL) == OK;
}

bool tie_out_effect_under_way(struct tie_out_under_way *under_way, const ProtobufCMessage *message)
{
    if (IS(message, reconciliation, place_receipt))
        return receipt_under_way(under_way, AS(Reconciliation__PlaceReceipt, message));
    if (IS(message, reconciliation, return_receipt))
        return return_under_way(under_way, AS(Reconciliation__ReturnReceipt, message));
    struct tie_out_effect effect;
    if (!tie_out_effect_incoming(&effect, message))
        return false;
    *under_way =
        under_way_of(effect.document_id, effect.entity_id, effect.bank_account_id, effect.amount);
    under_way->bank = effect.bank;
    return true;
}
