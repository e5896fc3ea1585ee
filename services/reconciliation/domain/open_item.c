/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/open_item.h"

#include "services/reconciliation/domain/application_list.h"
#include "services/reconciliation/domain/books.h"
#include "services/reconciliation/domain/journal.h"
#include "services/reconciliation/domain/known_account.h"

const char *const open_item_required[] = {"invoice_id", "account_id",     "entity_id",
                                          "number",     "issue_date",     "due_date",
                                          "currency",   "totals.payable", NULL};

void open_item_declare(struct declaring *declaring, const Invoicing__InvoiceIssued *event)
{
    declare_key(declaring, event->account_id);
    declare_stream(declaring, KIND_ACCOUNT, event->account_id);
    declare_stream(declaring, KIND_ITEM, event->invoice_id);
    declare_stream(declaring, KIND_JOURNAL,
                   journal_id(declaring->arena, event->invoice_id, "J1", NULL));
}

/* J1; false if the document's totals do not add up. */
static bool invoice_journal(struct journal *journal, struct deciding *deciding,
                            const Invoicing__InvoiceIssued *event, struct money payable)
{
    const Invoicing__Totals *totals = event->totals;
    struct money net, tax, prepaid, rounding;
    if (!amount_read_of(&net, totals->net, payable.currency) ||
        !amount_read_of(&tax, totals->tax, payable.currency) ||
        !amount_read_of(&prepaid, totals->prepaid, payable.currency) ||
        !amount_read_of(&rounding, totals->rounding, payable.currency))
        return false;
    *journal = journal_begin(deciding,
                             &(struct journal_options){
                                 .id = journal_id(deciding->arena, event->invoice_id, "J1", NULL),
                                 .template_name = "J1",
                                 .document_id = event->invoice_id,
                                 .account_id = event->account_id,
                                 .entity_id = event->entity_id,
                                 .currency = payable.currency,
                                 .posting_days = event->issue_date->days,
                             });
    journal_debit(journal, LEDGER_RECEIVABLE, payable);
    journal_debit(journal, LEDGER_DEPOSIT, prepaid);
    journal_credit(journal, LEDGER_REVENUE, net);
    journal_credit(journal, LEDGER_TAX, tax);
    journal_credit(journal, LEDGER_SMALL_DIFFERENCE, rounding);
    return journal_balances(journal);
}

static Reconciliation__ItemOpened *item_opened(struct arena *arena,
                                               const Invoicing__InvoiceIssued *event,
                                               const Reconciliation__AccountKnownState *account)
{
    Reconciliation__ItemOpened *opened =
        arena_new(arena, Reconciliation__ItemOpened, RECONCILIATION__ITEM_OPENED__INIT);
    opened->item_id = event->invoice_id;
    opened->account_id = event->account_id;
    opened->customer_id = account->customer_id;
    opened->entity_id = event->entity_id;
    opened->kind = ITEM_KIND_INVOICE;
    opened->document_number = event->number;
    opened->amount = event->totals->payable;
    opened->issue_date = event->issue_date;
    opened->due_date = event->due_date;
    opened->creditor_reference = event->creditor_reference;
    opened->account_number = account->account_number;
    opened->segment = account->segment;
    return opened;
}

static void emit_settled_at_birth(struct deciding *deciding, const Invoicing__InvoiceIssued *event)
{
    Reconciliation__ItemSettled *settled =
        arena_new(deciding->arena, Reconciliation__ItemSettled, RECONCILIATION__ITEM_SETTLED__INIT);
    settled->item_id = event->invoice_id;
    settled->account_id = event->account_id;
    settled->entity_id = event->entity_id;
    deciding_emit(deciding, KIND_ITEM, event->invoice_id, &settled->base);
}

void open_item_decide(struct deciding *deciding, const Invoicing__InvoiceIssued *event)
{
    const Reconciliation__AccountKnownState *account =
        known_account_find(deciding, event->account_id);
    if (!account) {
        deciding_wait(deciding, KIND_ACCOUNT, event->account_id);
        return;
    }
    if (open_item_find(deciding, event->invoice_id))
        return;
    struct money payable;
    struct date issued, due;
    if (!amount_read(&payable, event->totals->payable) || money_sign(payable) < 0 ||
        strcmp(payable.currency.code, event->currency) != 0) {
        deciding_refuse(deciding, REFUSAL(AMOUNT_MALFORMED), "totals.payable", NULL);
        return;
    }
    if (!date_read(&issued, event->issue_date) || !date_read(&due, event->due_date)) {
        deciding_refuse(deciding, REFUSAL(DATE_MALFORMED), "due_date", NULL);
        return;
    }
    if (!known_account_holds(account, event->entity_id, payable.currency)) {
        deciding_refuse(deciding, REFUSAL(ACCOUNT_MISMATCH), "account_id", NULL);
        return;
    }
    struct journal journal;
    if (!invoice_journal(&journal, deciding, event, payable)) {
        deciding_refuse(deciding, REFUSAL(TOTALS_INCONSISTENT), "totals", NULL);
        return;
    }
    books_open(deciding, event->entity_id, issued);
    deciding_emit(deciding, KIND_ITEM, event->invoice_id,
                  &item_opened(deciding->arena, event, account)->base);
    /* Wholly paid in advance: nothing is open, yet its number must be known when it is paid again.
     */
    if (money_is_zero(payable))
        emit_settled_at_birth(deciding, event);
    journal_post(&journal, deciding);
}

/* ---- reading ---- */

const Reconciliation__ItemState *open_item_find(const struct deciding *deciding,
                                                const char *item_id)
{
    return deciding_state(deciding, KIND_ITEM, item_id);
}

struct money open_item_open(const Reconciliation__ItemState *item)
{
    return amount_kept(item->open);
}

struct money open_item_undisputed(const Reconciliation__ItemState *item)
{
    struct money open = amount_kept(item->open);
    struct money free_amount = amount_minus(open, amount_kept_of(item->disputed, open.currency));
    return money_sign(free_amount) > 0 ? free_amount : money_zero(open.currency);
}

const Reconciliation__Application *open_item_application(const Reconciliation__ItemState *item,
                                                         const char *application_id)
{
    return application_list_find(item->applications, item->n_applications, application_id);
}

/* ---- folding ---- */

void open_item_evolve_opened(struct arena *arena, Reconciliation__ItemState *state,
                             const Reconciliation__ItemOpened *event)
{
    (void)arena;
    state->item = (Reconciliation__ItemOpened *)(uintptr_t)event;
    state->open = event->amount;
    state->entity_id = event->entity_id;
}

void open_item_evolve_applied(struct arena *arena, Reconciliation__ItemState *state,
                              const Reconciliation__PaymentApplied *event)
{
    state->open = event->open_after;
    arena_append(arena, state->n_applications, state->applications,
                 application_list_new(arena, event->application_id, event->payment_id,
                                      amount_kept(event->amount), false));
}

void open_item_evolve_credited(struct arena *arena, Reconciliation__ItemState *state,
                               const Reconciliation__CreditApplied *event)
{
    state->open = event->open_after;
    arena_append(arena, state->n_applications, state->applications,
                 application_list_new(arena, event->application_id, event->credit_note_id,
                                      amount_kept(event->amount), true));
}

void open_item_evolve_reversed(struct arena *arena, Reconciliation__ItemState *state,
                               const Reconciliation__ApplicationReversed *event)
{
    state->open = event->open_after;
    Reconciliation__Application *application =
        application_list_find(state->applications, state->n_applications, event->application_id);
    if (application)
        application_list_reverse(arena, application, amount_kept(event->amount));
}
