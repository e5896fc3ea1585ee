/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/credit_note.h"

#include "common/identity/uuid.h"
#include "services/reconciliation/domain/application_plan.h"
#include "services/reconciliation/domain/books.h"
#include "services/reconciliation/domain/journal.h"

#define ON_ISSUE "credit note"

bool credit_note_applied(const Reconciliation__CreditApplied *event)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(
        id, uuid_derive_text("application", event->credit_note_id, event->item_id, ON_ISSUE, NULL));
    return !strcmp(id, event->application_id);
}

const char *const credit_note_required[] = {
    "credit_note_id", "invoice_id", "account_id", "entity_id", "issue_date", "totals.gross", NULL};

void credit_note_declare(struct declaring *declaring, const Invoicing__CreditNoteIssued *event)
{
    struct arena *arena = declaring->arena;
    const char *id = event->credit_note_id;
    declare_key(declaring, event->account_id);
    declare_stream(declaring, KIND_ITEM, event->invoice_id);
    declare_stream(declaring, KIND_MONEY, id);
    declare_stream(declaring, KIND_JOURNAL, journal_id(arena, id, "J2", NULL));
    declare_stream(declaring, KIND_JOURNAL, journal_id(arena, id, "J2", "rest"));
}

struct crediting {
    struct deciding *deciding;
    const Invoicing__CreditNoteIssued *event;
    const Reconciliation__ItemState *item;
    struct money gross, applied, rest;
};

static struct journal_options books_of(const struct crediting *crediting, const char *part)
{
    const Invoicing__CreditNoteIssued *event = crediting->event;
    return (struct journal_options){
        .id = journal_id(crediting->deciding->arena, event->credit_note_id, "J2", part),
        .template_name = "J2",
        .document_id = event->credit_note_id,
        .account_id = event->account_id,
        .entity_id = event->entity_id,
        .currency = crediting->gross.currency,
        .posting_days = event->issue_date->days,
    };
}

static bool journal_of(struct journal *journal, const struct crediting *crediting)
{
    const Invoicing__Totals *totals = crediting->event->totals;
    struct money net, tax;
    if (!amount_read_of(&net, totals->net, crediting->gross.currency) ||
        !amount_read_of(&tax, totals->tax, crediting->gross.currency))
        return false;
    struct journal_options options = books_of(crediting, NULL);
    *journal = journal_begin(crediting->deciding, &options);
    journal_debit(journal, LEDGER_ALLOWANCE_GIVEN, net);
    journal_debit(journal, LEDGER_TAX, tax);
    journal_credit(journal, LEDGER_RECEIVABLE, crediting->gross);
    return journal_balances(journal);
}

static void emit_applied(const struct crediting *crediting)
{
    struct deciding *deciding = crediting->deciding;
    const Invoicing__CreditNoteIssued *event = crediting->event;
    struct money open = amount_minus(open_item_open(crediting->item), crediting->applied);
    Reconciliation__CreditApplied *applied = arena_new(
        deciding->arena, Reconciliation__CreditApplied, RECONCILIATION__CREDIT_APPLIED__INIT);
    applied->application_id =
        application_id_new(deciding->arena, event->credit_note_id, event->invoice_id, ON_ISSUE);
    applied->credit_note_id = event->credit_note_id;
    applied->item_id = event->invoice_id;
    applied->account_id = event->account_id;
    applied->entity_id = event->entity_id;
    applied->amount = money_to_message(deciding->arena, crediting->applied);
    applied->open_after = money_to_message(deciding->arena, open);
    applied->due_date = crediting->item->item->due_date;
    deciding_emit(deciding, KIND_ITEM, event->invoice_id, &applied->base);
    if (!money_is_zero(open))
        return;
    Reconciliation__ItemSettled *settled =
        arena_new(deciding->arena, Reconciliation__ItemSettled, RECONCILIATION__ITEM_SETTLED__INIT);
    settled->item_id = event->invoice_id;
    settled->account_id = event->account_id;
    settled->entity_id = event->entity_id;
    deciding_emit(deciding, KIND_ITEM, event->invoice_id, &settled->base);
}

static void emit_rest(const struct crediting *crediting)
{
    struct deciding *deciding = crediting->deciding;
    const Invoicing__CreditNoteIssued *event = crediting->event;
    Reconciliation__MoneyOnAccount *placed = arena_new(
        deciding->arena, Reconciliation__MoneyOnAccount, RECONCILIATION__MONEY_ON_ACCOUNT__INIT);
    placed->money_id = event->credit_note_id;
    placed->account_id = event->account_id;
    placed->customer_id = crediting->item->item->customer_id;
    placed->entity_id = event->entity_id;
    placed->amount = money_to_message(deciding->arena, crediting->rest);
    placed->value_date = event->issue_date;
    placed->credit = true;
    deciding_emit(deciding, KIND_MONEY, event->credit_note_id, &placed->base);
    struct journal_options options = books_of(crediting, "rest");
    struct journal journal = journal_begin(deciding, &options);
    journal_debit(&journal, LEDGER_RECEIVABLE, crediting->rest);
    journal_credit(&journal, LEDGER_UNAPPLIED, crediting->rest);
    journal_post(&journal, deciding);
}

/* What is told of the note once its item is here; false: the decision was refused. */
static bool crediting_read(struct crediting *crediting)
{
    const Invoicing__CreditNoteIssued *event = crediting->event;
    const Reconciliation__ItemOpened *item = crediting->item->item;
    struct deciding *deciding = crediting->deciding;
    struct date issued;
    if (strcmp(item->account_id, event->account_id) != 0 ||
        strcmp(item->entity_id, event->entity_id) != 0) {
        deciding_refuse(deciding, REFUSAL(ACCOUNT_MISMATCH), "account_id", NULL);
        return false;
    }
    if (!amount_read(&crediting->gross, event->totals->gross) ||
        money_sign(crediting->gross) <= 0 ||
        strcmp(crediting->gross.currency.code, item->amount->currency) != 0) {
        deciding_refuse(deciding, REFUSAL(AMOUNT_MALFORMED), "totals.gross", NULL);
        return false;
    }
    if (!date_read(&issued, event->issue_date)) {
        deciding_refuse(deciding, REFUSAL(DATE_MALFORMED), "issue_date", NULL);
        return false;
    }
    crediting->applied = amount_smaller(crediting->gross, open_item_open(crediting->item));
    crediting->rest = amount_minus(crediting->gross, crediting->applied);
    return true;
}

void credit_note_decide(struct deciding *deciding, const Invoicing__CreditNoteIssued *event)
{
    const char *journal_stream = journal_id(deciding->arena, event->credit_note_id, "J2", NULL);
    struct crediting crediting = {
        .deciding = deciding, .event = event, .item = open_item_find(deciding, event->invoice_id)};
    if (!crediting.item) {
        deciding_wait(deciding, KIND_ITEM, event->invoice_id);
        return;
    }
    if (deciding_state(deciding, KIND_JOURNAL, journal_stream) || !crediting_read(&crediting))
        return;
    struct journal journal;
    if (!journal_of(&journal, &crediting)) {
        deciding_refuse(deciding, REFUSAL(TOTALS_INCONSISTENT), "totals", NULL);
        return;
    }
    books_open(deciding, event->entity_id, (struct date){event->issue_date->days});
    if (money_sign(crediting.applied) > 0)
        emit_applied(&crediting);
    journal_post(&journal, deciding);
    if (money_sign(crediting.rest) > 0)
        emit_rest(&crediting);
}
